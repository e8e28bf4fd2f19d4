"""File → Export… and File → Import…, in the real window."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion
from gar_studio.errors import FormatError
from tests.helpers.projects import draft
from tests.ui.conftest import open_photo
from ui.controllers import importing
from ui.demo import Hand
from ui.exchange_memory import load_memory
from ui.panels.export_dialog import ExportDialog
from ui.panels.import_dialog import ImportDialog
from ui.studio import Studio

CONTROL = Qt.KeyboardModifier.ControlModifier


def in_export(act: Callable[[ExportDialog], None]) -> None:
    """Do something in the next dialog that exports."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ExportDialog) and dialog.isVisible():
            act(dialog)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(0, look)


def enter(dialog: ExportDialog) -> None:
    QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)


@pytest.fixture
def labelled(qtbot: QtBot, studio: Studio, photo: Path) -> Path:
    """The folder of a photo with one region."""
    open_photo(qtbot, studio, photo)
    add(studio, 10)
    return photo.parent


def add(studio: Studio, x: int) -> None:
    assert studio.desk.image_id is not None
    mask = Mask.from_box(x, 10, x + 40, 50, height=240, width=320)
    studio.desk.do(AddRegion(studio.desk.image_id, mask, Provenance("person")))


def test_enter_exports_as_the_last_time(studio: Studio, labelled: Path, tmp_path: Path) -> None:
    in_export(enter)
    Hand(studio).key(Qt.Key.Key_E, CONTROL)
    document = studio.desk.document
    assert document is not None
    assert document.path.with_suffix(".json").exists()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def choose(dialog: ExportDialog) -> None:
        dialog.target.put(elsewhere / "a.json")
        enter(dialog)

    in_export(choose)
    studio.action("export").trigger()
    assert (elsewhere / "a.json").exists()
    assert load_memory().export_folder == str(elsewhere)
    in_export(enter)
    studio.action("export").trigger()
    assert (elsewhere / f"{document.path.stem}.json").exists()


def test_the_dialog_says_what_is_wrong_and_stays(studio: Studio, labelled: Path) -> None:
    said: list[str] = []

    def act(dialog: ExportDialog) -> None:
        document = studio.desk.document
        assert document is not None
        for path, split in (("", ""), (str(document.path), ""), ("/tmp/a.json", "80/30")):
            dialog.target.line.setText(path)
            dialog.split.setChecked(bool(split))
            dialog.shares.setText(split)
            dialog.accept()
            assert dialog.isVisible()
            said.append(dialog.problem.text())
        dialog.reject()

    in_export(act)
    studio.files.choose_export()
    assert ["Say where" in said[0], "project itself" in said[1], "80/30" in said[2]] == [True] * 3


def test_what_is_chosen_is_what_leaves(studio: Studio, labelled: Path) -> None:
    def act(dialog: ExportDialog) -> None:
        dialog.verdicts.setCurrentIndex(1)
        dialog.empty.setChecked(False)
        dialog.target.put(labelled / "none.json")
        dialog.accept()

    in_export(act)
    studio.files.choose_export()
    content = json.loads((labelled / "none.json").read_text(encoding="utf-8"))
    assert (content["images"], content["annotations"]) == ([], [])


def test_losses_are_told_with_details(studio: Studio, labelled: Path) -> None:
    document = studio.desk.document
    assert document is not None
    draft(document, "ask", studio.desk.regions()[0], answer="nobody accepted this")
    assert studio.files.export(labelled / "out.json")
    assert "1 draft left out" in studio.notices.text
    assert studio.notices.more.isVisible()
    assert "nobody accepted" in studio.notices.details.toPlainText()


def opened(studio: Studio) -> ImportDialog:
    studio.action("import").trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ImportDialog)
    return dialog


def choose(dialog: ImportDialog, path: Path) -> None:
    dialog.source.put(path)
    dialog.source.changed.emit()


def test_an_import_shows_its_plan_first(
    qtbot: QtBot, studio: Studio, labelled: Path, photo: Path
) -> None:
    out = labelled / "out.json"
    add(studio, 100)
    assert studio.files.export(out)
    studio.desk.undo()
    assert len(studio.desk.regions()) == 1
    dialog = opened(studio)
    assert not dialog.go.isEnabled()
    choose(dialog, out)
    qtbot.waitUntil(lambda: dialog.plan is not None)
    assert dialog.go.text() == "Import 1 region"
    rows = [dialog.view.topLevelItem(i) for i in range(dialog.view.topLevelItemCount())]
    shown = {row.text(0): row.text(1) for row in rows if row is not None}
    assert shown["Regions: new"] == "1"
    assert shown["Regions: there already, with this mask and category"] == "1"
    assert len(studio.desk.regions()) == 1
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Imported 1 region" in studio.notices.text)
    assert len(studio.desk.regions()) == 2
    assert studio.desk.image_id is not None
    studio.desk.undo()
    assert len(studio.desk.regions()) == 1


def test_a_file_that_cannot_be_imported(qtbot: QtBot, studio: Studio, labelled: Path) -> None:
    (labelled / "bad.json").write_text("[]", encoding="utf-8")
    dialog = opened(studio)
    choose(dialog, labelled / "bad.json")
    qtbot.waitUntil(lambda: "bad.json" in dialog.words.text())
    assert not dialog.go.isEnabled()
    dialog.reject()
    assert len(studio.desk.regions()) == 1


def test_an_import_that_fails_gives_the_project_back(
    qtbot: QtBot, studio: Studio, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = labelled / "out.json"
    assert studio.files.export(out)
    dialog = opened(studio)
    choose(dialog, out)
    qtbot.waitUntil(lambda: dialog.plan is not None)

    def broken(*_: object) -> None:
        raise FormatError("The file has gone.")

    monkeypatch.setattr(importing, "apply_import", broken)
    dialog.accept()
    qtbot.waitUntil(lambda: "The file has gone." in studio.notices.text)
    assert len(studio.desk.regions()) == 1
    assert studio.desk.document is not None
    assert not studio.desk.document.read_only
