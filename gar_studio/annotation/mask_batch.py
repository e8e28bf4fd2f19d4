"""Checks many stored masks at once: one pass of arrays instead of one for each mask."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import MAX_CHARACTERS, Mask, check_size
from gar_studio.errors import MaskError

Stored: TypeAlias = tuple[int, int, bytes]
"""Height, width and compressed run lengths."""

_MOST = 16_384  # characters that are looked at together: the arrays stay in the processor's cache
_HIGHEST, _CONTINUED, _BITS, _SIGN = 0x3F, 0x20, 0x1F, 0x10


def masks_from(stored: Sequence[Stored]) -> list[Mask | None]:
    """Make masks of canonical run lengths, as pycocotools writes them.

    A mask is what `Mask(height, width, counts)` gives; its `area` is known already.

    Returns:
        A mask for each, or None where `counts` is malformed, not canonical or does not fill the
        size exactly; `Mask` or `Mask.from_coco` say what is wrong with it.
    """
    found: list[Mask | None] = []
    begin = size = 0
    for place, (_, _, counts) in enumerate(stored):
        if size and size + len(counts) > _MOST:
            found += _checked(stored[begin:place])
            begin, size = place, 0
        size += len(counts)
    return found + _checked(stored[begin:])


def _checked(stored: Sequence[Stored]) -> list[Mask | None]:
    lengths = np.array([len(counts) for _, _, counts in stored], dtype=np.int64)
    if not len(lengths):
        return []
    if not lengths.all():  # the sums below need something of each
        return [_one(one) for one in stored]
    # Below 48 they turn round, and are too large as well.
    codes = np.frombuffer(b"".join(c for _, _, c in stored), dtype=np.uint8) - np.uint8(48)
    last = np.cumsum(lengths) - 1
    first = last - lengths + 1
    if codes.max() > _HIGHEST or (codes[last] & _CONTINUED).any():
        return [_one(one) for one in stored]  # a broken one would carry over into its neighbour
    ends = np.flatnonzero(codes < _CONTINUED)
    values, bad = _values(codes, ends)
    begins = np.searchsorted(ends, first)  # the first run of each mask
    counted = _steps(np.append(begins[1:], len(values)), first=int(begins[0]))
    place = np.arange(len(values)) - np.repeat(begins, counted)
    odd = (place & 1) == 1  # runs of foreground
    runs = _undone(values, begins, counted, odd)
    sizes = np.array([height * width for height, width, _ in stored], dtype=np.int64)
    none = runs <= 0
    none[begins] = runs[begins] < 0  # a mask may begin with foreground
    bad |= none
    good = np.add.reduceat(runs, begins) == sizes
    if bad.any():
        good &= np.bitwise_or.reduceat(bad.astype(np.int8), begins) == 0
    areas = np.add.reduceat(runs * odd, begins)
    return [
        _made(one, int(area)) if fine else None
        for one, fine, area in zip(stored, good.tolist(), areas.tolist(), strict=True)
    ]


def _values(
    codes: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the coded values, and which of them are coded in more characters than they need.

    Args:
        codes: the characters' values, 0 to 63.
        ends: where in them each value ends.

    One of too many characters is nothing; one whose last character only repeats the sign of the
    one before needs fewer.
    """
    tails = codes[ends]
    values = tails.astype(np.int64)
    values -= (values & _SIGN) << 1
    bad = np.zeros(len(ends), dtype=np.bool_)
    lengths = _steps(ends, first=-1)
    longer = np.flatnonzero(lengths > 1)
    if len(longer):
        before = codes[ends[longer] - 1]
        bad[longer] = tails[longer] == np.where(before & _SIGN, _BITS, 0)
    for step in range(1, MAX_CHARACTERS):
        values[longer] = (values[longer] << 5) + (codes[ends[longer] - step] & _BITS)
        longer = longer[lengths[longer] > step + 1]
        if not len(longer):
            return values, bad
    values[longer] = 0
    bad[longer] = True
    return values, bad


def _steps(numbers: npt.NDArray[np.int64], *, first: int) -> npt.NDArray[np.int64]:
    """Return the differences from one number to the next; numpy's own is slow for a few."""
    steps = numbers.copy()
    steps[1:] -= numbers[:-1]
    steps[0] -= first
    return steps


def _undone(
    values: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    counted: npt.NDArray[np.int64],
    odd: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Undo the differences: from the fourth on, a run is coded against the one two before.

    The first run stands alone; the second and the third begin a chain each.  Every second value
    is summed over all masks; what was summed before a chain began is taken away again.
    """
    summed = np.empty_like(values)
    summed[::2], summed[1::2] = np.cumsum(values[::2]), np.cumsum(values[1::2])
    before_odd = np.where(begins > 0, summed[begins - 1], 0)
    before = np.where(odd, np.repeat(before_odd, counted), np.repeat(summed[begins], counted))
    runs = summed - before
    runs[begins] = values[begins]
    return runs


def _one(stored: Stored) -> Mask | None:
    height, width, counts = stored
    try:
        mask = Mask(height, width, counts)
        return mask if mask == Mask.from_coco((height, width), counts) else None
    except MaskError:
        return None


def _made(stored: Stored, area: int) -> Mask | None:
    height, width, counts = stored
    try:
        check_size(height=height, width=width)
    except MaskError:
        return None
    return Mask.checked(height, width, counts, area)
