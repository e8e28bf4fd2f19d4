"""The photo: the exposed part only, from the level of the pyramid that fits the zoom."""

from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from gar_studio.engines.protocol import RGBArray
from ui.canvas.pyramid import Pyramid
from ui.canvas.view import ViewTransform

_CRISP_FROM: Final = 2.0
"""Zoom from which pixels are shown as squares."""

_AT_ONCE: Final = 2_000_000
"""Pixels up to which the pyramid is made before the first frame."""


class ImageLayer:
    """Paints the photo and keeps the painted frame, so that hovering and drawing cost nothing."""

    def __init__(self) -> None:
        self._pyramid: Pyramid | None = None
        self._frame = QImage()
        self._frame_key: tuple[object, ...] = ()

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) of the photo, or None without one."""
        return (self._pyramid.width, self._pyramid.height) if self._pyramid else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing remains for `work` to do."""
        return self._pyramid is None or self._pyramid.is_complete

    def set_pixels(self, pixels: RGBArray | None) -> None:
        """Show other pixels, (H, W, 3) uint8 RGB, or none; they are referenced, not copied."""
        self._frame_key = ()
        self._pyramid = None
        if pixels is not None:
            self._pyramid = Pyramid(np.ascontiguousarray(pixels))
            if pixels.shape[0] * pixels.shape[1] <= _AT_ONCE:
                self._pyramid.work(float("inf"))

    def work(self, seconds: float) -> bool:
        """Make smaller copies for about so long; returns whether a repaint would look better."""
        if self._pyramid is None:
            return False
        before = self._pyramid.finished
        self._pyramid.work(seconds)
        return self._pyramid.finished != before

    def paint(
        self, painter: QPainter, *, view: ViewTransform, size: QSize, ratio: float, behind: str
    ) -> None:
        """Fill the widget with the photo and the colour behind it.

        Args:
            painter: in the widget's logical coordinates.
            view: where the photo lies.
            size: size of the widget in logical pixels.
            ratio: device pixels per logical pixel.
            behind: "#rrggbb" where there is no photo.
        """
        if self._pyramid is None:
            painter.fillRect(0, 0, size.width(), size.height(), QColor(behind))
            return
        key = (view, size.width(), size.height(), ratio, behind, self._pyramid.finished)
        if key != self._frame_key:
            self._frame = self._painted(self._pyramid, view, size, ratio, behind)
            self._frame_key = key
        painter.drawImage(0, 0, self._frame)

    def _painted(
        self, pyramid: Pyramid, view: ViewTransform, size: QSize, ratio: float, behind: str
    ) -> QImage:
        frame = QImage(size * ratio, QImage.Format.Format_RGB32)
        frame.setDevicePixelRatio(ratio)
        frame.fill(QColor(behind))
        number = pyramid.level_for(view.scale * ratio)
        level = pyramid.level(number)
        scale = view.scale * 2**number
        rows, columns = level.shape[:2]
        left = max(int(-view.offset_x / scale) - 1, 0)
        top = max(int(-view.offset_y / scale) - 1, 0)
        right = min(int((size.width() - view.offset_x) / scale) + 2, columns)
        bottom = min(int((size.height() - view.offset_y) / scale) + 2, rows)
        if left >= right or top >= bottom:
            return frame
        part = _view_on(level, left=left, top=top, right=right, bottom=bottom)
        target = QRectF(
            left * scale + view.offset_x,
            top * scale + view.offset_y,
            (right - left) * scale,
            (bottom - top) * scale,
        )
        painter = QPainter(frame)
        smooth = view.scale * ratio < _CRISP_FROM
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(target, part, QRectF(part.rect()))
        painter.end()
        return frame


def _view_on(level: RGBArray, *, left: int, top: int, right: int, bottom: int) -> QImage:
    """Return a part of a level as an image that shares its memory.

    Painting from a part keeps coordinates small: Qt's painter counts source pixels in 16 bits.
    """
    stride = level.shape[1] * 3
    first = top * stride + left * 3
    last = (bottom - 1) * stride + right * 3
    return QImage(
        level.reshape(-1)[first:last].data,
        right - left,
        bottom - top,
        stride,
        QImage.Format.Format_RGB888,
    )
