"""COCO captions: one annotation for each caption of a region."""

from pathlib import Path
from typing import Any

from gar_studio import __version__
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.spools import spooled_files
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import encode, lose_unheld, telling_errors

NAME = "coco-captions"


def export_coco_captions(
    labels: Labels, path: Path, tell: Tell = lambda _done, _all: None
) -> Report:
    """Write captions as COCO's captions, or one file for each part of a split, atomically.

    An annotation is `id` (the region's lasting id), `image_id` and `caption`, as in COCO's
    `captions_val2017.json`; beside them `bbox` and `category` say which region is meant, and
    readers may ignore them.  Captions mention regions as `#1`.

    Args:
        labels: what to write.
        path: the file; parts of a split are `NAME.train.json` and so on beside it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: a file cannot be written; older files of that name are untouched.
    """
    tally = Tally()
    info = {"description": labels.title, "version": __version__, "contributor": "GAR Studio"}
    head = {"info": info, "licenses": []}
    total = labels.image_count()
    with (
        telling_errors(labels, path),
        spooled_files(path, ("images", "annotations"), head) as files,
    ):
        for done, image in enumerate(labels.images()):
            tell(done, total)
            files.write(image.part, "images", encode(_image(image)))
            for annotation in _annotations(image, labels, tally):
                files.write(image.part, "annotations", encode(annotation))
            tally.images += 1
            lose_unheld(tally, image, captions=True)
        tally.files = files.count
    return tally.report(path, NAME)


def _image(image: ImageLabels) -> dict[str, Any]:
    record = image.image
    return {
        "id": record.id,
        "file_name": record.path,
        "width": record.width,
        "height": record.height,
    }


def _annotations(image: ImageLabels, labels: Labels, tally: Tally) -> list[dict[str, Any]]:
    found = []
    for region in image.regions:
        if region.caption is None:
            tally.lose(Loss.UNCAPTIONED, image.place(region))
            continue
        tally.regions += 1
        tally.captions += 1
        tally.lose(Loss.MASKS, image.place(region))
        found.append(
            {
                "id": region.id,
                "image_id": image.image.id,
                "caption": image.shown(region.caption.text),
                "bbox": list(region.mask.box),
                "category": labels.category_of(region).name,
            }
        )
    return found
