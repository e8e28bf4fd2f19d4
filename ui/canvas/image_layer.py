"""The photo: the exposed part only, from the level of the pyramid that fits the zoom."""

from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gar_studio.engines.protocol import RGBArray
from ui.canvas.pyramid import Pyramid
from ui.canvas.screen_levels import ScreenLevels, view_on
from ui.canvas.view import ViewTransform

_CRISP_FROM: Final = 2.0
"""Zoom from which pixels are shown as squares."""

_AT_ONCE: Final = 2_000_000
"""Pixels up to which the pyramid is made before the first frame."""


class ImageLayer:
    """Paints the photo and keeps the painted frame.

    Hovering and drawing cost nothing, and panning only what comes into view.
    """

    def __init__(self) -> None:
        self._pyramid: Pyramid | None = None
        self._levels: ScreenLevels | None = None
        self._frame = QImage()
        self._spare = QImage()
        self._frame_place = QRect()
        self._frame_key: tuple[object, ...] = ()

    @property
    def size(self) -> tuple[int, int] | None:
        """(width, height) of the photo, or None without one."""
        return (self._pyramid.width, self._pyramid.height) if self._pyramid else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing remains for `work` to do."""
        return self._levels is None or self._levels.is_complete

    def set_photo(self, photo: RGBArray | Pyramid | None) -> None:
        """Show another photo or none; it is referenced, not copied.

        Args:
            photo: (H, W, 3) uint8 RGB, or that with its smaller copies.
        """
        self._frame_key = ()
        self._pyramid = self._levels = None
        if photo is not None:
            made = photo if isinstance(photo, Pyramid) else Pyramid(np.ascontiguousarray(photo))
            self._pyramid, self._levels = made, ScreenLevels(made)
            if made.width * made.height <= _AT_ONCE:
                self._levels.work(float("inf"))

    def work(self, seconds: float) -> bool:
        """Make smaller copies for about so long; returns whether a repaint would look better."""
        if self._pyramid is None or self._levels is None:
            return False
        before = self._pyramid.finished
        self._levels.work(seconds)
        return self._pyramid.finished != before

    def overview(self, size: QSize) -> QImage:
        """Return the whole photo in a few pixels, from the smallest copy that is there.

        Args:
            size: in device pixels, at least 1×1.
        """
        if self._pyramid is None:
            return QImage()
        pyramid = self._pyramid
        level = pyramid.level(pyramid.level_for(size.width() / pyramid.width))
        rows, columns = level.shape[:2]
        # Taking every nth pixel first keeps a copy that is too large yet from costing much.
        step = max(1, min(columns // max(size.width(), 1), rows // max(size.height(), 1)) // 2)
        part = np.ascontiguousarray(level[::step, ::step])
        return view_on(part, left=0, top=0, right=part.shape[1], bottom=part.shape[0]).scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )

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
        if self._levels is None or self._pyramid is None:
            painter.fillRect(0, 0, size.width(), size.height(), QColor(behind))
            return
        corner = QPoint(round(-view.offset_x * ratio), round(-view.offset_y * ratio))
        place = QRect(corner, size * ratio)
        key = (view.scale, ratio, behind, self._pyramid.finished)
        if key != self._frame_key or place != self._frame_place:
            before, kept = self._frame, QRect()
            if key == self._frame_key:
                kept = place.intersected(self._frame_place)
            frame = self._other_frame(place.size())
            on_frame = QPainter(frame)
            if not kept.isEmpty():
                shift = self._frame_place.topLeft() - place.topLeft()
                on_frame.drawImage(shift, before)
            for missing in _without(place, kept):
                self._paint_part(on_frame, missing, place, view.scale * ratio, QColor(behind))
            on_frame.end()
            self._spare, self._frame = self._frame, frame
            self._frame_place, self._frame_key = place, key
        self._frame.setDevicePixelRatio(ratio)
        painter.drawImage(0, 0, self._frame)
        self._frame.setDevicePixelRatio(1.0)

    def _other_frame(self, size: QSize) -> QImage:
        """Return an image to paint the next frame on; two take turns, for a new one costs much."""
        if self._spare.size() != size:
            self._spare = QImage(size, QImage.Format.Format_RGB32)
        return self._spare

    def _paint_part(
        self, painter: QPainter, part: QRect, place: QRect, zoom: float, behind: QColor
    ) -> None:
        """Paint a part of a frame.

        Args:
            painter: in device pixels of the frame.
            part: in device pixels from the photo's corner.
            place: what the whole frame shows, likewise.
            zoom: device pixels per image pixel.
            behind: the colour where there is no photo.
        """
        assert self._pyramid is not None
        assert self._levels is not None
        painter.save()
        painter.translate(-place.topLeft())
        painter.setClipRect(part)
        number = self._pyramid.level_for(zoom)
        photo = QRectF(0, 0, self._pyramid.width * zoom, self._pyramid.height * zoom)
        if not photo.adjusted(1, 1, -1, -1).contains(QRectF(part)):
            painter.fillRect(part, behind)
        scale = zoom * 2**number
        # A pixel more on each side, so that parts painted one by one meet without a seam.
        seen = QRect(
            QPoint(int(part.left() / scale) - 2, int(part.top() / scale) - 2),
            QPoint(int(part.right() / scale) + 2, int(part.bottom() / scale) + 2),
        )
        image, source, shown = self._levels.part(number, seen)
        if not shown.isEmpty():
            target = QRectF(
                shown.x() * scale, shown.y() * scale, shown.width() * scale, shown.height() * scale
            )
            smooth = zoom < _CRISP_FROM
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(target, image, source)
        painter.restore()


def _without(place: QRect, kept: QRect) -> list[QRect]:
    """Return what lies around a part of a rectangle; all of it for an empty part."""
    if kept.isEmpty():
        return [place]
    left, top, right, bottom = place.left(), place.top(), place.right(), place.bottom()
    strips = (
        QRect(QPoint(left, top), QPoint(right, kept.top() - 1)),
        QRect(QPoint(left, kept.bottom() + 1), QPoint(right, bottom)),
        QRect(QPoint(left, kept.top()), QPoint(kept.left() - 1, kept.bottom())),
        QRect(QPoint(kept.right() + 1, kept.top()), QPoint(right, kept.bottom())),
    )
    return [strip for strip in strips if not strip.isEmpty()]
