"""The rows of the list of regions: number, category, words, verdict, eye and lock."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QByteArray,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QIcon, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gar_studio.annotation.region import Region
from gar_studio.document.commands import MoveRegion
from gar_studio.document.review_commands import HideRegions, LockRegions
from gar_studio.language import tr, tr_list
from ui import icons
from ui.desk import Desk
from ui.panels.painting import BADGE, draw_badge, draw_row_background, draw_text
from ui.panels.review_filter import EVERYTHING

_ROW_HEIGHT = 44
_SIGN = 18
REGION_ROLE = Qt.ItemDataRole.UserRole + 1
_MIME = "application/x-gar-studio-region"


class RegionModel(QAbstractListModel):
    """One row a region that the filter lets through, in the order of their numbers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._regions: tuple[Region, ...] = ()
        self._numbers: dict[int, int] = {}
        self.choice = EVERYTHING

    def refresh(self) -> None:
        """Read the regions again, those that the filter lets through."""
        self._numbers = self._desk.numbers()
        regions = tuple(filter(self.choice.fits, self._desk.regions()))
        if [r.id for r in regions] == [r.id for r in self._regions]:
            self._regions = regions
            if regions:
                self.dataChanged.emit(self.index(0), self.index(len(regions) - 1))
            return
        self.beginResetModel()
        self._regions = regions
        self.endResetModel()

    def region_id(self, index: QModelIndex) -> int:
        """Return the id of the region in a row."""
        return self._regions[index.row()].id

    def number(self, index: QModelIndex | QPersistentModelIndex) -> int:
        """Return the number on screen of the region in a row."""
        return self._numbers[self._regions[index.row()].id]

    def row_of(self, region_id: int) -> int:
        """Return the row of a region, or -1."""
        return next((row for row, r in enumerate(self._regions) if r.id == region_id), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        return 0 if parent.isValid() else len(self._regions)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """See Qt."""
        region = self._regions[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.category_name(region)
            case Qt.ItemDataRole.ToolTipRole:
                lines = [
                    self.caption(region) or tr("{area:,} pixels", area=region.mask.area),
                    _reviewed(region),
                ]
                return "\n".join(line for line in lines if line)
            case Qt.ItemDataRole.AccessibleTextRole:
                words = tr(
                    "Region {number}, {category}",
                    number=self.number(index),
                    category=self.category_name(region),
                )
                caption = self.caption(region)
                parts = [words, caption, *_marks(region)]
                return tr_list(parts)
            case int() if role == REGION_ROLE:
                return region
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Let rows be dragged between rows."""
        usual = super().flags(index)
        if not index.isValid():
            return usual | Qt.ItemFlag.ItemIsDropEnabled
        return usual | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """See Qt."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """See Qt."""
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Carry the id of the region that is dragged."""
        data = QMimeData()
        data.setData(_MIME, QByteArray(str(self.region_id(indexes[0])).encode()))
        return data

    def dropMimeData(  # noqa: N802
        self,
        data: QMimeData,
        action: Qt.DropAction,
        row: int,
        column: int,
        parent: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Give the dragged region the number of the place where it was dropped."""
        del action, column, parent
        text = bytes(data.data(_MIME).data()).decode()
        if not text.isdigit() or self._desk.image_id is None:
            return False
        source = self._numbers.get(int(text), 0)
        if not source or not self._regions:
            return False
        number = self._number_before(row)
        number -= number > source  # what is taken out moves the numbers after it up
        self._desk.do(MoveRegion(self._desk.image_id, int(text), number))
        return False  # the rows follow the document; the view must not take any away

    def _number_before(self, row: int) -> int:
        """Return the number that something dropped before a row, or after the last, is to have."""
        if 0 <= row < len(self._regions):
            return self._numbers[self._regions[row].id]
        return self._numbers[self._regions[-1].id] + 1

    def category_name(self, region: Region) -> str:
        """Return the name of a region's category."""
        document = self._desk.document
        return document.category(region.category_id).name if document else ""

    def caption(self, region: Region) -> str:
        """Return a region's words as people read them, or ""."""
        document = self._desk.document
        if document is None or region.caption is None:
            return ""
        return document.shown(region.image_id, region.caption.text)


class RegionRow(QStyledItemDelegate):
    """Paints a region's row; its eye and its lock can be clicked."""

    def __init__(self, view: QListView, model: RegionModel, desk: Desk) -> None:
        super().__init__(view)
        self._model = model
        self._desk = desk

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        region: Region = index.data(REGION_ROLE)
        colours = draw_row_background(painter, option, lit=self._desk.hovered == region.id)
        rect: QRect = option.rect.adjusted(8, 0, -8, 0)
        badge = QRect(rect.left(), rect.center().y() - BADGE // 2 + 1, BADGE, BADGE)
        draw_badge(painter, badge, self._model.number(index), region.colour)
        pointed = bool(option.state & QStyle.StateFlag.State_MouseOver)
        signs = self._paint_signs(painter, option, region, pointed=pointed)
        lines = rect.adjusted(BADGE + 12, 4, -signs, -4)
        half = lines.height() // 2
        upper = QRect(lines.left(), lines.top(), lines.width(), half)
        lower = QRect(lines.left(), lines.top() + half, lines.width(), half)
        verdict = tr(region.review.verdict.value) if region.review is not None else ""
        used = draw_text(painter, upper, verdict, colours.secondary, right=True)
        name = upper.adjusted(0, 0, -used - 8 if used else 0, 0)
        draw_text(painter, name, self._model.category_name(region), colours.primary)
        caption = self._model.caption(region) or tr(
            "{area:,} px, no caption yet", area=region.mask.area
        )
        draw_text(painter, lower, " ".join(caption.split()), colours.secondary)

    def _paint_signs(
        self, painter: QPainter, option: QStyleOptionViewItem, region: Region, *, pointed: bool
    ) -> int:
        """Paint eye and lock where they are set, or under the pointer; return their width."""
        eye, lock = sign_places(option.rect)
        shown = (
            (eye, "eye-off-outline" if region.hidden else "eye-outline", region.hidden),
            (lock, "lock" if region.locked else "lock-open-variant-outline", region.locked),
        )
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        for place, name, is_set in shown:
            if is_set or pointed:
                mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
                icons.icon(name).paint(painter, place, mode=mode)
        any_set = region.hidden or region.locked
        return 2 * _SIGN + 12 if pointed or any_set else 0

    def editorEvent(  # noqa: N802
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Hide or lock a region by a click on its sign; the selection stays as it is."""
        presses = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if presses and isinstance(event, QMouseEvent) and self.toggle_at(event, option, index):
            return True
        return super().editorEvent(event, model, option, index)

    def toggle_at(
        self,
        event: QMouseEvent,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Act on a click if it is on one of the signs; return whether it was."""
        region: Region = index.data(REGION_ROLE)
        eye, lock = sign_places(option.rect)
        point = event.position().toPoint()
        if eye.contains(point):
            self._desk.do(HideRegions(region.image_id, (region.id,), hidden=not region.hidden))
        elif lock.contains(point):
            self._desk.do(LockRegions(region.image_id, (region.id,), locked=not region.locked))
        else:
            return False
        return True

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height that all rows share."""
        return QSize(super().sizeHint(option, index).width(), _ROW_HEIGHT)


def sign_places(row: QRect) -> tuple[QRect, QRect]:
    """Return where a row has its eye and its lock."""
    top = row.center().y() - _SIGN // 2 + 1
    lock = QRect(row.right() - 8 - _SIGN, top, _SIGN, _SIGN)
    return lock.translated(-_SIGN - 4, 0), lock


def _marks(region: Region) -> list[str]:
    """Return what a region is beside its words, for a screen reader."""
    found = [tr(region.review.verdict.value)] if region.review is not None else []
    return [
        *found,
        *([tr("hidden")] if region.hidden else []),
        *([tr("locked")] if region.locked else []),
    ]


def _reviewed(region: Region) -> str:
    """Say who said what of a region, or ""."""
    review = region.review
    if review is None:
        return ""
    verdict, day = tr(review.verdict.value).capitalize(), review.at[:10]
    told = (
        tr("{verdict} by {who}, {day}", verdict=verdict, who=review.by, day=day)
        if review.by
        else tr("{verdict}, {day}", verdict=verdict, day=day)
    )
    return tr("{told}: {reason}", told=told, reason=review.reason) if review.reason else told
