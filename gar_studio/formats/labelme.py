"""labelme: one JSON file for each image, masks as masks.

Keys as labelme 5 to 7 write and read them (github.com/wkentaro/labelme, `_label_file.py`): a
`mask` shape has the first and the last pixel of its box as points, both inclusive, and the box's
pixels as a PNG in base64; `description` is the caption.  Keys that nobody here knows come back.
"""

import base64
import io
import os
from collections.abc import Mapping
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import msgspec
from PIL import Image

from gar_studio.annotation.mentions import mentioned_ids, to_shown
from gar_studio.annotation.region import Region
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import Folder, encode, lose_unheld, telling_errors, whole_folder

NAME = "labelme"

_VERSION = "5.5.0"  # of labelme's format: `mask` shapes are as since 5.2


def export_labelme(labels: Labels, path: Path, tell: Tell = lambda _done, _all: None) -> Report:
    """Write a folder of labelme files in the sub-folders of their photos, atomically.

    `imagePath` leads from the file to the photo where it is, so that labelme opens the folder
    as it stands; nothing is embedded.

    Args:
        labels: what to write.
        path: the folder; parts of a split are folders in it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: it cannot be written, or something is there that must not be replaced.
    """
    tally = Tally()
    total = labels.image_count()
    with telling_errors(labels, path), whole_folder(path, NAME) as folder:
        for done, image in enumerate(labels.images()):
            tell(done, total)
            name = folder.free_name(image, image.part, ".json", tally)
            content = _file(image, labels, _photo_from(folder, name, image))
            folder.write(name, msgspec.json.format(encode(content), indent=2) + b"\n")
            tally.images += 1
            tally.regions += len(image.regions)
            tally.captions += sum(region.caption is not None for region in image.regions)
            chosen = {region.id for region in image.regions}
            for region in image.regions:
                text = region.caption.text if region.caption else ""
                lost = sum(region_id not in chosen for region_id in mentioned_ids(text))
                tally.lose(Loss.MENTIONS, image.place(region), count=lost)
            lose_unheld(tally, image, captions=True)
        tally.files = folder.files
    return tally.report(path, NAME)


def _photo_from(folder: Folder, name: str, image: ImageLabels) -> str:
    """Return the way from a file, where it will be, to the photo."""
    start = folder.final.resolve() / PurePosixPath(name).parent
    try:
        return PurePath(os.path.relpath(image.file.absolute(), start)).as_posix()
    except ValueError:  # on another drive of Windows
        return image.file.absolute().as_posix()


def _file(image: ImageLabels, labels: Labels, photo: str) -> dict[str, Any]:
    said = _said(image.said_of("image", image.image.id, NAME).keys)
    numbers = {region.id: place for place, region in enumerate(image.regions, start=1)}
    ours = {
        "shapes": [_shape(image, region, labels, numbers) for region in image.regions],
        "imagePath": photo,
        "imageData": None,
        "imageHeight": image.image.height,
        "imageWidth": image.image.width,
    }
    return {"version": _VERSION, "flags": {}} | dict(said) | ours


def _shape(
    image: ImageLabels, region: Region, labels: Labels, numbers: Mapping[int, int]
) -> dict[str, Any]:
    said = _said(image.said_of("region", region.id, NAME).keys)
    x, y, width, height = region.mask.box
    ours: dict[str, Any] = {
        "label": labels.category_of(region).name,
        "points": [[x, y], [x + width - 1, y + height - 1]],
        "description": to_shown(region.caption.text, numbers) if region.caption else "",
        "shape_type": "mask",
        "mask": _png(region),
    }
    return {"group_id": None, "flags": {}} | dict(said) | ours


def _said(keys: bytes) -> Mapping[str, msgspec.Raw]:
    return msgspec.json.decode(keys, type=dict[str, msgspec.Raw]) if keys else {}


def _png(region: Region) -> str:
    x, y, width, height = region.mask.box
    pixels = region.mask.window(x, y, x + width, y + height)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")
