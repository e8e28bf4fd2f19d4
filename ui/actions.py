"""Everything that can be done, as a table: menus, tool bar and shortcuts are made from it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QWidget

from gar_studio.language import tr
from ui import icons


class Context(StrEnum):
    """What a menu that opens at the pointer is about."""

    REGION = "region"
    IMAGE = "image"


def plain(text: str) -> str:
    """Return a menu's text without the mark of its key, "&File" or "文件(&F)", and without "…"."""
    return re.sub(r"\(&.\)", "", text).replace("&", "").rstrip("…")


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
        context: the menus at the pointer that it is in as well.
        submenu: the menu inside `menu` that it is in, or "".
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
    context: tuple[Context, ...] = ()
    submenu: str = ""

    @property
    def plain_text(self) -> str:
        """Its name in the language in force, without marks."""
        return plain(tr(self.text))


MENUS = ("&File", "&Edit", "&View", "&Tools", "&Regions", "&Masks", "Revie&w", "&Help")

_CANVAS = Scope.CANVAS
_REGION, _IMAGE = (Context.REGION,), (Context.IMAGE,)
ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_image", "Open &image…", "&File", ("Ctrl+O",), "image-plus-outline", tool_bar=True),
    ActionSpec("open_folder", "Open &folder…", "&File", ("Ctrl+Shift+O",), "folder-open-outline", tool_bar=True),
    ActionSpec("open_project", "Open &project…", "&File", ("Ctrl+P",)),
    ActionSpec("open_sample", "Open &sample project", "&File"),
    ActionSpec("next_image", "&Next image", "&File", ("Ctrl+Right", "PgDown"), separator=True),
    ActionSpec("previous_image", "Pre&vious image", "&File", ("Ctrl+Left", "PgUp")),
    ActionSpec("import", "I&mport…", "&File", ("Ctrl+Shift+I",), "import", separator=True),
    ActionSpec("export", "&Export…", "&File", ("Ctrl+E",), "export-variant", tool_bar=True, context=_IMAGE),
    ActionSpec("backup", "&Back up project…", "&File", separator=True),
    ActionSpec("check", "&Check project…", "&File"),
    ActionSpec("relink", "Look for missing p&hotos…", "&File"),
    ActionSpec("quit", "&Quit", "&File", ("Ctrl+Q",), separator=True),
    ActionSpec("undo", "&Undo", "&Edit", ("Ctrl+Z",), "undo", tool_bar=True),
    ActionSpec("redo", "&Redo", "&Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", tool_bar=True),
    ActionSpec("select_all", "Select &all regions", "&Edit", ("Ctrl+A",), scope=_CANVAS, separator=True),
    ActionSpec("delete", "&Delete regions", "&Edit", ("Del", "Backspace"), "delete-outline", _CANVAS, context=_REGION),
    ActionSpec("zoom_in", "Zoom &in", "&View", ("Ctrl++", "Ctrl+=")),
    ActionSpec("zoom_out", "Zoom &out", "&View", ("Ctrl+-",)),
    ActionSpec("fit", "&Fit to window", "&View", ("Ctrl+0", "F"), "fit-to-page-outline", tool_bar=True),
    ActionSpec("actual_size", "&Actual size", "&View", ("Ctrl+1",)),
    ActionSpec("zoom_selection", "Zoom to &selection", "&View", ("Z",)),
    ActionSpec("overlays", "Show &regions", "&View", ("Ctrl+H",), checkable=True, separator=True),
    ActionSpec("fills", "Regions fi&lled", "&View", checkable=True),
    ActionSpec("outlines", "Regions outlin&ed", "&View", checkable=True),
    ActionSpec("stronger", "S&tronger fills", "&View", ("Ctrl+Up",), scope=_CANVAS),
    ActionSpec("fainter", "Fai&nter fills", "&View", ("Ctrl+Down",), scope=_CANVAS),
    ActionSpec("arrows", "Relation arro&ws", "&View", ("Ctrl+R",), checkable=True),
    ActionSpec("minimap", "&Minimap", "&View", (), checkable=True, separator=True),
    ActionSpec("crosshair", "&Crosshair", "&View", ("Shift+C",), checkable=True),
    ActionSpec("hint", "&Preview under the pointer", "&View", (), checkable=True),
    ActionSpec("theme_dark", "&Dark", "&View", (), checkable=True, submenu="&Theme"),
    ActionSpec("theme_light", "&Light", "&View", (), checkable=True, submenu="&Theme"),
    ActionSpec("theme_system", "As the &system", "&View", (), checkable=True, submenu="&Theme"),
    ActionSpec("language_system", "As the &system", "&View", (), checkable=True, submenu="Lan&guage"),
    ActionSpec("language_en", "&English", "&View", (), checkable=True, submenu="Lan&guage"),
    ActionSpec("language_zh_CN", "简体&中文", "&View", (), checkable=True, submenu="Lan&guage"),
    ActionSpec("layout", "Reset la&yout", "&View"),
    ActionSpec("select", "&Select", "&Tools", ("V",), "cursor-default-outline", checkable=True, tool_bar=True),
    ActionSpec("point", "&Point", "&Tools", ("P",), "cursor-default-click-outline", checkable=True, tool_bar=True),
    ActionSpec("box", "&Box", "&Tools", ("B",), "vector-rectangle", checkable=True, tool_bar=True),
    ActionSpec("scribble", "S&cribble", "&Tools", ("S",), "gesture", checkable=True, tool_bar=True),
    ActionSpec("brush", "Brus&h", "&Tools", ("W",), "brush", checkable=True, tool_bar=True),
    ActionSpec("eraser", "&Eraser", "&Tools", ("E",), "eraser", checkable=True, tool_bar=True),
    ActionSpec("outline", "&Outline", "&Tools", ("L",), "vector-polygon", checkable=True, tool_bar=True),
    ActionSpec("larger", "&Larger brush", "&Tools", ("]",), scope=_CANVAS, separator=True),
    ActionSpec("smaller", "S&maller brush", "&Tools", ("[",), scope=_CANVAS),
    ActionSpec("models", "Mo&dels…", "&Tools", ("Ctrl+,",), separator=True),
    ActionSpec("accept", "&Accept mask", "&Regions", ("Return", "Enter"), "check", _CANVAS),
    ActionSpec("discard", "Dis&card mask", "&Regions", ("Esc",), "close", _CANVAS),
    ActionSpec("refine", "Re&fine mask", "&Regions", ("T",), scope=_CANVAS, context=_REGION),
    ActionSpec("everything", "Find e&verything", "&Regions", ("Ctrl+G",), separator=True, context=_IMAGE),
    ActionSpec("accept_all", "Accept a&ll masks", "&Regions", ("Shift+Return", "Shift+Enter"), scope=_CANVAS),
    ActionSpec("next_mask", "Ne&xt mask", "&Regions", ("N",), scope=_CANVAS),
    ActionSpec("describe", "&Describe", "&Regions", ("D",), "text-box-outline", tool_bar=True, separator=True, context=_REGION),
    ActionSpec("describe_all", "Describe all &that have no words", "&Regions", ("Shift+D",)),
    ActionSpec("relate", "&Relate", "&Regions", ("R",), "vector-line", tool_bar=True, context=_REGION),
    ActionSpec("ask", "As&k…", "&Regions", ("/",), "comment-question-outline", tool_bar=True, context=_REGION),
    ActionSpec("stop", "&Stop answering", "&Regions", ("Ctrl+.",), "stop-circle-outline"),
    ActionSpec("accept_answers", "Accept ans&wers", "&Regions", ("A",)),
    ActionSpec("caption", "&Edit caption…", "&Regions", ("F2",), separator=True, context=_REGION),
    ActionSpec("assign", "Assi&gn category…", "&Regions", ("C",), "tag-outline", context=_REGION),
    ActionSpec("categories", "Categor&ies…", "&Regions", ("Ctrl+K",), "tag-multiple-outline"),
    ActionSpec("fill_holes", "&Fill holes", "&Masks", ("H",), scope=_CANVAS, context=_REGION),
    ActionSpec("drop_islands", "&Drop islands", "&Masks"),
    ActionSpec("smooth", "&Smooth border", "&Masks"),
    ActionSpec("grow", "&Grow by 2 pixels", "&Masks", ("Ctrl+]",)),
    ActionSpec("shrink", "S&hrink by 2 pixels", "&Masks", ("Ctrl+[",)),
    ActionSpec("edit_outline", "&Edit outline", "&Masks", ("O",), scope=_CANVAS, checkable=True, context=_REGION),
    ActionSpec("split", "S&plit into parts", "&Masks", separator=True, context=_REGION),
    ActionSpec("merge", "&Merge into the first", "&Masks", ("M",), scope=_CANVAS, context=_REGION),
    ActionSpec("subtract", "S&ubtract from the first", "&Masks"),
    ActionSpec("intersect", "&Intersect with the first", "&Masks"),
    ActionSpec("avoid", "&Avoid other regions", "&Masks", checkable=True, separator=True),
    ActionSpec("approve", "&Approve region", "Revie&w", ("Y",), "check-circle-outline", context=_REGION),
    ActionSpec("reject", "&Reject region…", "Revie&w", ("X",), "close-circle-outline", context=_REGION),
    ActionSpec("flag", "&Flag region…", "Revie&w", ("G",), "flag-outline", context=_REGION),
    ActionSpec("unreview", "&Take verdict back", "Revie&w"),
    ActionSpec("hide", "&Hide region", "Revie&w", ("I",), "eye-off-outline", checkable=True, separator=True, context=_REGION),
    ActionSpec("show_all", "&Show all regions", "Revie&w", ("Shift+I",)),
    ActionSpec("lock", "&Lock region", "Revie&w", ("K",), "lock", checkable=True, context=_REGION),
    ActionSpec("number_up", "Move &up in the list", "Revie&w", ("Alt+Up",), separator=True),
    ActionSpec("number_down", "Move d&own in the list", "Revie&w", ("Alt+Down",)),
    ActionSpec("image_done", "Image is &done", "Revie&w", ("Ctrl+D",), "check-all", checkable=True, separator=True, context=_IMAGE),
    ActionSpec("image_flagged", "Flag i&mage…", "Revie&w", ("Ctrl+M",), "flag-outline", checkable=True, context=_IMAGE),
    ActionSpec("statistics", "Stat&istics…", "Revie&w", ("Ctrl+I",), separator=True),
    ActionSpec("reviewer", "Re&viewer's name…", "Revie&w"),
    ActionSpec("commands", "&Commands…", "&Help", ("Ctrl+Shift+P",)),
    ActionSpec("shortcuts", "&Keyboard shortcuts", "&Help", ("F1", "?")),
    ActionSpec("about", "&About GAR Studio", "&Help"),
)  # fmt: skip

_TOOL_BAR_GROUPS = ("&File", "&Edit", "&Tools", "&View", "&Regions")


def make_actions(
    parent: QWidget, canvas: QWidget, handlers: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """Make an action for each row of the table; `ui.shortcuts` gives them their keys.

    Args:
        parent: the window.
        canvas: where shortcuts of scope `CANVAS` work.
        handlers: what to call, by action id; every id of the table needs one.
    """
    actions: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(tr(spec.text), parent)
        action.setObjectName(spec.id)
        if spec.icon:
            action.setIcon(icons.icon(spec.icon))
        give_keys(action, spec, spec.shortcuts)
        action.setCheckable(spec.checkable)
        handler = handlers[spec.id]
        action.triggered.connect(lambda _checked=False, call=handler: call())
        if spec.scope is Scope.CANVAS:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            canvas.addAction(action)
        else:
            parent.addAction(action)
        actions[spec.id] = action
    return actions


def give_keys(action: QAction, spec: ActionSpec, keys: Sequence[str]) -> None:
    """Let an action be taken by these keys, and its tool tip say so."""
    action.setShortcuts([QKeySequence(key) for key in keys])
    shown = native_keys(keys[:1])
    action.setToolTip(f"{spec.plain_text} ({shown})" if shown else spec.plain_text)


def native_keys(keys: Sequence[str]) -> str:
    """Return keys as people read them on this system."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put every action into its menu; return the menus by title in the table."""
    menus: dict[str, QMenu] = {title: bar.addMenu(tr(title)) for title in MENUS}
    inner: dict[tuple[str, str], QMenu] = {}
    for spec in ACTIONS:
        menu = menus[spec.menu]
        if spec.separator:
            menu.addSeparator()
        if spec.submenu:
            place = (spec.menu, spec.submenu)
            if place not in inner:
                inner[place] = menu.addMenu(tr(spec.submenu))
            menu = inner[place]
        menu.addAction(actions[spec.id])
    return menus


def fill_context(menu: QMenu, actions: Mapping[str, QAction], context: Context) -> None:
    """Put what can be done to a region or an image now into a menu at the pointer."""
    last = ""
    for spec in ACTIONS:
        if context in spec.context and actions[spec.id].isEnabled():
            if last and spec.menu != last:
                menu.addSeparator()
            menu.addAction(actions[spec.id])
            last = spec.menu


def fill_tool_bar(bar: QToolBar, actions: Mapping[str, QAction]) -> None:
    """Put the actions that belong there on the tool bar, in groups."""
    for group in _TOOL_BAR_GROUPS:
        for spec in ACTIONS:
            if spec.tool_bar and spec.menu == group:
                bar.addAction(actions[spec.id])
        if group != _TOOL_BAR_GROUPS[-1]:
            bar.addSeparator()
