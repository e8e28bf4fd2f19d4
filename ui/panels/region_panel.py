"""The regions of the image in view, and the category of those that are selected."""

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.region import Region
from ui.desk import Desk
from ui.panels.category_bar import CategoryBar
from ui.panels.painting import BADGE, draw_badge, draw_row_background, draw_text

_ROW_HEIGHT = 44
_REGION_ROLE = Qt.ItemDataRole.UserRole + 1


class RegionModel(QAbstractListModel):
    """One row a region, in the order of their numbers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._regions: tuple[Region, ...] = ()

    def refresh(self) -> None:
        """Read the regions again."""
        regions = self._desk.regions()
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
                return self.caption(region) or f"{region.mask.area:,} pixels"
            case Qt.ItemDataRole.AccessibleTextRole:
                words = f"Region {index.row() + 1}, {self.category_name(region)}"
                caption = self.caption(region)
                return f"{words}, {caption}" if caption else words
            case int() if role == _REGION_ROLE:
                return region
        return None

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


class _Delegate(QStyledItemDelegate):
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
        region: Region = index.data(_REGION_ROLE)
        colours = draw_row_background(painter, option, lit=self._desk.hovered == region.id)
        rect: QRect = option.rect.adjusted(8, 0, -8, 0)  # type: ignore[attr-defined]
        badge = QRect(rect.left(), rect.center().y() - BADGE // 2 + 1, BADGE, BADGE)
        draw_badge(painter, badge, index.row() + 1, region.colour)
        lines = rect.adjusted(BADGE + 12, 4, 0, -4)
        half = lines.height() // 2
        upper = QRect(lines.left(), lines.top(), lines.width(), half)
        lower = QRect(lines.left(), lines.top() + half, lines.width(), half)
        draw_text(painter, upper, self._model.category_name(region), colours.primary)
        caption = self._model.caption(region) or f"{region.mask.area:,} px, no caption yet"
        draw_text(painter, lower, " ".join(caption.split()), colours.secondary)

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW_HEIGHT)


class RegionPanel(QWidget):
    """Shows the regions; several can be selected, and given a category."""

    edit_caption = Signal(int)  # region id

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._following = False
        self._model = RegionModel(desk)
        self.view = QListView()
        self.view.setAccessibleName("Regions")
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Delegate(self.view, self._model, desk))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setMouseTracking(True)
        self.view.viewport().installEventFilter(self)
        self.view.entered.connect(lambda index: desk.hover(self._model.region_id(index)))
        self.view.doubleClicked.connect(
            lambda index: self.edit_caption.emit(self._model.region_id(index))
        )
        self.view.selectionModel().selectionChanged.connect(self._select)
        self._empty = QLabel("No regions yet.\nClick an object in the photo, then press Enter.")
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self.categories = CategoryBar(desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 4)
        layout.setSpacing(4)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.categories)
        desk.regions_changed.connect(self._refresh)
        desk.selection_changed.connect(self._follow)
        desk.hovered_changed.connect(lambda _: self.view.viewport().update())
        self._refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(344, 320)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stop lighting a region up when the pointer leaves the list."""
        if event.type() == QEvent.Type.Leave:
            self._desk.hover(None)
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        self._following = True
        self._model.refresh()
        self._following = False
        has_regions = self._model.rowCount() > 0
        self.view.setVisible(has_regions)
        self._empty.setVisible(not has_regions)
        self._follow()

    def _follow(self) -> None:
        """Show the desk's selection, also when it was made on the canvas."""
        self._following = True
        selection = QItemSelection()
        for region_id in self._desk.selection:
            row = self._model.row_of(region_id)
            if row >= 0:
                selection.select(self._model.index(row), self._model.index(row))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().select(selection, flags)
        if self._desk.selection:
            row = self._model.row_of(self._desk.selection[-1])
            self.view.scrollTo(self._model.index(row))
        self._following = False

    def _select(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if self._following:
            return
        chosen = {self._model.region_id(i) for i in self.view.selectionModel().selectedIndexes()}
        kept = [region_id for region_id in self._desk.selection if region_id in chosen]
        new = [r.id for r in self._desk.regions() if r.id in chosen and r.id not in kept]
        self._desk.select([*kept, *new])
