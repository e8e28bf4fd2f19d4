"""Everything that can be done, as a table: menus, tool bar and shortcuts are made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from ui import icons


class Scope(StrEnum):
    """Where a shortcut works."""

    WINDOW = "window"
    CANVAS = "canvas"  # keys such as Enter that mean something else in a text field


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that can be done.

    Attributes:
        id: its name for programs.
        text: its name for people; "&" marks the menu's key.
        menu: the menu that it is in.
        shortcuts: keys; the first is shown.
        icon: Material Design icon, or "".
        scope: where the shortcuts work.
        checkable: whether it is on or off.
        tool_bar: whether the tool bar has it.
        separator: whether a line stands before it in its menu.
    """

    id: str
    text: str
    menu: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    scope: Scope = Scope.WINDOW
    checkable: bool = False
    tool_bar: bool = False
    separator: bool = False


MENUS = ("&File", "&Edit", "&View", "&Tools", "&Regions", "&Masks", "&Help")

_CANVAS = Scope.CANVAS
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_image", "Open &image…", "&File", ("Ctrl+O",), "image-plus-outline", tool_bar=True),
    ActionSpec("open_folder", "Open &folder…", "&File", ("Ctrl+Shift+O",), "folder-open-outline", tool_bar=True),
    ActionSpec("open_project", "Open &project…", "&File", ("Ctrl+P",)),
    ActionSpec("next_image", "&Next image", "&File", ("Ctrl+Right", "PgDown"), separator=True),
    ActionSpec("previous_image", "Pre&vious image", "&File", ("Ctrl+Left", "PgUp")),
    ActionSpec("export", "&Export COCO…", "&File", ("Ctrl+E",), "export-variant", tool_bar=True, separator=True),
    ActionSpec("quit", "&Quit", "&File", ("Ctrl+Q",), separator=True),
    ActionSpec("undo", "&Undo", "&Edit", ("Ctrl+Z",), "undo", tool_bar=True),
    ActionSpec("redo", "&Redo", "&Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", tool_bar=True),
    ActionSpec("select_all", "Select &all regions", "&Edit", ("Ctrl+A",), scope=_CANVAS, separator=True),
    ActionSpec("delete", "&Delete regions", "&Edit", ("Del", "Backspace"), "delete-outline", _CANVAS),
    ActionSpec("zoom_in", "Zoom &in", "&View", ("Ctrl++", "Ctrl+=")),
    ActionSpec("zoom_out", "Zoom &out", "&View", ("Ctrl+-",)),
    ActionSpec("fit", "&Fit to window", "&View", ("Ctrl+0", "F"), "fit-to-page-outline", tool_bar=True),
    ActionSpec("actual_size", "&Actual size", "&View", ("Ctrl+1",)),
    ActionSpec("hint", "&Preview under the pointer", "&View", (), checkable=True, separator=True),
    ActionSpec("dark", "&Dark theme", "&View", (), checkable=True),
    ActionSpec("layout", "&Reset layout", "&View"),
    ActionSpec("select", "&Select", "&Tools", ("V",), "cursor-default-outline", checkable=True, tool_bar=True),
    ActionSpec("point", "&Point", "&Tools", ("P",), "cursor-default-click-outline", checkable=True, tool_bar=True),
    ActionSpec("box", "&Box", "&Tools", ("B",), "vector-rectangle", checkable=True, tool_bar=True),
    ActionSpec("scribble", "S&cribble", "&Tools", ("S",), "draw", checkable=True, tool_bar=True),
    ActionSpec("brush", "Brus&h", "&Tools", ("W",), "brush", checkable=True, tool_bar=True),
    ActionSpec("eraser", "&Eraser", "&Tools", ("E",), "eraser", checkable=True, tool_bar=True),
    ActionSpec("outline", "&Outline", "&Tools", ("L",), "vector-polygon", checkable=True, tool_bar=True),
    ActionSpec("larger", "&Larger brush", "&Tools", ("]",), scope=_CANVAS, separator=True),
    ActionSpec("smaller", "S&maller brush", "&Tools", ("[",), scope=_CANVAS),
    ActionSpec("engines", "&Engines…", "&Tools", ("Ctrl+,",), separator=True),
    ActionSpec("accept", "&Accept mask", "&Regions", ("Return", "Enter"), "check", _CANVAS),
    ActionSpec("discard", "Dis&card mask", "&Regions", ("Esc",), "close", _CANVAS),
    ActionSpec("refine", "Re&fine mask", "&Regions", ("T",), scope=_CANVAS),
    ActionSpec("everything", "Find e&verything", "&Regions", ("Ctrl+G",), separator=True),
    ActionSpec("accept_all", "Accept a&ll masks", "&Regions", ("Shift+Return", "Shift+Enter"), scope=_CANVAS),
    ActionSpec("next_mask", "Ne&xt mask", "&Regions", ("N",), scope=_CANVAS),
    ActionSpec("describe", "&Describe", "&Regions", ("D",), "text-box-outline", tool_bar=True, separator=True),
    ActionSpec("relate", "&Relate", "&Regions", ("R",), "vector-line", tool_bar=True),
    ActionSpec("ask", "As&k…", "&Regions", ("/",), "comment-question-outline", tool_bar=True),
    ActionSpec("stop", "&Stop answering", "&Regions", ("Ctrl+.",), "stop-circle-outline"),
    ActionSpec("caption", "&Edit caption…", "&Regions", ("F2",), separator=True),
    ActionSpec("categories", "&Categories…", "&Regions", ("Ctrl+K",), "tag-multiple-outline"),
    ActionSpec("fill_holes", "&Fill holes", "&Masks", ("H",), scope=_CANVAS),
    ActionSpec("drop_islands", "&Drop islands", "&Masks"),
    ActionSpec("smooth", "&Smooth border", "&Masks"),
    ActionSpec("grow", "&Grow by 2 pixels", "&Masks", ("Ctrl+]",)),
    ActionSpec("shrink", "S&hrink by 2 pixels", "&Masks", ("Ctrl+[",)),
    ActionSpec("edit_outline", "&Edit outline", "&Masks", ("O",), scope=_CANVAS, checkable=True),
    ActionSpec("split", "S&plit into parts", "&Masks", separator=True),
    ActionSpec("merge", "&Merge into the first", "&Masks", ("M",), scope=_CANVAS),
    ActionSpec("subtract", "S&ubtract from the first", "&Masks"),
    ActionSpec("intersect", "&Intersect with the first", "&Masks"),
    ActionSpec("avoid", "&Avoid other regions", "&Masks", checkable=True, separator=True),
    ActionSpec("commands", "&Commands…", "&Help", ("Ctrl+Shift+P",)),
    ActionSpec("shortcuts", "&Keyboard shortcuts", "&Help", ("F1", "?")),
    ActionSpec("about", "&About GAR Studio", "&Help"),
)  # fmt: skip

_TOOL_BAR_GROUPS = ("&File", "&Edit", "&Tools", "&View", "&Regions")


def make_actions(
    parent: QWidget, canvas: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make an action for each row of the table.

    Args:
        parent: the window.
        canvas: where shortcuts of scope `CANVAS` work.
        handlers: what to call, by action id; every id of the table needs one.
    """
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, parent)
        action.setObjectName(spec.id)
        if spec.icon:
            action.setIcon(icons.icon(spec.icon))
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setCheckable(spec.checkable)
        plain = spec.text.replace("&", "").rstrip("…")
        keys = f" ({spec.shortcuts[0]})" if spec.shortcuts else ""
        action.setToolTip(plain + keys)
        handler = handlers[spec.id]
        action.triggered.connect(lambda _checked=False, call=handler: call())
        if spec.scope is Scope.CANVAS:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            canvas.addAction(action)
        else:
            parent.addAction(action)
        actions[spec.id] = action
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put every action into its menu; return the menus by title."""
    menus: dict[str, QMenu] = {title: bar.addMenu(title) for title in MENUS}
    for spec in ACTIONS:
        if spec.separator:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(actions[spec.id])
    return menus


def fill_tool_bar(bar: QToolBar, actions: Mapping[str, QAction]) -> None:
    """Put the actions that belong there on the tool bar, in groups."""
    for group in _TOOL_BAR_GROUPS:
        for spec in ACTIONS:
            if spec.tool_bar and spec.menu == group:
                bar.addAction(actions[spec.id])
        if group != _TOOL_BAR_GROUPS[-1]:
            bar.addSeparator()
