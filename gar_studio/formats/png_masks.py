"""PNG masks: a picture of classes and one of instances for each image.

`classes/`: a palette PNG, index 0 for no class.  `instances/`: a 16-bit grey PNG, 0 for no region,
and beside it a JSON file that says which region and class each number is.  `classes.json` has the
names.  Each pixel holds one region: larger ones lie below smaller ones.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from PIL import Image

from gar_studio.annotation.region import Category, Region
from gar_studio.errors import ExportError
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import encode, lose_unheld, telling_errors, whole_folder
from gar_studio.language import tr

NAME = "png"

MAX_INSTANCES = 65_535
MAX_CLASSES = 255

CLASSES = "classes.json"


def export_png(labels: Labels, path: Path, tell: Tell = lambda _done, _all: None) -> Report:
    """Write a folder of PNG masks, atomically.

    Args:
        labels: what to write.
        path: the folder; parts of a split are folders in it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: it cannot be written, something is there that must not be replaced, or there
            are more classes or regions than the pictures have numbers for.
    """
    tally = Tally()
    total = labels.image_count()
    categories = labels.categories()
    if len(categories) > MAX_CLASSES:
        raise ExportError(
            tr(
                "There are {count} categories; a class mask has room for {max_classes}.",
                count=len(categories),
                max_classes=MAX_CLASSES,
            ),
            advice=tr("Choose some categories, or merge some."),
        )
    classes = {category.id: place for place, category in enumerate(categories, start=1)}
    palette = _palette(categories)
    with telling_errors(labels, path), whole_folder(path, NAME) as folder:
        for done, image in enumerate(labels.images()):
            tell(done, total)
            part = f"{image.part}/" if image.part else ""
            name = folder.free_name(image, f"{part}instances", ".png", tally)
            numbers = _numbers(image)
            instances = _instances(image, numbers)
            by_number = np.zeros(len(image.regions) + 1, dtype=np.uint8)
            for region in image.regions:
                by_number[numbers[region.id]] = classes[labels.category_of(region).id]
            folder.write(name, _png(Image.fromarray(instances)))
            picture = Image.fromarray(by_number[instances]).convert("P")
            picture.putpalette(palette)
            below = PurePosixPath(name).relative_to(f"{part}instances")
            folder.write(f"{part}classes/{below}", _png(picture))
            shown = np.bincount(instances.ravel(), minlength=len(by_number))
            content = _content(image, labels, classes, shown.tolist(), tally)
            folder.write(str(PurePosixPath(name).with_suffix(".json")), content)
            tally.images += 1
            lose_unheld(tally, image)
        names = {str(classes[category.id]): category.name for category in categories}
        folder.write(CLASSES, msgspec.json.format(encode({"classes": names}), indent=1) + b"\n")
        tally.files = folder.files
    return tally.report(path, NAME)


def _numbers(image: ImageLabels) -> dict[int, int]:
    """Return the number of each region in the picture: its place in the image."""
    if len(image.regions) > MAX_INSTANCES:
        raise ExportError(
            tr(
                "“{path}” has {count:,} regions; an instance mask has room for {max_instances:,}.",
                path=image.image.path,
                count=len(image.regions),
                max_instances=MAX_INSTANCES,
            ),
            advice=tr("Choose some categories or images, or another format."),
        )
    return {region.id: place for place, region in enumerate(image.regions, start=1)}


def _instances(image: ImageLabels, numbers: Mapping[int, int]) -> npt.NDArray[np.uint16]:
    """Return (H, W) the number of the region on top at each pixel, 0 for none."""
    pixels = np.zeros((image.image.height, image.image.width), dtype=np.uint16)
    for region in sorted(image.regions, key=lambda region: -region.mask.area):
        x, y, width, height = region.mask.box
        inside = region.mask.window(x, y, x + width, y + height)
        pixels[y : y + height, x : x + width][inside] = numbers[region.id]
    return pixels


def _content(
    image: ImageLabels,
    labels: Labels,
    classes: Mapping[int, int],
    shown: Sequence[int],
    tally: Tally,
) -> bytes:
    instances: list[dict[str, Any]] = []
    for number, region in enumerate(image.regions, start=1):
        if not _is_visible(image, region, shown[number], tally):
            continue
        category = labels.category_of(region)
        instances.append(
            {
                "number": number,
                "region": region.id,
                "class": classes[category.id],
                "category": category.name,
            }
        )
    tally.regions += len(instances)
    record = image.image
    content = {
        "image": record.path,
        "width": record.width,
        "height": record.height,
        "instances": instances,
    }
    return msgspec.json.format(encode(content), indent=1) + b"\n"


def _is_visible(image: ImageLabels, region: Region, pixels: int, tally: Tally) -> bool:
    if not pixels:
        tally.lose(Loss.GONE, image.place(region))
    elif pixels < region.mask.area:
        tally.lose(Loss.OVERLAPS, image.place(region))
    return pixels > 0


def _palette(categories: tuple[Category, ...]) -> list[int]:
    """Return red, green and blue of every index: black, then the categories' colours."""
    colours = ["#000000", *(category.colour for category in categories)]
    return [value for colour in colours for value in bytes.fromhex(colour.removeprefix("#"))]


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
