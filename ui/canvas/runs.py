"""A mask as vertical pieces, from which any part of it is drawn at any scale.

The whole mask is never decoded: a 12,000 × 9,000 mask costs what its outline costs.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask, parse_counts

IntArray: TypeAlias = npt.NDArray[np.int64]
ByteArray: TypeAlias = npt.NDArray[np.uint8]


class MaskRuns:
    """Foreground of a mask as pieces (column, top, bottom exclusive), by column and then top.

    Args:
        mask: the mask.
    """

    def __init__(self, mask: Mask) -> None:
        self.box = mask.box
        self.area = mask.area
        edges = np.cumsum(parse_counts(mask.counts))
        starts, stops = edges[0::2], edges[1::2]
        starts = starts[: len(stops)]
        filled = stops > starts
        self._height = mask.height
        self._split_at_columns(starts[filled], stops[filled])

    def contains(self, x: float, y: float) -> bool:
        """Whether the pixel at image coordinates (`x`, `y`) is foreground."""
        left, top, width, height = self.box
        column, row = int(np.floor(x)), int(np.floor(y))
        if not (left <= column < left + width and top <= row < top + height):
            return False
        first, last = np.searchsorted(self._columns, [column, column + 1])
        index = first + np.searchsorted(self._tops[first:last], row, side="right") - 1
        return bool(index >= first and row < self._bottoms[index])

    def raster(self, scale: float, *, left: int, top: int, width: int, height: int) -> ByteArray:
        """Draw a window of the mask magnified or reduced by `scale`.

        Drawn pixel (u, v) covers [u, u + 1) / scale image columns and so on.  When reducing, a
        drawn pixel is set if any image pixel whose centre it covers is: nothing vanishes.

        Args:
            scale: drawn pixels per image pixel.
            left: drawn column at which the window starts.
            top: drawn row at which the window starts.
            width: columns of the window.
            height: rows of the window.

        Returns:
            (height, width) uint8, 1 where the mask is.
        """
        if scale <= 1.0:
            return self._reduced(scale, left=left, top=top, width=width, height=height)
        columns = np.floor((np.arange(left, left + width) + 0.5) / scale).astype(np.int64)
        rows = np.floor((np.arange(top, top + height) + 0.5) / scale).astype(np.int64)
        x, y = int(columns[0]), int(rows[0])
        small = self._reduced(
            1.0, left=x, top=y, width=int(columns[-1]) - x + 1, height=int(rows[-1]) - y + 1
        )
        drawn: ByteArray = np.take(np.take(small, rows - y, axis=0), columns - x, axis=1)
        return drawn

    def _split_at_columns(self, starts: IntArray, stops: IntArray) -> None:
        """Cut runs that go on in the next column; few do, for they fill a column to its end."""
        first = starts // self._height
        pieces = (stops - 1) // self._height - first + 1
        owner = np.repeat(np.arange(len(starts)), pieces)
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        self._columns = first[owner] + nth
        self._tops = np.where(nth == 0, starts[owner] % self._height, 0)
        at_end = nth == pieces[owner] - 1
        ends = (stops[owner] - 1) % self._height + 1
        self._bottoms = np.where(at_end, ends, self._height)

    def _reduced(self, scale: float, *, left: int, top: int, width: int, height: int) -> ByteArray:
        # One column more than needed on either side: the exact choice follows below.
        wanted = [np.floor(left / scale) - 1, np.ceil((left + width) / scale) + 1]
        low, high = np.searchsorted(self._columns, wanted)
        columns = _centre(self._columns[low:high], scale) - left
        tops = np.clip(_centre(self._tops[low:high], scale) - top, 0, height)
        bottoms = np.clip(_centre(self._bottoms[low:high] - 1, scale) + 1 - top, 0, height)
        seen = (columns >= 0) & (columns < width) & (tops < bottoms)
        columns = columns[seen]
        # +1 where a piece begins and -1 below its end; the running sum counts the pieces.
        steps = np.zeros((height + 1) * width, dtype=np.int16)
        np.add.at(steps, tops[seen] * width + columns, np.int16(1))
        np.add.at(steps, bottoms[seen] * width + columns, np.int16(-1))
        table = steps.reshape(height + 1, width)[:-1]
        return (np.add.accumulate(table, axis=0, dtype=np.int16) > 0).view(np.uint8)


def _centre(index: IntArray, scale: float) -> IntArray:
    """Return the drawn pixel in which an image pixel's centre lies."""
    drawn: IntArray = np.floor((index + 0.5) * scale).astype(np.int64)
    return drawn
