"""Offers the image's regions while somebody writes `#` in a line of text."""

import re

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QListView, QStyledItemDelegate, QStyleOptionViewItem

from gar_studio.annotation.region import Region
from gar_studio.language import tr
from ui.desk import Desk
from ui.panels.painting import BADGE, draw_badge, draw_row_background, draw_text

_WRITTEN = re.compile(r"(?<![A-Za-z0-9_&#])#([^\s#]*)$")
_ROW_HEIGHT = 28
_MOST_ROWS = 6
_WIDEST = 320
_REGION_ROLE = Qt.ItemDataRole.UserRole + 1
_NUMBER_ROLE = Qt.ItemDataRole.UserRole + 2


class _Matches(QAbstractListModel):
    """The regions that fit what is written, in the order of their numbers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._found: tuple[tuple[int, Region], ...] = ()

    def filter(self, written: str) -> None:
        """Keep regions whose number begins so, or whose category or caption has it in it."""
        numbered = enumerate(self._desk.regions(), start=1)
        wanted = written.casefold()
        self.beginResetModel()
        self._found = tuple(
            (number, region)
            for number, region in numbered
            if str(number).startswith(wanted)
            or (not wanted.isdigit() and wanted in " ".join(self.words(region)).casefold())
        )
        self.endResetModel()

    def words(self, region: Region) -> tuple[str, str]:
        """Return a region's category and caption."""
        document = self._desk.document
        if document is None:
            return "", ""
        caption = region.caption.text if region.caption else ""
        shown = " ".join(document.shown(region.image_id, caption).split())
        return document.category(region.category_id).name, shown

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        return 0 if parent.isValid() else len(self._found)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """See Qt."""
        number, region = self._found[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (f"#{number}", *self.words(region)) if part)
            case int() if role == _REGION_ROLE:
                return region
            case int() if role == _NUMBER_ROLE:
                return number
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: QListView, model: _Matches) -> None:
        super().__init__(view)
        self._model = model

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        region: Region = index.data(_REGION_ROLE)
        colours = draw_row_background(painter, option)
        rect: QRect = option.rect.adjusted(4, 0, -8, 0)
        badge = QRect(rect.left(), rect.center().y() - BADGE // 2 + 1, BADGE, BADGE)
        draw_badge(painter, badge, index.data(_NUMBER_ROLE), region.colour)
        category, caption = self._model.words(region)
        rest = rect.adjusted(BADGE + 8, 0, 0, 0)
        used = draw_text(painter, rest, category, colours.primary)
        rest.setLeft(rest.left() + used + 8)
        if caption and rest.width() > BADGE:
            draw_text(painter, rest, caption, colours.secondary)

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW_HEIGHT)


class RegionCompleter(QObject):
    """A list over a line of text; Enter or Tab takes the region that is marked, Esc none."""

    def __init__(self, desk: Desk, line: QLineEdit) -> None:
        super().__init__(line)
        self._desk = desk
        self._line = line
        self._model = _Matches(desk)
        # A child of the window, not a window of its own: it takes no focus, and no window system
        # can put it somewhere else.
        self.view = QListView(line)
        self.view.hide()
        self.view.setProperty("role", "popup")
        self.view.setAccessibleName(tr("Regions to name"))
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Delegate(self.view, self._model))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(self._take)
        self.view.selectionModel().currentChanged.connect(self._light)
        line.installEventFilter(self)
        line.textEdited.connect(self._follow)
        line.cursorPositionChanged.connect(self._close_elsewhere)
        line.destroyed.connect(self.view.deleteLater)
        desk.image_changed.connect(self.close)

    @property
    def is_open(self) -> bool:
        """Whether regions are offered."""
        return self.view.isVisible()

    def close(self) -> None:
        """Offer nothing."""
        if self.view.isVisible():
            self.view.hide()
            self._desk.hover(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the keys of the line work the list while it is open."""
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.close()
        elif event.type() == QEvent.Type.ShortcutOverride and self.is_open:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:  # not the canvas's, while the list is open
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and self.is_open:
            assert isinstance(event, QKeyEvent)
            return self._press(event.key())
        return super().eventFilter(watched, event)

    def _press(self, key: int) -> bool:
        match key:
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab:
                self._take(self.view.currentIndex())
            case Qt.Key.Key_Escape:
                self.close()
            case _:
                return False
        return True

    def _step(self, step: int) -> None:
        row = (self.view.currentIndex().row() + step) % self._model.rowCount()
        self.view.setCurrentIndex(self._model.index(row))

    def _written(self) -> str | None:
        """Return what stands between the last `#` and the cursor, or None without one."""
        found = _WRITTEN.search(self._line.text()[: self._line.cursorPosition()])
        return found.group(1) if found else None

    def _follow(self) -> None:
        written = self._written()
        if written is None:
            self.close()
            return
        self._model.filter(written)
        count = self._model.rowCount()
        # A number that can only mean one region needs no help, so that Enter asks at once.
        if count == 0 or (count == 1 and written == str(self._number(0))):
            self.close()
            return
        self._place(min(count, _MOST_ROWS))
        self.view.setCurrentIndex(self._model.index(0))

    def _close_elsewhere(self) -> None:
        if self._written() is None:
            self.close()

    def _number(self, row: int) -> int:
        number: int = self._model.index(row).data(_NUMBER_ROLE)
        return number

    def _place(self, rows: int) -> None:
        """Put the list over the line, or under it where there is more room."""
        window = self._line.window()
        if self.view.parent() is not window:
            self.view.setParent(window)
        corner = self._line.mapTo(window, QPoint(0, 0))
        height = rows * _ROW_HEIGHT + 10
        width = min(_WIDEST, max(self._line.width(), 200), window.width())
        above, below = corner.y(), window.height() - corner.y() - self._line.height()
        height = min(height, max(above, below))
        over = above >= height
        top = corner.y() - height if over else corner.y() + self._line.height()
        left = max(0, min(corner.x(), window.width() - width))
        self.view.setGeometry(left, top, width, height)
        self.view.show()
        self.view.raise_()

    def _light(self, index: QModelIndex) -> None:
        if index.isValid() and self.is_open:
            self._desk.hover(index.data(_REGION_ROLE).id)

    def _take(self, index: QModelIndex) -> None:
        """Write the region's number in place of what was written."""
        cursor, text, written = self._line.cursorPosition(), self._line.text(), self._written()
        if index.isValid() and written is not None:
            number = f"#{self._number(index.row())}"
            start = cursor - len(written) - 1
            self._line.setSelection(start, cursor - start)
            self._line.insert(number)  # as if it were typed, so that it can be undone there
            assert text[:start] == self._line.text()[:start]
        self.close()
