"""The window starts without an engine, and says what is wrong with what it is given."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from gar_studio.store.project import SUFFIX
from tests.ui.conftest import Engines, add_region, make_photo, make_studio, open_photo
from ui.studio import Studio

_OPEN_AND_LOOK = """
import sys
from pathlib import Path
from PySide6.QtTest import QTest
from gar_studio.settings import Settings
from ui.app import make_application, make_window
app = make_application()
window = make_window(Settings())
window.show()
window.open_target(Path(sys.argv[1]))
while window.desk.image is None:
    QTest.qWait(5)
heavy = {"torch", "transformers", "torchvision", "timm", "segment_anything", "cv2"}
print(sorted(heavy & sys.modules.keys()))
window.close()
"""


def test_the_window_imports_no_engine_until_one_is_used(tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "photo.png", seed=1)
    done = subprocess.run(
        [sys.executable, "-c", _OPEN_AND_LOOK, str(photo)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]", done.stderr


def _broken(kind: str, path: Path) -> Path:
    match kind:
        case "missing":
            pass
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("not an image", encoding="utf-8")
        case "pickle":
            path.write_bytes(b"\x80\x04cos\nsystem\n.")
    return path


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "pickle"])
def test_a_file_that_is_no_image_is_told_and_what_is_open_stays(
    qtbot: QtBot, studio: Studio, photo: Path, kind: str, tmp_path: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    assert not studio.open_target(_broken(kind, folder / "bad.png"))
    assert "bad.png" in studio.notices.text
    assert "Traceback" not in studio.notices.text
    assert len(studio.desk.regions()) == 1
    assert not list(folder.glob(f"*{SUFFIX}*")), "an unreadable file makes no project"


def test_a_truncated_photo_is_an_error_in_the_canvas_and_its_labels_stay(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    make_photo(photo.with_name("other.png"), seed=2)
    studio.files.open(photo.with_name("other.png"))
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    data = photo.read_bytes()
    photo.write_bytes(data[: len(data) // 2])
    studio.desk.step_image(-1)
    qtbot.waitUntil(lambda: studio.desk.image_error is not None)
    assert "damaged or cut off" in str(studio.desk.image_error)
    assert len(studio.desk.regions()) == 1
    photo.write_bytes(data)
    studio.desk.step_image(1)
    studio.desk.step_image(-1)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    assert len(studio.desk.regions()) == 1


def test_a_photo_of_another_size_does_not_get_the_old_masks(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    studio.desk.show_image(None)
    make_photo(photo, seed=1, width=200, height=100)
    assert studio.desk.document is not None
    studio.desk.show_image(studio.desk.document.images()[0].id)
    qtbot.waitUntil(lambda: studio.desk.image_error is not None)
    assert "200×100 pixels now" in str(studio.desk.image_error)


def test_a_folder_with_broken_files_opens_the_good_ones(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    _broken("empty", photo.with_name("a.png"))
    _broken("text", photo.with_name("b.jpg"))
    open_photo(qtbot, studio, photo.parent)
    assert studio.desk.document is not None
    assert [Path(i.path).name for i in studio.desk.document.images()] == [photo.name]
    assert "2 files could not be opened" in studio.notices.text


def test_one_pixel_and_very_large_photos_can_be_labelled(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    tiny = tmp_path / "tiny.png"
    Image.fromarray(np.full((1, 1, 3), 200, np.uint8)).save(tiny)
    huge = tmp_path / "huge.png"
    Image.new("1", (12_000, 9_000), 1).save(huge)
    for path in (tiny, huge):
        assert studio.open_target(path)
        qtbot.waitUntil(lambda: studio.desk.image is not None, timeout=60_000)
        image = studio.desk.image
        assert image is not None
        add_region(qtbot, studio, image.width / 2, image.height / 2)
        assert studio.desk.regions()[0].mask.size == (image.height, image.width)
        studio.grab()
        studio.desk.show_image(None)


def test_a_second_window_on_the_same_project_is_read_only_and_says_so(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    second = make_studio(engines)
    try:
        assert studio.desk.document is not None
        second.open_target(studio.desk.document.path)
        assert "Another window" in second.notices.text
        assert "read only" in second.windowTitle()
        assert len(second.desk.regions()) == 1
        assert not second.action("delete").isEnabled()
    finally:
        second.close()
