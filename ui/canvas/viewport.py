"""A photo that can be zoomed and panned; what is drawn over it is up to its subclass."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gar_studio.engines.protocol import RGBArray
from gar_studio.language import tr
from ui import theme
from ui.canvas.guides import paint_pixel_grid
from ui.canvas.image_layer import ImageLayer
from ui.canvas.mask_picture import Scene
from ui.canvas.message import paint_busy, paint_message
from ui.canvas.pyramid import Pyramid
from ui.canvas.view import ViewTransform, clamp_zoom, fitted

_WHEEL_STEP: Final = 1.2
"""Zoom factor of one notch of the wheel."""

_KEY_STEP: Final = 1.25
_NOTCH: Final = 120
"""Eighths of a degree of one notch (Qt, `QWheelEvent.angleDelta`)."""

_PAN_KEYS: Final = {
    int(Qt.Key.Key_Left): (64, 0),
    int(Qt.Key.Key_Right): (-64, 0),
    int(Qt.Key.Key_Up): (0, 64),
    int(Qt.Key.Key_Down): (0, -64),
}

_BOX_SHARE: Final = 0.8
"""Part of the canvas that a part of the photo takes which is zoomed to."""

_SLICE: Final = 0.008
"""Seconds of background work between two events."""


class Viewport(QWidget):
    """Shows a photo.  The wheel zooms to the pointer; the middle button, or Space held, pans.

    The arrow keys pan; all other keys are left to the window.

    Signals:
        cursor_moved: (column, row) of the pixel under the pointer, or None outside.
        zoom_changed: device pixels per image pixel; 1.0 is 100 %.
        view_changed: another part of the photo may be in view.
        image_changed: another photo is shown, or better copies of it are there.
    """

    cursor_moved = Signal(object)
    zoom_changed = Signal(float)
    view_changed = Signal()
    image_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = ImageLayer()
        self._view = ViewTransform()
        self._is_fitted = True
        self._pixel: tuple[int, int] | None = None
        self._message = (tr("No image open"), tr("Open a photo or drop one here"))
        self._busy = ""
        self._panning_with: Qt.MouseButton | None = None
        self._pan_from = QPointF()
        self._space_held = self._ring = False
        self._work = QTimer(self)
        self._work.setInterval(0)
        self._work.timeout.connect(self._work_a_little)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)

    # For the subclass

    def paint_over(self, painter: QPainter, scene: Scene) -> bool:
        """Paint over the photo; returns False to be called again soon."""
        raise NotImplementedError

    def pointer_at(self, position: QPointF) -> None:
        """The pointer moved over the photo, or the photo under the pointer."""

    def idle_cursor(self) -> Qt.CursorShape:
        """Return the pointer's shape while nobody pans."""
        return Qt.CursorShape.ArrowCursor

    def refresh_cursor(self) -> None:
        """Give the pointer the shape that fits what the next press would do."""
        if self._panning_with:
            shape = Qt.CursorShape.ClosedHandCursor
        elif not self.has_image:
            shape = Qt.CursorShape.ArrowCursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = self.idle_cursor()
        self.setCursor(shape)

    @property
    def is_panning(self) -> bool:
        """Whether the photo is being dragged."""
        return self._panning_with is not None

    # What is shown

    @property
    def image_size(self) -> tuple[int, int] | None:
        """(width, height) of the photo in pixels, or None without one."""
        return self._image.size

    @property
    def has_image(self) -> bool:
        """Whether a photo is shown."""
        return self._image.size is not None

    def set_image(self, photo: RGBArray | Pyramid | None) -> None:
        """Show another photo, fitted, or none.

        Args:
            photo: (H, W, 3) uint8 RGB that does not change any more, or that with its smaller
                copies; referenced, not copied.
        """
        self._image.set_photo(photo)
        self.fit()
        if not self._image.is_complete:
            self._work.start()
        self.refresh_cursor()
        self.image_changed.emit()
        self.update()

    def set_message(self, title: str, hint: str) -> None:
        """Say this in the middle while there is no photo; nothing at all if both are empty."""
        self._message = (title, hint)
        self.update()

    def set_busy(self, busy: bool | str) -> None:
        """Show or hide a small badge in the corner, with its own words if given."""
        self._busy = busy if isinstance(busy, str) else tr("Cutting out…") if busy else ""
        self.update()

    # Zooming

    @property
    def zoom(self) -> float:
        """Device pixels per image pixel; 1.0 is 100 %."""
        return self._view.scale * self.devicePixelRatioF()

    def zoom_in(self) -> None:
        """Zoom in one step, to the middle."""
        self.zoom_to(self.zoom * _KEY_STEP, self._middle())

    def zoom_out(self) -> None:
        """Zoom out one step, from the middle."""
        self.zoom_to(self.zoom / _KEY_STEP, self._middle())

    def actual_size(self) -> None:
        """Show one image pixel on each device pixel, the middle staying where it is."""
        self.zoom_to(1.0, self._middle())

    def zoom_to(self, zoom: float, at: QPointF) -> None:
        """Zoom, within 1 % and 6400 %; the image point under the widget point `at` stays there."""
        if self.has_image:
            self._is_fitted = False
            scale = clamp_zoom(zoom) / self.devicePixelRatioF()
            self._set_view(self._view.zoomed(scale, at_x=at.x(), at_y=at.y()))

    def fit(self) -> None:
        """Show the whole photo, and go on doing so when the canvas is resized."""
        self._is_fitted = True
        if self.image_size is not None:
            columns, rows = self.image_size
            ratio = self.devicePixelRatioF()
            self._set_view(
                fitted(
                    width=self.width(),
                    height=self.height(),
                    image_width=columns,
                    image_height=rows,
                    ratio=ratio,
                )
            )

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by widget pixels; some of it always stays in sight."""
        self._is_fitted = False
        self._set_view(self._view.panned(dx, dy))

    def centre_on(self, x: float, y: float) -> None:
        """Bring an image point to the middle."""
        away = self._middle() - self.image_to_widget(QPointF(x, y))
        self.pan(away.x(), away.y())

    def zoom_to_box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Show a part of the photo, given in image pixels, as large as it fits with a margin."""
        if not self.has_image:
            return
        scale = min(
            _BOX_SHARE * self.width() / max(right - left, 1.0),
            _BOX_SHARE * self.height() / max(bottom - top, 1.0),
        )
        self.zoom_to(scale * self.devicePixelRatioF(), self._middle())
        self.centre_on((left + right) / 2, (top + bottom) / 2)

    def overview(self, size: QSize) -> QImage:
        """Return the whole photo in `size` device pixels; null without one."""
        return self._image.overview(size)

    def image_to_widget(self, point: QPointF) -> QPointF:
        """Map image pixels to widget coordinates."""
        return QPointF(*self._view.to_widget(point.x(), point.y()))

    def widget_to_image(self, point: QPointF) -> QPointF:
        """Map widget coordinates to image pixels, not clamped."""
        return QPointF(*self._view.to_image(point.x(), point.y()))

    def scene(self) -> Scene:
        """Return where the photo lies now."""
        ratio = self.devicePixelRatioF()
        return Scene(view=self._view.snapped(ratio), size=self.size(), ratio=ratio)

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _set_view(self, view: ViewTransform) -> None:
        if self.image_size is None:
            return
        columns, rows = self.image_size
        before = self.zoom
        self._view = view.kept_visible(
            width=self.width(), height=self.height(), image_width=columns, image_height=rows
        )
        if self.zoom != before:
            self.zoom_changed.emit(self.zoom)
        self.view_changed.emit()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the photo, what lies over it, and words."""
        del event
        painter = QPainter(self)
        colours = theme.current()
        scene = self.scene()
        self._image.paint(
            painter, view=scene.view, size=self.size(), ratio=scene.ratio, behind=colours.canvas
        )
        if not self.has_image:
            title, hint = self._message
            paint_message(painter, self.size(), self.font(), title=title, hint=hint)
        else:
            paint_pixel_grid(painter, scene, self.image_size or (0, 0))
            if not self.paint_over(painter, scene):
                self._work.start()
        if self._busy:
            paint_busy(painter, self.size(), self.font(), self._busy)
        if self._ring:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def settle(self) -> None:
        """Finish the smaller copies of a large photo at once."""
        self._image.work(float("inf"))
        self._work.stop()
        self.update()

    def _work_a_little(self) -> None:
        """Make smaller copies of a large photo, then paint what was left over."""
        if self._image.is_complete:
            self._work.stop()
            self.update()
        elif self._image.work(_SLICE) or self._image.is_complete:
            self.image_changed.emit()
            self.update()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin panning."""
        button = event.button()
        pans = button == Qt.MouseButton.MiddleButton or (
            self._space_held and button == Qt.MouseButton.LeftButton
        )
        if pans and self.has_image and not self.is_panning:
            self._panning_with, self._pan_from = button, event.position()
            self.refresh_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan, and report what is under the pointer."""
        if not self.has_image:
            return
        if self.is_panning:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self.pan(moved.x(), moved.y())
        self._report_pointer(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End panning."""
        if event.button() == self._panning_with:
            self._panning_with = None
            self.refresh_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom; the image point under the pointer stays there."""
        # With Alt held, some systems turn the wheel sideways.
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned and self.has_image:
            self.zoom_to(self.zoom * _WHEEL_STEP ** (turned / _NOTCH), event.position())
            self._report_pointer(event.position())
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Report where the pointer came in."""
        if self.has_image:
            self._report_pointer(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Report that no pixel is pointed at any more."""
        super().leaveEvent(event)
        self._move_pointer(None)

    def _report_pointer(self, position: QPointF) -> None:
        columns, rows = self.image_size or (0, 0)
        x, y = self._view.to_image(position.x(), position.y())
        inside = 0 <= x < columns and 0 <= y < rows
        self._move_pointer((int(x), int(y)) if inside else None)
        self.pointer_at(position)

    def _move_pointer(self, pixel: tuple[int, int] | None) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self.cursor_moved.emit(pixel)

    # Keys, focus and the rest of the window

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space makes the left button pan, arrows pan; all else belongs to the window."""
        if event.key() == Qt.Key.Key_Space and self.has_image:
            self._space_held = True
            self.refresh_cursor()
        elif event.key() in _PAN_KEYS and self.has_image:
            self.pan(*_PAN_KEYS[event.key()])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space gives the left button back."""
        if event.key() == Qt.Key.Key_Space:
            self._space_held = self._space_held and event.isAutoRepeat()
            self.refresh_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show a ring when the keyboard brought the focus here."""
        super().focusInEvent(event)
        reasons = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._ring = event.reason() in reasons
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Forget held keys: their release goes elsewhere."""
        super().focusOutEvent(event)
        self._ring = self._space_held = False
        self.refresh_cursor()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Stay fitted, or keep the middle of the view in the middle."""
        if self._is_fitted:
            self.fit()
        elif event.oldSize().isValid():
            grown = event.size() - event.oldSize()
            self._set_view(self._view.panned(grown.width() / 2, grown.height() / 2))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Repaint in the new theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a size that suits most photos."""
        return QSize(960, 720)
