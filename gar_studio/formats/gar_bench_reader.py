"""Reads GAR-Bench's files, and results of models on them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.found_files import files_below, keys_beside
from gar_studio.formats.gar_bench import NAME, OPTIONS
from gar_studio.formats.incoming import (
    Problems,
    ReadCategory,
    ReadExchange,
    ReadImage,
    ReadRegion,
    ReadRelation,
)
from gar_studio.formats.prompts import to_numbers
from gar_studio.formats.reading import (
    MAX_NAME,
    MAX_TEXT,
    check_image_size,
    decode_json,
    photo_in,
    read_file,
    rle_to_mask,
)
from gar_studio.language import mark, tr

_MAX_BYTES = 512 << 20

_KEYS = frozenset(
    {
        "image",
        "mask_rles",
        "question",
        "choices",
        "answer",
        "subject_name",
        "object_name",
        "predicate_name",
    }
)


class _RunLengths(msgspec.Struct):
    size: tuple[int, int]
    counts: str | list[int]


class _Item(msgspec.Struct):
    image: str
    mask_rles: list[_RunLengths]
    question: str | None = None
    choices: list[str] = []
    answer: str = ""
    subject_name: str = ""
    object_name: str = ""
    predicate_name: str | None = None


@dataclass(slots=True)
class _Image:
    """An image that fills while items are read.

    Attributes:
        size: (height, width) of its masks.
        places: place of each mask in `masks`.
        names: category of each mask, "" for none.
    """

    size: tuple[int, int]
    places: dict[Mask, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    relations: list[ReadRelation] = field(default_factory=list)
    exchanges: list[ReadExchange] = field(default_factory=list)


def open_gar_bench(path: Path, photos: Path) -> "GarBench":
    """Open a folder with files of GAR-Bench, or a single one.

    Args:
        path: the folder (files ending in .json, parts of a split in folders), or a file.
        photos: the folder that `image` begins at.

    Raises:
        FormatError: there is no such file or folder, or no file in it.
    """
    if not path.exists():
        raise FormatError(
            tr("There is no file or folder “{path}”.", path=path), advice=tr("Check the name.")
        )
    files = list(files_below(path, ".json")) if path.is_dir() else [path]
    if not files:
        raise FormatError(tr("“{name}” has no files that end in .json.", name=path.name))
    return GarBench(files, photos, single=not path.is_dir())


class GarBench:
    """See `Incoming`.  What is asked of one photo in several files comes together."""

    def __init__(self, files: list[Path], photos: Path, *, single: bool) -> None:
        self.format = NAME
        self.problems = Problems()
        self._files = files
        self._photos = photos
        self._single = single

    def categories(self) -> tuple[ReadCategory, ...]:
        """See `Incoming`; GAR-Bench has no list of categories."""
        return ()

    def images(self) -> Iterator[ReadImage]:
        """See `Incoming`.

        Raises:
            FormatError: a file is not of the format.
        """
        self.problems = Problems()
        found: dict[str, _Image] = {}
        for file in self._files:
            data = read_file(file, limit=_MAX_BYTES)
            if not self._single and not data.lstrip().startswith(b"["):
                self.problems.add(mark("files that are not GAR-Bench's"), file.name)
                continue
            for number, raw in enumerate(decode_json(data, list[msgspec.Raw], place=file.name)):
                self._take(raw, f"{file.name}, item {number}", found)
        for name, image in found.items():
            yield self._image(name, image)

    def _image(self, name: str, image: _Image) -> ReadImage:
        height, width = image.size
        regions = [
            ReadRegion(mask, category)
            for mask, category in zip(image.places, image.names, strict=True)
        ]
        return ReadImage(
            name=name.replace("\\", "/"),
            path=photo_in(self._photos, name),
            width=width,
            height=height,
            regions=tuple(regions),
            relations=tuple(image.relations),
            exchanges=tuple(image.exchanges),
        )

    def _take(self, raw: msgspec.Raw, place: str, found: dict[str, _Image]) -> None:
        item = decode_json(raw, _Item, place=place)
        if not item.mask_rles:
            self.problems.add(mark("items without a mask"), place)
            return
        if len(item.image) > MAX_NAME:
            raise FormatError(tr("{place}: the path of the image is too long.", place=place))
        size = item.mask_rles[0].size
        check_image_size(width=size[1], height=size[0], place=place)
        image = found.get(item.image) or _Image(size)
        try:
            masks = [_mask(lengths, image.size) for lengths in item.mask_rles]
        except MaskError as error:
            self.problems.add(f"items left out: {error.what.rstrip('.')}", place)
            return
        found[item.image] = image
        names = ["" for _ in masks]
        names[:2] = [item.subject_name, item.object_name][: len(masks)]
        places = tuple(
            self._place(mask, name[:MAX_NAME], image, place)
            for mask, name in zip(masks, names, strict=True)
        )
        self._say(item, places, image, keys_beside(raw, _KEYS, place), place)

    def _place(self, mask: Mask, name: str, image: _Image, place: str) -> int:
        at = image.places.setdefault(mask, len(image.places))
        if at == len(image.names):
            image.names.append(name)
        elif name and not image.names[at]:
            image.names[at] = name
        elif name and image.names[at] != name:
            self.problems.add(mark("regions that have several names; the first was kept"), place)
        return at

    def _say(
        self, item: _Item, places: tuple[int, ...], image: _Image, extra: bytes, place: str
    ) -> None:
        if item.predicate_name is not None and len(places) > 1:
            predicate = to_numbers(item.predicate_name[:MAX_TEXT], places)
            relation = ReadRelation(places[0], predicate, places[1:], extra=extra)
            image.relations.append(relation)
        elif item.question is not None:
            question = item.question
            if item.choices:
                question += OPTIONS + "\n".join(item.choices)
            image.exchanges.append(
                ReadExchange(
                    regions=tuple(dict.fromkeys(places)),
                    question=to_numbers(question[:MAX_TEXT], places),
                    answer=to_numbers(item.answer[:MAX_TEXT], places),
                    extra=extra,
                )
            )
        else:
            self.problems.add(mark("items that ask and tell nothing"), place)


def _mask(lengths: _RunLengths, size: tuple[int, int]) -> Mask:
    mask = rle_to_mask(lengths.size, lengths.counts, height=size[0], width=size[1])
    if mask.is_empty:
        raise MaskError(tr("A mask is empty."))
    return mask
