"""Real mask shapes on pictures of one size, and projects and files full of them."""

import json
import sqlite3
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from benchmarks.photo_masks import photo_objects
from gar_studio.annotation.mask import Mask
from gar_studio.images import find_images, read_image
from gar_studio.store.opening import open_store

HEIGHT, WIDTH = 480, 640
PER_IMAGE = 10

Array = npt.NDArray[np.uint8]

_VARIANTS = 6
_PERSON = json.dumps(
    {
        "model": "person",
        "revision": "",
        "prompt": "",
        "at": "2026-01-02T03:04:05+00:00",
        "edited": False,
    }
)


def shapes(folder: Path | None) -> list[Array]:
    """Return masks, (480, 640) uint8 in Fortran's order.

    Args:
        folder: laid out like GAR-Bench, whose objects are taken; None for what stands out on the
            photos of the sample scenes.
    """
    found = _of_scenes() if folder is None else [one.truth for one in photo_objects(folder)]
    random = np.random.default_rng(0)
    made: list[Array] = []
    for truth in found:
        whole = cv2.resize(truth.astype(np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        for _ in range(_VARIANTS):
            turned = whole[:, ::-1] if random.random() < 0.5 else whole
            moved = np.roll(turned, tuple(random.integers(-60, 60, 2)), axis=(0, 1))
            if moved.any():
                made.append(np.asfortranarray(moved))
    return made


def make_project(path: Path, masks: list[Array], *, regions: int) -> None:
    """Write a project with that many regions, ten an image, a caption on every second."""
    open_store(path, create=True).close()
    counts = [Mask.from_array(mask).counts for mask in masks]
    told = json.dumps({"text": "A thing beside ⟨region:1⟩.", "provenance": json.loads(_PERSON)})
    images = regions // PER_IMAGE
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany(
            "INSERT INTO image (path, width, height, file_size, digest) VALUES (?, ?, ?, 1, ?)",
            ((name(i), WIDTH, HEIGHT, f"{i:064x}") for i in range(images)),
        )
        file.executemany(
            "INSERT INTO region (image_id, position, mask_height, mask_width, mask_counts, colour,"
            " category_id, provenance, caption) VALUES (?, ?, ?, ?, ?, '#E69F00', 1, ?, ?)",
            (
                (
                    1 + i // PER_IMAGE,
                    1 + i % PER_IMAGE,
                    HEIGHT,
                    WIDTH,
                    one,
                    _PERSON,
                    told if i % 2 else None,
                )
                for i, one in enumerate(islice(cycle(counts), regions))
            ),
        )


def name(place: int) -> str:
    """Return the path of an image."""
    return f"part {place // 1000:03d}/photo {place:06d}.jpg"


def coco(masks: list[Array], *, annotations: int, outlines: bool) -> dict[str, Any]:
    """Return a COCO dictionary as other programs write them.

    Args:
        masks: the shapes.
        annotations: how many.
        outlines: whether masks without holes are outlines, as in COCO's own files; else all are
            compressed run lengths.
    """
    rows = [_segmentation(mask, outlines=outlines) for mask in masks]
    return {
        "info": {"year": 2026},
        "licenses": [],
        "images": [
            {"id": i + 1, "file_name": name(i), "width": WIDTH, "height": HEIGHT, "license": 1}
            for i in range(annotations // PER_IMAGE)
        ],
        "categories": [{"id": i, "name": f"thing {i}", "supercategory": "x"} for i in range(1, 81)],
        "annotations": [
            {
                "id": i + 1,
                "image_id": 1 + i // PER_IMAGE,
                "category_id": 1 + i % 80,
                "segmentation": shape,
                "area": area,
                "bbox": box,
                "iscrowd": 0,
            }
            for i, (shape, area, box) in enumerate(islice(cycle(rows), annotations))
        ],
    }


def _segmentation(mask: Array, *, outlines: bool) -> tuple[object, float, list[float]]:
    encoded = coco_mask.encode(mask)
    area, box = float(coco_mask.area(encoded)), coco_mask.toBbox(encoded).tolist()
    lines, tree = cv2.findContours(
        np.ascontiguousarray(mask), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    has_holes = tree is not None and bool((tree[0][:, 3] >= 0).any())
    rings = [
        np.round(line.reshape(-1, 2) + 0.5, 2).ravel().tolist() for line in lines if len(line) >= 3
    ]
    if outlines and rings and not has_holes:
        return rings, area, box
    return {"size": [HEIGHT, WIDTH], "counts": encoded["counts"].decode()}, area, box


def _of_scenes() -> list[npt.NDArray[np.bool_]]:
    """Return what Otsu's threshold parts on the sample scenes, piece by piece."""
    folder = Path(__file__).parents[1] / "resources" / "scenes"
    found: list[npt.NDArray[np.bool_]] = []
    for path in find_images(folder):
        grey = cv2.cvtColor(read_image(path).pixels, cv2.COLOR_RGB2GRAY)
        for side in (0, cv2.THRESH_BINARY_INV):
            _, parted = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU | side)
            count, labels, stats, _ = cv2.connectedComponentsWithStats(parted)
            large = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] > grey.size // 400]
            found += [labels == i for i in large]
    return found
