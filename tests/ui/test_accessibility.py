"""Whatever can be used has a name for those who cannot see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QDialog, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gar_studio.errors import ImageError
from tests.ui.conftest import add_region, open_photo, press
from ui.actions import ACTIONS
from ui.demo import Hand
from ui.studio import Studio

_USED: tuple[QAccessible.Role, ...] = (
    QAccessible.Role.Button,
    QAccessible.Role.ButtonMenu,
    QAccessible.Role.ButtonDropDown,
    QAccessible.Role.CheckBox,
    QAccessible.Role.RadioButton,
    QAccessible.Role.EditableText,
    QAccessible.Role.ComboBox,
    QAccessible.Role.SpinBox,
    QAccessible.Role.Slider,
    QAccessible.Role.List,
    QAccessible.Role.ListItem,
    QAccessible.Role.Tree,
    QAccessible.Role.Table,
    QAccessible.Role.MenuItem,
    QAccessible.Role.PageTab,
    QAccessible.Role.ProgressBar,
    QAccessible.Role.Link,
    QAccessible.Role.Canvas,
    QAccessible.Role.Dialog,
    QAccessible.Role.HotkeyField,
)
_OF_QT = ("qt_toolbar_ext_button", "qt_dockwidget_closebutton", "qt_dockwidget_floatbutton")


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Go through an element and all below it."""
    yield interface
    for index in range(interface.childCount()):
        child = interface.child(index)
        if child is not None and child.isValid():
            yield from tree(child)


def _inner(widget: QWidget) -> bool:
    """Whether a widget is a part of one that has the name, as the field of a combo box."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if parent.accessibleName() and widget.focusProxy() is not None:
            return True
        if parent.inherits("QComboBox") or parent.inherits("QAbstractSpinBox"):
            return bool(parent.accessibleName())
        parent = parent.parentWidget()
    return False


def unnamed(window: QWidget) -> list[str]:
    """Return what can be used and has no name."""
    interface = QAccessible.queryAccessibleInterface(window)
    assert interface is not None
    found = []
    for element in tree(interface):
        if element.role() not in _USED or element.state().invisible:
            continue
        if element.text(QAccessible.Text.Name).strip():
            continue
        thing = element.object()
        if isinstance(thing, QWidget) and (thing.objectName() in _OF_QT or _inner(thing)):
            continue
        if element.role() == QAccessible.Role.MenuItem and thing is None:
            continue  # a line between two actions
        kind = type(thing).__name__ if thing is not None else "?"
        name = thing.objectName() if thing is not None else ""
        found.append(f"{element.role().name} {kind} {name}")
    return found


@pytest.fixture
def busy_studio(qtbot: QtBot, studio: Studio, photo: Path) -> Studio:
    """Regions, an answer and an error in view."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    add_region(qtbot, studio, 200, 120)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 1)
    return studio


def test_the_empty_window_has_no_unnamed_control(studio: Studio) -> None:
    assert unnamed(studio) == []


def test_the_window_at_work_has_no_unnamed_control(busy_studio: Studio) -> None:
    busy_studio.talk.cards()[0].edit.click()
    busy_studio.desk.failed.emit(ImageError("“a.png” is empty."))
    busy_studio.notices.more.click()
    assert unnamed(busy_studio) == []


OPENS_A_DIALOG = ("engines", "categories", "shortcuts", "commands", "caption", "reject", "about")


@pytest.mark.parametrize("action_id", [s.id for s in ACTIONS if s.id in OPENS_A_DIALOG])
def test_no_dialog_has_an_unnamed_control(busy_studio: Studio, action_id: str) -> None:
    found: list[list[str]] = []

    def look(dialog: QDialog) -> None:
        found.append(unnamed(dialog))
        dialog.reject()

    Hand(busy_studio).in_dialog(QDialog, look)
    busy_studio.action(action_id).trigger()
    assert found == [[]]


def test_the_test_finds_what_has_no_name(qtbot: QtBot, studio: Studio) -> None:
    button = QToolButton(studio.status)
    button.show()
    assert len(unnamed(studio)) == 1
    button.setAccessibleName("Something")
    assert unnamed(studio) == []
