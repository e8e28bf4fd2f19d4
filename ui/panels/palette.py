"""The command palette: every action by a few letters of its name."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.language import tr
from ui.actions import ACTIONS, plain
from ui.panels.painting import draw_row_background, draw_text

_WIDTH, _ROW, _ROWS_SHOWN = 560, 34, 12
_ID, _MENU, _KEYS = (Qt.ItemDataRole.UserRole + n for n in (1, 2, 3))
_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_TOP = 64  # pixels below the window's upper edge


def rank(text: str, wanted: str) -> int | None:
    """Return how well a name fits what was typed, 0 being best; None if it does not.

    Every typed word has to occur in the name; the earlier in a word and in the name, the better.
    """
    name = text.casefold()
    total = 0
    for word in wanted.casefold().split():
        places = [at for at in range(len(name)) if name.startswith(word, at)]
        if not places:
            return None
        starts = [at for at in places if at == 0 or not name[at - 1].isalnum()]
        total += min(starts) if starts else 100 + places[0]
    return total


class Palette(QDialog):
    """A field to type in and the actions that fit, the best one selected.

    Attributes:
        field: what is typed.
        found: the list of actions.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._actions = actions
        self.setAccessibleName(tr("Commands"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type the name of a command"))
        self.field.setAccessibleName(tr("Command"))
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._run)
        self.field.installEventFilter(self)
        self.found = QListWidget()
        self.found.setAccessibleName(tr("Commands that fit"))
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.found.setItemDelegate(_Row(self.found))
        self.found.setUniformItemSizes(True)
        self.found.itemClicked.connect(self._run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.found)
        self.resize(min(_WIDTH, parent.width() - 32), 58 + _ROW * _ROWS_SHOWN)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + _TOP)
        self._filter("")
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrows move through the list while the field has the keyboard."""
        if watched is self.field and isinstance(event, QKeyEvent):
            moves = event.type() == QEvent.Type.KeyPress and event.key() in _LIST_KEYS
            if moves:
                self.found.event(event)
                return True
        return super().eventFilter(watched, event)

    def _filter(self, wanted: str) -> None:
        self.found.clear()
        ranked = [
            (place, index, spec)
            for index, spec in enumerate(ACTIONS)
            if self._actions[spec.id].isEnabled()
            and (place := rank(spec.plain_text, wanted)) is not None
        ]
        for _, _, spec in sorted(ranked, key=lambda entry: entry[:2]):
            action = self._actions[spec.id]
            # Undo and redo say what they would do.
            item = QListWidgetItem(plain(action.text()))
            item.setData(_ID, spec.id)
            item.setData(_MENU, plain(tr(spec.menu)))
            native = QKeySequence.SequenceFormat.NativeText
            item.setData(_KEYS, action.shortcut().toString(native))
            self.found.addItem(item)
        self.found.setCurrentRow(0)

    def _run(self) -> None:
        item: QListWidgetItem | None = self.found.currentItem()  # None where nothing fits
        if item is None:
            return
        self.accept()
        self._actions[item.data(_ID)].trigger()


class _Row(QStyledItemDelegate):
    """An action's name, its menu, and its keys on the right."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        painter.save()
        colours = draw_row_background(painter, option)
        rect = option.rect.adjusted(12, 0, -12, 0)
        keys = draw_text(painter, rect, index.data(_KEYS), colours.secondary, right=True)
        rect = rect.adjusted(0, 0, -keys - 12, 0)
        used = draw_text(painter, rect, index.data(Qt.ItemDataRole.DisplayRole), colours.primary)
        rect = rect.adjusted(used + 10, 0, 0, 0)
        draw_text(painter, rect, index.data(_MENU), colours.secondary)
        painter.restore()

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height that all rows share."""
        del option, index
        return QSize(0, _ROW)
