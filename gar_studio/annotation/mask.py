"""Masks as run lengths.  Holes and separate parts are kept, always."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from gar_studio.errors import MaskError
from gar_studio.language import tr

BoolArray: TypeAlias = npt.NDArray[np.bool_]

MAX_PIXELS = 500_000_000
"""Most pixels of one mask (and image): run lengths stay far below 32 bits."""

MAX_CHARACTERS = 7
"""Most characters of one run length, 5 bits each."""


@dataclass(frozen=True)
class Mask:
    """A binary mask of `height` × `width` pixels in COCO's compressed run lengths.

    Runs go down the columns (column-major) and start with background, as in
    `pycocotools` (cocoapi, `common/maskApi.c`).  Two masks are equal when their pixels are:
    pycocotools writes one canonical string per mask, and every class method goes through it.
    The plain constructor takes that string back as it was, and checks no more than that it is
    safe to hand to pycocotools, which trusts what it is given.

    Raises:
        MaskError: `counts` is malformed or does not fill the size exactly.

    Attributes:
        height: rows.
        width: columns.
        counts: the compressed run lengths, ASCII.
    """

    height: int
    width: int
    counts: bytes

    def __post_init__(self) -> None:
        check_size(height=self.height, width=self.width)
        runs = parse_counts(self.counts)
        _check_runs(
            smallest=int(runs.min(initial=0)),
            total=int(runs.sum()),
            height=self.height,
            width=self.width,
        )

    @classmethod
    def checked(cls, height: int, width: int, counts: bytes, area: int) -> "Mask":
        """Make a mask of run lengths that are known to be sound; nothing is checked here.

        They are if `mask_batch` has checked them, or pycocotools has just made them of a shape.

        Args:
            height: rows.
            width: columns.
            counts: the compressed run lengths, ASCII.
            area: number of foreground pixels.
        """
        mask = object.__new__(cls)
        # What a frozen dataclass and its cached property would put there.
        mask.__dict__.update(height=height, width=width, counts=counts, area=area)
        return mask

    @classmethod
    def from_array(cls, array: npt.NDArray[np.generic]) -> "Mask":
        """Make a mask from an (H, W) array; every non-zero element is foreground.

        Raises:
            MaskError: the array is not two-dimensional, has no pixels or too many.
        """
        if array.ndim != 2:
            raise MaskError(
                tr(
                    "A mask needs two dimensions, height and width; this has {ndim}.",
                    ndim=array.ndim,
                )
            )
        height, width = array.shape
        check_size(height=height, width=width)
        foreground = array if array.dtype == np.bool_ else array != 0
        encoded = coco_mask.encode(np.asfortranarray(foreground).view(np.uint8))
        return cls._as_written(encoded["counts"], height=height, width=width)

    @classmethod
    def empty(cls, *, height: int, width: int) -> "Mask":
        """Make a mask without a single foreground pixel."""
        check_size(height=height, width=width)
        return cls.from_runs([height * width], height=height, width=width)

    @classmethod
    def from_runs(cls, runs: Iterable[int], *, height: int, width: int) -> "Mask":
        """Make a mask from uncompressed run lengths (column-major, background first).

        Raises:
            MaskError: a run is negative or the runs do not fill the mask exactly.
        """
        check_size(height=height, width=width)
        listed = list(runs)
        _check_runs(smallest=min(listed, default=0), total=sum(listed), height=height, width=width)
        runs_only = {"size": [height, width], "counts": _without_empty_runs(listed)}
        encoded = coco_mask.frPyObjects(runs_only, height, width)
        return cls._as_written(encoded["counts"], height=height, width=width)

    @classmethod
    def from_coco(cls, size: tuple[int, int], counts: str | bytes) -> "Mask":
        """Make a mask from COCO's compressed RLE written by somebody else.

        Args:
            size: (height, width).
            counts: the compressed run lengths.

        Raises:
            MaskError: the string is not RLE or does not fill `size` exactly.
        """
        # Characters beyond ASCII become bytes outside the code's range and are refused as such.
        data = counts.encode("utf-8", "surrogatepass") if isinstance(counts, str) else counts
        return cls.from_runs(parse_counts(data).tolist(), height=size[0], width=size[1])

    @classmethod
    def from_box(cls, x0: int, y0: int, x1: int, y1: int, *, height: int, width: int) -> "Mask":
        """Make a filled box; `x1` and `y1` are exclusive, pixels outside are dropped."""
        check_size(height=height, width=width)
        array = np.zeros((height, width), dtype=np.bool_)
        array[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = True
        return cls.from_array(array)

    def to_array(self) -> BoolArray:
        """Return the mask as a writable (H, W) boolean array."""
        decoded: npt.NDArray[np.uint8] = coco_mask.decode(self.to_coco_bytes())
        return np.ascontiguousarray(decoded).view(np.bool_)

    def window(self, x0: int, y0: int, x1: int, y1: int) -> BoolArray:
        """Return the pixels of a window, (y1 - y0, x1 - x0); what lies outside the mask is empty.

        Reads the window's columns alone, so that a small one of a huge mask costs little.
        """
        found = np.zeros((max(y1 - y0, 0), max(x1 - x0, 0)), dtype=np.bool_)
        left, right = max(x0, 0), min(x1, self.width)
        top, bottom = max(y0, 0), min(y1, self.height)
        if left < right and top < bottom:
            columns = _columns(self.turns, left, right, height=self.height)
            found[top - y0 : bottom - y0, left - x0 : right - x0] = columns[:, top:bottom].T
        return found

    def with_window(self, x0: int, y0: int, pixels: BoolArray) -> "Mask":
        """Return the mask with a window's pixels in place of its own.

        Args:
            x0: the window's left column; it may lie outside.
            y0: its top row.
            pixels: (h, w) the new pixels; those outside the mask are dropped.
        """
        left, right = max(x0, 0), min(x0 + pixels.shape[1], self.width)
        top, bottom = max(y0, 0), min(y0 + pixels.shape[0], self.height)
        if left >= right or top >= bottom:
            return self
        turns, total = self.turns, self.height * self.width
        columns = _columns(turns, left, right, height=self.height)
        columns[:, top:bottom] = pixels[top - y0 : bottom - y0, left - x0 : right - x0].T
        start, end = left * self.height, right * self.height
        before, after = turns[turns < start], turns[turns > end]
        inner = np.flatnonzero(np.diff(columns.ravel(), prepend=bool(len(before) % 2))) + start
        # The pixel behind the window begins a run if it differs from the window's last one.
        behind = bool(np.searchsorted(turns, end, side="right") % 2)
        joint = [end] if end < total and behind != columns[-1, -1] else []
        bounds = np.concatenate((before, inner, np.array(joint, dtype=np.int64), after))
        runs = np.diff(bounds, prepend=0, append=total)
        return Mask.from_runs(runs.tolist(), height=self.height, width=self.width)

    @cached_property
    def turns(self) -> npt.NDArray[np.int64]:
        """Where pixels change, column by column: the place of the first pixel of every run.

        The first run is of foreground, the second of background, and so on.
        """
        bounds = np.cumsum(parse_counts(self.counts))[:-1]
        bounds.flags.writeable = False
        return bounds

    def to_coco(self) -> dict[str, object]:
        """Return COCO's RLE dictionary: `size` as [height, width], `counts` as text."""
        return {"size": [self.height, self.width], "counts": self.counts.decode("ascii")}

    def to_coco_bytes(self) -> dict[str, object]:
        """Return the dictionary that pycocotools' functions take (`counts` as bytes)."""
        return {"size": [self.height, self.width], "counts": self.counts}

    @cached_property
    def area(self) -> int:
        """Number of foreground pixels."""
        return int(coco_mask.area(self.to_coco_bytes()))

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Bounding box (x, y, width, height) in pixels; all zero for an empty mask."""
        if self.is_empty:
            return (0, 0, 0, 0)
        x, y, width, height = (int(value) for value in coco_mask.toBbox(self.to_coco_bytes()))
        return (x, y, width, height)

    @cached_property
    def version(self) -> str:
        """Short digest of the pixels: 16 hexadecimal digits, equal only for equal masks."""
        digest = hashlib.blake2b(digest_size=8)
        digest.update(f"{self.height}x{self.width}:".encode())
        digest.update(self.counts)
        return digest.hexdigest()

    @property
    def is_empty(self) -> bool:
        """Whether there is no foreground pixel."""
        return self.area == 0

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return (self.height, self.width)

    def union(self, *others: "Mask") -> "Mask":
        """Return the pixels that lie in this mask or in any of `others`."""
        return self._merge(others, intersect=False)

    def intersection(self, *others: "Mask") -> "Mask":
        """Return the pixels that lie in this mask and in all of `others`."""
        return self._merge(others, intersect=True)

    def _merge(self, others: tuple["Mask", ...], *, intersect: bool) -> "Mask":
        for other in others:
            if other.size != self.size:
                raise MaskError(
                    tr(
                        "A mask of {width}×{height} pixels cannot be combined "
                        "with one of {self_width}×{self_height}.",
                        width=other.width,
                        height=other.height,
                        self_width=self.width,
                        self_height=self.height,
                    )
                )
        merged = coco_mask.merge([m.to_coco_bytes() for m in (self, *others)], intersect=intersect)
        return Mask(height=self.height, width=self.width, counts=merged["counts"])

    @classmethod
    def _as_written(cls, counts: bytes, *, height: int, width: int) -> "Mask":
        """Make a mask from what pycocotools has just written about pixels or runs of this size.

        Nothing is checked: that would take as long again as the encoding of a ragged mask.
        """
        mask = object.__new__(cls)
        mask.__dict__.update(height=height, width=width, counts=counts)
        return mask


def _columns(
    turns: npt.NDArray[np.int64], left: int, right: int, *, height: int
) -> npt.NDArray[np.bool_]:
    """Return whole columns, (right - left, height), from where pixels change."""
    start, end = left * height, right * height
    first, last = np.searchsorted(turns, (start, end), side="right")
    changes = np.zeros(end - start, dtype=np.int8)
    changes[turns[first:last][turns[first:last] < end] - start] = 1
    changes[0] ^= first % 2
    return np.asarray(np.bitwise_xor.accumulate(changes), dtype=np.bool_).reshape(-1, height)


def check_size(*, height: int, width: int) -> None:
    """Raise `MaskError` unless height × width is a size that the studio takes."""
    if height < 1 or width < 1:
        raise MaskError(
            tr(
                "A mask needs at least one pixel; this one is {width}×{height}.",
                width=width,
                height=height,
            )
        )
    if height * width > MAX_PIXELS:
        raise MaskError(
            tr(
                "A mask of {width}×{height} pixels is larger than the "
                "{max_pixels:,} that are allowed.",
                width=width,
                height=height,
                max_pixels=MAX_PIXELS,
            )
        )


def parse_counts(counts: bytes) -> npt.NDArray[np.int64]:
    """Decode COCO's compressed run lengths into an array of runs.

    The code is LEB128-like with 5 bits a character, offset 48, and from the fourth run on
    each value is a difference to the run two before it (cocoapi, `maskApi.c`, `rleFrString`).
    Done here and not by pycocotools because it reads past the end of malformed strings.

    Raises:
        MaskError: a character is out of range, a value is too long or the last one is cut off.
    """
    if not counts:
        return np.zeros(0, dtype=np.int64)
    codes = np.frombuffer(counts, dtype=np.uint8).astype(np.int64) - 48
    ends = np.flatnonzero((codes & 0x20) == 0)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts[: len(ends)] + 1
    out_of_range = codes.min() < 0 or codes.max() > 63
    if out_of_range or codes[-1] & 0x20 or lengths.max() > MAX_CHARACTERS:
        raise MaskError(
            tr("The mask's run lengths are not valid COCO RLE."),
            advice=tr("The file that it came from is damaged; export it again."),
        )
    shifts = 5 * (np.arange(len(codes)) - np.repeat(starts, lengths))
    runs: npt.NDArray[np.int64] = np.add.reduceat((codes & 0x1F) << shifts, starts)
    runs -= np.where(codes[ends] & 0x10, np.int64(1) << (5 * lengths), 0)  # the sign
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    return runs


def _check_runs(*, smallest: int, total: int, height: int, width: int) -> None:
    if smallest < 0 or total != height * width:
        raise MaskError(
            tr(
                "The mask's run lengths do not fill its {width}×{height} pixels exactly.",
                width=width,
                height=height,
            ),
            advice=tr("The file that it came from is damaged; export it again."),
        )


def _without_empty_runs(runs: list[int]) -> list[int]:
    """Join runs that an empty one separates; only the first, of background, may be empty."""
    kept = [0]
    foreground = False
    for index, run in enumerate(runs):
        if run == 0:
            continue
        if bool(index % 2) != foreground:
            kept.append(0)
            foreground = not foreground
        kept[-1] += run
    return kept
