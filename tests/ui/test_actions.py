"""The table of actions and the window that is made from it agree."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import add_region, click, make_photo, on_canvas, open_photo, press
from ui.actions import ACTIONS, MENUS, Context
from ui.canvas import ToolName
from ui.keymap import FIXED_KEYS, portable
from ui.studio import Studio


def _actions_of(menu: QMenu) -> set[str]:
    found: set[str] = set()
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found |= _actions_of(inner)
        else:
            found.add(action.objectName())
    return found


def test_every_action_is_in_a_menu_and_has_a_handler(studio: Studio) -> None:
    handlers = studio._commands.handlers()
    assert {spec.id for spec in ACTIONS} == handlers.keys()
    in_menus: set[str] = set()
    for top in studio.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        in_menus |= _actions_of(menu)
    assert {spec.id for spec in ACTIONS} <= in_menus
    assert {spec.menu for spec in ACTIONS} == set(MENUS)


def test_no_key_means_two_things() -> None:
    seen: dict[str, str] = {}
    for spec in ACTIONS:
        for keys in spec.shortcuts:
            key = portable(keys)
            assert key, f"{spec.id}: {keys} is no key"
            assert key not in FIXED_KEYS, f"{spec.id} takes {key} from {FIXED_KEYS[key]}"
            assert key not in seen, f"{spec.id} and {seen[key]} are both on {key}"
            seen[key] = spec.id


def test_no_two_menus_have_the_same_mark() -> None:
    marks = [title[title.index("&") + 1].upper() for title in MENUS]
    assert len(set(marks)) == len(marks)


def test_no_two_actions_of_a_menu_have_the_same_mark() -> None:
    for menu in MENUS:
        for inner in {spec.submenu for spec in ACTIONS if spec.menu == menu}:
            rows = [s for s in ACTIONS if s.menu == menu and s.submenu == inner]
            marks = [s.text[s.text.index("&") + 1].casefold() for s in rows if "&" in s.text]
            assert len(marks) == len(set(marks)), f"{menu}: {sorted(marks)}"


def _leave_dialogs() -> QTimer:
    """Leave whatever dialog or menu opens."""
    timer = QTimer()

    def leave() -> None:
        for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if isinstance(widget, QDialog):
                widget.reject()
            elif isinstance(widget, QWidget):
                widget.close()

    timer.timeout.connect(leave)
    timer.start(20)
    return timer


@pytest.fixture
def prepared(qtbot: QtBot, studio: Studio, photo: Path) -> Studio:
    """Two images, two regions, both selected, and something to undo and to do again."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    make_photo(photo.with_name("other.png"), seed=2)
    open_photo(qtbot, studio, photo.parent)
    add_region(qtbot, studio, 60, 60)
    add_region(qtbot, studio, 200, 120)
    studio.action("delete").trigger()
    studio.action("undo").trigger()
    studio.desk.select(region.id for region in studio.desk.regions())
    return studio


LEFT_OUT = {"quit"}
REFUSED = {"split": "hangs together", "intersect": "mask is empty"}  # with these two regions


@pytest.mark.parametrize("action_id", [s.id for s in ACTIONS if s.id not in LEFT_OUT])
def test_every_action_can_be_taken(qtbot: QtBot, prepared: Studio, action_id: str) -> None:
    if not prepared.action(action_id).isEnabled():
        prepared.desk.select([prepared.desk.regions()[0].id])
    if not prepared.action(action_id).isEnabled():
        click(prepared, 100, 100)
        qtbot.waitUntil(lambda: prepared.segmentation.candidate is not None)
    action = prepared.action(action_id)
    timer = _leave_dialogs()
    action.trigger()
    if action_id in ("describe", "relate"):
        qtbot.waitUntil(lambda: not prepared.conversation.busy)
    qtbot.wait(30)
    timer.stop()
    assert REFUSED.get(action_id, "") in prepared.notices.failure
    assert action_id in REFUSED or not prepared.notices.failure, prepared.notices.failure


def _count(studio: Studio) -> int:
    return len(studio.desk.regions())


DOES: dict[str, tuple[Callable[[Studio], object], object]] = {
    "delete": (_count, 0),
    "undo": (_count, 1),
    "select_all": (lambda s: len(s.desk.selection), 2),
    "merge": (_count, 1),
    "next_image": (lambda s: s.desk.image_id, 2),
    "brush": (lambda s: s.canvas.tool, ToolName.BRUSH),
    "hide": (lambda s: all(r.hidden for r in s.desk.regions()), True),
    "theme_light": (lambda s: s.settings.settings.theme, "light"),
    "theme_system": (lambda s: s.settings.settings.theme, "system"),
    "actual_size": (lambda s: round(s.canvas.zoom, 3), 1.0),
}


@pytest.mark.parametrize("action_id", DOES)
def test_an_action_does_what_it_says(prepared: Studio, action_id: str) -> None:
    if action_id == "undo":
        prepared.action("undo").trigger()  # the first region is there, the second is not
    else:
        prepared.action(action_id).trigger()
    look, wanted = DOES[action_id]
    assert look(prepared) == wanted


# --- menus at the pointer ---


def _menu_of(widget: QWidget, at: QPoint, reason: QContextMenuEvent.Reason) -> list[str]:
    """Ask for a menu and return the ids that it offers."""
    offered: list[str] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            offered.extend(a.objectName() for a in menu.actions() if a.objectName())
            menu.close()

    QTimer.singleShot(30, look)
    event = QContextMenuEvent(reason, at, widget.mapToGlobal(at))
    QApplication.sendEvent(widget, event)
    QTest.qWait(60)
    return offered


MOUSE, KEYBOARD = QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard


def test_a_right_click_on_a_region_offers_what_can_be_done_to_it(
    qtbot: QtBot, prepared: Studio
) -> None:
    prepared.action("select").trigger()
    at = on_canvas(prepared, 60, 60)
    QTest.mousePress(prepared.canvas, Qt.MouseButton.RightButton, pos=at)
    assert len(prepared.desk.selection) == 2, "the selection that has it stays whole"
    offered = _menu_of(prepared.canvas, at, MOUSE)
    assert {"describe", "relate", "delete", "merge"} <= set(offered)
    assert "split" not in offered, "what needs one region is not offered for two"
    ids = [spec.id for spec in ACTIONS if Context.REGION in spec.context]
    assert offered == [i for i in ids if i in offered], "in the table's order"
    prepared.desk.select(())
    click(prepared, 60, 60)
    assert len(prepared.desk.selection) == 1, "no press was left hanging by the menu"


def test_a_right_click_beside_the_regions_is_about_the_image(prepared: Studio) -> None:
    prepared.action("select").trigger()
    at = on_canvas(prepared, 310, 230)
    QTest.mousePress(prepared.canvas, Qt.MouseButton.RightButton, pos=at)
    assert prepared.desk.selection == ()
    assert "image_done" in _menu_of(prepared.canvas, at, MOUSE)


def test_with_the_point_tool_a_right_click_is_a_prompt_and_the_menu_key_opens_the_menu(
    prepared: Studio,
) -> None:
    at = on_canvas(prepared, 60, 60)
    assert _menu_of(prepared.canvas, at, MOUSE) == []
    assert "describe" in _menu_of(prepared.canvas, at, KEYBOARD)


def test_the_lists_have_menus_too(prepared: Studio) -> None:
    view = prepared.regions.view
    at = view.visualRect(view.model().index(0, 0)).center()
    assert "describe" in _menu_of(view.viewport(), at, MOUSE)
    view = prepared.images.view
    at = view.visualRect(view.model().index(1, 0)).center()
    assert "image_done" in _menu_of(view.viewport(), at, MOUSE)


# --- keys that a person chose ---


def test_keys_from_the_settings_are_used_and_follow_everywhere(
    qtbot: QtBot, prepared: Studio
) -> None:
    prepared.shortcuts.change(prepared.shortcuts.keymap.with_keys("describe", ("J",)))
    assert prepared.action("describe").shortcut() == QKeySequence("J")
    assert prepared.action("describe").toolTip() == "Describe (J)"
    assert prepared.talk.describe.toolTip() == "Describe each selected region (J)"
    press(prepared, Qt.Key.Key_D)
    assert not prepared.conversation.busy
    press(prepared, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: len(prepared.talk.cards()) == 2)
