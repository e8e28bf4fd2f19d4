"""The list of images: thumbnails and the filter, in the real window."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion
from gar_studio.engines.protocol import RGBArray
from gar_studio.images import ImageFacts, read_thumbnail
from tests.ui.conftest import add_region, make_photo, open_photo
from ui import thumbnails
from ui.panels.image_list import PROGRESS_ROLE
from ui.studio import Studio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten photos, four of them of cats."""
    for number in range(10):
        name = f"cat {number}" if number < 4 else f"dog {number}"
        make_photo(tmp_path / "many" / f"{name}.png", seed=number, width=300, height=200)
    return tmp_path / "many"


def names(studio: Studio) -> list[str]:
    model = studio.images.view.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def thumbnail(studio: Studio, row: int) -> QImage:
    found = studio.images.view.model().index(row, 0).data(Qt.ItemDataRole.DecorationRole)
    assert isinstance(found, QImage)
    return found


def test_thumbnails_come_in_the_background_and_look_like_the_image(
    qtbot: QtBot, studio: Studio, folder: Path
) -> None:
    open_photo(qtbot, studio, folder)
    qtbot.waitUntil(lambda: not thumbnail(studio, 0).isNull())
    picture = thumbnail(studio, 0)
    assert max(picture.width(), picture.height()) == 112
    assert studio.desk.image is not None
    pixels = studio.desk.image.pixels
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    expected = [int(value) for value in pixels[100, 150]]
    assert [middle.red(), middle.green(), middle.blue()] == pytest.approx(expected, abs=12)


def test_a_thumbnail_is_made_once_however_often_it_is_painted(
    qtbot: QtBot, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    gate = threading.Event()

    def slowly(path: Path, side: int) -> RGBArray:
        made.append(path)
        gate.wait(5)
        return read_thumbnail(path, side)

    monkeypatch.setattr(thumbnails, "read_thumbnail", slowly)
    open_photo(qtbot, studio, folder)
    for _ in range(20):
        for row in range(10):
            thumbnail(studio, row)
        qtbot.wait(2)
    gate.set()
    qtbot.waitUntil(lambda: all(not thumbnail(studio, row).isNull() for row in range(10)))
    qtbot.wait(30)
    assert sorted(made) == sorted(set(made))
    assert len(made) == 10


def test_a_file_that_cannot_be_read_has_an_empty_frame_and_keeps_the_others(
    qtbot: QtBot, studio: Studio, folder: Path
) -> None:
    open_photo(qtbot, studio, folder)
    qtbot.waitUntil(lambda: not thumbnail(studio, 9).isNull())
    (folder / "dog 9.png").write_bytes(b"no image at all")
    studio.images._thumbnails._kept.clear()
    thumbnail(studio, 9)
    thumbnail(studio, 5)
    qtbot.waitUntil(lambda: not thumbnail(studio, 5).isNull())
    assert thumbnail(studio, 9).isNull()


def test_the_filter_shows_what_has_the_letters_and_stepping_stays_among_it(
    qtbot: QtBot, studio: Studio, folder: Path
) -> None:
    open_photo(qtbot, studio, folder)
    assert len(names(studio)) == 10
    QTest.keyClicks(studio.images.filter, "CAT")
    qtbot.waitUntil(lambda: len(names(studio)) < 10)
    assert names(studio) == [f"cat {n}.png" for n in range(4)]
    for _ in range(6):
        studio.action("next_image").trigger()
    assert studio.desk.document is not None
    assert studio.desk.image_id is not None
    assert studio.desk.document.image(studio.desk.image_id).path.endswith("cat 3.png")
    studio.images.filter.clear()
    qtbot.waitUntil(lambda: len(names(studio)) == 10)
    studio.action("next_image").trigger()
    assert studio.desk.document.image(studio.desk.image_id).path.endswith("dog 4.png")


def test_a_filter_that_nothing_fits_says_so(qtbot: QtBot, studio: Studio, folder: Path) -> None:
    open_photo(qtbot, studio, folder)
    QTest.keyClicks(studio.images.filter, "horse")
    qtbot.waitUntil(lambda: names(studio) == [])
    assert studio.images._nothing.isVisible()
    assert studio.desk.image is not None, "the image in view stays"


def test_states_are_found_and_what_is_worked_on_stays_in_the_list(
    qtbot: QtBot, studio: Studio, folder: Path
) -> None:
    open_photo(qtbot, studio, folder)
    studio.action("image_done").trigger()
    studio.images.filter.setText("state:empty")
    QTest.keyClick(studio.images.filter, Qt.Key.Key_Return)
    assert len(names(studio)) == 9
    studio.action("next_image").trigger()
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    studio.action("image_done").trigger()
    assert len(names(studio)) == 9, "it must not go away under one's hands"
    QTest.keyClick(studio.images.filter, Qt.Key.Key_Return)
    assert len(names(studio)) == 8


def test_a_term_is_offered_and_taken_by_the_keyboard(
    qtbot: QtBot, studio: Studio, folder: Path
) -> None:
    open_photo(qtbot, studio, folder)
    QTest.keyClicks(studio.images.filter, "cat state:fl")
    QTest.keyClick(studio.images.filter, Qt.Key.Key_Tab)
    assert studio.images.filter.text() == "cat state:flagged"
    qtbot.waitUntil(lambda: names(studio) == [])


def test_a_few_images_need_no_filter(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    assert not studio.images.filter.isVisible()


def test_the_thread_ends_with_the_window(qtbot: QtBot, studio: Studio, folder: Path) -> None:
    open_photo(qtbot, studio, folder)
    studio.close()
    assert "thumbnails" not in {thread.name for thread in threading.enumerate()}


def test_a_change_of_one_image_costs_the_same_in_a_list_of_any_length(
    qtbot: QtBot, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_photo(qtbot, studio, folder)
    document = studio.desk.document
    assert document is not None
    document.add_images(
        (f"more/{number}.png", ImageFacts(300, 200, 1, str(number))) for number in range(3000)
    )
    qtbot.waitUntil(lambda: studio.images.view.model().rowCount() == 3010)
    studio.images.view.repaint()
    asked: list[None] = []
    model = studio.images.view.model()
    count = model.rowCount

    def counted(*parent: QModelIndex) -> int:
        asked.append(None)
        return count(*parent)

    monkeypatch.setattr(model, "rowCount", counted)  # PySide looks at the object, not the class
    add_region(qtbot, studio, 100, 80)
    studio.images.view.repaint()
    assert 0 < len(asked) < 1000, "the rows that did not change were not looked at"


def test_a_row_shows_what_changed_on_its_image_at_once(
    qtbot: QtBot, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_photo(qtbot, studio, folder)
    view = studio.images.view
    qtbot.waitUntil(lambda: not any(thumbnail(studio, row).isNull() for row in range(10)))
    qtbot.wait(50)  # whatever else was to be painted has been
    painted: list[tuple[int, int]] = []

    def paint(painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        painted.append((index.row(), index.data(PROGRESS_ROLE)[0]))

    monkeypatch.setattr(view.itemDelegate(), "paint", paint)
    image_id = studio.desk.image_id
    assert image_id is not None
    mask = Mask.from_box(10, 10, 60, 60, height=200, width=300)
    studio.desk.do(AddRegion(image_id, mask, Provenance.by_person()))
    qtbot.waitUntil(lambda: bool(painted))
    assert set(painted) == {(view.currentIndex().row(), 1)}, "this row, and no other"
