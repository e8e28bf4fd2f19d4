"""A small copy of the photo that shows which part of it is in view."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gar_studio.language import tr
from ui import theme
from ui.canvas.viewport import Viewport

_SIDE: Final = 168
_MARGIN: Final = 12
_LEAST: Final = 8.0
"""Widget pixels of the frame's sides at least, so that it is found at every zoom."""

_ALL: Final = 0.999  # of the photo in view: then there is nothing to show


class Minimap(QWidget):
    """Lies in a corner of the canvas while a part of the photo is out of view.

    A click or a drag on it moves the view there.
    """

    def __init__(self, viewport: Viewport) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._picture = QImage()
        self._wanted = True
        self.setAccessibleName(tr("Minimap"))
        self.setToolTip(tr("The part of the photo that is in view; drag to move it"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Without this the canvas below would be painted once more for every move of the frame.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()
        viewport.view_changed.connect(self._refresh)
        viewport.image_changed.connect(self._renew)

    def set_wanted(self, *, wanted: bool) -> None:
        """Switch it on or off."""
        self._wanted = wanted
        self._refresh()

    def _renew(self) -> None:
        self._picture = QImage()
        self._refresh()

    def _refresh(self) -> None:
        size = self._viewport.image_size
        shown = self._wanted and size is not None and self._seen_share() < _ALL
        if shown and size is not None:
            fitted = QSize(*size).scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio)
            fitted = fitted.expandedTo(QSize(24, 24))
            area = self._viewport.size()
            self.setGeometry(
                area.width() - fitted.width() - _MARGIN,
                area.height() - fitted.height() - _MARGIN,
                fitted.width(),
                fitted.height(),
            )
            self.update()
        self.setVisible(shown)

    def _frame(self) -> QRectF:
        """Return the part in view, in 0…1 of the photo's width and height."""
        columns, rows = self._viewport.image_size or (1, 1)
        size = self._viewport.size()
        first = self._viewport.widget_to_image(QPointF(0, 0))
        last = self._viewport.widget_to_image(QPointF(size.width(), size.height()))
        left, top = max(first.x() / columns, 0.0), max(first.y() / rows, 0.0)
        right, bottom = min(last.x() / columns, 1.0), min(last.y() / rows, 1.0)
        return QRectF(QPointF(left, top), QPointF(max(right, left), max(bottom, top)))

    def _seen_share(self) -> float:
        frame = self._frame()
        return frame.width() * frame.height()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the photo, and a frame around what is in view."""
        del event
        ratio = self.devicePixelRatioF()
        if self._picture.isNull():
            overview = self._viewport.overview(self.size() * ratio)
            self._picture = overview.convertToFormat(QImage.Format.Format_RGB32)
            self._picture.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.drawImage(0, 0, self._picture)
        frame = self._frame()
        width, height = self.width(), self.height()
        place = QRectF(
            frame.x() * width, frame.y() * height, frame.width() * width, frame.height() * height
        ).adjusted(1, 1, -1, -1)
        if min(place.width(), place.height()) < _LEAST:
            middle = place.center()
            place.setWidth(max(place.width(), _LEAST))
            place.setHeight(max(place.height(), _LEAST))
            place.moveCenter(middle)
        painter.setPen(QPen(QColor(0, 0, 0, 160), 3))
        painter.drawRect(place)
        painter.setPen(QPen(QColor(theme.current().accent), 1.5))
        painter.drawRect(place)
        painter.setPen(QPen(QColor(theme.current().line), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the view to the place pressed; the press goes no further."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Move the view along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Keep the release from the canvas."""
        event.accept()

    def _go(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            columns, rows = self._viewport.image_size or (1, 1)
            point = event.position()
            self._viewport.centre_on(
                point.x() / self.width() * columns, point.y() / self.height() * rows
            )
        event.accept()
