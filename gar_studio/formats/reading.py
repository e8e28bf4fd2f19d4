"""Safe reading of files that others wrote: nothing is believed before it is checked."""

import math
import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from gar_studio.annotation.mask import MAX_PIXELS, Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.images import is_image_file
from gar_studio.language import tr

T = TypeVar("T")

MAX_FILE_BYTES = 2 << 30
"""Most bytes of a file of labels: COCO's largest have about one thousand million."""

MAX_SIDE = 1_000_000
"""Most pixels of a side, beside `MAX_PIXELS` of the whole image."""

MAX_POINTS = 1_000_000
"""Most points of the outlines of one region."""

MAX_OUTLINE = 2_000_000
"""Most pixels that the outlines of one region are long: drawing them takes memory for each."""

MAX_TEXT = 1_000_000
"""Most characters of one text."""

MAX_NAME = 4096
"""Most characters of a name or path."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_file(path: Path, *, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return a file's bytes.

    Raises:
        FormatError: it is no plain file, cannot be read, or is larger than `limit` bytes.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(limit + 1) if size <= limit else b""
    except IsADirectoryError as error:
        raise FormatError(
            tr("“{name}” is a folder.", name=path.name),
            advice=tr("Choose the file of labels in it."),
        ) from error
    except OSError as error:
        raise FormatError(
            tr(
                "“{name}” cannot be read: {strerror}.",
                name=path.name,
                strerror=error.strerror or error,
            ),
            advice=tr("Check the name, and that you may read it."),
        ) from error
    except (ValueError, MemoryError) as error:  # a zero in the name; more than there is room for
        raise FormatError(
            tr("“{name}” cannot be read: {error}.", name=path.name, error=error)
        ) from error
    if size > limit or len(data) > limit:
        raise FormatError(
            tr(
                "“{name}” has more than {limit:,} bytes, which is the limit.",
                name=path.name,
                limit=limit,
            ),
            advice=tr("Cut it into parts, then import them one after the other."),
        )
    return data.removeprefix(_BYTE_ORDER_MARK)


def read_text(path: Path, *, limit: int = MAX_FILE_BYTES) -> str:
    """Return a file's text (UTF-8).

    Raises:
        FormatError: it cannot be read, is too large, or is no text in UTF-8.
    """
    try:
        return read_file(path, limit=limit).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(
            tr("“{name}” is not text in UTF-8.", name=path.name),
            advice=tr("Save it as UTF-8, then import it again."),
        ) from error


def decode_json(data: bytes | msgspec.Raw, kind: type[T], *, place: str) -> T:
    """Decode JSON as a type.

    Args:
        data: the JSON.
        kind: a type that msgspec decodes.
        place: the file's name, or where in it this stands, for the error.

    Raises:
        FormatError: it is no JSON, not of that type, nested too deeply, or not UTF-8.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError) as error:
        raise unexpected(place, error) from error


def unexpected(place: str, error: Exception) -> FormatError:
    """Return the error that says that JSON is not what it should be."""
    why = tr("it is nested too deeply") if isinstance(error, RecursionError) else str(error)
    return FormatError(
        tr("“{place}” is not as expected: {why}.", place=place, why=why.rstrip(".")),
        advice=tr("Check that the right format was chosen, and that the file is whole."),
    )


def safe_path(folder: Path, name: str) -> Path:
    """Return where a name of a file leads inside a folder; links are followed.

    Args:
        folder: what may not be left.
        name: as the file has it; slashes and backslashes both part folders.

    Raises:
        FormatError: the name is empty, absolute, goes upwards, or a link leads out.
    """
    cleaned = name.replace("\\", "/")
    parts = PurePosixPath(cleaned).parts
    # Only a colon or slashes at the beginning make a drive, and Windows' paths take long to read.
    absolute = cleaned.startswith("/") or (":" in name and bool(PureWindowsPath(name).drive))
    if not parts or absolute or ".." in parts or "\0" in name or len(name) > MAX_NAME:
        raise _outside(name)
    try:
        whole = folder.resolve()
        found = whole.joinpath(*parts).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, links in a circle
        raise _outside(name) from error
    if not found.is_relative_to(whole):
        raise _outside(name)
    return found


def photo_in(folder: Path, name: str) -> Path | None:
    """Return the photo of a name inside a folder, or None if there is no such image file.

    Raises:
        FormatError: the name leads out of the folder.
    """
    path = safe_path(folder, name)
    try:
        return path if is_image_file(path) else None
    except OSError:  # a part of the name is longer than the system allows
        return None


def check_image_size(*, width: int, height: int, place: str) -> None:
    """Raise `FormatError` unless an image of a file has a size that the studio takes."""
    sides = (width, height)
    if min(sides) < 1 or max(sides) > MAX_SIDE or width * height > MAX_PIXELS:
        raise FormatError(
            tr(
                "“{place}” is said to have {width}×{height} pixels; that is no "
                "size of an image here.",
                place=place,
                width=width,
                height=height,
            ),
            advice=tr("The limit is {max_pixels:,} pixels.", max_pixels=MAX_PIXELS),
        )


def polygons_to_mask(rings: Sequence[Sequence[float]], *, height: int, width: int) -> Mask:
    """Fill outlines exactly as pycocotools does, several as one (`frPyObjects`, `merge`).

    Args:
        rings: of each outline x1, y1, x2, y2, … in pixels, at least three points.
        height: rows of the image.
        width: columns of the image.

    Raises:
        MaskError: there is no outline, one is too short, or it is far outside or too long.
    """
    if not rings:
        raise MaskError(tr("The region has no outline."))
    if sum(map(len, rings)) > 2 * MAX_POINTS:
        raise MaskError(
            tr("The region's outline has more than {max_points:,} points.", max_points=MAX_POINTS)
        )
    reach = 2 * max(height, width) + 1000
    longest = 0.0  # more than the outlines can be long
    drawable = []
    for ring in rings:
        if len(ring) < 6 or len(ring) % 2:
            raise MaskError(
                tr(
                    "An outline has {count} numbers, but needs three points or more.",
                    count=len(ring),
                )
            )
        numbers = np.array(ring, dtype=np.float64)
        low, high = float(numbers.min()), float(numbers.max())
        if not (low >= -reach and high <= reach):  # nor is a number that is none
            raise MaskError(tr("The region's outline lies far outside its image."))
        longest += (high - low) * len(ring) / 2
        drawable.append(numbers)
    # Drawing takes memory for each pixel along the outline.
    if longest > MAX_OUTLINE and _length(drawable) > MAX_OUTLINE:
        raise MaskError(
            tr(
                "The region's outline is longer than {max_outline:,} pixels.",
                max_outline=MAX_OUTLINE,
            )
        )
    # Its function for many objects takes those of four numbers for boxes, but there are none.
    drawn = coco_mask.frPyObjects(drawable, height, width)
    made = drawn[0] if len(drawn) == 1 else coco_mask.merge(drawn)
    return Mask.checked(height, width, made["counts"], int(coco_mask.area(made)))


def _length(rings: Sequence[npt.NDArray[np.float64]]) -> float:
    """Return how many pixels outlines are long, each step by its longer side."""
    around = [ring.reshape(-1, 2) for ring in rings]
    steps = (np.abs(np.diff(ring, axis=0, append=ring[:1])) for ring in around)
    return float(sum(step.max(axis=1).sum() for step in steps))


def rle_to_mask(
    size: Sequence[int], counts: str | bytes | Sequence[int], *, height: int, width: int
) -> Mask:
    """Make a mask of COCO's run lengths, compressed (text) or not (a list).

    Args:
        size: [height, width] as the file has it.
        counts: the run lengths.
        height: rows of the image.
        width: columns of the image.

    Raises:
        MaskError: the size is not the image's, or the runs do not fill it exactly.
    """
    if tuple(size) != (height, width):
        raise MaskError(
            tr(
                "The mask's size {size} is not [height, width] of its image, {value}.",
                size=list(size),
                value=[height, width],
            )
        )
    if isinstance(counts, str | bytes):
        return Mask.from_coco((height, width), counts)
    if any(run < 0 or run > MAX_PIXELS for run in counts):
        raise MaskError(tr("A run length of the mask is negative or larger than any image."))
    return Mask.from_runs(counts, height=height, width=width)


def box_to_mask(
    x: float, y: float, box_width: float, box_height: float, *, height: int, width: int
) -> Mask:
    """Fill a box in pixels, its edges rounded to whole ones; what lies outside is dropped.

    Raises:
        MaskError: the numbers are none, or nothing of the box is inside.
    """
    edges = (x, y, x + box_width, y + box_height)
    if not all(math.isfinite(edge) and abs(edge) < 1e9 for edge in edges):
        raise MaskError(tr("The numbers of the box are too large."))
    x0, y0, x1, y1 = (round(edge) for edge in edges)
    mask = Mask.from_box(x0, y0, x1, y1, height=height, width=width)
    if mask.is_empty:
        raise MaskError(tr("The box has no pixel inside the image."))
    return mask


def unknown_keys(raw: msgspec.Raw | bytes, known: frozenset[str]) -> bytes:
    """Return the keys of a JSON object that are not among `known`, as JSON, or b"".

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is no sound object.
    """
    rest = {key: value for key, value in decode_keys(raw).items() if key not in known}
    if not rest:
        return b""
    encoded = msgspec.json.encode(rest)
    msgspec.json.decode(encoded)  # what is only copied was not looked at until now
    encoded.decode("utf-8")
    return encoded


def decode_keys(raw: msgspec.Raw | bytes) -> dict[str, msgspec.Raw]:
    """Decode a JSON object, its values as they stand.

    Raises:
        msgspec.DecodeError: it is no object.
    """
    return msgspec.json.decode(raw, type=dict[str, msgspec.Raw])


def _outside(name: str) -> FormatError:
    shown = name if len(name) <= 80 else f"{name[:80]}…"
    return FormatError(
        tr("“{shown}” is no path inside the folder that was chosen.", shown=shown),
        advice=tr("Files of labels may only name photos below that folder."),
    )
