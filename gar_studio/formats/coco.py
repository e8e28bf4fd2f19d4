"""COCO instances, with captions, relations and questions as additions that readers may ignore."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from gar_studio import __version__
from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.annotation.region import Category, Provenance, Region
from gar_studio.errors import ExportError
from gar_studio.files import atomic_write
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.reading import decode_keys
from gar_studio.formats.report import Loss, Report, Tally
from gar_studio.formats.table import Tell
from gar_studio.language import tr
from gar_studio.store.extras import FILE, Extra

NAME = "coco"

_NOTHING = Extra()
_CHUNK = 1 << 20
_SPOOLED = ("annotations", "relations", "qa")

_encode = msgspec.json.Encoder().encode


def export_coco(labels: Labels, path: Path, tell: Tell = lambda _done, _all: None) -> Report:
    """Write labels as one COCO file, or one for each part of a split, atomically.

    Masks are compressed RLE with `iscrowd` 0, so that holes and parts are kept bit for bit;
    `area` and `bbox` come from the masks.  Ids are the project's lasting ids, or those of the
    file that was imported where they clash with none: they start at 1 and are the same in every
    export.  Beside COCO's own keys there are `annotations[].caption`, `annotations[].captions`,
    `annotations[].provenance`, `annotations[].review`, `images[].state` where something was said
    of an image, and at the top `relations` and `qa`.  Text mentions regions as `#1`, the number
    on the image; it is a region's place among its image's annotations, or else its `number`.
    Keys of an imported file that the studio does not know are written again.

    Args:
        labels: what to write.
        path: the file; parts of a split are `NAME.train.json` and so on beside it.
        tell: called with the images done and their number; what it raises stops the export.

    Raises:
        ExportError: a file cannot be written; older files of that name are untouched.
    """
    if path.resolve() == labels.project.resolve():
        raise ExportError(
            tr(
                "“{name}” is the project itself; the labels were not written over it.",
                name=path.name,
            ),
            advice=tr("Choose another name, such as one that ends in .json."),
        )
    tally = Tally()
    try:
        with ExitStack() as files:
            _write(labels, path, tell, tally, files)
    except OSError as error:
        raise ExportError(
            tr(
                "The labels could not be written to “{path}”: {strerror}.",
                path=path,
                strerror=error.strerror or error,
            ),
            kept=tr("The project is safe, and an older file of that name was not changed."),
            advice=tr("Choose another folder or free some disk space, then export again."),
        ) from error
    return tally.report(path, NAME)


def part_path(path: Path, part: str) -> Path:
    """Return the file of a part of a split: `a.train.json` beside `a.json`."""
    return path.with_name(f"{path.stem}.{part}{path.suffix}") if part else path


def _write(labels: Labels, path: Path, tell: Tell, tally: Tally, files: ExitStack) -> None:
    categories = _Categories(labels)
    writers: dict[str, _Writer] = {}
    total = labels.image_count()
    for done, image in enumerate(labels.images()):
        tell(done, total)
        if image.part not in writers:
            file = files.enter_context(atomic_write(part_path(path, image.part)))
            writers[image.part] = _Writer(labels, categories, file, path.parent, files)
        writers[image.part].add(image, tally)
    if not writers:
        file = files.enter_context(atomic_write(path))
        writers[""] = _Writer(labels, categories, file, path.parent, files)
    for writer in writers.values():
        writer.finish()
    tally.files = len(writers)


class _Categories:
    """The categories as they are written, and under which ids."""

    def __init__(self, labels: Labels) -> None:
        found = labels.categories()
        self._labels = labels
        self._extras = labels.extras_of("category", NAME)
        claims = {c.id: self._claim(c) for c in found}
        taken = {c.id for c in found if not claims[c.id]}
        self.ids: dict[int, int] = {i: i for i in taken}
        for category_id, claim in claims.items():
            if claim and claim not in taken:
                taken.add(claim)
                self.ids[category_id] = claim
        for category in found:  # those whose id in their file is taken
            if category.id not in self.ids:
                free = category.id if category.id not in taken else max(taken) + 1
                taken.add(free)
                self.ids[category.id] = free
        self.listed = sorted(map(self._row, found), key=lambda row: int(row[0]["id"]))

    def id_of(self, region: Region) -> int:
        """Return the id that a region's category is written under."""
        return self.ids[self._labels.category_of(region).id]

    def _claim(self, category: Category) -> int:
        source = self._extras.get(category.id, _NOTHING).source_id or 0
        return max(source, 0)

    def _row(self, category: Category) -> tuple[dict[str, Any], bytes]:
        parent = category.name.rsplit("/", 1)[0] if "/" in category.name else ""
        keys = self._extras.get(category.id, _NOTHING).keys
        row = {"id": self.ids[category.id], "name": category.name, "supercategory": parent}
        if b'"supercategory"' in keys:
            said = decode_keys(keys)
            row["supercategory"] = said.pop("supercategory")
            keys = _encode(said) if said else b""
        return row, keys


class _Writer:
    """Writes one file; what has to stand behind the images waits in files without a name."""

    def __init__(
        self,
        labels: Labels,
        categories: _Categories,
        file: BinaryIO,
        folder: Path,
        files: ExitStack,
    ) -> None:
        self._categories = categories
        self._file = file
        # The categories come after the images and before the annotations, as ever.
        self._spools: dict[str, Any] = {
            name: files.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
            for name in _SPOOLED
        }
        self._begun: set[str] = set()
        said = labels.extras_of(FILE, NAME).get(0, _NOTHING).keys
        self._said: dict[str, Any] = decode_keys(said) if said else {}
        info = self._said.pop("info", msgspec.Raw(b"{}"))
        licenses = self._said.pop("licenses", msgspec.Raw(b"[]"))
        file.write(b'{"info": ')
        file.write(_encode({**decode_keys(info), **_info(labels)}))
        file.write(b', "licenses": ' + _encode(licenses))
        self._open(file, "images")

    def add(self, image: ImageLabels, tally: Tally) -> None:
        """Write what is about one image."""
        own = image.said_of("image", image.image.id, NAME)
        image_id = _id(image.image.id, own)
        self._items(self._file, "images", [_with(_image(image, image_id), own.keys)])
        ids = {r.id: _id(r.id, image.said_of("region", r.id, NAME)) for r in image.regions}
        self._items(
            self._spools["annotations"],
            "annotations",
            [
                self._annotation(image, region, place, image_id, ids)
                for place, region in enumerate(image.regions, start=1)
            ],
        )
        relations = [_relation(image, relation, image_id, ids) for relation in image.relations]
        self._items(self._spools["relations"], "relations", relations)
        asked = [e for e in image.exchanges if e.task == "ask"]
        self._items(
            self._spools["qa"], "qa", [_exchange(image, one, image_id, ids) for one in asked]
        )
        tally.images += 1
        tally.regions += len(image.regions)
        tally.captions += sum(region.caption is not None for region in image.regions)
        tally.relations += len(relations)
        tally.exchanges += len(asked)
        tally.lose(Loss.DRAFTS, image.image.path, count=image.drafts)
        tally.lose(Loss.CHOICE, image.image.path, count=image.left_out)

    def finish(self) -> None:
        """Write what waits, and the end."""
        file = self._file
        file.write(b"]")
        self._open(file, "categories")
        rows = [_with(row, keys) for row, keys in self._categories.listed]
        self._items(file, "categories", rows)
        file.write(b"]")
        for name, spool in self._spools.items():
            self._open(file, name)
            spool.seek(0)
            shutil.copyfileobj(spool, file, _CHUNK)
            file.write(b"]")
        for name, value in self._said.items():
            file.write(b",\n" + _encode(name) + b": " + _encode(value))
        file.write(b"}\n")

    def _open(self, file: BinaryIO, name: str) -> None:
        file.write(f',\n"{name}": ['.encode())

    def _items(self, file: BinaryIO, name: str, items: Iterable[bytes]) -> None:
        joined = b",\n".join(items)
        if joined:
            file.write(b",\n" if name in self._begun else b"\n")
            file.write(joined)
            self._begun.add(name)

    def _annotation(
        self,
        image: ImageLabels,
        region: Region,
        place: int,
        image_id: int,
        ids: Mapping[int, int],
    ) -> bytes:
        annotation: dict[str, Any] = {
            "id": ids[region.id],
            "image_id": image_id,
            "category_id": self._categories.id_of(region),
            "segmentation": region.mask.to_coco(),
            "area": region.mask.area,
            "bbox": region.mask.box,
            "iscrowd": 0,
            "provenance": region.provenance,
        }
        if region.caption is not None:
            text = image.shown(region.caption.text)
            annotation["caption"] = text
            annotation["captions"] = [{"text": text, "provenance": region.caption.provenance}]
        if image.numbers[region.id] != place:  # others are left out; texts mention it by number
            annotation["number"] = image.numbers[region.id]
        if region.review is not None:
            annotation["review"] = region.review
        keys = image.said_of("region", region.id, NAME).keys
        if b'"iscrowd"' in keys:
            said = decode_keys(keys)
            annotation["iscrowd"] = said.pop("iscrowd")
            keys = _encode(said) if said else b""
        return _with(annotation, keys)


def _relation(
    image: ImageLabels, relation: Relation, image_id: int, ids: Mapping[int, int]
) -> bytes:
    extra = image.said_of("relation", relation.id, NAME)
    objects = [ids[i] for i in relation.object_ids]
    row = {
        "id": _id(relation.id, extra),
        "image_id": image_id,
        "subject_id": ids[relation.subject_id],
        "predicate": image.shown(relation.predicate),
        "object_id": objects[0],
        "object_ids": objects,
        "answer": image.shown(relation.answer),
        "parsed": relation.parsed,
        "provenance": relation.provenance,
    }
    return _with(row, extra.keys)


def _exchange(
    image: ImageLabels, exchange: Exchange, image_id: int, ids: Mapping[int, int]
) -> bytes:
    extra = image.said_of("exchange", exchange.id, NAME)
    row = {
        "id": _id(exchange.id, extra),
        "image_id": image_id,
        "annotation_ids": [ids[i] for i in exchange.region_ids],
        "question": image.shown(exchange.question),
        "answer": image.shown(exchange.answer),
        "provenance": exchange.provenance,
    }
    return _with(row, extra.keys)


def _image(labels: ImageLabels, image_id: int) -> dict[str, Any]:
    image, state = labels.image, labels.state
    said = {"state": state} if state.done or state.flagged or state.note else {}
    return {
        "id": image_id,
        "file_name": image.path,
        "width": image.width,
        "height": image.height,
        "sha256": image.digest,
        **said,
    }


def _info(labels: Labels) -> dict[str, Any]:
    return {
        "description": labels.title,
        "version": __version__,
        "contributor": "GAR Studio",
        "date_created": Provenance.by_person().at,
    }


def _id(own: int, extra: Extra) -> int:
    """Return the id that a row is written under: its file's where that is free and no zero."""
    source = extra.source_id
    return source if source is not None and source > 0 else own


def _with(row: dict[str, Any], keys: bytes) -> bytes:
    """Encode a row with the keys that the studio does not know at its end."""
    encoded = _encode(row)
    return encoded[:-1] + b"," + keys[1:] if len(keys) > 2 else encoded
