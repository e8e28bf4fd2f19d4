"""Enlarges a mask's logits and compares them with a threshold, as torch would, in less time.

torch's bilinear interpolation of twelve million pixels takes longer than all of SAM's decoder, and
of each value only one bit is kept.  A value between four neighbours is a convex combination of
them: where all four lie on one side of the threshold, it does too, whatever its digits are.  Only
the box around the cells that the threshold crosses is computed, as products of small matrices, and
for the few pixels so close to the threshold that rounding decides torch itself is asked.  The
mask is the library's, bit for bit.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import FloatArray

IndexArray: TypeAlias = npt.NDArray[np.intp]

_SLACK = 2.0**-20
"""More than two computations of one value differ by, as a share of its largest neighbour.

Each of them rounds at most four times one after another, by 2**-24 of what it rounds.
"""
_TINY = 1e-30  # what is smaller may be rounded to 0 when it is multiplied
_HUGE = 1e37  # what is larger may overflow
_GENERIC_SIDE = 129
"""torch computes small images, of up to 128 pixels in both sides together, in another way."""
_BLOCK = 8
"""Pixels of an axis that are computed at once.

So few that OpenBLAS does not share the product among threads, whose waiting for each other would
take longer (measured on two busy cores: 190 ms for a mask instead of 39).
"""
_MAX_CLOSE = 512
"""Most pixels that torch is asked for one by one."""


def enlarged(logits: Tensor, size: tuple[int, int]) -> Tensor:
    """Interpolate (h, w) logits to (H, W), bilinearly and without aligned corners."""
    full = functional.interpolate(logits[None, None], size, mode="bilinear", align_corners=False)
    return full[0, 0]


def enlarged_above(logits: Tensor, size: tuple[int, int], threshold: float = 0.0) -> BoolArray:
    """Return `enlarged(logits, size) > threshold`, bit for bit.

    Args:
        logits: (h, w) without NaN, on any device.
        size: (H, W).
        threshold: a number that float32 holds exactly.

    Returns:
        (H, W); column-major where that took less time.
    """
    if _is_worthwhile(logits, size):
        found = _above(np.ascontiguousarray(logits.numpy()), size, threshold)
        if found is not None:
            return found
    return np.asarray((enlarged(logits, size) > threshold).cpu().numpy(), dtype=np.bool_)


def _is_worthwhile(logits: Tensor, size: tuple[int, int]) -> bool:
    """Whether torch would use the CPU, its generic way, and enlarge both sides."""
    sides = zip(size, logits.shape, strict=True)
    return (
        logits.device.type == "cpu"
        and logits.dtype == torch.float32
        and all(side >= max(_GENERIC_SIDE, own) for side, own in sides)
    )


@dataclass(frozen=True, eq=False)
class _Block:
    """Up to `_BLOCK` neighbouring pixels of an axis.

    Holds an array, so it is compared by identity.

    Attributes:
        pixels: where they are.
        values: the padded values between which they lie (see `_Axis`).
        weights: (pixels, values) float32; two of a row are not 0.
    """

    pixels: slice
    values: slice
    weights: FloatArray


@dataclass(frozen=True, eq=False)
class _Axis:
    """Which pixels lie between which two values of one axis, with torch's own weights.

    The n values are padded: the first and the last one stand twice.  Cell k lies between the
    padded values k and k + 1.  Holds an array, so it is compared by identity.

    Attributes:
        cell: (N,) the cell of each pixel, ascending.
        blocks: all pixels in their order.
    """

    cell: IndexArray
    blocks: tuple[_Block, ...]

    def around(self, cells: BoolArray) -> tuple[_Block, ...]:
        """Return the blocks from the first to the last of the cells that are set."""
        numbers = np.flatnonzero(cells)
        start, stop = np.searchsorted(self.cell, (numbers[0], numbers[-1] + 1))
        return self.blocks[start // _BLOCK : (stop - 1) // _BLOCK + 1]


@lru_cache(maxsize=16)
def _axis(source: int, target: int) -> _Axis:
    """Ask torch how it enlarges `source` values to `target` ≥ `source` pixels."""
    # Of four combs with a tooth at every fourth value, a pixel shows its weights alone: a product
    # with 0 or 1 is not rounded.
    combs = torch.eye(4).repeat(1, -(-source // 4))[:, None, :source, None]
    shown = functional.interpolate(combs, (target, 1), mode="bilinear", align_corners=False)
    pixel = np.arange(target)
    place = np.clip((pixel + 0.5) * (source / target) - 0.5, 0, source - 1)
    # In single precision it may lie one cell off.
    tried = np.floor(place).astype(np.intp)[:, None] - 1 + np.arange(4)
    seen = np.asarray(shown[:, 0, :, 0].numpy())[tried % 4, pixel[:, None]]
    first = np.argmax(seen > 0, axis=1)
    before = tried[pixel, first]
    pair = np.stack((seen[pixel, first], seen[pixel, np.minimum(first + 1, 3)]), axis=1)
    cell = np.where((before == 0) & (pair[:, 1] == 0), 0, before + 1)
    starts = range(0, target, _BLOCK)
    return _Axis(cell, tuple(_block(cell, pair, slice(s, min(s + _BLOCK, target))) for s in starts))


def _block(cell: IndexArray, pair: FloatArray, pixels: slice) -> _Block:
    """Return the block of some pixels, from the cells and (N, 2) weights of all of them."""
    first, end = int(cell[pixels][0]), int(cell[pixels][-1]) + 2
    weights = np.zeros((pixels.stop - pixels.start, end - first), dtype=np.float32)
    for side in (0, 1):
        weights[np.arange(len(weights)), cell[pixels] - first + side] = pair[pixels, side]
    return _Block(pixels, slice(first, end), weights)


def _above(logits: FloatArray, size: tuple[int, int], threshold: float) -> BoolArray | None:
    """Return the mask, column-major, or None where torch has to be asked for all of it."""
    rows, columns = (_axis(*pair) for pair in zip(logits.shape, size, strict=True))
    values = np.pad(logits, 1, mode="edge")
    largest = max(float(values.max()), -float(values.min()), abs(threshold))
    if not largest < _HUGE:
        return None
    margin = _SLACK * abs(threshold)
    inside = _all_four(values >= np.float32(threshold + margin + _TINY))
    crossed = ~(inside | _all_four(values <= np.float32(threshold - margin)))
    mask: BoolArray = np.zeros(size[::-1], dtype=np.bool_).T
    if not crossed.any():
        mask[:] = inside[0, 0]
        return mask
    box = rows.around(np.any(crossed, axis=1)), columns.around(np.any(crossed, axis=0))
    _fill_around(mask, inside, box)
    reach = _SLACK * largest + _TINY
    close = _draw(mask, values, box, (threshold - reach, threshold + reach))
    if len(close) > _MAX_CLOSE:
        return None
    if len(close):
        mask[close[:, 0], close[:, 1]] = _exact(logits, size, *close.T) > threshold
    return mask


def _all_four(corners: BoolArray) -> BoolArray:
    """Return for each cell of an (h, w) grid of corners whether all its corners are set."""
    beside = corners[:, :-1] & corners[:, 1:]
    return np.asarray(beside[:-1] & beside[1:])


def _fill_around(
    mask: BoolArray, inside: BoolArray, box: tuple[tuple[_Block, ...], tuple[_Block, ...]]
) -> None:
    """Set what lies around a box that holds all cells which the threshold crosses.

    Neighbouring cells share corners, so that those which are not crossed lie on one side together:
    what is left of the box and above it on that of the first cell, the rest on that of the last.

    Args:
        mask: (H, W) column-major and empty, changed.
        inside: (h + 1, w + 1) the cells above the threshold.
        box: the neighbouring blocks of rows and of columns.
    """
    rows, columns = box
    if inside[0, 0]:
        mask[:, : columns[0].pixels.start] = True
        mask[: rows[0].pixels.start] = True
    if inside[-1, -1]:
        mask[:, columns[-1].pixels.stop :] = True
        mask[rows[-1].pixels.stop :] = True


def _draw(
    mask: BoolArray,
    values: FloatArray,
    box: tuple[tuple[_Block, ...], tuple[_Block, ...]],
    between: tuple[float, float],
) -> IndexArray:
    """Compute a box of a mask.

    Args:
        mask: (H, W) column-major, changed.
        values: (h + 2, w + 2) the padded logits.
        box: the neighbouring blocks of rows and of columns.
        between: two thresholds; what lies between them cannot be told.

    Returns:
        (k, 2) row and column of the pixels between the thresholds.
    """
    rows, columns = box
    top, left = rows[0].pixels.start, columns[0].values.start
    y, lines = slice(top, rows[-1].pixels.stop), slice(left, columns[-1].values.stop)
    high = np.empty((lines.stop - left, y.stop - top), dtype=np.float32)
    for block in rows:
        part = slice(block.pixels.start - top, block.pixels.stop - top)
        np.matmul(values[block.values, lines].T, block.weights.T, out=high[:, part])
    low, up = np.float32(between[0]), np.float32(between[1])
    close = [np.zeros((0, 2), dtype=np.intp)]
    for block in columns:
        value = block.weights @ high[block.values.start - left : block.values.stop - left]
        above = np.greater(value, up, out=mask.T[block.pixels, y])
        reached = value >= low
        # What is above the upper one is above the lower one: equal numbers are equal pixels.
        if np.count_nonzero(above) != np.count_nonzero(reached):
            # Flat, because the search in two dimensions takes ten times as long.
            x, y_inside = np.divmod(np.flatnonzero(above != reached), above.shape[1])
            close.append(np.stack((y_inside + top, x + block.pixels.start), axis=1))
    return np.concatenate(close)


def _exact(logits: FloatArray, size: tuple[int, int], y: IndexArray, x: IndexArray) -> FloatArray:
    """Return torch's own values of k pixels, (k,) float32.

    An axis that keeps its length is copied, so that torch can be asked for one axis after the
    other: first for the two lines that a pixel lies between, then for its column.
    """
    cell, pixel = _axis(logits.shape[0], size[0]).cell[y], np.arange(len(y))
    before, behind = np.maximum(cell - 1, 0), np.minimum(cell, len(logits) - 1)
    lines = torch.from_numpy(logits[np.concatenate((before, behind))])
    wide = enlarged(lines, (len(lines), size[1])).numpy()
    columns = np.zeros((len(logits), len(y)), dtype=np.float32)
    columns[before, pixel] = wide[pixel, x]
    columns[behind, pixel] = wide[pixel + len(y), x]
    high = enlarged(torch.from_numpy(columns), (size[0], len(y))).numpy()
    return np.asarray(high[y, pixel])
