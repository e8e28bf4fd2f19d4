"""COCO instances, with captions, relations and questions as additions that readers may ignore."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from gar_studio import __version__
from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.annotation.region import Category, ImageRecord, Provenance, Region
from gar_studio.document.document import Document
from gar_studio.errors import ExportError
from gar_studio.files import atomic_write


@dataclass(frozen=True, slots=True)
class CocoReport:
    """What an export wrote.

    Attributes:
        path: the file.
        images: images written, those without regions too.
        regions: annotations written.
        captions: annotations that have a caption.
        relations: relations written.
        exchanges: accepted questions written with their answers.
        drafts: answers that nobody accepted; they were left out.
    """

    path: Path
    images: int
    regions: int
    captions: int
    relations: int
    exchanges: int
    drafts: int


def export_coco(
    document: Document, path: Path, *, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> CocoReport:
    """Write the project's labels as one COCO file, atomically.

    Masks are compressed RLE with `iscrowd` 0, so that holes and parts are kept bit for bit;
    `area` and `bbox` come from the masks.  Ids are the project's lasting ids: they start at 1
    and are the same in every export.  Beside COCO's own keys there are
    `annotations[].caption`, `annotations[].captions`, `annotations[].provenance`,
    `annotations[].review`, `images[].state` where something was said of an image, and at the top
    `relations` and `qa`.  Text mentions regions as `#1`, the number on the image.

    Args:
        document: the project.
        path: the file.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: the file cannot be written; an older file of that name is untouched.
    """
    if path.resolve() == document.path.resolve():
        raise ExportError(
            f"“{path.name}” is the project itself; the labels were not written over it.",
            advice="Choose another name, such as one that ends in .json.",
        )
    try:
        with atomic_write(path) as file:
            return _Writer(document, file, tell).write(path)
    except OSError as error:
        raise ExportError(
            f"The labels could not be written to “{path}”: {error.strerror or error}.",
            kept="The project is safe, and an older file of that name was not changed.",
            advice="Choose another folder or free some disk space, then export again.",
        ) from error


class _Writer:
    """Writes the parts one after the other, so that memory holds one image's labels at a time."""

    def __init__(
        self, document: Document, file: BinaryIO, tell: Callable[[int, int], None]
    ) -> None:
        self._document = document
        self._file = file
        self._tell = tell
        self._encoder = msgspec.json.Encoder()

    def write(self, path: Path) -> CocoReport:
        images = self._document.images()
        self._file.write(b'{"info": ')
        self._file.write(self._encoder.encode(_info(self._document)))
        self._file.write(b', "licenses": []')
        written = self._array("images", map(self._image, images))
        self._array("categories", map(_category, self._document.categories()))
        counts = {"captions": 0, "drafts": 0}
        regions = self._array("annotations", self._annotations(counts))
        relations = self._array("relations", self._relations())
        exchanges = self._array("qa", self._exchanges(counts))
        self._file.write(b"}\n")
        return CocoReport(
            path=path,
            images=written,
            regions=regions,
            captions=counts["captions"],
            relations=relations,
            exchanges=exchanges,
            drafts=counts["drafts"],
        )

    def _array(self, name: str, items: Iterator[dict[str, Any]]) -> int:
        self._file.write(f',\n"{name}": ['.encode())
        count = 0
        for item in items:
            self._file.write(b",\n" if count else b"\n")
            self._file.write(self._encoder.encode(item))
            count += 1
        self._file.write(b"]")
        return count

    def _image(self, image: ImageRecord) -> dict[str, Any]:
        state = self._document.image_state(image.id)
        said = {"state": state} if state.done or state.flagged or state.note else {}
        return _image(image) | said

    def _annotations(self, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
        images = self._document.images()
        for done, image in enumerate(images):
            self._tell(done, len(images))
            for region in self._document.regions(image.id):
                counts["captions"] += region.caption is not None
                yield self._annotation(region)

    def _annotation(self, region: Region) -> dict[str, Any]:
        annotation: dict[str, Any] = {
            "id": region.id,
            "image_id": region.image_id,
            "category_id": self._document.category(region.category_id).id,
            "segmentation": region.mask.to_coco(),
            "area": region.mask.area,
            "bbox": list(region.mask.box),
            "iscrowd": 0,
            "provenance": region.provenance,
        }
        if region.caption is not None:
            text = self._document.shown(region.image_id, region.caption.text)
            annotation["caption"] = text
            annotation["captions"] = [{"text": text, "provenance": region.caption.provenance}]
        if region.review is not None:
            annotation["review"] = region.review
        return annotation

    def _relations(self) -> Iterator[dict[str, Any]]:
        for image in self._document.images():
            for relation in self._document.relations(image.id):
                yield self._relation(relation)

    def _relation(self, relation: Relation) -> dict[str, Any]:
        return {
            "id": relation.id,
            "image_id": relation.image_id,
            "subject_id": relation.subject_id,
            "predicate": self._document.shown(relation.image_id, relation.predicate),
            "object_id": relation.object_ids[0],
            "object_ids": list(relation.object_ids),
            "answer": self._document.shown(relation.image_id, relation.answer),
            "parsed": relation.parsed,
            "provenance": relation.provenance,
        }

    def _exchanges(self, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
        for image in self._document.images():
            for exchange in self._document.exchanges(image.id):
                if not exchange.accepted:
                    counts["drafts"] += 1
                elif exchange.task == "ask":
                    yield self._exchange(exchange)

    def _exchange(self, exchange: Exchange) -> dict[str, Any]:
        present = self._document.numbers(exchange.image_id)
        return {
            "id": exchange.id,
            "image_id": exchange.image_id,
            "annotation_ids": [i for i in exchange.region_ids if i in present],
            "question": self._document.shown(exchange.image_id, exchange.question),
            "answer": self._document.shown(exchange.image_id, exchange.answer),
            "provenance": exchange.provenance,
        }


def _info(document: Document) -> dict[str, Any]:
    return {
        "description": document.path.stem,
        "version": __version__,
        "contributor": "GAR Studio",
        "date_created": Provenance.by_person().at,
    }


def _image(image: ImageRecord) -> dict[str, Any]:
    return {
        "id": image.id,
        "file_name": image.path,
        "width": image.width,
        "height": image.height,
        "sha256": image.digest,
    }


def _category(category: Category) -> dict[str, Any]:
    parent = category.name.rsplit("/", 1)[0] if "/" in category.name else ""
    return {"id": category.id, "name": category.name, "supercategory": parent}
