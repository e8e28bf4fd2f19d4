"""The eleven basic colours as a fixed table: what a pixel's colour is called.

The names are Berlin and Kay's basic colour terms of English (Basic Color Terms, 1969).  A pixel
has the name of the nearest anchor in CIELAB; the anchors were written down once and are part of
what gar-nano was trained on, so that a change of the table is a change of the model.
"""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import RGBArray

RGB = tuple[int, int, int]

_ANCHORS: dict[str, tuple[RGB, ...]] = {
    "black": ((0, 0, 0), (26, 26, 28), (32, 26, 22), (20, 26, 36)),
    "white": ((255, 255, 255), (236, 236, 236), (242, 236, 226), (224, 232, 240)),
    "gray": ((128, 128, 128), (66, 66, 68), (96, 94, 92), (166, 166, 168), (196, 194, 192)),
    "red": ((222, 22, 30), (172, 16, 26), (236, 62, 56), (128, 16, 22)),
    "orange": ((252, 130, 20), (236, 108, 12), (255, 164, 66)),
    "yellow": ((252, 222, 30), (255, 236, 110), (226, 192, 24)),
    "green": (
        (40, 160, 50),
        (20, 98, 36),
        (120, 190, 70),
        (60, 88, 42),
        (150, 220, 140),
        (104, 128, 56),
        (30, 150, 110),
    ),
    "blue": (
        (30, 80, 200),
        (20, 40, 120),
        (90, 150, 226),
        (60, 108, 152),
        (156, 198, 240),
        (30, 170, 220),
        (10, 10, 252),
        (64, 64, 236),
    ),
    "purple": ((120, 40, 160), (80, 30, 110), (166, 100, 204), (190, 152, 222)),
    "pink": ((255, 130, 182), (250, 182, 202), (232, 80, 152)),
    "brown": ((120, 70, 32), (84, 50, 26), (152, 102, 62), (182, 140, 100), (62, 40, 26)),
}

BASIC_COLOURS: tuple[str, ...] = tuple(_ANCHORS)
"""The names; a colour's index below is its place here."""

_BITS = 5
_LEVELS = 1 << _BITS
_SURE = 7.0
"""By how much, in units of CIELAB, another colour's anchor is further away from a sure tone."""

IndexArray = npt.NDArray[np.uint8]


def classify(pixels: RGBArray) -> IndexArray:
    """Name each pixel: (…, 3) uint8 RGB → (…) index into `BASIC_COLOURS`.

    Pixels are rounded to 32 levels a channel first.
    """
    table, _ = _table()
    cells = (pixels >> (8 - _BITS)).astype(np.intp)
    named: IndexArray = table[cells[..., 0], cells[..., 1], cells[..., 2]]
    return named


def dominant(pixels: RGBArray, mask: BoolArray) -> tuple[str, float]:
    """Return the name that most of a region's pixels have, and their share in 0…1.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        mask: (H, W) bool, not empty.
    """
    counts = np.bincount(classify(pixels[mask]), minlength=len(BASIC_COLOURS))
    best = int(counts.argmax())
    return BASIC_COLOURS[best], float(counts[best] / counts.sum())


def draw_tone(name: str, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Draw a tone that has this name beyond doubt: (3,) float32 in 0…255."""
    _, sure = _table()
    cells = sure[name]
    cell = cells[rng.integers(len(cells))]
    step = 1 << (8 - _BITS)
    return np.asarray(cell * step + rng.uniform(0, step - 1, 3), dtype=np.float32)


@cache
def _table() -> tuple[IndexArray, dict[str, npt.NDArray[np.uint8]]]:
    """Return the (32, 32, 32) names of all cells, and the (n, 3) cells that are sure of a name."""
    levels = np.arange(_LEVELS, dtype=np.float32)
    cells = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 3)
    centres = (cells + 0.5) * (1 << (8 - _BITS))
    seen = _lab(centres)
    distances = np.stack(
        [
            np.linalg.norm(seen[:, None] - _lab(anchors)[None], axis=-1).min(1)
            for anchors in _ANCHORS.values()
        ],
        axis=-1,
    )
    names = distances.argmin(1).astype(np.uint8)
    ordered = np.sort(distances, axis=1)
    certain = ordered[:, 1] - ordered[:, 0] >= _SURE
    sure = {
        name: cells[certain & (names == index)].astype(np.uint8)
        for index, name in enumerate(BASIC_COLOURS)
    }
    return names.reshape(_LEVELS, _LEVELS, _LEVELS), sure


def _lab(rgb: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Turn (n, 3) sRGB in 0…255 into CIELAB."""
    unit = np.asarray(rgb, dtype=np.float32)[None] / np.float32(255)
    return np.asarray(cv2.cvtColor(unit, cv2.COLOR_RGB2LAB)[0], dtype=np.float32)
