"""The regions of the image in view, and the category of those that are selected."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QObject,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QVBoxLayout,
    QWidget,
)

from gar_studio.language import mark, tr
from ui.desk import Desk
from ui.panels.category_bar import CategoryBar
from ui.panels.region_list import RegionModel, RegionRow
from ui.panels.review_filter import ReviewFilter

_NO_REGIONS = mark("No regions yet.\nClick an object in the photo, then press Enter.")


class RegionPanel(QWidget):
    """Shows the regions; several can be selected, and given a category."""

    edit_caption = Signal(int)  # region id

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._following = False
        self._model = RegionModel(desk)
        self.view = QListView()
        self.view.setAccessibleName(tr("Regions"))
        self.view.setModel(self._model)
        self.view.setItemDelegate(RegionRow(self.view, self._model, desk))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.view.setMouseTracking(True)
        self.view.viewport().installEventFilter(self)
        self.view.entered.connect(lambda index: desk.hover(self._model.region_id(index)))
        self.view.doubleClicked.connect(
            lambda index: self.edit_caption.emit(self._model.region_id(index))
        )
        self.view.selectionModel().selectionChanged.connect(self._select)
        self.filter = ReviewFilter()
        self.filter.currentIndexChanged.connect(self._choose)
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self.categories = CategoryBar(desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 4)
        layout.setSpacing(4)
        row = QVBoxLayout()
        row.setContentsMargins(4, 0, 4, 0)  # in line with the categories
        row.addWidget(self.filter)
        layout.addLayout(row)
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
        has_rows, has_regions = self._model.rowCount() > 0, bool(self._desk.regions())
        reviewed = any(region.review is not None for region in self._desk.regions())
        # The list has little room: nothing is taken of it where nobody reviews.
        self.filter.setVisible(reviewed or not self._model.choice.everything)
        self.view.setVisible(has_rows)
        self._empty.setVisible(not has_rows)
        self._empty.setText(tr(self._model.choice.nothing if has_regions else _NO_REGIONS))
        self._follow()

    def _choose(self, _row: int) -> None:
        self._model.choice = self.filter.choice
        self._refresh()

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
            if row >= 0:
                self.view.scrollTo(self._model.index(row))
        self._following = False

    def _select(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if self._following:
            return
        chosen = {self._model.region_id(i) for i in self.view.selectionModel().selectedIndexes()}
        kept = [region_id for region_id in self._desk.selection if region_id in chosen]
        new = [r.id for r in self._desk.regions() if r.id in chosen and r.id not in kept]
        self._desk.select([*kept, *new])
