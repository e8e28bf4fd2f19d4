"""Reads COCO instances: outlines, run lengths of both kinds, crowds, and our own additions."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from gar_studio.annotation.category_names import STROKE, is_within, tidy
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mask_batch import masks_from
from gar_studio.annotation.mentions import DELETED, from_shown, map_mentions
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.coco_rows import (
    BOX_ONLY,
    BROKEN,
    Annotation,
    AnnotationReader,
    Category,
    Image,
    OfImage,
    Question,
    Relation,
    Rle,
    RowReader,
)
from gar_studio.formats.incoming import (
    Problems,
    ReadCategory,
    ReadExchange,
    ReadImage,
    ReadRegion,
    ReadRelation,
)
from gar_studio.formats.reading import (
    box_to_mask,
    check_image_size,
    decode_json,
    decode_keys,
    photo_in,
    polygons_to_mask,
    read_file,
    rle_to_mask,
    unknown_keys,
)
from gar_studio.language import mark, tr

_OURS = frozenset(("images", "annotations", "categories", "relations", "qa"))

Places = dict[int, int]


def open_coco(path: Path, photos: Path) -> "CocoFile":
    """Open a COCO file.

    Args:
        path: the file.
        photos: the folder that its `file_name`s are in.

    Raises:
        FormatError: it cannot be read, or is no COCO file.
    """
    return CocoFile(path.name, read_file(path), photos)


class CocoFile:
    """See `Incoming`.  Memory holds the file's bytes and a note for each row of it.

    Attributes:
        extra: keys at the top of the file that the studio does not know.
    """

    format = "coco"

    def __init__(self, name: str, data: bytes, photos: Path) -> None:
        """Look at the file as a whole; its rows are read one by one later.

        Raises:
            FormatError: it is no COCO file.
        """
        self.problems = Problems()
        self._photos = photos
        top = decode_json(data, dict[str, msgspec.Raw], place=name)
        if "images" not in top or "annotations" not in top:
            raise FormatError(
                tr(
                    "“{name}” is no COCO file: it has no list of {value}.",
                    name=name,
                    value="annotations" if "images" in top else "images",
                ),
                advice=tr("Choose a file of instances, such as instances_val.json."),
            )
        self._rows = {
            key: decode_json(top[key], list[msgspec.Raw], place=f"{name}: {key}")
            for key in _OURS
            if key in top
        }
        try:
            self.extra = unknown_keys(data, _OURS)
            if "info" in top:
                decode_keys(top["info"])
        except BROKEN as error:
            raise FormatError(
                tr("“{name}” is damaged: {error}.", name=name, error=error)
            ) from error
        self._annotations = AnnotationReader()
        self._relations = RowReader(Relation)
        self._questions = RowReader(Question)
        self._categories, self._names = self._read_categories()
        self._by_image = {
            key: self._grouped(self._rows.get(key, []))
            for key in ("annotations", "relations", "qa")
        }

    def categories(self) -> tuple[ReadCategory, ...]:
        """See `Incoming`."""
        return self._categories

    def image_count(self) -> int:
        """Return how many images the file lists."""
        return len(self._rows["images"])

    def images(self) -> Iterator[ReadImage]:
        """See `Incoming`."""
        self.problems.counts.clear()
        self.problems.examples.clear()
        reader = RowReader(Image)
        left = {key: dict(grouped) for key, grouped in self._by_image.items()}
        seen = set[int]()
        for raw in self._rows["images"]:
            try:
                row, keys = reader.read(raw)
                if row.id in seen:
                    self.problems.add(mark("images with an id that came before"), row.file_name)
                    continue
                check_image_size(width=row.width, height=row.height, place=row.file_name)
            except BROKEN as error:
                self.problems.add(mark("images that are not as expected"), str(error))
                continue
            except FormatError as error:
                self.problems.add(mark("images with an impossible size"), str(error))
                continue
            seen.add(row.id)
            parts = {key: grouped.pop(row.id, []) for key, grouped in left.items()}
            yield self._image(row, keys, parts)
        for key, what in (
            ("annotations", mark("annotations of unknown images")),
            ("relations", mark("relations of unknown images")),
            ("qa", mark("questions of unknown images")),
        ):
            for image_id, places in left[key].items():
                for _ in places:
                    self.problems.add(what, f"image {image_id}")

    # --- categories ---

    def _read_categories(self) -> tuple[tuple[ReadCategory, ...], dict[int, str]]:
        reader = RowReader(Category)
        found: list[ReadCategory] = []
        names: dict[int, str] = {}
        for place, raw in enumerate(self._rows.get("categories", [])):
            try:
                row, keys = reader.read(raw)
            except BROKEN as error:
                raise FormatError(
                    tr(
                        "The category number {place} is not as expected: {error}.",
                        place=place + 1,
                        error=error,
                    ),
                    advice=tr("Check that this is a COCO file and that it is whole."),
                ) from error
            name, parent = tidy(row.name), tidy(row.supercategory or "")
            names.setdefault(row.id, name)
            inside = is_within(name, parent) or parent.casefold() in ("", "none")
            path = "" if inside else f"{parent}{STROKE}{name}"
            ours = name.rpartition(STROKE)[0]
            if row.supercategory is not None and row.supercategory != ours:
                said = {**(decode_keys(keys) if keys else {}), "supercategory": row.supercategory}
                keys = msgspec.json.encode(said)
            found.append(ReadCategory(name, row.id, keys, path))
        return tuple(found), names

    # --- images ---

    def _grouped(self, rows: list[msgspec.Raw]) -> dict[int, list[int]]:
        """Return the places of rows by image; those that name none are under -1."""
        decoder = msgspec.json.Decoder(OfImage)
        grouped: dict[int, list[int]] = {}
        for place, raw in enumerate(rows):
            try:
                image_id = decoder.decode(raw).image_id
            except BROKEN:
                image_id = -1
            grouped.setdefault(image_id, []).append(place)
        return grouped

    def _image(self, row: Image, keys: bytes, parts: dict[str, list[int]]) -> ReadImage:
        path = None
        try:
            path = photo_in(self._photos, row.file_name)
        except FormatError as error:
            self.problems.add(mark("names of photos that lead out of the folder"), str(error))
        regions, places, numbers = self._regions(row, parts["annotations"])
        return ReadImage(
            name=row.file_name.replace("\\", "/"),
            path=path,
            width=row.width,
            height=row.height,
            regions=regions,
            relations=tuple(self._read_relations(parts["relations"], places, numbers)),
            exchanges=tuple(self._read_questions(parts["qa"], places, numbers)),
            source_id=row.id,
            extra=keys,
            digest=row.sha256,
            state=row.state,
        )

    def _regions(
        self, image: Image, places: list[int]
    ) -> tuple[tuple[ReadRegion, ...], Places, Places]:
        """Return regions, their places by id in the file, and by number where the file has it."""
        rows: list[tuple[Annotation, bytes]] = []
        for place in places:
            try:
                row, keys, odd = self._annotations.read(self._rows["annotations"][place])
            except BROKEN as error:
                where = _row_of(image, place)
                self.problems.add(mark("annotations that are not as expected"), f"{where}: {error}")
                continue
            if odd:
                where = _row_of(image, place)
                self.problems.add(mark("captions and reviews of another kind than ours"), where)
            rows.append((row, keys))
        kept = [
            (row, keys, mask)
            for (row, keys), mask in zip(rows, self._masks(image, rows), strict=True)
            if mask is not None
        ]
        by_id: Places = {}
        numbers: Places = {}
        for place, (row, _, _) in enumerate(kept):
            if row.id in by_id:
                self.problems.add(mark("annotations with an id that came before"), f"id {row.id}")
            by_id.setdefault(row.id, place)
        if any(row.number is not None for row, _, _ in kept):
            numbers = {
                row.number or place: place for place, (row, _, _) in enumerate(kept, start=1)
            }
        regions = tuple(
            self._region(row, keys, mask, numbers, own_id=by_id[row.id] == place)
            for place, (row, keys, mask) in enumerate(kept)
        )
        return regions, by_id, numbers

    def _region(
        self, row: Annotation, keys: bytes, mask: Mask, numbers: Places, *, own_id: bool
    ) -> ReadRegion:
        category = "" if row.category_id is None else self._names.get(row.category_id)
        if category is None:
            self.problems.add(
                mark("annotations of unknown categories"), f"category {row.category_id}"
            )
            category = ""
        if row.iscrowd:
            crowd = {**(decode_keys(keys) if keys else {}), "iscrowd": int(row.iscrowd)}
            keys = msgspec.json.encode(crowd)
        said = row.captions[0] if row.captions else None
        text = said.text if said is not None else row.caption or ""
        return ReadRegion(
            mask=mask,
            category=category,
            caption=_renumbered(text, numbers) if text else "",
            source_id=row.id if own_id else None,
            extra=keys,
            provenance=row.provenance,
            caption_provenance=said.provenance if said is not None else None,
            review=row.review,
        )

    def _masks(self, image: Image, rows: list[tuple[Annotation, bytes]]) -> list[Mask | None]:
        """Return the mask of each row, or None where it has none; all are checked at once."""
        ready: dict[int, bytes] = {}
        found: list[Mask | None] = [None] * len(rows)
        for place, (row, _) in enumerate(rows):
            try:
                drawn = self._drawn(row, image)
            except MaskError as error:
                self._broken_mask(row, image, error)
                continue
            if isinstance(drawn, Mask):
                found[place] = drawn
            else:
                ready[place] = drawn
        made = masks_from([(image.height, image.width, counts) for counts in ready.values()])
        for (place, counts), mask in zip(ready.items(), made, strict=True):
            try:
                found[place] = mask or Mask.from_coco((image.height, image.width), counts)
            except MaskError as error:
                self._broken_mask(rows[place][0], image, error)
        for place, mask in enumerate(found):
            if mask is not None and mask.is_empty:
                where = _id_of(image, rows[place][0])
                self.problems.add(mark("annotations without a pixel"), where)
                found[place] = None
        return found

    def _broken_mask(self, row: Annotation, image: Image, error: MaskError) -> None:
        where = f"{_id_of(image, row)}: {error.what}"
        self.problems.add(mark("annotations with a broken mask"), where)

    def _drawn(self, row: Annotation, image: Image) -> Mask | bytes:
        """Return a mask, or compressed run lengths that nobody has checked yet."""
        shape, height, width = row.segmentation, image.height, image.width
        if isinstance(shape, Rle):
            if isinstance(shape.counts, str) and shape.size == [height, width]:
                return shape.counts.encode()
            return rle_to_mask(shape.size, shape.counts, height=height, width=width)
        if shape:
            whole = [ring for ring in shape if len(ring) >= 6]
            if whole and len(whole) < len(shape):
                where = _id_of(image, row)
                self.problems.add(mark("parts of fewer than three points"), where)
            return polygons_to_mask(whole or shape, height=height, width=width)
        if row.bbox is None or len(row.bbox) != 4:
            raise MaskError(tr("The annotation has neither a mask nor a box."))
        x, y, box_width, box_height = row.bbox
        mask = box_to_mask(x, y, box_width, box_height, height=height, width=width)
        self.problems.add(BOX_ONLY, _id_of(image, row))
        return mask

    # --- our own additions ---

    def _read_relations(
        self, rows: list[int], places: Places, numbers: Places
    ) -> Iterator[ReadRelation]:
        for place in rows:
            try:
                row, keys = self._relations.read(self._rows["relations"][place])
            except BROKEN as error:
                self.problems.add(mark("relations that are not as expected"), str(error))
                continue
            objects = row.object_ids or ([] if row.object_id is None else [row.object_id])
            known = all(i in places for i in (row.subject_id, *objects))
            if not known or not objects or row.subject_id in objects or not row.predicate.strip():
                self.problems.add(mark("relations of unknown regions"), f"relation {row.id}")
                continue
            yield ReadRelation(
                subject=places[row.subject_id],
                predicate=_renumbered(row.predicate, numbers),
                objects=tuple(dict.fromkeys(places[i] for i in objects)),
                answer=_renumbered(row.answer, numbers),
                source_id=row.id,
                extra=keys,
                provenance=row.provenance,
                parsed=row.parsed,
            )

    def _read_questions(
        self, rows: list[int], places: Places, numbers: Places
    ) -> Iterator[ReadExchange]:
        for place in rows:
            try:
                row, keys = self._questions.read(self._rows["qa"][place])
            except BROKEN as error:
                self.problems.add(mark("questions that are not as expected"), str(error))
                continue
            if any(i not in places for i in row.annotation_ids):
                self.problems.add(mark("questions about unknown regions"), f"question {row.id}")
                continue
            yield ReadExchange(
                regions=tuple(places[i] for i in row.annotation_ids),
                question=_renumbered(row.question, numbers),
                answer=_renumbered(row.answer, numbers),
                source_id=row.id,
                extra=keys,
                provenance=row.provenance,
            )


def _renumbered(text: str, numbers: Places) -> str:
    """Turn numbers on the image into places among the regions, where the file tells them apart."""
    if not numbers:
        return text

    def shown(place: int) -> str:
        return f"#{place}" if place else DELETED

    every = dict.fromkeys(range(1, 10_000), 0) | numbers
    return map_mentions(from_shown(text, every), shown)


def _row_of(image: Image, place: int) -> str:
    """Say where an annotation is whose id is not known."""
    return tr(
        "{file_name}, annotation {place} of the file", file_name=image.file_name, place=place + 1
    )


def _id_of(image: Image, row: Annotation) -> str:
    return tr("{file_name}, annotation {id}", file_name=image.file_name, id=row.id)
