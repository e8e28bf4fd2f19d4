"""Reads PNG masks: of instances where there are some, of classes otherwise."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.found_files import files_below, photo_named, relative_name, size_of
from gar_studio.formats.incoming import Problems, ReadCategory, ReadImage, ReadRegion, readable
from gar_studio.formats.pictures import MAX_UNTRUSTED, png_size, read_png
from gar_studio.formats.png_masks import CLASSES, NAME
from gar_studio.formats.reading import (
    MAX_NAME,
    check_image_size,
    decode_json,
    photo_in,
    read_file,
    safe_path,
)
from gar_studio.formats.selection import PARTS
from gar_studio.language import mark, tr

_MAX_BYTES = 512 << 20
_MAX_JSON = 64 << 20
MAX_RUNS = 4_000_000
"""Most runs of equal numbers in a picture, each of some 60 bytes while it is read."""

_IGNORED = 255  # by Pascal VOC's convention, the pixels that belong to nothing for sure


class _Instance(msgspec.Struct):
    number: int
    category: str = ""


class _Content(msgspec.Struct):
    image: str
    instances: list[_Instance]


class _Classes(msgspec.Struct):
    classes: dict[str, str]


def open_png(path: Path, photos: Path) -> "PngMasks":
    """Open a folder of PNG masks.

    Masks are in `instances/`, else in `classes/` (in folders of parts, too), else in the folder
    itself.  A mask belongs to the photo of the same name and sub-folder.

    Args:
        path: the folder.
        photos: the folder of photos.

    Raises:
        FormatError: it is no folder, or its `classes.json` cannot be read.
    """
    if not path.is_dir():
        raise FormatError(
            tr("There is no folder “{path}”.", path=path), advice=tr("Choose the folder of masks.")
        )
    names: dict[int, str] = {}
    listed = safe_path(path, CLASSES)
    if listed.is_file():
        found = decode_json(read_file(listed, limit=_MAX_JSON), _Classes, place=CLASSES)
        names = {
            int(number): name[:MAX_NAME]
            for number, name in found.classes.items()
            if number.isascii() and number.isdigit() and len(number) < 6
        }
    return PngMasks(path, photos, names)


class PngMasks:
    """See `Incoming`."""

    def __init__(self, folder: Path, photos: Path, names: dict[int, str]) -> None:
        self.format = NAME
        self.problems = Problems()
        self._folder = folder
        self._photos = photos
        self._names = names

    def categories(self) -> tuple[ReadCategory, ...]:
        """See `Incoming`."""
        return tuple(ReadCategory(name) for _, name in sorted(self._names.items()) if name)

    def images(self) -> Iterator[ReadImage]:
        """See `Incoming`; a damaged picture among others is left out and counted.

        Raises:
            FormatError: no picture or file can be read.
        """
        self.problems = Problems()
        found = (
            (file, relative_name(file, root), instances)
            for root, instances in self._roots()
            for file in files_below(root, ".png")
        )
        reads = (
            (str(name), partial(self._image, file, name, instances=instances))
            for file, name, instances in found
        )
        yield from readable(reads, self.problems)

    def _roots(self) -> list[tuple[Path, bool]]:
        """Return folders of masks, and whether they are of instances."""
        for name, instances in (("instances", True), ("classes", False)):
            names = [name, *(f"{part}/{name}" for part in PARTS)]
            found = [root for one in names if (root := safe_path(self._folder, one)).is_dir()]
            if found:
                return [(root, instances) for root in found]
        return [(self._folder, False)]

    def _image(self, file: Path, name: PurePosixPath, *, instances: bool) -> ReadImage:
        place = str(name)
        data = read_file(file, limit=_MAX_BYTES)
        content = self._content(file, place)
        photo_name, photo = self._photo(name, content)
        try:
            width, height = png_size(data)
            check_image_size(width=width, height=height, place=place)
            asked = photo if width * height > MAX_UNTRUSTED else None
            known = asked is not None and size_of(asked) == (width, height)
            pixels = read_png(data, width=width, height=height, trusted=known)
            deep = instances or pixels.dtype.itemsize > 1
            masks = list(masks_by_number(pixels))
        except MaskError as error:
            raise FormatError(f"“{place}”: {error.what}", advice=error.advice) from error
        categories = {one.number: one.category for one in content.instances} if content else {}
        regions = []
        for number, mask in masks:
            if deep:
                category = categories.get(number, "")[:MAX_NAME]
            elif number == _IGNORED and number not in self._names:
                self.problems.add(mark("parts to be ignored (255)"), place)
                continue
            else:
                category = self._names.get(number, f"class {number}")
            regions.append(ReadRegion(mask, category))
        return ReadImage(photo_name, photo, width, height, tuple(regions))

    def _content(self, file: Path, place: str) -> _Content | None:
        beside = file.with_suffix(".json")
        if not beside.is_file():
            return None
        return decode_json(read_file(beside, limit=_MAX_JSON), _Content, place=place)

    def _photo(self, name: PurePosixPath, content: _Content | None) -> tuple[str, Path | None]:
        if content is not None:
            try:
                found = photo_in(self._photos, content.image)
            except FormatError:  # a project may have photos outside its folder
                found = None
            if found is not None:
                return content.image.replace("\\", "/"), found
        beside = photo_named(self._photos, str(name.with_suffix("")))
        if beside is not None:
            return beside
        written = content.image[:MAX_NAME] if content is not None else str(name)
        return written.replace("\\", "/"), None


def masks_by_number(pixels: npt.NDArray[np.generic]) -> Iterator[tuple[int, Mask]]:
    """Yield each number above 0 in a picture, in order, with the mask of its pixels.

    Args:
        pixels: (H, W) of whole numbers or bool.

    Raises:
        MaskError: the numbers change so often that it is no picture of masks.
    """
    height, width = pixels.shape
    # Column by column, as run lengths go; where the number changes, a run begins.
    flat = np.asarray(pixels).T.ravel()
    begins = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    if len(begins) > MAX_RUNS:
        raise MaskError(
            tr("The picture's numbers change more than {max_runs:,} times.", max_runs=MAX_RUNS)
        )
    lengths = np.diff(begins, append=flat.size)
    numbers = flat[begins].astype(np.int64)
    del flat
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    present, first = np.unique(ordered, return_index=True)
    last = np.append(first[1:], len(ordered))
    for number, start, end in zip(present.tolist(), first.tolist(), last.tolist(), strict=True):
        if number <= 0:
            continue
        mine = order[start:end]
        runs = np.zeros(2 * len(mine) + 1, dtype=np.int64)
        ends = np.concatenate([[0], begins[mine] + lengths[mine]])
        runs[0::2] = np.append(begins[mine], height * width) - ends
        runs[1::2] = lengths[mine]
        yield number, Mask.from_runs(runs.tolist(), height=height, width=width)
