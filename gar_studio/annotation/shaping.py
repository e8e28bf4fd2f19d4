"""What hand tools do to masks: paint, fill, drop, split, grow, smooth.

Every function returns a new mask and keeps holes and separate parts unless it is asked to change
them.  All of them work on the part of the mask that can change, so that a small object in a huge
photo costs little.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.errors import MaskError
from gar_studio.language import tr

Point = tuple[float, float]
"""(x, y) in image pixels; the middle of the first pixel is (0.5, 0.5)."""

Rings = Sequence[Sequence[Point]]
"""Closed outlines of parts and holes."""

_EIGHT, _FOUR = 8, 4
_AREA = 4
"""The column of OpenCV's facts about a part that has its area (`cv2.CC_STAT_AREA`)."""


def paint(mask: Mask, points: Sequence[Point], *, radius: float, erase: bool = False) -> Mask:
    """Draw a stroke with a round brush.

    Args:
        mask: what is painted on.
        points: the stroke's points, at least one.
        radius: of the brush, in image pixels, more than 0.
        erase: take away instead of adding.
    """
    if not points:
        raise MaskError(tr("A stroke needs a point."))
    if not radius > 0:
        raise MaskError(tr("A brush needs a radius above 0, not {radius:g}.", radius=radius))
    window = _Window.around(np.array(points, dtype=np.float64), margin=radius + 2, mask=mask)
    if window is None:
        return mask
    pixels = mask.window(*window.corners)
    stroke = window.stroke(points, radius)
    changed = pixels & ~stroke if erase else pixels | stroke
    return mask.with_window(window.x0, window.y0, changed)


def polygon(rings: Sequence[Sequence[Point]], *, height: int, width: int) -> Mask:
    """Fill rings of vertices; where rings lie in each other they are holes (even-odd).

    A pixel belongs to the mask if its middle lies inside.

    Raises:
        MaskError: a ring has fewer than three vertices.
    """
    empty = Mask.empty(height=height, width=width)
    if any(len(ring) < 3 for ring in rings):
        raise MaskError(
            tr("An outline needs three points."), advice=tr("Click at least three corners.")
        )
    if not rings:
        return empty
    vertices = np.concatenate([np.array(ring, dtype=np.float64) for ring in rings])
    window = _Window.around(vertices, margin=1, mask=empty)
    if window is None:
        return empty
    inside = window.middles_inside([np.array(ring, dtype=np.float64) for ring in rings])
    return empty.with_window(window.x0, window.y0, inside)


def redraw(mask: Mask, before: Rings, after: Rings) -> Mask:
    """Return the mask after vertices of its outline were moved, added or taken away.

    An outline of few vertices is only near its mask.  So the mask changes where the outlines
    before and after differ, and nowhere else.

    Raises:
        MaskError: a ring has fewer than three vertices.
    """
    size = {"height": mask.height, "width": mask.width}
    old, new = polygon(before, **size), polygon(after, **size)
    return subtract(mask.union(subtract(new, old)), subtract(old, new))


def subtract(mask: Mask, *others: Mask) -> Mask:
    """Return what lies in `mask` and in none of the others.

    Raises:
        MaskError: the sizes differ.
    """
    if not others or mask.is_empty:
        return mask
    taken = mask.intersection(others[0].union(*others[1:]))
    if taken.is_empty:
        return mask
    x, y, width, height = taken.box
    corners = (x, y, x + width, y + height)
    return mask.with_window(x, y, mask.window(*corners) & ~taken.window(*corners))


def fill_holes(mask: Mask, *, largest: int | None = None) -> Mask:
    """Fill holes, or only those of at most `largest` pixels.

    A hole is background that is shut in; background hangs together along pixels' edges, so that a
    gap over a corner does not open it.
    """
    if mask.is_empty:
        return mask
    x, y, width, height = mask.box
    corners = (x - 1, y - 1, x + width + 1, y + height + 1)
    pixels = mask.window(*corners)
    _, parts, facts = _parts(~pixels, connectivity=_FOUR)
    small = np.ones(len(facts), dtype=np.bool_)
    if largest is not None:
        small = facts[:, _AREA] <= largest
    small[0] = False  # the mask itself
    small[parts[0, 0]] = False  # what surrounds it
    return mask.with_window(x - 1, y - 1, pixels | small[parts])


def drop_islands(mask: Mask, *, smallest: int) -> Mask:
    """Drop parts of fewer than `smallest` pixels; pixels hang together at corners too."""
    if mask.is_empty:
        return mask
    x, y, width, height = mask.box
    pixels = mask.window(x, y, x + width, y + height)
    _, parts, facts = _parts(pixels, connectivity=_EIGHT)
    kept = facts[:, _AREA] >= smallest
    kept[0] = False
    return mask.with_window(x, y, kept[parts])


def split(mask: Mask) -> tuple[Mask, ...]:
    """Return the mask's separate parts, the largest first; pixels hang together at corners too."""
    if mask.is_empty:
        return ()
    x, y, width, height = mask.box
    pixels = mask.window(x, y, x + width, y + height)
    count, parts, facts = _parts(pixels, connectivity=_EIGHT)
    order = sorted(range(1, count), key=lambda part: -int(facts[part, _AREA]))
    empty = Mask.empty(height=mask.height, width=mask.width)
    found = []
    for part in order:
        left, top, wide, high = (int(value) for value in facts[part, :4])
        piece = parts[top : top + high, left : left + wide] == part
        found.append(empty.with_window(x + left, y + top, np.asarray(piece)))
    return tuple(found)


def grow(mask: Mask, pixels: int) -> Mask:
    """Move the border outwards by so many pixels, or inwards if they are negative.

    Distances are measured between the middles of pixels; what lies outside the image counts as
    more of what its border shows.
    """
    import cv2  # noqa: PLC0415 - loaded when a hand tool is first used

    if mask.is_empty or pixels == 0:
        return mask
    reach = abs(pixels)
    x, y, width, height = mask.box
    margin = reach + 1 if pixels > 0 else 1
    x0, y0 = max(x - margin, 0), max(y - margin, 0)
    x1, y1 = min(x + width + margin, mask.width), min(y + height + margin, mask.height)
    inside = mask.window(x0, y0, x1, y1)
    away = ~inside if pixels > 0 else inside
    distance = cv2.distanceTransform(away.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    if pixels > 0:
        return mask.with_window(x0, y0, np.asarray(distance <= reach))
    if inside.all():  # no background in sight: nothing to shrink away from
        return mask
    return mask.with_window(x0, y0, np.asarray(distance > reach))


def smooth(mask: Mask, radius: float) -> Mask:
    """Round the border: details smaller than about `radius` pixels go, area and place stay."""
    import cv2  # noqa: PLC0415 - loaded when a hand tool is first used

    if mask.is_empty or radius <= 0:
        return mask
    margin = int(np.ceil(3 * radius)) + 1
    x, y, width, height = mask.box
    x0, y0 = max(x - margin, 0), max(y - margin, 0)
    x1, y1 = min(x + width + margin, mask.width), min(y + height + margin, mask.height)
    hard = mask.window(x0, y0, x1, y1).astype(np.float32)
    soft = cv2.GaussianBlur(hard, (0, 0), radius, borderType=cv2.BORDER_REPLICATE)
    return mask.with_window(x0, y0, np.asarray(soft > 0.5))


def outlines(mask: Mask, *, tolerance: float = 1.0) -> tuple[tuple[Point, ...], ...]:
    """Return the mask's borders as rings of vertices, holes among them, to be edited.

    Args:
        mask: what to outline.
        tolerance: how far in pixels the rings may leave the border (Douglas and Peucker, 1973).
    """
    import cv2  # noqa: PLC0415 - loaded when a hand tool is first used

    if mask.is_empty:
        return ()
    x, y, width, height = mask.box
    pixels = mask.window(x, y, x + width, y + height)
    # Twice as fine, so that a border runs along pixels' edges and not through their middles.
    fine = pixels.astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    found, _ = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    rings = []
    for contour in found:
        ring = cv2.approxPolyDP(contour, 2 * tolerance, closed=True)[:, 0].astype(np.float64)
        if len(ring) >= 3:
            ring = ring / 2 + 0.25 + (x, y)
            rings.append(tuple((float(px), float(py)) for px, py in ring))
    return tuple(rings)


class _Window:
    """A rectangle of whole pixels inside an image."""

    def __init__(self, x0: int, y0: int, x1: int, y1: int) -> None:
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1

    @classmethod
    def around(
        cls, points: npt.NDArray[np.float64], *, margin: float, mask: Mask
    ) -> "_Window | None":
        """Return the window around (n, 2) points, or None if it lies outside the mask."""
        low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
        x0, y0 = (max(0, int(np.floor(value))) for value in low)
        x1 = min(mask.width, int(np.ceil(high[0])))
        y1 = min(mask.height, int(np.ceil(high[1])))
        return cls(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1), the last two exclusive."""
        return (self.x0, self.y0, self.x1, self.y1)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return (self.y1 - self.y0, self.x1 - self.x0)

    def stroke(self, points: Sequence[Point], radius: float) -> BoolArray:
        """Return the pixels whose middles lie within `radius` of the stroke's line."""
        line = np.zeros(self.shape, dtype=np.bool_)
        ends = list(pairwise(points)) if len(points) > 1 else [(points[0], points[0])]
        for a, b in ends:
            piece = self._capsule(a, b, radius)
            if piece is not None:
                top, left, inside = piece
                line[top : top + inside.shape[0], left : left + inside.shape[1]] |= inside
        return line

    def _capsule(self, a: Point, b: Point, radius: float) -> tuple[int, int, BoolArray] | None:
        """Return what lies within `radius` of the way from `a` to `b`: top, left and pixels."""
        reach = radius + 1
        left = max(0, int(np.floor(min(a[0], b[0]) - reach)) - self.x0)
        top = max(0, int(np.floor(min(a[1], b[1]) - reach)) - self.y0)
        right = min(self.shape[1], int(np.ceil(max(a[0], b[0]) + reach)) - self.x0)
        bottom = min(self.shape[0], int(np.ceil(max(a[1], b[1]) + reach)) - self.y0)
        if left >= right or top >= bottom:
            return None
        x = np.arange(left, right) + self.x0 + 0.5 - a[0]
        y = (np.arange(top, bottom) + self.y0 + 0.5 - a[1])[:, None]
        across, down = b[0] - a[0], b[1] - a[1]
        length = across**2 + down**2
        way = np.clip((x * across + y * down) / length, 0, 1) if length > 0 else 0.0
        far = (x - way * across) ** 2 + (y - way * down) ** 2
        return top, left, np.asarray(far <= radius**2)

    def middles_inside(self, rings: Sequence[npt.NDArray[np.float64]]) -> BoolArray:
        """Return the pixels whose middles an odd number of rings surrounds.

        Row by row: the places where rings cross the line through the pixels' middles, sorted,
        are where inside and outside change.
        """
        starts = np.concatenate(rings)
        ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
        crossings: list[list[float]] = [[] for _ in range(self.shape[0])]
        for (ax, ay), (bx, by) in zip(starts.tolist(), ends.tolist(), strict=True):
            if ay == by:
                continue
            low, high = min(ay, by), max(ay, by)
            first = max(int(np.ceil(low - 0.5)), self.y0)
            last = min(int(np.ceil(high - 0.5)), self.y1)  # exclusive
            for row in range(first, last):
                share = (row + 0.5 - ay) / (by - ay)
                crossings[row - self.y0].append(ax + share * (bx - ax))
        inside = np.zeros(self.shape, dtype=np.bool_)
        middles = np.arange(self.x0, self.x1) + 0.5
        for row, places in enumerate(crossings):
            if places:
                inside[row] = np.searchsorted(np.sort(places), middles, side="right") % 2 == 1
        return inside


def _parts(
    pixels: BoolArray, *, connectivity: int
) -> tuple[int, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return how many parts there are with number 0, each pixel's part, and facts of each."""
    import cv2  # noqa: PLC0415 - loaded when a hand tool is first used

    count, parts, facts, _ = cv2.connectedComponentsWithStats(
        pixels.astype(np.uint8), connectivity=connectivity
    )
    return int(count), np.asarray(parts, dtype=np.int32), np.asarray(facts, dtype=np.int32)
