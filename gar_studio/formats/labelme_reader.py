"""Reads labelme files: masks, polygons, rectangles and circles."""

import base64
import binascii
import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import msgspec
import numpy as np

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.found_files import (
    files_below,
    keys_beside,
    photo_named,
    relative_name,
    size_of,
)
from gar_studio.formats.incoming import Problems, ReadCategory, ReadImage, ReadRegion, readable
from gar_studio.formats.labelme import NAME
from gar_studio.formats.pictures import MAX_UNTRUSTED, png_size, read_png
from gar_studio.formats.reading import (
    MAX_NAME,
    MAX_TEXT,
    check_image_size,
    decode_json,
    photo_in,
    polygons_to_mask,
    read_file,
)
from gar_studio.formats.shapes import box_mask, circle_mask
from gar_studio.language import mark, tr

_MAX_BYTES = 256 << 20
"""Most bytes of a file: it may have its photo in it."""

_FILE_KEYS = frozenset({"shapes", "imagePath", "imageData", "imageHeight", "imageWidth"})
_SHAPE_KEYS = frozenset({"label", "points", "description", "shape_type", "mask"})
_OUTLINES = ("polygon", "")  # the oldest files do not say what their shapes are


class _Shape(msgspec.Struct):
    label: str
    points: list[tuple[float, float]]
    shape_type: str = ""
    description: str | None = None
    group_id: int | str | float | None = None
    mask: str | None = None


class _File(msgspec.Struct, rename="camel"):
    shapes: list[msgspec.Raw]
    image_path: str
    image_data: str | None = None
    image_height: int | None = None
    image_width: int | None = None


def open_labelme(path: Path, photos: Path) -> "LabelmeFiles":
    """Open a folder of labelme files, or a single one.

    Args:
        path: the folder; sub-folders are read too.
        photos: the folder of photos, in which sub-folders are as in `path`.

    Raises:
        FormatError: there is no such file or folder.
    """
    if not path.exists():
        raise FormatError(
            tr("There is no file or folder “{path}”.", path=path), advice=tr("Check the name.")
        )
    return LabelmeFiles(path, photos)


class LabelmeFiles:
    """See `Incoming`."""

    def __init__(self, path: Path, photos: Path) -> None:
        self.format = NAME
        self.problems = Problems()
        self._path = path
        self._photos = photos

    def categories(self) -> tuple[ReadCategory, ...]:
        """See `Incoming`; labelme has no list of categories."""
        return ()

    def images(self) -> Iterator[ReadImage]:
        """See `Incoming`; a damaged file among others is left out and counted.

        Raises:
            FormatError: no file is of the format.
        """
        self.problems = Problems()
        single = self._path.is_file()
        root = self._path.parent if single else self._path
        files = [self._path] if single else files_below(root, ".json")
        named = ((file, relative_name(file, root)) for file in files)
        reads = ((str(name), partial(self._read, file, name, root, single)) for file, name in named)
        yield from readable(reads, self.problems)

    def _read(self, file: Path, name: PurePosixPath, root: Path, single: bool) -> ReadImage | None:
        data = read_file(file, limit=_MAX_BYTES)
        # Other programs put settings of their own beside labels.
        if not single and b'"shapes"' not in data:
            self.problems.add(mark("files that are not labelme's"), str(name))
            return None
        return self._image(decode_json(data, _File, place=str(name)), name, data, root)

    def _image(self, read: _File, file: PurePosixPath, data: bytes, root: Path) -> ReadImage:
        place = str(file)
        if len(read.image_path) > MAX_NAME:
            raise FormatError(
                tr(
                    "“{place}” has a path of more than {max_name:,} characters.",
                    place=place,
                    max_name=MAX_NAME,
                )
            )
        exact = self._exact(root / file.parent, read.image_path)
        name, photo = exact or self._photo(read.image_path, file)
        width, height = _size(read, photo, place)
        check_image_size(width=width, height=height, place=place)
        image = ReadImage(name, photo, width, height, extra=keys_beside(data, _FILE_KEYS, place))
        return replace(image, regions=self._regions(read.shapes, image, place))

    def _exact(self, folder: Path, written: str) -> tuple[str, Path] | None:
        """Return name and place of the photo that a way leads to, if it is one of the photos."""
        try:
            whole = self._photos.resolve()
            name = (folder / written).resolve().relative_to(whole).as_posix()
            photo = photo_in(self._photos, name)
        except (OSError, RuntimeError, ValueError, FormatError):  # elsewhere, or no path at all
            return None
        return None if photo is None else (name, photo)

    def _photo(self, written: str, file: PurePosixPath) -> tuple[str, Path | None]:
        """Return name and place of a file's photo.

        The way from the file to the photo may lead anywhere, when files were moved; the folders
        are then those of the file itself, or its way where that stays inside.
        """
        last = PurePosixPath(written.replace("\\", "/")).name
        parents = [file.parent]
        if file.parent.parts and file.parent.parts[0] in ("train", "val", "test"):
            parents.append(PurePosixPath(*file.parent.parts[1:]))
        candidates = [str(parent / last) for parent in parents if last]
        stays = ".." not in written.replace("\\", "/").split("/")
        if stays and not PurePosixPath(written.replace("\\", "/")).is_absolute():
            candidates.insert(0, str(file.parent / written.replace("\\", "/")))
        for candidate in candidates:
            try:
                found = photo_in(self._photos, candidate)
            except FormatError:  # a link that leads out, or a drive of Windows
                continue
            if found is not None:
                return candidate, found
        beside = photo_named(self._photos, str(file.with_suffix("")))
        if beside is not None:
            return beside
        return (candidates[-1] if candidates else str(file.with_suffix(""))), None

    def _regions(
        self, shapes: list[msgspec.Raw], image: ReadImage, place: str
    ) -> tuple[ReadRegion, ...]:
        found: list[ReadRegion] = []
        groups: dict[tuple[str, str], int] = {}
        for raw in shapes:
            shape = decode_json(raw, _Shape, place=place)
            try:
                mask = _mask(shape, image)
            except MaskError as error:
                self.problems.add(f"shapes left out: {error.what.rstrip('.')}", place)
                continue
            if mask is None:
                self.problems.add(f"shapes of the kind “{shape.shape_type[:40]}”", place)
                continue
            key = (shape.label, repr(shape.group_id))
            outline = shape.shape_type in _OUTLINES and shape.group_id is not None
            if outline and key in groups:  # parts of one object, by labelme's convention
                whole = found[groups[key]]
                found[groups[key]] = replace(whole, mask=whole.mask.union(mask))
                continue
            if outline:
                groups[key] = len(found)
            text = (shape.description or "")[:MAX_TEXT]
            extra = keys_beside(raw, _SHAPE_KEYS, place)
            found.append(ReadRegion(mask, shape.label[:MAX_NAME], caption=text, extra=extra))
        return tuple(found)


def _size(read: _File, photo: Path | None, place: str) -> tuple[int, int]:
    if read.image_width is not None and read.image_height is not None:
        return read.image_width, read.image_height
    if photo is not None:
        return size_of(photo)
    if read.image_data:
        try:
            return png_size(base64.b64decode(read.image_data, validate=False))
        except (binascii.Error, ValueError, MaskError) as error:
            raise FormatError(
                tr("The picture inside “{place}” cannot be read.", place=place)
            ) from error
    raise FormatError(
        tr(
            "“{place}” does not say how large its image is, and its photo is not there.",
            place=place,
        ),
        advice=tr("Choose the folder of its photos."),
    )


def _mask(shape: _Shape, image: ReadImage) -> Mask | None:
    """Return a shape's pixels, or None if it has no area.

    Raises:
        MaskError: it is damaged, or nothing of it is inside the image.
    """
    height, width = image.height, image.width
    kind = shape.shape_type
    if kind == "mask" or shape.mask:
        return _pasted(shape, image)
    if kind in _OUTLINES:
        ring = [value for point in shape.points for value in point]
        mask = polygons_to_mask([ring], height=height, width=width)
    elif kind == "rectangle" and len(shape.points) in (2, 4):
        xs, ys = zip(*shape.points, strict=True)
        mask = box_mask(min(xs), min(ys), max(xs), max(ys), height=height, width=width)
    elif kind == "circle" and len(shape.points) == 2:
        (x, y), edge = shape.points
        mask = circle_mask(x, y, math.dist((x, y), edge), height=height, width=width)
    else:
        return None
    if mask.is_empty:
        raise MaskError(tr("No pixel of the shape is inside the image."))
    return mask


def _pasted(shape: _Shape, image: ReadImage) -> Mask:
    height, width = image.height, image.width
    if len(shape.points) != 2 or not shape.mask:
        raise MaskError(tr("A mask has not two points and a picture."))
    values = [value for point in shape.points for value in point]
    if not all(math.isfinite(value) and abs(value) < 1e9 for value in values):
        raise MaskError(tr("The points of a mask are no pixels."))
    x0, y0, x1, y1 = (round(value) for value in values)
    columns, rows = x1 - x0 + 1, y1 - y0 + 1
    if min(x0, y0) < 0 or columns < 1 or rows < 1 or x1 >= width or y1 >= height:
        raise MaskError(tr("A mask lies outside its image."))
    try:
        data = base64.b64decode(shape.mask, validate=False)
    except (binascii.Error, ValueError) as error:
        raise MaskError(tr("The picture of a mask is no base64.")) from error
    photo = image.path if columns * rows > MAX_UNTRUSTED else None
    trusted = photo is not None and size_of(photo) == (width, height)
    pixels = read_png(data, width=columns, height=rows, trusted=trusted).astype(np.bool_)
    if not pixels.any():
        raise MaskError(tr("A mask is empty."))
    return Mask.empty(height=height, width=width).with_window(x0, y0, pixels)
