"""The images of the project, with the number of regions on each."""

from pathlib import Path, PurePosixPath

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.region import ImageRecord
from ui import theme
from ui.desk import Desk
from ui.panels.painting import draw_row_background, draw_text
from ui.thumbnails import Thumbnails

_ROW_HEIGHT = 52
_THUMBNAIL = QSize(56, 42)
_SIDE = 112  # pixels of a thumbnail that is kept: enough for screens of twice the density
_COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
_MANY = 6
"""From so many images on there is a field to filter them."""


class ImageModel(QAbstractListModel):
    """One row an image."""

    def __init__(self, desk: Desk, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._desk = desk
        self._thumbnails = thumbnails
        self._images: tuple[ImageRecord, ...] = ()
        self._counts: dict[int, int] = {}
        self._rows: dict[Path, int] = {}  # where a thumbnail was looked for last
        self.wanted = ""
        thumbnails.arrived.connect(self._show_thumbnail)

    def refresh(self) -> None:
        """Read the images and their counts again, those whose path has `wanted` in it."""
        document = self._desk.document
        images = document.images() if document else ()
        wanted = self.wanted.casefold()
        if wanted:
            images = tuple(image for image in images if wanted in image.path.casefold())
        self._counts = document.region_counts() if document else {}
        if images != self._images:
            self._rows.clear()
            self.beginResetModel()
            self._images = images
            self.endResetModel()
        elif images:
            self.dataChanged.emit(self.index(0), self.index(len(images) - 1))

    def image_id(self, index: QModelIndex) -> int:
        """Return the id of the image in a row."""
        return self._images[index.row()].id

    @property
    def image_ids(self) -> tuple[int, ...]:
        """The ids of the images that are shown, in their order."""
        return tuple(image.id for image in self._images)

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
            case Qt.ItemDataRole.DecorationRole:
                path = self._path(image)
                self._rows[path] = index.row()
                return self._thumbnails.get(path)
            case int() if role == _COUNT_ROLE:
                return count
        return None

    def _path(self, image: ImageRecord) -> Path:
        document = self._desk.document
        return document.image_path(image.id) if document is not None else Path(image.path)

    def _show_thumbnail(self, path: Path) -> None:
        row = self._rows.get(path, -1)
        if 0 <= row < len(self._images):
            self.dataChanged.emit(self.index(row), self.index(row))


class _Delegate(QStyledItemDelegate):
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours = draw_row_background(painter, option)
        count = index.data(_COUNT_ROLE)
        rect = option.rect.adjusted(8, 0, -12, 0)  # type: ignore[attr-defined]
        frame = QRect(rect.topLeft(), _THUMBNAIL)
        frame.moveCenter(QPoint(frame.center().x(), rect.center().y()))
        _draw_thumbnail(painter, frame, index.data(Qt.ItemDataRole.DecorationRole))
        rect = rect.adjusted(_THUMBNAIL.width() + 10, 0, 0, 0)
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
        del option, index
        return QSize(0, _ROW_HEIGHT)


def _draw_thumbnail(painter: QPainter, frame: QRect, picture: QImage) -> None:
    """Paint a thumbnail into the middle of its frame, or an empty frame until it is there."""
    if picture.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().raised))
        painter.drawRoundedRect(frame, 3, 3)
        return
    size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(QPoint(), size)
    place.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture)


class ImagePanel(QWidget):
    """Shows the images; a click brings one into view."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._thumbnails = Thumbnails(_SIDE)
        self._model = ImageModel(desk, self._thumbnails)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by name")
        self.filter.setAccessibleName("Filter images by name")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self._nothing = QLabel("No image has this in its name.")
        self._nothing.setProperty("role", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
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
        layout.addWidget(self.filter)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._nothing, 1)
        layout.addWidget(self._empty, 1)
        desk.images_changed.connect(self._refresh)
        desk.project_changed.connect(self._refresh)
        desk.image_changed.connect(self._follow)
        self._refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(240, 400)

    def close_threads(self) -> None:
        """Stop making thumbnails; the panel is not used afterwards."""
        self._thumbnails.close()

    def _filter(self, wanted: str) -> None:
        self._model.wanted = wanted
        self._refresh()

    def _refresh(self) -> None:
        document = self._desk.document
        total = len(document.images()) if document is not None else 0
        if total < _MANY and self.filter.text():
            self.filter.clear()  # the field goes, and must not go on filtering unseen
        self._model.refresh()
        shown = self._model.rowCount()
        self._desk.limit_steps(self._model.image_ids if self._model.wanted else None)
        self.filter.setVisible(total >= _MANY)
        self.view.setVisible(shown > 0)
        self._nothing.setVisible(total > 0 and shown == 0)
        self._empty.setVisible(total == 0)
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
