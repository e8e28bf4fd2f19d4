"""The levels of a pyramid in the screen's own format, which Qt paints several times as fast."""

import time
from typing import Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from gar_studio.engines.protocol import RGBArray
from ui.canvas.pyramid import Pyramid

_BAND: Final = 128
"""Rows converted at a time: some milliseconds for the widest images."""


class ScreenLevels:
    """Converts the levels below the original, in slices; the original stays as it is.

    With four bytes a pixel they take four ninths of the original's memory.

    Args:
        pyramid: the levels; they are made here first.
    """

    def __init__(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid
        self._images: dict[int, QImage] = {}
        self._unfinished: tuple[int, QImage, int] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every level is there and converted."""
        done = self._pyramid.is_complete and self._unfinished is None
        return done and len(self._images) >= self._pyramid.finished - 1

    def work(self, seconds: float) -> None:
        """Go on for about so long, and at least one step."""
        until = time.perf_counter() + seconds
        while not self.is_complete:
            if not self._pyramid.is_complete:
                self._pyramid.work(max(until - time.perf_counter(), 0.0))
            else:
                self._convert_band()
            if time.perf_counter() >= until:
                break

    def part(self, number: int, wanted: QRect) -> tuple[QImage, QRectF, QRect]:
        """Return pixels of a level.

        Args:
            number: of the level.
            wanted: level pixels; it may reach beyond the level.

        Returns:
            An image, the part of it to paint from, and what that part is in level pixels.
        """
        image = self._images.get(number)
        if image is not None:
            shown = wanted.intersected(image.rect())
            return image, QRectF(shown), shown
        level = self._pyramid.level(number)
        rows, columns = level.shape[:2]
        shown = wanted.intersected(QRect(0, 0, columns, rows))
        if shown.isEmpty():
            return QImage(), QRectF(), shown
        cut = view_on(
            level,
            left=shown.left(),
            top=shown.top(),
            right=shown.right() + 1,
            bottom=shown.bottom() + 1,
        )
        return cut, QRectF(cut.rect()), shown

    def _convert_band(self) -> None:
        if self._unfinished is None:
            number = max(self._images, default=0) + 1
            rows, columns = self._pyramid.level(number).shape[:2]
            self._unfinished = (number, QImage(columns, rows, QImage.Format.Format_RGB32), 0)
        number, image, done = self._unfinished
        level = self._pyramid.level(number)
        rows, columns = level.shape[:2]
        end = min(done + _BAND, rows)
        painter = QPainter(image)
        painter.drawImage(0, done, view_on(level, left=0, top=done, right=columns, bottom=end))
        painter.end()
        if end == rows:
            self._images[number], self._unfinished = image, None
        else:
            self._unfinished = (number, image, end)


def view_on(level: RGBArray, *, left: int, top: int, right: int, bottom: int) -> QImage:
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
