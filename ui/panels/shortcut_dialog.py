"""The sheet of shortcuts, made from the table of actions.  Keys are changed where they are read."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.language import mark, tr
from ui.actions import ACTIONS, ActionSpec, native_keys, plain
from ui.keymap import Keymap
from ui.panels.key_field import KeyField

_ID = Qt.ItemDataRole.UserRole
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)

MOUSE = (
    (mark("Add to the object (point tool)"), mark("Left click")),
    (mark("Keep the mask and begin the next object"), mark("Shift + click (point tool)")),
    (mark("Take away from the object"), mark("Right click, Alt + click")),
    (mark("Move a prompt; the mask follows"), mark("Drag a sign, a box's edge")),
    (mark("Take a prompt or a vertex away"), mark("Right click on it, Del")),
    (mark("Choose among the masks offered"), "1, 2, 3"),
    (mark("Assign the category with that key"), "1 … 9"),
    (mark("Move the crosshair"), mark("Arrows, pixel by pixel with Shift")),
    (mark("Click or draw at the crosshair"), mark("Space, Shift + Space to take away")),
    (mark("Menu of a region or an image"), mark("Right click (select tool), Menu key")),
    (mark("Select several regions (select and point tool)"), mark("Ctrl + click")),
    (mark("Zoom to the pointer"), mark("Wheel")),
    (mark("Size of brush and eraser"), mark("Shift + wheel")),
    (mark("Brush erases, eraser paints"), mark("Right button, Alt")),
    (mark("Close an outline"), mark("Enter, first corner")),
    (mark("Take an outline's corner back"), mark("Backspace")),
    (mark("Move the photo"), mark("Space + drag, middle button")),
)
"""What is done with the mouse and with keys that cannot be changed."""


class ShortcutDialog(QDialog):
    """Lists every action with its keys, and lets a person press others.

    Attributes:
        search: what is looked for.
        list: the rows.
        field: takes new keys while some are asked for.
        message: what has to be known about the keys that were pressed.
        take_over, back: the answers when another action has them.
        remove, reset, reset_all: leave the selected action without keys, or as it was at first.
    """

    def __init__(
        self, keymap: Keymap, change: Callable[[Keymap], None], parent: QWidget | None = None
    ) -> None:
        """Show the sheet.

        Args:
            keymap: the keys in force.
            change: called with the keymap after each change.
            parent: the window.
        """
        super().__init__(parent)
        self._keymap = keymap
        self._change = change
        self._editing: ActionSpec | None = None
        self._wanted: tuple[str, ...] = ()
        self.setWindowTitle(tr("Keyboard and mouse"))
        self.resize(640, 680)
        self._build()
        self._refresh()
        self._stop_editing()
        self.search.setFocus()

    # --- building ---

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find an action or a key"))
        self.search.setAccessibleName(tr("Find an action or a key"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Shortcuts"))
        self.list.setColumnCount(3)
        self.list.setHeaderLabels([tr("Action"), tr("Keys"), tr("Menu")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setColumnWidth(0, 280)
        self.list.setColumnWidth(1, 216)
        self.list.itemActivated.connect(self._edit)
        self.list.currentItemChanged.connect(lambda *_: self._select())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._build_field())
        layout.addLayout(self._build_buttons())

    def _build_field(self) -> QWidget:
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.field = KeyField()
        self.field.pressed.connect(self._take)
        self.field.given_up.connect(self._stop_editing)
        self.take_over = self._button(tr("Take it over"), self._take_over)
        self.take_over.setProperty("primary", True)
        self.back = self._button(tr("Cancel"), self._stop_editing)
        self._strip = QWidget()
        self._strip.setMinimumHeight(48)
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.message, 1)
        row.addWidget(self.field)
        row.addWidget(self.take_over)
        row.addWidget(self.back)
        return self._strip

    def _build_buttons(self) -> QHBoxLayout:
        self.change_keys = self._button(
            tr("Change keys"), lambda: self._edit(self.list.currentItem())
        )
        self.remove = self._button(tr("Remove keys"), self._remove)
        self.reset = self._button(tr("Reset"), self._reset)
        self.reset_all = self._button(tr("Reset all"), self._reset_all)
        close = self._button(tr("Close"), self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.change_keys, self.remove, self.reset):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.reset_all)
        buttons.addWidget(close)
        return buttons

    def _button(self, text: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)  # Enter in the list asks for new keys
        button.clicked.connect(lambda _=False: call())
        return button

    # --- reading ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrows move through the list while the search has the keyboard."""
        if watched is self.search and isinstance(event, QKeyEvent):
            down = event.type() == QEvent.Type.KeyPress
            if down and event.key() in _LIST_KEYS:
                self.list.event(event)
                return True
            if down and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._edit(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        """Read the keys again; the row that was current stays so."""
        current = self._current()
        self.list.clear()
        for spec in ACTIONS:
            keys = native_keys(self._keymap.keys(spec.id))
            changed = self._keymap.is_changed(spec.id)
            shown = tr("{keys} (changed)", keys=keys or tr("none")) if changed else keys
            menu = plain(tr(spec.menu))
            item = QTreeWidgetItem([spec.plain_text, shown, menu])
            item.setData(0, _ID, spec.id)
            self.list.addTopLevelItem(item)
            if current is spec:
                self.list.setCurrentItem(item)
        for what, how in MOUSE:
            self.list.addTopLevelItem(QTreeWidgetItem([tr(what), tr(how), tr("fixed")]))
        self._filter(self.search.text())
        self.reset_all.setEnabled(any(self._keymap.is_changed(spec.id) for spec in ACTIONS))
        self._select()

    def _filter(self, wanted: str) -> None:
        words = wanted.casefold().split()
        first: QTreeWidgetItem | None = None
        for index in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(index)
            assert item is not None
            name = " ".join(item.text(column) for column in range(3)).casefold()
            item.setHidden(not all(word in name for word in words))
            if first is None and not item.isHidden():
                first = item
        current = self.list.currentItem()
        if first is not None and (current is None or current.isHidden()):
            self.list.setCurrentItem(first)

    def _current(self) -> ActionSpec | None:
        item = self.list.currentItem()
        wanted = item.data(0, _ID) if item is not None else None
        return next((spec for spec in ACTIONS if spec.id == wanted), None)

    def _select(self) -> None:
        spec = self._current()
        self.change_keys.setEnabled(spec is not None)
        self.remove.setEnabled(spec is not None and bool(self._keymap.keys(spec.id)))
        self.reset.setEnabled(spec is not None and self._keymap.is_changed(spec.id))
        if self._editing is not None and spec is not self._editing:
            self._stop_editing()

    # --- changing ---

    def _edit(self, item: QTreeWidgetItem | None) -> None:
        spec = self._current()
        if item is None or spec is None:
            return
        self._editing = spec
        self._say(
            tr(
                "Press the new keys for “{action}”, Esc to keep the old ones.",
                action=spec.plain_text,
            )
        )
        self.field.show()
        self.back.show()
        self.take_over.hide()
        self.field.begin()

    def _take(self, keys: str) -> None:
        if self._editing is not None:
            self._want(self._editing, (keys,))

    def _want(self, spec: ActionSpec, keys: tuple[str, ...]) -> None:
        """Give an action keys, or ask first if another one has them."""
        conflicts = self._keymap.conflicts(spec.id, keys)
        if not conflicts:
            self._put(self._keymap.with_keys(spec.id, keys), spec, keys)
            return
        self._editing, self._wanted = spec, keys
        can = all(conflict.can_be_taken for conflict in conflicts)
        key, used_for = native_keys([conflicts[0].key]), conflicts[0].used_for
        self._say(
            tr("{key} is “{used_for}” now.", key=key, used_for=used_for)
            if can
            else tr(
                "{key} is for {used_for} and cannot be given to another action.",
                key=key,
                used_for=used_for,
            )
        )
        self.field.setVisible(not can)
        self.take_over.setVisible(can)
        self.back.show()
        if can:
            self.take_over.setFocus()
        else:
            self.field.begin()

    def _take_over(self) -> None:
        spec = self._editing
        if spec is not None:
            self._put(self._keymap.with_keys(spec.id, self._wanted), spec, self._wanted)

    def _remove(self) -> None:
        spec = self._current()
        if spec is not None:
            self._put(self._keymap.with_keys(spec.id, ()), spec, ())

    def _reset(self) -> None:
        spec = self._current()
        if spec is not None:
            self._want(spec, spec.shortcuts)

    def _reset_all(self) -> None:
        self._keymap = self._keymap.reset_all()
        self._change(self._keymap)
        self._refresh()
        self._stop_editing()
        self._say(tr("All keys are as they were at first."))

    def _put(self, keymap: Keymap, spec: ActionSpec, keys: tuple[str, ...]) -> None:
        self._keymap = keymap
        self._change(keymap)
        self._stop_editing()
        self._refresh()
        shown = native_keys(keys)
        self._say(
            tr("“{action}” is on {keys} now.", action=spec.plain_text, keys=shown)
            if shown
            else tr("“{action}” has no keys now.", action=spec.plain_text)
        )

    def _stop_editing(self) -> None:
        had_keyboard = self._editing is not None
        self._editing, self._wanted = None, ()
        for widget in (self.field, self.take_over, self.back):
            widget.hide()
        self._say(tr("Enter or a double click on a row changes its keys."))
        if had_keyboard:
            self.list.setFocus()

    def _say(self, text: str) -> None:
        self.message.setText(text)
        muted = self._editing is None
        self.message.setProperty("role", "muted" if muted else "")
        self.message.style().polish(self.message)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let Esc leave the question first, and then the sheet."""
        if event.key() == Qt.Key.Key_Escape and self._editing is not None:
            self._stop_editing()
        elif QKeySequence(event.keyCombination()) == QKeySequence.StandardKey.Find:
            self.search.setFocus()
        else:
            super().keyPressEvent(event)
