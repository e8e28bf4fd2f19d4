"""Which of several cuts is the likeliest: by the box that was drawn, or by each other's word."""

import numpy as np

from gar_studio.annotation.mask import BoolArray
from gar_studio.annotation.prompts import Box
from gar_studio.engines.protocol import FloatArray
from models.segment.window import Window

SLIMNESS = 0.25
"""Worth of leaving a box empty, against that of reaching its sides."""


def overlaps(drawn: BoolArray) -> FloatArray:
    """Return the (n, n) intersections over union of (n, pixels) masks; 0 where both are empty."""
    flat = drawn.astype(np.float32)
    both = flat @ flat.T
    areas = np.diag(both)
    either = areas[:, None] + areas[None] - both
    return np.asarray(both / np.maximum(either, 1), dtype=np.float32)


def agreement(among: FloatArray) -> FloatArray:
    """Return n scores, 0…1: the mean overlap of every mask with the others, 1 for a lone one.

    An object with a clear border comes out the same whether one looks for something a little
    larger or a little smaller.

    Args:
        among: (n, n) intersections over union.
    """
    if len(among) == 1:
        return np.ones(1, dtype=np.float32)
    scores = (among.sum(axis=1) - np.diag(among)) / (len(among) - 1)
    return np.asarray(scores, dtype=np.float32)


def box_fit(inside: BoolArray, window: Window, box: Box) -> float:
    """Return how well a cut answers a box, 0…1.

    Who draws a box lets it touch the object on all sides, so the cut's own bounding box should
    be the drawn one (Lempitsky et al., "Image segmentation with a bounding box prior", ICCV
    2009).  Larger cuts reach the sides more easily, by background that sticks to the object; of
    those that reach equally far the slimmest is therefore the best.

    Args:
        inside: (rows, columns) working pixels of the object.
        window: where `inside` lies.
        box: as drawn, in pixels of the image; what lies outside the window does not count.
    """
    if not inside.any():
        return 0.0
    corners = window.to_work(np.array([[box.x0, box.y0], [box.x1, box.y1]], dtype=np.float64))
    drawn_low, drawn_high = np.clip(corners, 0, (window.columns, window.rows))
    across, down = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    low, high = np.array([across[0], down[0]]), np.array([across[-1] + 1, down[-1] + 1])
    drawn = np.prod(np.maximum(drawn_high - drawn_low, 1e-6))
    both = np.prod(np.maximum(np.minimum(high, drawn_high) - np.maximum(low, drawn_low), 0))
    reach = both / (drawn + np.prod(high - low) - both)
    fill = min(inside.sum() / drawn, 1.0)
    return float((reach + SLIMNESS * (1 - fill)) / (1 + SLIMNESS))
