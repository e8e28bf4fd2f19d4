"""Outlines of the shapes that gar-nano can name, and how they and their textures are drawn."""

import math

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

SHAPES = ("circle", "square", "triangle", "star", "ring", "bar", "ellipse", "blob")
TEXTURES = ("plain", "striped", "dotted", "checked", "noisy", "natural")
"""What a region's surface looks like; “natural” is a piece of a photograph."""

DRAWN_TEXTURES = TEXTURES[:-1]

_SHIFT = 4  # OpenCV takes polygon points in sixteenths of a pixel
_SMALLEST_PERIOD = 5.0
_MOST_TURN = math.pi / 9
_UPRIGHT = frozenset({"triangle", "star"})


def outline(shape: str, rng: np.random.Generator) -> list[FloatArray]:
    """Return a shape's outline, a little turned, around (0, 0) and with an area of 1.

    Args:
        shape: one of `SHAPES`.
        rng: decides what is free: the turn, a bar's length, a blob's bulges.

    Returns:
        (n, 2) points (x, y) of the outer edge, and for a ring those of its hole.
    """
    rings = [_points(shape, rng)]
    if shape == "ring":
        rings.append(rings[0] * np.float32(rng.uniform(0.45, 0.62)))
    area = sum(_area(ring) * sign for ring, sign in zip(rings, (1, -1), strict=False))
    quarters = -1 if shape in _UPRIGHT else int(rng.integers(4))
    turn = rng.uniform(-_MOST_TURN, _MOST_TURN) + math.pi / 2 * quarters
    cosine, sine = math.cos(turn), math.sin(turn)
    rotate = np.array([[cosine, sine], [-sine, cosine]], dtype=np.float32)
    return [(ring @ rotate / np.float32(math.sqrt(area))).astype(np.float32) for ring in rings]


def draw_outline(rings: list[FloatArray], *, width: int, height: int) -> FloatArray:
    """Fill an outline, even and odd: (H, W) float32 coverage in 0…1, smooth at the edge.

    Args:
        rings: (n, 2) points (x, y) in pixels of the canvas.
        width: columns of the canvas.
        height: rows of the canvas.
    """
    canvas = np.zeros((height, width), dtype=np.uint8)
    points = [np.round(ring * (1 << _SHIFT)).astype(np.int32) for ring in rings]
    cv2.fillPoly(canvas, points, 255, lineType=cv2.LINE_AA, shift=_SHIFT)
    return canvas.astype(np.float32) / np.float32(255)


def texture(
    kind: str, *, width: int, height: int, period: float, rng: np.random.Generator
) -> FloatArray:
    """Return how much of the second tone each pixel has: (H, W) float32 in 0…1.

    Args:
        kind: one of `DRAWN_TEXTURES`.
        width: columns.
        height: rows.
        period: pixels from stripe to stripe; five grains of a noisy surface.
        rng: decides turn and shift.
    """
    if kind == "plain":
        return np.zeros((height, width), dtype=np.float32)
    if kind == "noisy":
        grain = max(1.0, period / 5)
        rows, columns = (np.arange(n, dtype=np.float32) / grain for n in (height, width))
        noise = rng.random((int(rows[-1]) + 1, int(columns[-1]) + 1)) > 0.6
        grains = noise[np.ix_(rows.astype(int), columns.astype(int))]
        return np.asarray(grains, dtype=np.float32)
    period = max(period, _SMALLEST_PERIOD)
    turn = rng.uniform(0, math.pi)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    along = (columns * math.cos(turn) + rows * math.sin(turn)) / period + rng.uniform(0, 1)
    across = (rows * math.cos(turn) - columns * math.sin(turn)) / period + rng.uniform(0, 1)
    if kind == "striped":
        share = np.cos(2 * math.pi * along) * period / 3 + 0.2
    elif kind == "checked":
        share = np.cos(math.pi * along) * np.cos(math.pi * across) * period / 2 + 0.2
    else:
        distance = np.hypot(along % 1 - 0.5, across % 1 - 0.5) * period
        share = 0.33 * period - distance + 0.5
    return np.asarray(np.clip(share, 0, 1), dtype=np.float32)


def _points(shape: str, rng: np.random.Generator) -> FloatArray:
    match shape:
        case "circle" | "ring":
            points = _polar(np.ones(48))
        case "ellipse":
            points = _polar(np.ones(48)) * np.array([rng.uniform(1.7, 2.3), 1], dtype=np.float32)
        case "square":
            points = _box(1.0)
        case "bar":
            points = _box(rng.uniform(3.2, 5.0))
        case "triangle":
            points = _polar(np.ones(3))
        case "star":
            points = _polar(np.where(np.arange(10) % 2 == 0, 1.0, rng.uniform(0.38, 0.46)))
        case _:
            points = _polar(_bulges(rng))
    return points


def _bulges(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return a blob's radii: a few slow waves around a circle."""
    angles = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    radii = np.ones(len(angles))
    for order in (2, 3, 4, 5):
        size, turn = rng.uniform(0.10, 0.24), rng.uniform(0, 2 * math.pi)
        radii += size * np.cos(order * angles + turn)
    return np.maximum(radii, 0.3)


def _polar(radii: npt.ArrayLike) -> FloatArray:
    lengths = np.asarray(radii, dtype=np.float32)
    angles = np.linspace(0, 2 * math.pi, len(lengths), endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return (circle * lengths[:, None]).astype(np.float32)


def _box(aspect: float) -> FloatArray:
    half = np.array([aspect / 2, 0.5], dtype=np.float32)
    return np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype=np.float32) * half


def _area(ring: FloatArray) -> float:
    x, y = ring[:, 0].astype(np.float64), ring[:, 1].astype(np.float64)
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
