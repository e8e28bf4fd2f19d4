"""The list of models: name and state in the first line, what it costs in the second."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gar_studio.engines.shelf import Key, Offer
from gar_studio.language import tr, tr_list
from ui import theme
from ui.controllers.models import ModelsController
from ui.panels.model_texts import KINDS, entry_memory, entry_size, short_licence, state_text

_TITLE: Final = Qt.ItemDataRole.DisplayRole
_STATE: Final = Qt.ItemDataRole.UserRole
_LINES: Final = Qt.ItemDataRole.UserRole + 1
_KEY: Final = Qt.ItemDataRole.UserRole + 2
_SEPARATOR: Final = "\n"
_PAD: Final = 8
_WIDTH: Final = 312

OWN: Final[Key] = ("", "")
"""Key of the row in which a model of one's own is added."""


class _Delegate(QStyledItemDelegate):
    """Paints a row; a heading is one small line."""

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return room for the row's lines."""
        line = QFontMetrics(option.font).height()
        lines = str(index.data(_LINES) or "").splitlines()
        return QSize(_WIDTH, (1 + len(lines)) * line + 2 * _PAD)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the row."""
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        plain.text = ""
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, plain, painter, widget)
        painter.save()
        self._write(painter, option, index)
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours = theme.current()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        heading = index.data(_KEY) is None
        text = colours.muted if heading else colours.on_selection if selected else colours.text
        muted = colours.on_selection if selected else colours.muted
        area: QRect = option.rect.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        font = QFont(option.font)
        height = QFontMetrics(font).height()
        state = index.data(_STATE) or ""
        line = QRect(area.left(), area.top(), area.width(), height)
        painter.setFont(font)
        painter.setPen(QColor(muted))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight), state)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(text))
        room = line.width() - QFontMetrics(option.font).horizontalAdvance(state) - _PAD
        title = QFontMetrics(font).elidedText(
            index.data(_TITLE), Qt.TextElideMode.ElideMiddle, room
        )
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft), title)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(muted))
        for text_line in str(index.data(_LINES) or "").splitlines():
            line.translate(0, height)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft), text_line)


class ModelList(QListWidget):
    """Lists offers under “Masks” and “Words”.

    Signals:
        chosen: `Key` of the row that is current; `OWN` for the last one.
    """

    chosen = Signal(object)

    def __init__(self, models: ModelsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._wanted: Key | None = None
        self.setAccessibleName(tr("Models"))
        self.setItemDelegate(_Delegate(self))
        self.setMinimumWidth(_WIDTH)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._tell)

    def show_offers(self, offers: tuple[Offer, ...]) -> None:
        """Fill the list; the row that was current stays it."""
        current = self._wanted or self.current_key()
        self.blockSignals(True)
        self.clear()
        kind = None
        for offer in offers:
            if offer.kind is not kind:
                kind = offer.kind
                self._add_heading(tr(KINDS[kind]))
            self._add(offer)
        self._add_heading(tr("Your own"))
        self._put(
            QListWidgetItem(tr("Add a model…")), OWN, tr("A folder, a file, a hub id or a server")
        )
        self.blockSignals(False)
        self.choose(current)

    def refresh(self, offers: tuple[Offer, ...]) -> None:
        """Say anew how each model stands."""
        by_key = {offer.key: offer for offer in offers}
        for row in range(self.count()):
            item = self.item(row)
            offer = by_key.get(_key_of(item) or OWN)
            if offer is not None:
                self._describe(item, offer)

    def choose(self, key: Key | None) -> None:
        """Make a row current, now or when the list has it; without a key the first one."""
        keys = [_key_of(self.item(row)) for row in range(self.count())]
        rows = {found: row for row, found in enumerate(keys) if found is not None}
        self._wanted = key if key is not None and key not in rows else None
        row = rows.get(key) if key is not None else None
        self.setCurrentRow(next(iter(rows.values()), -1) if row is None else row)

    def current_key(self) -> Key | None:
        """Return the key of the current row."""
        item = self.currentItem()
        return None if item is None else _key_of(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let Home go to the first model: the row above it is a heading."""
        if event.key() == Qt.Key.Key_Home:
            self.choose(None)
        else:
            super().keyPressEvent(event)

    def _add_heading(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(item)

    def _add(self, offer: Offer) -> None:
        self._put(QListWidgetItem(tr(offer.entry.name)), offer.key, "")
        self._describe(self.item(self.count() - 1), offer)

    def _put(self, item: QListWidgetItem, key: Key, lines: str) -> None:
        item.setData(_KEY, _SEPARATOR.join(key))  # Qt would make a list of a tuple
        item.setData(_LINES, lines)
        self.addItem(item)

    def _describe(self, item: QListWidgetItem, offer: Offer) -> None:
        entry = offer.entry
        state = state_text(
            entry,
            in_use=self._models.in_use(offer),
            fetching=self._models.fetching_of(offer.key),
            failed=self._models.outcome(offer.key).error is not None,
        )
        costs = tr_list((entry_size(entry), entry_memory(entry)))
        licence = short_licence(entry.licence)
        lines = _SEPARATOR.join(dict.fromkeys(part for part in (costs, licence) if part))
        if (item.data(_STATE), item.data(_LINES)) == (state, lines):
            return
        item.setData(_STATE, state)
        item.setData(_LINES, lines)
        spoken = tr_list((tr(entry.name), state, *lines.splitlines()))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)

    def _tell(self, item: QListWidgetItem | None) -> None:
        key = None if item is None else _key_of(item)
        if key is not None:
            self.chosen.emit(key)


def _key_of(item: QListWidgetItem) -> Key | None:
    kept = item.data(_KEY)
    if kept is None:
        return None
    engine, _, model = str(kept).partition(_SEPARATOR)
    return engine, model
