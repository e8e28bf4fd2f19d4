"""The engines are chosen in the window, and what is chosen is used and remembered."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from gar_studio.settings import Settings, load
from tests.models.segment.helpers import write_small_sam
from tests.ui.conftest import Engines, add_region, click, open_photo, press
from ui.app import make_window
from ui.demo import Hand
from ui.panels.engine_dialog import EngineDialog, EnginePicker
from ui.studio import Studio


def choose(picker: EnginePicker, name: str) -> None:
    """Choose an engine in the list with the keyboard."""
    picker.engine.setFocus()
    index = picker.engine.findData(name)
    QTest.keyClick(picker.engine, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(picker.engine, Qt.Key.Key_Down)
    assert picker.name() == name


def test_sam_is_chosen_used_and_remembered(qtbot: QtBot, photo: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "my sam.pth"
    write_small_sam(checkpoint)
    studio = make_window(Settings())
    studio.show()
    hand = Hand(studio)
    try:
        open_photo(qtbot, studio, photo)
        add_region(qtbot, studio, 60, 60)

        def fill_in(dialog: QDialog) -> None:
            assert isinstance(dialog, EngineDialog)
            assert not dialog.masks.model.isVisible()
            choose(dialog.masks, "sam")
            assert "sam_vit_b" in dialog.masks.needs.text()
            assert dialog.masks.model.isVisible()
            assert not dialog.save.isEnabled(), "weights are not named yet"
            QTest.keyClicks(dialog.masks.model, str(checkpoint))
            qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)

        hand.in_dialog(EngineDialog, fill_in)
        press(studio, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        assert "sam" in studio.status.segmenter.text()
        click(studio, 200, 150)
        hand.wait_for(lambda: studio.segmentation.candidates, "Cutting out")
        assert "SAM" in studio.status.segmenter.text()
        press(studio, Qt.Key.Key_Return)
        first, second = studio.desk.regions()
        assert "GrabCut" in first.provenance.model
        assert "SAM" in second.provenance.model
        kept = load().settings.segmenter
        assert (kept.name, kept.options.model) == ("sam", str(checkpoint))
    finally:
        studio.close()


def test_cancel_changes_nothing(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)

    def give_up(dialog: QDialog) -> None:
        assert isinstance(dialog, EngineDialog)
        choose(dialog.words, "gar")
        QTest.keyClicks(dialog.words.model, "HaochenWang/GAR-1B")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    Hand(studio).in_dialog(EngineDialog, give_up)
    studio.choose_engines()
    assert studio.settings.settings == Settings()
    assert load().settings == Settings()


def test_words_are_told_apart_by_the_engine_that_gave_them(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 1)
    assert studio.conversation.info is not None
    dialog = EngineDialog(studio.settings.settings, studio)
    dialog.words.engine.setCurrentIndex(dialog.words.engine.findData("gar"))
    dialog.words.model.setText("somewhere")
    assert not dialog.words.download.isChecked(), "the hub is asked only on the user's word"
    dialog.detail.setCurrentIndex(dialog.detail.findData(4))
    assert dialog.ahead() == 2
    dialog.next_images.setCurrentText("The next 4 images")
    studio.settings.choose_engines(
        dialog.masks.choice(),
        dialog.words.choice(),
        max_tiles=dialog.max_tiles(),
        ahead=dialog.ahead(),
    )
    assert studio.conversation.info is None
    assert "gar" in studio.status.describer.text()
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 2)
    assert engines.describer.closed == 1
    assert [r.max_tiles for r in engines.describer.requests] == [None, 4]
    assert load().settings.ahead == 4


def test_the_theme_is_remembered(studio: Studio) -> None:
    studio.action("dark").trigger()
    assert load().settings.theme == "light"
    studio.action("dark").trigger()
    assert load().settings.theme == "dark"


def test_settings_that_cannot_be_written_are_told_and_used(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    studio.action("dark").trigger()
    assert "settings cannot be written" in studio.notices.text
    assert studio.settings.settings.theme == "light"
    studio.action("dark").trigger()
