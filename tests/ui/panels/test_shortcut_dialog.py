"""The sheet of shortcuts: found, changed, taken over and reset by keyboard, in the real window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from gar_studio.settings import load
from tests.ui.conftest import Engines, make_studio
from ui.demo import Hand
from ui.panels.shortcut_dialog import ShortcutDialog
from ui.studio import Studio

RETURN = Qt.Key.Key_Return


def with_sheet(studio: Studio, use: Callable[[ShortcutDialog], None]) -> None:
    def in_dialog(dialog: QDialog) -> None:
        assert isinstance(dialog, ShortcutDialog)
        try:
            use(dialog)
        finally:
            dialog.reject()

    Hand(studio).in_dialog(ShortcutDialog, in_dialog)
    studio.action("shortcuts").trigger()


def rows(sheet: ShortcutDialog) -> list[str]:
    items = [sheet.list.topLevelItem(i) for i in range(sheet.list.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None and not item.isHidden()]


def find(sheet: ShortcutDialog, text: str) -> None:
    """Look for an action and ask for new keys, by keyboard."""
    sheet.search.clear()
    QTest.keyClicks(sheet.search, text)
    QTest.keyClick(sheet.search, RETURN)
    assert sheet.field.isVisible()


def test_an_action_is_found_by_its_name_or_its_key(studio: Studio) -> None:
    def use(sheet: ShortcutDialog) -> None:
        QTest.keyClicks(sheet.search, "smooth")
        assert rows(sheet) == ["Smooth border"]
        sheet.search.clear()
        QTest.keyClicks(sheet.search, "ctrl+shift+p")
        assert rows(sheet) == ["Commands"]
        sheet.search.clear()
        assert "Zoom to the pointer" in rows(sheet)

    with_sheet(studio, use)


def test_a_free_key_is_given_at_once_and_kept(studio: Studio) -> None:
    def use(sheet: ShortcutDialog) -> None:
        find(sheet, "smooth")
        QTest.keyClick(sheet.field, Qt.Key.Key_J)
        assert "Smooth border" in sheet.message.text()
        assert not sheet.field.isVisible()

    with_sheet(studio, use)
    assert studio.action("smooth").shortcut() == QKeySequence("J")
    assert load().settings.shortcuts == {"smooth": ("J",)}
    again = make_studio(Engines(), load().settings)
    try:
        assert again.action("smooth").shortcut() == QKeySequence("J")
    finally:
        again.close()


def test_a_key_that_is_taken_is_taken_over_only_when_that_is_said(studio: Studio) -> None:
    def use(sheet: ShortcutDialog) -> None:
        find(sheet, "smooth")
        QTest.keyClick(sheet.field, Qt.Key.Key_D)
        assert "Describe" in sheet.message.text()
        assert studio.action("describe").shortcut() == QKeySequence("D")
        QTest.keyClick(sheet, Qt.Key.Key_Escape)
        assert sheet.isVisible()
        assert not sheet.take_over.isVisible()
        assert studio.action("describe").shortcut() == QKeySequence("D")
        find(sheet, "smooth")
        QTest.keyClick(sheet.field, Qt.Key.Key_D)
        QTest.keyClick(sheet.take_over, Qt.Key.Key_Space)
        assert studio.action("describe").shortcut().isEmpty()
        assert studio.action("smooth").shortcut() == QKeySequence("D")

    with_sheet(studio, use)


def test_the_digits_cannot_be_given_away_and_another_key_can_be_pressed(studio: Studio) -> None:
    def use(sheet: ShortcutDialog) -> None:
        find(sheet, "smooth")
        QTest.keyClick(sheet.field, Qt.Key.Key_3)
        assert "cannot be given" in sheet.message.text()
        assert not sheet.take_over.isVisible()
        QTest.keyClick(sheet.field, Qt.Key.Key_J)
        assert studio.action("smooth").shortcut() == QKeySequence("J")

    with_sheet(studio, use)


def test_one_or_all_are_reset(studio: Studio) -> None:
    keymap = studio.shortcuts.keymap.with_keys("smooth", ["D"]).with_keys("relate", ["J"])
    studio.shortcuts.change(keymap)

    def use(sheet: ShortcutDialog) -> None:
        sheet.search.clear()
        QTest.keyClicks(sheet.search, "relate")
        QTest.mouseClick(sheet.reset, Qt.MouseButton.LeftButton)
        assert studio.action("relate").shortcut() == QKeySequence("R")
        assert studio.action("describe").shortcut().isEmpty()
        QTest.mouseClick(sheet.reset_all, Qt.MouseButton.LeftButton)
        assert studio.action("describe").shortcut() == QKeySequence("D")
        assert not sheet.reset_all.isEnabled()

    with_sheet(studio, use)
    assert load().settings.shortcuts == {}
