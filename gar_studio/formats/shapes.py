"""Masks of boxes and circles, made of runs: an image of any size costs no memory."""

import math

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.errors import MaskError
from gar_studio.language import tr

_FAR = 1e9


def box_mask(x0: float, y0: float, x1: float, y1: float, *, height: int, width: int) -> Mask:
    """Fill a box, its edges (in pixels) rounded to whole ones; what lies outside is dropped.

    Raises:
        MaskError: the numbers are none, or nothing of the box is inside.
    """
    _check(x0, y0, x1, y1)
    left, right = max(round(min(x0, x1)), 0), min(round(max(x0, x1)), width)
    top, bottom = max(round(min(y0, y1)), 0), min(round(max(y0, y1)), height)
    count = max(right - left, 0)
    tops = np.full(count, top, dtype=np.int64)
    return _columns(left, tops, np.full(count, bottom, dtype=np.int64), height, width)


def circle_mask(x: float, y: float, radius: float, *, height: int, width: int) -> Mask:
    """Fill a circle: pixels whose centres are not further from (x, y) than the radius.

    Raises:
        MaskError: the numbers are none, or no pixel is inside.
    """
    _check(x, y, radius)
    left, right = max(math.floor(x - radius), 0), min(math.ceil(x + radius), width)
    across = np.arange(left, max(right, left)) + 0.5 - x
    half = np.sqrt(
        np.maximum(radius**2 - across**2, -1.0),
        where=across**2 <= radius**2,
        out=np.full(len(across), -1.0),
    )
    tops = np.maximum(np.ceil(y - half - 0.5), 0).astype(np.int64)
    bottoms = np.minimum(np.floor(y + half - 0.5) + 1, height).astype(np.int64)
    bottoms[half < 0] = 0
    return _columns(left, tops, bottoms, height, width)


def _columns(
    left: int,
    tops: npt.NDArray[np.int64],
    bottoms: npt.NDArray[np.int64],
    height: int,
    width: int,
) -> Mask:
    """Return the mask that has, from column `left` on, the rows `tops` to `bottoms` (exclusive)."""
    lengths = np.maximum(bottoms - tops, 0)
    if not lengths.any():
        raise MaskError(tr("No pixel of the shape is inside the image."))
    starts = (np.arange(len(tops)) + left) * height + tops
    starts, lengths = starts[lengths > 0], lengths[lengths > 0]
    runs = np.zeros(2 * len(starts) + 1, dtype=np.int64)
    ends = np.concatenate([[0], starts + lengths])
    runs[0::2] = np.append(starts, height * width) - ends
    runs[1::2] = lengths
    return Mask.from_runs(runs.tolist(), height=height, width=width)


def _check(*numbers: float) -> None:
    if not all(math.isfinite(number) and abs(number) < _FAR for number in numbers):
        raise MaskError(tr("The numbers of a shape are no pixels."))
