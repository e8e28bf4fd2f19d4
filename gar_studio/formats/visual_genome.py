"""Visual Genome: objects as boxes, relationships among them, and phrases about regions."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from gar_studio.annotation.exchange import Relation
from gar_studio.annotation.region import Region
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.formats.writing import (
    Folder,
    PartFiles,
    encode,
    json_arrays,
    lose_unheld,
    telling_errors,
    whole_folder,
)

NAME = "visual-genome"

_FILES = ("image_data", "objects", "relationships", "region_descriptions")
_FURTHER = 1_000_000_000
"""Added to a relationship's id for each further object, so that ids stay lasting and differ."""


def export_visual_genome(
    labels: Labels, path: Path, tell: Tell = lambda _done, _all: None
) -> Report:
    """Write a folder with `objects.json`, `relationships.json` and two more, atomically.

    Keys are those of Visual Genome 1.4: `object_id`, `x`, `y`, `w`, `h` (pixels) and `names`;
    `relationship_id`, `predicate`, `subject` and `object`; `phrase` of a region.  A relation with
    several objects is written as several.

    Args:
        labels: what to write.
        path: the folder; parts of a split are folders in it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: it cannot be written, or something is there that must not be replaced.
    """
    tally = Tally()
    total = labels.image_count()
    with telling_errors(labels, path), whole_folder(path, NAME) as folder, ExitStack() as stack:
        parts: dict[str, dict[str, PartFiles]] = {}
        for done, image in enumerate(labels.images()):
            tell(done, total)
            if image.part not in parts:
                parts[image.part] = _open(folder, image.part, stack)
            _write(image, labels, parts[image.part], tally)
        if not parts:
            _open(folder, "", stack)
        tally.files = folder.files
    return tally.report(path, NAME)


def _open(folder: Folder, part: str, stack: ExitStack) -> dict[str, PartFiles]:
    prefix = f"{part}/" if part else ""
    return {
        name: stack.enter_context(json_arrays(folder.place(f"{prefix}{name}.json")))
        for name in _FILES
    }


def _write(
    image: ImageLabels, labels: Labels, files: Mapping[str, PartFiles], tally: Tally
) -> None:
    record = image.image
    objects = {region.id: _object(region, labels) for region in image.regions}
    relationships = [
        one for relation in image.relations for one in _relationships(relation, image, objects)
    ]
    files["image_data"].write(
        "",
        encode(
            {
                "image_id": record.id,
                "url": record.path,
                "width": record.width,
                "height": record.height,
            }
        ),
    )
    listed = list(objects.values())
    files["objects"].write("", encode({"image_id": record.id, "objects": listed}))
    files["relationships"].write(
        "", encode({"image_id": record.id, "relationships": relationships})
    )
    phrases = [_phrase(image, region) for region in image.regions if region.caption]
    files["region_descriptions"].write("", encode({"id": record.id, "regions": phrases}))
    tally.images += 1
    tally.regions += len(objects)
    tally.captions += len(phrases)
    tally.relations += len(image.relations)
    for region in image.regions:
        tally.lose(Loss.MASKS, image.place(region))
    several = sum(len(relation.object_ids) > 1 for relation in image.relations)
    tally.lose(Loss.SEVERAL, record.path, count=several)
    answers = sum(bool(relation.answer) for relation in image.relations)
    tally.lose(Loss.ANSWERS, record.path, count=answers)
    lose_unheld(tally, image, captions=True, relations=True)


def _object(region: Region, labels: Labels) -> dict[str, Any]:
    x, y, width, height = region.mask.box
    name = labels.category_of(region).name
    return {"object_id": region.id, "x": x, "y": y, "w": width, "h": height, "names": [name]}


def _relationships(
    relation: Relation, image: ImageLabels, objects: Mapping[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    return [
        {
            "relationship_id": relation.id + place * _FURTHER,
            "predicate": image.shown(relation.predicate),
            "subject": objects[relation.subject_id],
            "object": objects[object_id],
        }
        for place, object_id in enumerate(relation.object_ids)
    ]


def _phrase(image: ImageLabels, region: Region) -> dict[str, Any]:
    x, y, width, height = region.mask.box
    assert region.caption is not None
    return {
        "region_id": region.id,
        "image_id": image.image.id,
        "phrase": image.shown(region.caption.text),
        "x": x,
        "y": y,
        "width": width,
        "height": height,
    }
