"""YOLO-seg: a text file for each image with one ring a line, beside copies of the photos.

`class x1 y1 x2 y2 …`, coordinates as fractions of the image; `data.yaml` has the names.  Points
are the centres of the pixels at the edge; a fraction is rounded up at its ninth digit, so that
readers that cut to whole pixels and those that round both get the same pixel.
"""

import math
import shutil
from pathlib import Path, PurePosixPath

import numpy as np

from gar_studio.annotation.region import Region
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.outlines import outlines_of
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.selection import PARTS
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import Folder, encode, lose_unheld, telling_errors, whole_folder

NAME = "yolo"

_DIGITS = 1_000_000_000


def export_yolo(labels: Labels, path: Path, tell: Tell = lambda _done, _all: None) -> Report:
    """Write a folder that YOLO trains on: `data.yaml`, `images/` and `labels/`, atomically.

    Photos are copied, because YOLO finds labels by the place of the photo.  An image without
    regions has an empty file, which YOLO takes as background.

    Args:
        labels: what to write.
        path: the folder; parts of a split are folders in `images` and in `labels`.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: it cannot be written, or something is there that must not be replaced.
    """
    tally = Tally()
    total = labels.image_count()
    categories = labels.categories()
    classes = {category.id: place for place, category in enumerate(categories)}
    parts = set[str]()
    with telling_errors(labels, path), whole_folder(path, NAME) as folder:
        for done, image in enumerate(labels.images()):
            tell(done, total)
            parts.add(image.part)
            name = folder.free_name(image, _below("labels", image.part), ".txt", tally)
            lines = [
                line
                for region in image.regions
                for line in _lines(image, region, classes[labels.category_of(region).id], tally)
            ]
            folder.write(name, "".join(lines).encode("ascii"))
            _copy(image, name, folder, tally)
            tally.images += 1
            tally.regions += len(image.regions)
            lose_unheld(tally, image)
        folder.write("data.yaml", _description([c.name for c in categories], parts))
        tally.files = folder.files
    return tally.report(path, NAME)


def _below(folder: str, part: str) -> str:
    return f"{folder}/{part}" if part else folder


def _lines(image: ImageLabels, region: Region, number: int, tally: Tally) -> list[str]:
    rings, holes = outlines_of(region.mask)
    place = image.place(region)
    tally.lose(Loss.HOLES, place, count=holes)
    tally.lose(Loss.PARTS, place, count=int(len(rings) > 1))
    sides = np.array([image.image.width, image.image.height], dtype=np.float64)
    lines = []
    for ring in rings:
        fractions = np.ceil(ring / sides * _DIGITS) / _DIGITS
        numbers = " ".join(f"{value:.9g}" for value in fractions.ravel().tolist())
        lines.append(f"{number} {numbers}\n")
    return lines


def _copy(image: ImageLabels, name: str, folder: Folder, tally: Tally) -> None:
    """Copy the photo to where YOLO looks for the one of a file of labels."""
    label = PurePosixPath(name)
    stem = PurePosixPath("images", *label.parts[1:])
    target = stem.with_name(label.stem + PurePosixPath(image.image.path).suffix)
    if not image.file.is_file():
        tally.lose(Loss.PHOTOS, image.image.path)
        return
    shutil.copyfile(image.file, folder.place(str(target)))


def _description(names: list[str], parts: set[str]) -> bytes:
    """Return `data.yaml`; a name is a JSON text, which is one of YAML too."""
    # No `path`: without it, names are meant from where this file is.
    lines: list[str] = []
    if parts <= {""}:
        lines += ["train: images\n", "val: images\n"]
    else:
        # A trainer wants both; where a part has no image, another stands in.
        present = [part for part in PARTS if part in parts]
        for part in ("train", "val"):
            lines.append(f"{part}: images/{part if part in parts else present[0]}\n")
        lines += ["test: images/test\n"] if "test" in parts else []
    lines += [f"nc: {len(names)}\n", "names:\n"]
    lines += [f"  {place}: {encode(name).decode()}\n" for place, name in enumerate(names)]
    return "".join(lines).encode("utf-8")


def pixels_of(values: list[float], *, width: int, height: int) -> list[float]:
    """Return x1, y1, … in pixels for fractions of an image."""
    return [value * (height if place % 2 else width) for place, value in enumerate(values)]


def is_plain(values: list[float]) -> bool:
    """Whether all are numbers, and no further from the image than a few of its sides."""
    return all(math.isfinite(value) and abs(value) < 100 for value in values)
