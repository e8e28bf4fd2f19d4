"""The rows of the list of images: thumbnail, name, number of regions, and how far each is."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gar_studio.annotation.region import ImageRecord
from gar_studio.annotation.review import Progress
from gar_studio.document.finding import find_images, read_filter
from gar_studio.language import tr, tr_list, tr_n
from ui import icons, theme
from ui.desk import Desk
from ui.panels.painting import draw_row_background, draw_text
from ui.thumbnails import Thumbnails

_ROW_HEIGHT = 52
_THUMBNAIL = QSize(56, 42)
_SIGN = 16
PROGRESS_ROLE = Qt.ItemDataRole.UserRole + 1
_SIGNS = {Progress.DONE: "check", Progress.FLAGGED: "flag"}


class ImageModel(QStringListModel):
    """One row an image; counts and states are looked up for the rows that are painted.

    The rows are Qt's own: a list asks how many there are twice for each of 100,000 rows.
    """

    def __init__(self, desk: Desk, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._desk = desk
        self._thumbnails = thumbnails
        self._images: tuple[ImageRecord, ...] = ()
        self._row_of_id: dict[int, int] = {}
        self._rows: dict[Path, int] = {}  # where a thumbnail was looked for last
        self.filter_text = ""
        thumbnails.arrived.connect(self._show_thumbnail)

    def refresh(self) -> None:
        """Read the images again, those that the filter lets through."""
        document = self._desk.document
        images = document.images() if document else ()
        wanted = read_filter(self.filter_text)
        if document is not None and not wanted.is_empty:
            found = frozenset(find_images(document, wanted))
            images = tuple(image for image in images if image.id in found)
        if images == self._images:
            return
        self._rows.clear()
        self._images = images
        self._row_of_id = {image.id: row for row, image in enumerate(images)}
        self.setStringList([image.path for image in images])

    def touch(self, image_ids: frozenset[int]) -> None:
        """Show anew what changed on some images.

        The filter is not asked again, so that no image goes away under the hands of whoever
        works on it.
        """
        for image_id in image_ids:
            row = self.row_of(image_id)
            if row >= 0:
                self.dataChanged.emit(self.index(row), self.index(row))

    def image_id(self, index: QModelIndex) -> int:
        """Return the id of the image in a row."""
        return self._images[index.row()].id

    @property
    def image_ids(self) -> tuple[int, ...]:
        """The ids of the images that are shown, in their order."""
        return tuple(self._row_of_id)

    def row_of(self, image_id: int | None) -> int:
        """Return the row of an image, or -1."""
        return -1 if image_id is None else self._row_of_id.get(image_id, -1)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """See Qt."""
        image, document = self._images[index.row()], self._desk.document
        name = PurePosixPath(image.path).name
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(image)
            case Qt.ItemDataRole.AccessibleTextRole:
                count = document.region_count(image.id) if document else 0
                regions = tr_n("{n} region", "{n:,} regions", count)
                return tr_list((name, regions, tr(self._progress(image).value)))
            case Qt.ItemDataRole.DecorationRole:
                path = document.image_path(image.id) if document else Path(image.path)
                self._rows[path] = index.row()
                return self._thumbnails.get(path)
            case int() if role == PROGRESS_ROLE:
                count = document.region_count(image.id) if document else 0
                return count, self._progress(image)
        return None

    def _progress(self, image: ImageRecord) -> Progress:
        document = self._desk.document
        return document.progress(image.id) if document else Progress.EMPTY

    def _tip(self, image: ImageRecord) -> str:
        lines = [
            image.path,
            tr("{width} × {height} pixels", width=image.width, height=image.height),
            tr(self._progress(image).value),
        ]
        if self._desk.document is not None:
            lines.append(self._desk.document.image_state(image.id).note)
        return "\n".join(line for line in lines if line)

    def _show_thumbnail(self, path: Path) -> None:
        row = self._rows.get(path, -1)
        if 0 <= row < len(self._images):
            self.dataChanged.emit(self.index(row), self.index(row))


class ImageView(QListView):
    """A list whose rows never change their height.

    Qt's own list lays all of its rows out again whenever one of them changes: with 100,000 images
    that would cost a tenth of a second at each change of a region, and at each thumbnail.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)

    def dataChanged(  # noqa: N802
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint the rows anew, where they are."""
        QAbstractItemView.dataChanged(self, top_left, bottom_right, roles)


class ImageRow(QStyledItemDelegate):
    """Paints an image's row."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        colours = draw_row_background(painter, option)
        count, progress = index.data(PROGRESS_ROLE)
        rect = option.rect.adjusted(8, 0, -12, 0)
        frame = QRect(rect.topLeft(), _THUMBNAIL)
        frame.moveCenter(QPoint(frame.center().x(), rect.center().y()))
        _draw_thumbnail(painter, frame, index.data(Qt.ItemDataRole.DecorationRole))
        rect = rect.adjusted(_THUMBNAIL.width() + 10, 0, 0, 0)
        used = draw_text(painter, rect, str(count or ""), colours.secondary, right=True)
        used = max(used, 8)
        if progress in _SIGNS:
            place = QRect(rect.right() - used - 6 - _SIGN, 0, _SIGN, _SIGN)
            place.moveTop(rect.center().y() - _SIGN // 2 + 1)
            state = option.state
            selected = bool(state & QStyle.StateFlag.State_Selected)
            mode = QIcon.Mode.Selected if selected else QIcon.Mode.Normal
            icons.icon(_SIGNS[progress]).paint(painter, place, mode=mode)
            used += _SIGN + 6
        draw_text(
            painter,
            rect.adjusted(0, 0, -used - 8, 0),
            str(index.data()),
            colours.primary,
            elide=Qt.TextElideMode.ElideMiddle,
        )

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height that all rows share."""
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
