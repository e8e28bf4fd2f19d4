"""Real objects on real photos, and a person who clicks them: simulated, and always the same."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import Box, Click, Scribble
from gar_studio.engines.protocol import ImageData
from gar_studio.images import read_image

LEAST_AREA = 0.001
"""Masks that cover less of their photo are left out: nobody could click them either."""

_STROKE_POINTS = 12
_STROKE_ENDS = (8, 92)  # percentiles of the way along the object


@dataclass(frozen=True, eq=False)
class PhotoObject:
    """An object with its human mask; holds an array, so it is compared by identity.

    Attributes:
        image: the photo.
        truth: (H, W) the human mask.
        held_out: whether its photo belongs to the half that nothing is tuned on.
    """

    image: ImageData
    truth: BoolArray
    held_out: bool


def photo_objects(folder: Path) -> Iterator[PhotoObject]:
    """Yield every distinct object of a folder laid out like GAR-Bench, photo after photo."""
    by_image: dict[str, dict[bytes, tuple[int, int]]] = {}
    for file in sorted(folder.glob("*_subset.json")):
        for item in json.loads(file.read_text(encoding="utf-8")):
            masks = by_image.setdefault(item["image"], {})
            for rle in item["mask_rles"]:
                masks[rle["counts"].encode()] = tuple(rle["size"])
    for name, masks in sorted(by_image.items()):
        image = read_image(folder / name)
        held_out = zlib.crc32(name.encode()) % 2 == 1
        for counts, (height, width) in masks.items():
            truth = Mask(height=height, width=width, counts=counts).to_array()
            if truth.shape == image.pixels.shape[:2] and truth.mean() >= LEAST_AREA:
                yield PhotoObject(image, truth, held_out)


def overlap(found: BoolArray, truth: BoolArray) -> float:
    """Return the intersection over union."""
    return float((found & truth).sum() / max((found | truth).sum(), 1))


def innermost(area: BoolArray, *, positive: bool = True) -> Click:
    """Return a click on the pixel that lies farthest from the border of an (H, W) area."""
    distance = _depth(area)
    y, x = np.unravel_index(int(distance.argmax()), distance.shape)
    return Click(float(x) + 0.5, float(y) + 0.5, positive=positive)


def correction(found: BoolArray, truth: BoolArray) -> Click | None:
    """Return a click into the middle of the largest error, or None if there is none."""
    largest: tuple[int, BoolArray, bool] | None = None
    for wrong, positive in ((truth & ~found, True), (found & ~truth, False)):
        count, parts, facts, _ = cv2.connectedComponentsWithStats(wrong.astype(np.uint8))
        if count > 1:
            part = 1 + int(facts[1:, cv2.CC_STAT_AREA].argmax())
            area = int(facts[part, cv2.CC_STAT_AREA])
            if largest is None or area > largest[0]:
                largest = (area, np.asarray(parts == part), positive)
    return None if largest is None else innermost(largest[1], positive=largest[2])


def bounding_box(truth: BoolArray) -> Box:
    """Return the box around an (H, W) mask, not empty."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    return Box(float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))


def stroke(truth: BoolArray) -> Scribble:
    """Return a scribble along the object: the innermost points on the way along its long axis."""
    rows, columns = np.nonzero(truth)
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    centred = points - points.mean(axis=0)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    along = centred @ axis
    depth = _depth(truth)[rows, columns]
    low, high = np.percentile(along, _STROKE_ENDS)
    bounds = np.linspace(low, high, _STROKE_POINTS + 1)
    found = []
    for start, end in pairwise(bounds):
        inside = np.flatnonzero((along >= start) & (along <= end))
        if len(inside):
            best = inside[int(depth[inside].argmax())]
            found.append((float(points[best, 0]) + 0.5, float(points[best, 1]) + 0.5))
    return Scribble(tuple(found))


def _depth(area: BoolArray) -> np.ndarray:
    padded = np.pad(area, 1).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1])
