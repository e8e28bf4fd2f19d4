"""A project for `python -m benchmarks.batch`: many photos with eight regions each, no words yet."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.gar_photos import scenes
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegions
from gar_studio.engines.protocol import RGBArray
from gar_studio.workspace import add_images, open_project

REGIONS = 8
"""Regions of each photo."""

_SIDE = 960
_TURNS = 8


def make_project(folder: Path, photos: Path | None, *, count: int) -> Path:
    """Write photos and a project with their regions; return the project's file.

    Args:
        folder: is made.
        photos: laid out like GAR-Bench, or None for the program's samples.
        count: how many photos.
    """
    folder.mkdir(parents=True)
    path = folder / "batch.garproj"
    document = open_project(path, create=True)
    try:
        for number, (pixels, masks) in enumerate(islice(_views(photos), count)):
            file = folder / f"{number:03}.png"
            Image.fromarray(pixels).save(file, compress_level=1)
            (image_id,) = add_images(document, [file]).image_ids
            document.do(AddRegions(image_id, masks, Provenance("benchmark")))
    finally:
        document.close()
    return path


def _views(photos: Path | None) -> Iterator[tuple[RGBArray, tuple[Mask, ...]]]:
    """Yield each photo turned and mirrored in all eight ways, then darker, and so on."""
    found = [
        (scene.image.pixels, [one.mask.to_array() for one in scene.regions[:REGIONS]])
        for scene in islice(scenes(photos, side=_SIDE), 5)
    ]
    dark = 0
    while True:
        for turn in range(_TURNS):
            for pixels, areas in found:
                shown = (pixels // (1 + dark)).astype(np.uint8)
                masks = tuple(Mask.from_array(_turned(area, turn)) for area in areas)
                yield np.ascontiguousarray(_turned(shown, turn)), masks
        dark += 1


def _turned(array: npt.NDArray[Any], turn: int) -> npt.NDArray[Any]:
    turned = np.rot90(array, turn % 4)
    return np.fliplr(turned) if turn >= 4 else turned
