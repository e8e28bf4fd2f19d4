"""Checks, backups and photos that moved: the window goes on, and offers what helps."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gar_studio.store import copying
from gar_studio.workspace import open_project
from tests.gar_studio.cli.test_upkeep import held_by_another_process
from tests.ui.conftest import add_region, make_photo, open_photo
from ui.panels.check_dialog import CheckDialog
from ui.studio import Studio


@pytest.fixture
def project(qtbot: QtBot, studio: Studio, photo: Path) -> Path:
    """The open project of two photos; the first has a region and is in view."""
    make_photo(photo.parent / "second.png", seed=2)
    open_photo(qtbot, studio, photo)
    studio.open_target(photo.parent / "second.png")
    studio.open_target(photo)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    add_region(qtbot, studio, 60, 60)
    assert studio.desk.document is not None
    qtbot.waitUntil(lambda: not studio.upkeep._number)
    return studio.desk.document.path


def paths(studio: Studio) -> list[str]:
    assert studio.desk.document is not None
    return [image.path for image in studio.desk.document.images()]


def open_again(qtbot: QtBot, studio: Studio, project: Path, change: Callable[[], object]) -> None:
    """Close the project, change something outside, and open it; wait until it was looked at."""
    studio.desk.close_document()
    change()
    assert studio.open_target(project)
    qtbot.waitUntil(lambda: not studio.upkeep._number)


def checked(qtbot: QtBot, studio: Studio) -> CheckDialog:
    studio.action("check").trigger()
    qtbot.waitUntil(lambda: bool(studio.findChildren(CheckDialog)))
    return studio.findChildren(CheckDialog)[-1]


def test_the_check_shows_what_it_found(qtbot: QtBot, studio: Studio, project: Path) -> None:
    dialog = checked(qtbot, studio)
    assert "All is well with “photos.garproj” (images: 2, regions: 1)" in dialog.summary.text()
    assert not dialog.findings.isVisible()
    dialog.accept()
    qtbot.waitUntil(lambda: not studio.findChildren(CheckDialog))
    (project.parent / "second.png").write_bytes(b"x")
    dialog = checked(qtbot, studio)
    assert "Changed photo: second.png" in dialog.findings.toPlainText()
    assert not studio.status.upkeep.isVisible()
    dialog.accept()


def test_the_project_is_backed_up_and_the_dialog_proposes_a_name(
    qtbot: QtBot, studio: Studio, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    out = project.parent / "copy"

    def answer(_parent: object, _title: str, proposed: str, _kinds: str) -> tuple[str, str]:
        asked.append(proposed)
        return str(out), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    studio.action("backup").trigger()
    qtbot.waitUntil(
        lambda: "Backed up to copy.garproj (images: 2, regions: 1)." in studio.notices.text
    )
    assert Path(asked[0]).name == "photos backup.garproj"
    with closing(open_project(out.with_suffix(".garproj"))) as copy:
        assert len(copy.regions(1)) == 1


def test_a_backup_that_is_stopped_writes_nothing(
    qtbot: QtBot, studio: Studio, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PAGES", 1)
    out = project.parent / "copy.garproj"
    studio.upkeep.back_up(out)
    assert studio.status.upkeep.isVisible()
    studio.status.upkeep.cancel.click()
    qtbot.waitUntil(lambda: not studio.status.upkeep.isVisible())
    assert out.exists() is ("stopped" not in studio.notices.text), "either all of it or nothing"


def test_a_check_does_not_put_an_end_to_a_backup(
    qtbot: QtBot, studio: Studio, project: Path, tmp_path: Path
) -> None:
    out = project.parent / "copy.garproj"
    studio.upkeep.back_up(out)
    studio.upkeep.check()
    assert "One thing at a time" in studio.notices.text
    other = make_photo(tmp_path / "other" / "x.png", seed=4)
    studio.open_target(other)
    other.unlink()
    qtbot.waitUntil(lambda: "1 photo is missing." in studio.notices.text)
    assert out.exists(), "not even when another project is opened meanwhile"


def test_a_backup_over_the_project_is_refused(qtbot: QtBot, studio: Studio, project: Path) -> None:
    studio.upkeep.back_up(project)
    qtbot.waitUntil(lambda: "the project itself" in studio.notices.failure)


def test_when_the_file_is_gone_edits_are_refused_and_a_backup_saves_all(
    qtbot: QtBot, studio: Studio, project: Path, tmp_path: Path
) -> None:
    photo = project.parent / "garden path é.png"
    kept = tmp_path / "kept"
    kept.mkdir()
    shutil.move(photo, kept)
    shutil.rmtree(project.parent)
    studio.action("image_done").trigger()
    assert "moved, deleted or replaced" in studio.notices.failure
    assert "back the project up" in studio.notices.text
    studio.upkeep.back_up(kept / "saved.garproj")
    with closing(open_project(kept / "saved.garproj")) as copy:
        assert len(copy.regions(1)) == 1
        assert not copy.image_state(1).done


def test_renamed_photos_are_found_when_the_project_opens(
    qtbot: QtBot, studio: Studio, project: Path
) -> None:
    folder = project.parent
    open_again(
        qtbot,
        studio,
        project,
        lambda: (folder / "garden path é.png").rename(folder / "neuer Name.png"),
    )
    assert "1 photo was moved or renamed." in studio.notices.text
    assert paths(studio)[0] == "garden path é.png", "nothing happens unless it is wanted"
    studio.notices.take.click()
    assert paths(studio) == ["neuer Name.png", "second.png"]
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    assert studio.desk.image_id == 1
    assert len(studio.desk.regions()) == 1
    studio.action("undo").trigger()
    assert paths(studio)[0] == "garden path é.png"
    qtbot.waitUntil(lambda: studio.desk.image_error is not None)


def test_missing_photos_are_looked_for_where_the_user_says(
    qtbot: QtBot, studio: Studio, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, elsewhere = project.parent, tmp_path / "elsewhere"
    elsewhere.mkdir()

    def move() -> None:
        for photo in folder.glob("*.png"):
            shutil.move(photo, elsewhere)

    open_again(qtbot, studio, project, move)
    assert "2 photos are missing." in studio.notices.text
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(elsewhere))
    studio.notices.take.click()
    qtbot.waitUntil(lambda: "2 photos are linked again." in studio.notices.text)
    assert paths(studio) == ["../elsewhere/garden path é.png", "../elsewhere/second.png"]
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    studio.action("relink").trigger()
    qtbot.waitUntil(lambda: "Every photo is where it was." in studio.notices.text)


def test_a_changed_photo_is_told_and_can_be_accepted(
    qtbot: QtBot, studio: Studio, project: Path
) -> None:
    photo = project.parent / "garden path é.png"

    def change() -> None:
        pixels = np.asarray(Image.open(photo)).copy()
        pixels[:40] = 0
        Image.fromarray(pixels).save(photo)

    open_again(qtbot, studio, project, change)
    qtbot.waitUntil(lambda: "has changed since it was added" in studio.notices.text)
    assert "masks are kept, but may not fit" in studio.notices.text
    region = studio.desk.regions()
    studio.notices.take.click()
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    assert studio.desk.document is not None
    assert studio.desk.image is not None
    assert studio.desk.document.image(1).digest == studio.desk.image.key
    assert studio.desk.regions() == region
    assert not studio.notices.take.isVisible()


def test_a_photo_of_another_size_is_not_labelled_under_masks_that_do_not_fit(
    qtbot: QtBot, studio: Studio, project: Path
) -> None:
    photo, second = project.parent / "garden path é.png", project.parent / "second.png"

    def change() -> None:
        make_photo(photo, seed=1, width=400)
        make_photo(second, seed=2, width=400)

    open_again(qtbot, studio, project, change)
    qtbot.waitUntil(lambda: studio.desk.image_error is not None)
    assert studio.desk.image_error is not None
    assert "400×240 pixels now" in studio.desk.image_error.what
    assert len(studio.desk.regions()) == 1
    studio.desk.show_image(2)
    qtbot.waitUntil(lambda: "new file can be accepted" in studio.notices.text)
    studio.notices.take.click()
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    assert studio.desk.document is not None
    assert studio.desk.document.image(2).width == 400


def test_a_changed_photo_that_is_not_in_view_is_told_and_shown(
    qtbot: QtBot, studio: Studio, project: Path
) -> None:
    second = project.parent / "second.png"
    open_again(qtbot, studio, project, lambda: make_photo(second, seed=9, width=400))
    assert "second.png" in studio.notices.text
    studio.notices.take.click()
    assert studio.desk.image_id == 2


def test_what_was_offered_for_one_project_is_not_offered_for_the_next(
    qtbot: QtBot, studio: Studio, project: Path, tmp_path: Path
) -> None:
    open_again(qtbot, studio, project, (project.parent / "second.png").unlink)
    assert "missing" in studio.notices.text
    other = make_photo(tmp_path / "other" / "x.png", seed=4)
    open_photo(qtbot, studio, other)
    qtbot.waitUntil(lambda: not studio.upkeep._number)
    assert not studio.notices.take.isVisible()


def test_while_another_process_works_on_it_the_window_reads_and_says_so(
    qtbot: QtBot, studio: Studio, project: Path
) -> None:
    studio.desk.close_document()
    with held_by_another_process(project):
        assert studio.open_target(project)
        assert "Another window is working on this project" in studio.notices.text
        assert studio.windowTitle().endswith("(read only)")
        for name in ("delete", "relink", "describe_all", "everything"):
            assert not studio.action(name).isEnabled()
        qtbot.waitUntil(lambda: studio.desk.image is not None)
        studio.action("image_done").trigger()
        dialog = checked(qtbot, studio)
        assert "All is well" in dialog.summary.text()
        dialog.accept()
        studio.upkeep.back_up(project.parent / "copy.garproj")
        qtbot.waitUntil(lambda: "Backed up" in studio.notices.text)
        studio.desk.close_document()
    assert studio.open_target(project)
    assert not studio.windowTitle().endswith("(read only)")
