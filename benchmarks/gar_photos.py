"""Large photos with small regions for `python -m benchmarks.gar`."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo_masks import photo_objects
from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import Box, PromptSet
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import RegionInput
from gar_studio.engines.protocol import CancelToken, ImageData, RGBArray
from gar_studio.engines.registry import build_segmenter
from gar_studio.engines.segmentation import Segmenter, SegmentRequest
from gar_studio.images import read_image

_SAMPLES = Path(__file__).parents[1] / "resources" / "sample"

_BOXES: Mapping[str, Sequence[tuple[float, float, float, float]]] = {
    "astronaut.jpg": (
        (0.258, 0.673, 0.405, 0.832),
        (0.539, 0.662, 0.643, 0.736),
        (0.736, 0.143, 0.813, 0.344),
        (0.340, 0.143, 0.532, 0.373),
        (0.774, 0.000, 0.851, 0.143),
        (0.673, 0.818, 0.730, 0.904),
        (0.296, 0.899, 0.386, 0.995),
        (0.042, 0.640, 0.099, 0.765),
    ),
    "chelsea.jpg": (
        (0.302, 0.283, 0.459, 0.488),
        (0.656, 0.363, 0.759, 0.545),
        (0.516, 0.750, 0.650, 0.889),
        (0.488, 0.038, 0.612, 0.191),
        (0.765, 0.038, 0.861, 0.210),
        (0.360, 0.306, 0.405, 0.430),
        (0.679, 0.392, 0.711, 0.488),
        (0.478, 0.593, 0.555, 0.669),
    ),
    "coffee.jpg": (
        (0.541, 0.583, 0.679, 0.818),
        (0.656, 0.163, 0.713, 0.325),
        (0.321, 0.574, 0.436, 0.774),
        (0.344, 0.239, 0.621, 0.478),
        (0.143, 0.382, 0.268, 0.631),
        (0.000, 0.249, 0.134, 0.459),
        (0.000, 0.000, 0.153, 0.153),
        (0.268, 0.841, 0.555, 0.966),
    ),
}
"""Boxes around things on the samples: (left, top, right, bottom) in 0…1."""

_CELLS = 3
"""Photos across and down in a mosaic.  Their borders are not those of the 4 × 4 tiles."""

_MOST_OF_A_CELL = 0.25


@dataclass(frozen=True, eq=False)
class Scene:
    """A square photo and small regions on it.  Holds an array, so it is compared by identity."""

    image: ImageData
    regions: tuple[RegionInput, ...]


def scenes(folder: Path | None, *, side: int) -> Iterator[Scene]:
    """Yield photos of `side` × `side` pixels, made of a folder's or of the samples."""
    return sample_scenes(side) if folder is None else folder_scenes(folder, side)


def sample_scenes(side: int) -> Iterator[Scene]:
    """Yield each sample, enlarged to `side` × `side` pixels, with things that GrabCut cut out."""
    engine = build_segmenter("grabcut", EngineOptions())
    for name, boxes in _BOXES.items():
        image = read_image(_SAMPLES / name)
        engine.prepare(image, CancelToken())
        areas = [_enlarge_area(_cut_out(engine, image, box), side) for box in boxes]
        yield _scene(_enlarge(image.pixels, side), areas)


def folder_scenes(folder: Path, side: int) -> Iterator[Scene]:
    """Yield mosaics of nine photos with a small region each, `side` × `side` pixels.

    Args:
        folder: laid out like GAR-Bench, whose photos have one to three small regions and less
            than a megapixel; a photo of twelve megapixels shows more things.
        side: of the mosaic, in pixels.
    """
    small = (
        (one.image.pixels, one.truth)
        for one in photo_objects(folder)
        if one.truth.mean() <= _MOST_OF_A_CELL
    )
    while len(chosen := list(islice(small, _CELLS**2))) == _CELLS**2:
        pixels = np.zeros((side, side, 3), dtype=np.uint8)
        areas = []
        for number, (photo, area) in enumerate(chosen):
            cell = side // _CELLS
            row, column = divmod(number, _CELLS)
            place = np.s_[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell]
            pixels[place] = _enlarge(photo, cell)
            whole = np.zeros((side, side), dtype=np.bool_)
            whole[place] = _enlarge_area(area, cell)
            areas.append(whole)
        yield _scene(pixels, areas)


def _scene(pixels: RGBArray, areas: Sequence[BoolArray]) -> Scene:
    pixels.flags.writeable = False
    image = ImageData(key=hashlib.sha256(pixels.tobytes()).hexdigest(), pixels=pixels)
    masks = (Mask.from_array(area) for area in areas)
    return Scene(image, tuple(RegionInput(i, mask) for i, mask in enumerate(masks, start=1)))


def _cut_out(
    engine: Segmenter, image: ImageData, box: tuple[float, float, float, float]
) -> BoolArray:
    """Return the (H, W) thing in a box."""
    left, right = box[0] * image.width, box[2] * image.width
    top, bottom = box[1] * image.height, box[3] * image.height
    prompts = PromptSet(box=Box(left, top, right, bottom))
    request = SegmentRequest(request_id=1, image_key=image.key, prompts=prompts)
    return engine.segment(image, request, CancelToken()).candidates[0].mask.to_array()


def _enlarge(pixels: RGBArray, side: int) -> RGBArray:
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def _enlarge_area(area: BoolArray, side: int) -> BoolArray:
    grey = cv2.resize(area.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
    return np.asarray(grey, dtype=np.bool_)
