"""What each patch of the picture can say about the outline of the object that it lies on.

A shape's name is three bits; an outline is hundreds.  A tower that has to draw the outline around
every patch finds out what belongs together long before the names alone would teach it.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from models.gar.image_processor import Box
from models.gar.nano.facts import SceneFacts
from models.gar.nano.layout import PATCH, TILE
from models.gar.nano.shapes import FloatArray

WINDOW, OUTLINE, AROUND, SIDES = 12, 8, 6, 3
"""Cells on a side: of the square around a patch, of an object's box, of the same square where
neighbours are told, and of a region's surroundings."""

_CELL = 4  # pixels of a window's cell
_REACH = 50.0  # pixels that the way to an edge is measured in
_MARGIN = 0.15  # of a box, around it, that counts as a region's surroundings
_LEAST_SHARE = 0.01  # of a cell of the surroundings
_OUTSIDE = 255  # a label that no object has


class Silhouettes(NamedTuple):
    """What the n patches that lie on objects see, as float32.

    Attributes:
        windows: (n, WINDOW²) where around the patch the same object is, 0 or 1.
        edges: (n, 4) the way to the left, upper, right and lower edge of the object's box, in 50
            pixels.
        outlines: (n, OUTLINE²) where in its box the object is, 0 or 1.
        neighbours: (n, 2 · AROUND²) where around the patch an object lies over its own, 0 or 1,
            and then where one lies under it.
    """

    windows: FloatArray
    edges: FloatArray
    outlines: FloatArray
    neighbours: FloatArray


def silhouettes(
    labels: npt.NDArray[np.uint8], facts: SceneFacts, boxes: tuple[Box, ...]
) -> Silhouettes:
    """Return what is to be seen in a scene, patch after patch in reading order.

    Args:
        labels: (S, S) numbers of the objects on the canvas.
        facts: of the scene.
        boxes: of each object, in parts of the canvas.
    """
    objects = facts.objects
    centres = labels[PATCH // 2 :: PATCH, PATCH // 2 :: PATCH]
    rows, columns = np.nonzero(np.isin(centres, [one.number for one in objects]))
    numbers = centres[rows, columns]
    middles = np.stack([columns, rows], axis=1) * PATCH + PATCH // 2
    edges = np.zeros((len(numbers), 4), dtype=np.float32)
    outlines = np.zeros((len(numbers), OUTLINE**2), dtype=np.float32)
    for one, box in zip(objects, boxes, strict=True):
        its = numbers == one.number
        if its.any():
            x0, y0, x1, y1 = np.array(box) * TILE
            edges[its, :2] = (middles[its] - (x0, y0)) / _REACH
            edges[its, 2:] = ((x1, y1) - middles[its]) / _REACH
            outlines[its] = _outline(labels, one.number, (int(x0), int(y0), int(x1), int(y1)))
    around = _windows(labels)[rows, columns]
    windows = (around == numbers[:, None, None]).reshape(len(numbers), -1).astype(np.float32)
    return Silhouettes(windows, edges, outlines, _neighbours(around, numbers, facts))


def _neighbours(
    around: npt.NDArray[np.uint8], numbers: npt.NDArray[np.uint8], facts: SceneFacts
) -> FloatArray:
    """Return `Silhouettes.neighbours` of (n, WINDOW, WINDOW) labels around n patches."""
    over = np.zeros((256, 256), dtype=np.bool_)
    for contact in facts.contacts:
        over[contact.upper, contact.lower] = True
    step = WINDOW // AROUND
    cells = around[:, step // 2 :: step, step // 2 :: step].reshape(len(numbers), -1)
    own = numbers[:, None]
    return np.concatenate([over[cells, own], over[own, cells]], axis=1).astype(np.float32)


def surroundings(
    labels: npt.NDArray[np.uint8], number: int, box: Box, facts: SceneFacts
) -> FloatArray:
    """Return where in and around an object's box others lie over and under it.

    Returns:
        (2 · SIDES²,) float32: a grid of those over it, row by row, and one of those under it.
    """
    low, high = np.array(box[:2]) * TILE, np.array(box[2:]) * TILE + 1
    margin = _MARGIN * (high - low) + 1
    x0, y0 = np.maximum(low - margin, 0).astype(int)
    x1, y1 = np.minimum(high + margin, TILE).astype(int)
    part = labels[y0:y1, x0:x1]
    over = [contact.upper for contact in facts.contacts if contact.lower == number]
    under = [contact.lower for contact in facts.contacts if contact.upper == number]
    grids = [
        cv2.resize(
            np.isin(part, numbers).astype(np.float32), (SIDES, SIDES), interpolation=cv2.INTER_AREA
        )
        for numbers in (over, under)
    ]
    return np.asarray(np.stack(grids).ravel() > _LEAST_SHARE, dtype=np.float32)


def _windows(labels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the cells around each patch: (rows, columns, WINDOW, WINDOW)."""
    cells = PATCH // _CELL
    before = (WINDOW - cells) // 2
    margin = (before, WINDOW - cells - before)
    small = labels[_CELL // 2 :: _CELL, _CELL // 2 :: _CELL]
    small = np.pad(small, margin, constant_values=_OUTSIDE)
    views = np.lib.stride_tricks.sliding_window_view(small, (WINDOW, WINDOW))
    return views[::cells, ::cells]


def _outline(
    labels: npt.NDArray[np.uint8], number: int, box: tuple[int, int, int, int]
) -> FloatArray:
    x0, y0, x1, y1 = box
    part = (labels[y0 : y1 + 1, x0 : x1 + 1] == number).astype(np.uint8) * 255
    small = cv2.resize(part, (OUTLINE, OUTLINE), interpolation=cv2.INTER_AREA)
    return np.asarray(small.reshape(-1) > 127, dtype=np.float32)
