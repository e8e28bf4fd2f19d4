"""Outlines of masks, one ring for each part, and masks of outlines.

Points are the centres of the pixels at the edge, as OpenCV finds them, so that filling a ring
with its edge (`cv2.fillPoly`, as the readers of YOLO's files do) gives the same pixels again.
A hole is joined to what lies to its left by a cut that is walked twice.  The cut stays inside the
region, so that the hole costs no pixel.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.errors import MaskError
from gar_studio.formats.reading import MAX_POINTS
from gar_studio.language import tr

IntArray = npt.NDArray[np.int64]


def outlines_of(mask: Mask) -> tuple[list[IntArray], int]:
    """Return the rings of a mask, and how many holes were joined to them.

    Returns:
        Rings, (N, 2) of x and y in pixels of the image, at least three points each (a single
        pixel has its point three times); the number of holes.
    """
    import cv2  # noqa: PLC0415 - loaded when outlines are first needed

    x0, y0, width, height = mask.box
    if not width:
        return [], 0
    pixels = mask.window(x0, y0, x0 + width, y0 + height).astype(np.uint8)
    found, tree = cv2.findContours(pixels, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    contours = [np.asarray(contour, dtype=np.int64).reshape(-1, 2) for contour in found]
    parents = np.asarray(tree, dtype=np.int64).reshape(-1, 4)[:, 3]
    children: dict[int, list[int]] = {}
    for place, parent in enumerate(parents.tolist()):
        if parent >= 0:
            children.setdefault(parent, []).append(place)
    rings = []
    for place, parent in enumerate(parents.tolist()):
        if parent < 0:
            holes = [contours[child] for child in children.get(place, ())]
            joined = _joined(contours[place], holes) if holes else contours[place]
            ring = _at_least_three(_without_straights(joined))
            rings.append(ring + np.array([x0, y0]))
    return rings, int((parents >= 0).sum())


def filled(ring: Sequence[float] | npt.NDArray[np.float64], *, height: int, width: int) -> Mask:
    """Fill a ring with its edge, points rounded to pixels; what lies outside is dropped.

    Args:
        ring: x1, y1, x2, y2, … in pixels, at least three points.
        height: rows of the image.
        width: columns of the image.

    Raises:
        MaskError: it is too short or too long, no ring, far outside, or nothing is inside.
    """
    import cv2  # noqa: PLC0415 - loaded when outlines are first needed

    points = np.asarray(ring, dtype=np.float64)
    if points.size < 6 or points.size % 2 or points.size > 2 * MAX_POINTS:
        raise MaskError(tr("An outline has too few or too many points."))
    reach = 2 * max(height, width) + 1000
    if not (points.min() >= -reach and points.max() <= reach):  # also where it is no number
        raise MaskError(tr("The region's outline lies far outside its image."))
    corners = np.rint(points.reshape(-1, 2)).astype(np.int32)
    left, top = np.maximum(corners.min(axis=0), 0).tolist()
    right = min(int(corners[:, 0].max()) + 1, width)
    bottom = min(int(corners[:, 1].max()) + 1, height)
    if left >= right or top >= bottom:
        raise MaskError(tr("No pixel of the outline is inside the image."))
    pixels = np.zeros((bottom - top, right - left), dtype=np.uint8)
    cv2.fillPoly(pixels, [corners - np.array([left, top], dtype=np.int32)], (1,))
    if not pixels.any():
        raise MaskError(tr("No pixel of the outline is inside the image."))
    return Mask.empty(height=height, width=width).with_window(left, top, pixels.view(np.bool_))


def _joined(outer: IntArray, holes: list[IntArray]) -> IntArray:
    """Return one ring that goes around a part and, over cuts, around its holes.

    From the leftmost point of a hole, the pixels to the left belong to the part as far as the
    next ring.  That ring begins further left, or is the outer one, so that the rings make a tree.
    """
    rings = [outer, *(np.roll(hole, -int(hole[:, 0].argmin()), axis=0) for hole in holes)]
    starts = [-1, *(int(ring[0, 0]) for ring in rings[1:])]
    where: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, ring in enumerate(rings):
        for index, (x, y) in enumerate(ring.tolist()):
            where.setdefault((x, y), []).append((place, index))
    branches: dict[tuple[int, int], list[int]] = {}
    for place, ring in enumerate(rings[1:], start=1):
        x, y = ring[0].tolist()
        # To the left of the last pixel of the cut is another hole, or the outside.
        for left in range(x, -1, -1):
            further = [one for one in where.get((left, y), ()) if starts[one[0]] < starts[place]]
            if further:
                branches.setdefault(further[0], []).append(place)
                break
    return _walk(rings, branches)


def _walk(rings: list[IntArray], branches: dict[tuple[int, int], list[int]]) -> IntArray:
    """Go around the first ring, and at every branch around the ring that hangs on it."""
    way: list[tuple[int, int]] = []
    stack: list[tuple[int, int, int]] = [(0, 0, 0)]  # ring, index, branches taken there
    while stack:
        place, index, taken = stack.pop()
        ring = rings[place]
        closing = len(ring) if place == 0 else len(ring) + 1  # holes end where they began
        if index >= closing:
            continue
        way.append(tuple(ring[index % len(ring)].tolist()))
        hanging = branches.get((place, index), []) if index < len(ring) else []
        if taken < len(hanging):
            stack += [(place, index, taken + 1), (hanging[taken], 0, 0)]
        else:
            stack.append((place, index + 1, 0))
    return np.array(way, dtype=np.int64)


def _without_straights(ring: IntArray) -> IntArray:
    """Drop points between two others on one straight line of eight directions."""
    if len(ring) < 3:
        return ring
    before = np.sign(ring - np.roll(ring, 1, axis=0))
    after = np.sign(np.roll(ring, -1, axis=0) - ring)
    steps = np.abs(ring - np.roll(ring, 1, axis=0))
    ahead = np.roll(steps, -1, axis=0)
    slanted = [(s.min(axis=1) != 0) & (s[:, 0] != s[:, 1]) for s in (steps, ahead)]
    kept = (before != after).any(axis=1) | slanted[0] | slanted[1]
    return ring[kept] if kept.any() else ring[:1]


def _at_least_three(ring: IntArray) -> IntArray:
    return ring if len(ring) >= 3 else np.concatenate([ring, ring[:1], ring[:1]])
