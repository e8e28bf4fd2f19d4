"""Large folders and exports: the window goes on, says how far it is, and can be told to stop."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio import gathering
from gar_studio.images import ImageFacts, read_facts
from tests.gar_studio.test_gathering import photos
from tests.ui.conftest import add_region, make_photo
from ui.controllers import files
from ui.studio import Studio

MANY = 90


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Lets all photos but the first three be read only when it is set."""
    opened = threading.Event()

    def slow(path: Path) -> ImageFacts:
        if int(path.stem) > 2:
            opened.wait(30)
        return read_facts(path)

    monkeypatch.setattr(gathering, "read_facts", slow)
    monkeypatch.setattr(gathering, "_BATCH_SECONDS", 0.0)
    yield opened
    opened.set()


def names(studio: Studio) -> list[str]:
    document = studio.desk.document
    return [image.path for image in document.images()] if document else []


def test_the_first_photo_is_shown_while_the_rest_is_read(
    qtbot: QtBot, studio: Studio, tmp_path: Path, gate: threading.Event
) -> None:
    folder = tmp_path / "many"
    paths = photos(folder, MANY)
    paths[80].write_bytes(b"")
    assert studio.open_target(folder)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    qtbot.waitUntil(lambda: len(names(studio)) == 3)
    assert studio.status.task.isVisible()
    assert studio.status.task.text.text() == f"Reading photos: 3 of {MANY}"
    gate.set()
    qtbot.waitUntil(lambda: len(names(studio)) == MANY - 1)
    qtbot.waitUntil(lambda: not studio.status.task.isVisible())
    assert "0080.png" in studio.notices.text
    assert studio.desk.image_id == 1, "the photo in view stays"


def test_stopping_keeps_what_was_read_and_opening_again_reads_the_rest(
    qtbot: QtBot, studio: Studio, tmp_path: Path, gate: threading.Event
) -> None:
    folder = tmp_path / "many"
    photos(folder, MANY)
    studio.open_target(folder)
    qtbot.waitUntil(lambda: len(names(studio)) == 3)
    QTest.mouseClick(studio.status.task.cancel, Qt.MouseButton.LeftButton)
    gate.set()
    qtbot.waitUntil(lambda: not studio.status.task.isVisible())
    assert len(names(studio)) < MANY
    assert f"of {MANY} photos" in studio.notices.text
    studio.open_target(folder)
    qtbot.waitUntil(lambda: len(names(studio)) == MANY)


def test_another_project_that_is_opened_meanwhile_gets_none_of_the_photos(
    qtbot: QtBot, studio: Studio, tmp_path: Path, gate: threading.Event
) -> None:
    folder = tmp_path / "many"
    photos(folder, MANY)
    studio.open_target(folder)
    qtbot.waitUntil(lambda: len(names(studio)) == 3)
    other = make_photo(tmp_path / "other" / "one.png", seed=1)
    studio.open_target(other)
    gate.set()
    qtbot.wait(200)
    assert names(studio) == ["one.png"]
    assert not studio.status.task.isVisible()


def test_a_large_folder_takes_the_place_of_the_project_that_is_open(
    qtbot: QtBot, studio: Studio, tmp_path: Path, photo: Path
) -> None:
    studio.open_target(photo)
    folder = tmp_path / "many"
    photos(folder, MANY)
    studio.open_target(folder)
    qtbot.waitUntil(lambda: len(names(studio)) == MANY)


def test_the_window_can_be_closed_while_photos_are_read(
    qtbot: QtBot, studio: Studio, tmp_path: Path, gate: threading.Event
) -> None:
    folder = tmp_path / "many"
    photos(folder, MANY)
    studio.open_target(folder)
    qtbot.waitUntil(lambda: len(names(studio)) == 3)
    gate.set()
    studio.close()


def drop(studio: Studio, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none, at = Qt.KeyboardModifier.NoModifier, QPoint(50, 50)
    enter = QDragEnterEvent(at, copy, data, left, none)
    QApplication.sendEvent(studio, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(studio, QDropEvent(QPointF(at), copy, data, left, none))


def test_files_and_folders_can_be_dropped(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    few = photos(tmp_path / "few", 3)
    drop(studio, *few)
    qtbot.waitUntil(lambda: len(names(studio)) == 3)
    drop(studio, tmp_path / "few")
    assert len(names(studio)) == 3
    drop(studio, *photos(tmp_path / "many", MANY))
    qtbot.waitUntil(lambda: len(names(studio)) == MANY)


def test_a_large_project_is_exported_while_the_window_goes_on(
    qtbot: QtBot, studio: Studio, tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MANY", 0)
    studio.open_target(photo)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    add_region(qtbot, studio, 60, 60)
    out = tmp_path / "labels.json"
    assert studio.files.export(out)
    assert studio.status.task.isVisible()
    qtbot.waitUntil(lambda: "Exported 1 region" in studio.notices.text)
    assert len(json.loads(out.read_text(encoding="utf-8"))["annotations"]) == 1
    assert not studio.status.task.isVisible()


def test_an_export_that_is_stopped_leaves_no_file(
    qtbot: QtBot, studio: Studio, tmp_path: Path, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MANY", 0)
    studio.open_target(photo)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    out = tmp_path / "labels.json"
    studio.files.export(out)
    studio.status.task.cancel.click()
    qtbot.waitUntil(lambda: not studio.status.task.isVisible())
    stopped = "stopped" in studio.notices.text
    assert out.exists() is not stopped, "either all of it or nothing"
    assert list(tmp_path.glob(".labels*")) == []
