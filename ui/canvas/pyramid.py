"""An image at 1/1, 1/2, 1/4 … of its size, made in slices so that no frame waits for it."""

import time
from typing import Final

import numpy as np

from gar_studio.engines.protocol import RGBArray

_BAND: Final = 128
"""Rows halved at a time: some milliseconds for the widest images."""

_SMALLEST: Final = 256
"""Halving stops when both sides are this small."""


class Pyramid:
    """Successively halved copies of an image.

    The original is referenced, not copied.  Until a level is finished, `level` stands in for it
    with every n-th pixel of the original: coarse, but there at once.

    Args:
        pixels: (H, W, 3) uint8 RGB, C-contiguous; it must not change any more.
    """

    def __init__(self, pixels: RGBArray) -> None:
        self._levels = [pixels]
        self._stand_ins: dict[int, RGBArray] = {}
        self._unfinished: RGBArray | None = None
        self._rows_done = 0
        height, width = pixels.shape[:2]
        self._count = 1
        while max(height, width) > _SMALLEST:
            height, width = (height + 1) // 2, (width + 1) // 2
            self._count += 1

    @property
    def width(self) -> int:
        """Columns of the original."""
        return int(self._levels[0].shape[1])

    @property
    def height(self) -> int:
        """Rows of the original."""
        return int(self._levels[0].shape[0])

    @property
    def finished(self) -> int:
        """Number of finished levels, the original counted."""
        return len(self._levels)

    @property
    def is_complete(self) -> bool:
        """Whether every level is finished."""
        return len(self._levels) == self._count

    def level_for(self, zoom: float) -> int:
        """Return the smallest level that still has a pixel for every device pixel.

        Args:
            zoom: device pixels per pixel of the original.
        """
        level = 0
        while level + 1 < self._count and zoom * 2 ** (level + 1) <= 1.0:
            level += 1
        return level

    def level(self, number: int) -> RGBArray:
        """Return a level, or its stand-in; both are ⌈H / 2ⁿ⌉ × ⌈W / 2ⁿ⌉ pixels."""
        if number < len(self._levels):
            return self._levels[number]
        if number not in self._stand_ins:
            nearest = len(self._levels) - 1
            step = 2 ** (number - nearest)
            self._stand_ins[number] = np.ascontiguousarray(self._levels[nearest][::step, ::step])
        return self._stand_ins[number]

    def work(self, seconds: float) -> None:
        """Go on halving for about so long, and at least one band of rows."""
        until = time.perf_counter() + seconds
        while not self.is_complete:
            self._halve_band()
            if time.perf_counter() >= until:
                break

    def _halve_band(self) -> None:
        source = self._levels[-1]
        height, width = source.shape[:2]
        if self._unfinished is None:
            shape = ((height + 1) // 2, (width + 1) // 2, 3)
            self._unfinished, self._rows_done = np.empty(shape, dtype=np.uint8), 0
        band = source[self._rows_done : self._rows_done + _BAND]
        halved = _halve(band)
        row = self._rows_done // 2
        self._unfinished[row : row + len(halved)] = halved
        self._rows_done += len(band)
        if self._rows_done >= height:
            self._stand_ins.pop(len(self._levels), None)
            self._levels.append(self._unfinished)
            self._unfinished = None


def _halve(pixels: RGBArray) -> RGBArray:
    """Average 2 × 2 pixels, rounded; the last row and column of an odd side count double."""
    height, width = pixels.shape[:2]
    if height % 2 or width % 2:
        pixels = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    rows = pixels[0::2].astype(np.uint16)
    rows += pixels[1::2]
    rows = rows.reshape(rows.shape[0], -1, 2, 3)
    sums = rows[:, :, 0] + rows[:, :, 1]
    sums += 2
    sums >>= 2
    return sums.astype(np.uint8)
