"""The images of the project, with the number of regions on each."""

from pathlib import PurePosixPath

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.region import ImageRecord
from ui.desk import Desk
from ui.panels.painting import draw_row_background, draw_text

_ROW_HEIGHT = 36
_COUNT_ROLE = Qt.ItemDataRole.UserRole + 1


class ImageModel(QAbstractListModel):
    """One row an image."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._images: tuple[ImageRecord, ...] = ()
        self._counts: dict[int, int] = {}

    def refresh(self) -> None:
        """Read the images and their counts again."""
        document = self._desk.document
        images = document.images() if document else ()
        self._counts = document.region_counts() if document else {}
        if images != self._images:
            self.beginResetModel()
            self._images = images
            self.endResetModel()
        elif images:
            self.dataChanged.emit(self.index(0), self.index(len(images) - 1))

    def image_id(self, index: QModelIndex) -> int:
        """Return the id of the image in a row."""
        return self._images[index.row()].id

    def row_of(self, image_id: int | None) -> int:
        """Return the row of an image, or -1."""
        return next((row for row, i in enumerate(self._images) if i.id == image_id), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        return 0 if parent.isValid() else len(self._images)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """See Qt."""
        image = self._images[index.row()]
        count = self._counts.get(image.id, 0)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return PurePosixPath(image.path).name
            case Qt.ItemDataRole.ToolTipRole:
                return f"{image.path}\n{image.width} × {image.height} pixels"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{PurePosixPath(image.path).name}, {count} regions"
            case int() if role == _COUNT_ROLE:
                return count
        return None


class _Delegate(QStyledItemDelegate):
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours = draw_row_background(painter, option)
        count = index.data(_COUNT_ROLE)
        rect = option.rect.adjusted(12, 0, -12, 0)  # type: ignore[attr-defined]
        right = str(count) if count else ""
        width = draw_text(painter, rect, right, colours.secondary, right=True)
        draw_text(
            painter,
            rect.adjusted(0, 0, -width - 8, 0),
            str(index.data()),
            colours.primary,
            elide=Qt.TextElideMode.ElideMiddle,
        )

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW_HEIGHT)


class ImagePanel(QWidget):
    """Shows the images; a click brings one into view."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._model = ImageModel(desk)
        self._empty = QLabel("No images yet.\nOpen a photo or a folder.")
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view = QListView()
        self.view.setAccessibleName("Images")
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Delegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.selectionModel().currentChanged.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 4)
        layout.addWidget(self.view)
        layout.addWidget(self._empty, 1)
        desk.images_changed.connect(self._refresh)
        desk.project_changed.connect(self._refresh)
        desk.image_changed.connect(self._follow)
        self._refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(208, 400)

    def _refresh(self) -> None:
        self._model.refresh()
        has_images = self._model.rowCount() > 0
        self.view.setVisible(has_images)
        self._empty.setVisible(not has_images)
        self._follow()

    def _follow(self) -> None:
        row = self._model.row_of(self._desk.image_id)
        if row >= 0:
            self.view.selectionModel().setCurrentIndex(
                self._model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self._desk.show_image(self._model.image_id(index))
