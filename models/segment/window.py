"""The part of an image that a segmenter looks at, at a bounded size, and the way back."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from gar_studio.annotation.mask import BoolArray, Mask, check_size
from gar_studio.engines.protocol import FloatArray, RGBArray

Points: TypeAlias = npt.NDArray[np.float64]

OVERVIEW_SIDE = 1024
"""Long side in pixels of the reduced copy from which wide windows are read."""
SMOOTHING = 0.8
"""Width in working pixels of the Gaussian that rounds the steps of an enlarged mask."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of an image and the size at which it is worked on.

    Attributes:
        x0: left column.
        y0: top row.
        x1: right column, exclusive.
        y1: bottom row, exclusive.
        rows: height of the working copy, 1 ≤ rows ≤ y1 - y0.
        columns: width of the working copy, 1 ≤ columns ≤ x1 - x0.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    rows: int
    columns: int

    @classmethod
    def around(
        cls,
        box: tuple[float, float, float, float],
        *,
        margin: float,
        side: int,
        height: int,
        width: int,
    ) -> "Window":
        """Make the window of `box` (x0, y0, x1, y1) with `margin` pixels more on every side.

        It is cut off at the borders of the image of `height` × `width`, and reduced until its
        long side has at most `side` working pixels; it is never enlarged.
        """
        x0 = min(max(int(np.floor(box[0] - margin)), 0), width - 1)
        y0 = min(max(int(np.floor(box[1] - margin)), 0), height - 1)
        x1 = max(min(int(np.ceil(box[2] + margin)), width), x0 + 1)
        y1 = max(min(int(np.ceil(box[3] + margin)), height), y0 + 1)
        rows, columns = reduced(height=y1 - y0, width=x1 - x0, side=side)
        return cls(x0=x0, y0=y0, x1=x1, y1=y1, rows=rows, columns=columns)

    @property
    def zoom(self) -> float:
        """Working pixels per image pixel along the longer side, at most 1."""
        return max(self.columns, self.rows) / max(self.x1 - self.x0, self.y1 - self.y0)

    def to_work(self, points: Points) -> Points:
        """Map (n, 2) image points (x, y) to working pixels, origin at the top left corner."""
        scale = (self.columns / (self.x1 - self.x0), self.rows / (self.y1 - self.y0))
        moved: Points = (points - (self.x0, self.y0)) * scale
        return moved

    def mark(self, points: Points) -> BoolArray:
        """Return the (rows, columns) working pixels that hold one of (n, 2) image points."""
        marked = np.zeros((self.rows, self.columns), dtype=np.bool_)
        moved = np.floor(self.to_work(points)).astype(np.int64)
        within = ((moved >= 0) & (moved < (self.columns, self.rows))).all(axis=1)
        marked[moved[within, 1], moved[within, 0]] = True
        return marked

    def shrink(self, mask: Mask) -> FloatArray:
        """Return the share, 0…1, of every working pixel that a mask of the image covers."""
        decoded: npt.NDArray[np.uint8] = coco_mask.decode(mask.to_coco_bytes())
        # Decoded masks lie in memory column by column, so their transpose is quick to read.
        part = np.ascontiguousarray(decoded.T[self.x0 : self.x1, self.y0 : self.y1]) * np.uint8(255)
        small = cv2.resize(part, (self.rows, self.columns), interpolation=cv2.INTER_AREA)
        return np.asarray(small.T, dtype=np.float32) / np.float32(255)

    def closest(self, inside: BoolArray) -> "Window":
        """Return the window, at full size, that just holds a (rows, columns) mask, not empty."""
        across, down = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
        wide, high = (self.x1 - self.x0) / self.columns, (self.y1 - self.y0) / self.rows
        x0 = self.x0 + int(max(across[0] - 1, 0) * wide)
        y0 = self.y0 + int(max(down[0] - 1, 0) * high)
        x1 = self.x0 + int(np.ceil(min(across[-1] + 2, self.columns) * wide))
        y1 = self.y0 + int(np.ceil(min(down[-1] + 2, self.rows) * high))
        x1, y1 = min(x1, self.x1), min(y1, self.y1)
        return Window(x0=x0, y0=y0, x1=x1, y1=y1, rows=y1 - y0, columns=x1 - x0)

    def render(self, inside: BoolArray, target: "Window") -> BoolArray:
        """Redraw a (rows, columns) mask of this window in the working pixels of `target`.

        An enlarged mask gets a smoothed border, which on photos meets the object's edge at least
        as well as a guided filter does (measured).  What lies outside this window is empty.
        """
        soft = inside.astype(np.uint8) * 255
        if self.zoom < 1:
            rounded = cv2.GaussianBlur(soft, (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
            soft = np.asarray(rounded, dtype=np.uint8)
        scale = np.array([self.columns / (self.x1 - self.x0), self.rows / (self.y1 - self.y0)])
        across = (target.x1 - target.x0) / target.columns
        steps = np.array([across, (target.y1 - target.y0) / target.rows])
        # Pixel centres lie at halves: target centre -> image -> this window's centre.
        shift = (steps / 2 + (target.x0 - self.x0, target.y0 - self.y0)) * scale - 0.5
        padded_shift = shift + 1  # for the padding of one pixel below
        matrix = np.column_stack((np.diag(steps * scale), padded_shift))
        drawn = cv2.warpAffine(
            np.pad(soft, 1, mode="edge"),
            matrix,
            (target.columns, target.rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
        )
        return np.asarray(drawn > 127, dtype=np.bool_)

    def place(self, part: BoolArray, *, height: int, width: int) -> Mask:
        """Return the mask of the whole image that is `part` in the window and empty outside.

        Works on the window's pixels alone, so that a small object in a huge image costs little.

        Args:
            part: (y1 - y0, x1 - x0) pixels of the window.
            height: rows of the image.
            width: columns of the image.
        """
        check_size(height=height, width=width)
        rows = part.shape[0] + 1
        # One empty row under every column, so that no run crosses from one to the next.
        padded = np.zeros((part.shape[1], rows), dtype=np.bool_)
        padded[:, :-1] = part.T
        flat = padded.ravel()
        turns = np.flatnonzero(flat[1:] != flat[:-1]).astype(np.int64) + 1
        if flat[0]:
            turns = np.concatenate(([0], turns))
        bounds = (turns // rows + self.x0) * height + turns % rows + self.y0
        # A run that goes on in the next column leaves an empty one, which `from_runs` joins.
        runs = np.diff(bounds, prepend=0, append=height * width).tolist()
        return Mask.from_runs(runs, height=height, width=width)


@dataclass(frozen=True, eq=False)
class Source:
    """An image with a reduced copy; wide windows are read from the copy.

    Holds arrays, so it is compared by identity.

    Attributes:
        pixels: (H, W, 3) uint8 RGB.
        overview: (h, w, 3) uint8 RGB, its long side at most `OVERVIEW_SIDE`.
    """

    pixels: RGBArray
    overview: RGBArray

    @classmethod
    def of(cls, pixels: RGBArray) -> "Source":
        """Make the reduced copy of `pixels`."""
        height, width = pixels.shape[:2]
        rows, columns = reduced(height=height, width=width, side=OVERVIEW_SIDE)
        return cls(pixels=pixels, overview=_resize(pixels, rows=rows, columns=columns))

    def read(self, window: Window) -> RGBArray:
        """Return the window's (rows, columns, 3) RGB working copy."""
        height, width = self.pixels.shape[:2]
        down, across = self.overview.shape[0] / height, self.overview.shape[1] / width
        part = self.pixels[window.y0 : window.y1, window.x0 : window.x1]
        if window.zoom <= 0.5 * min(down, across):
            top, left = int(window.y0 * down), int(window.x0 * across)
            bottom = max(round(window.y1 * down), top + 1)
            right = max(round(window.x1 * across), left + 1)
            part = self.overview[top:bottom, left:right]
        return _resize(part, rows=window.rows, columns=window.columns)


def reduced(*, height: int, width: int, side: int) -> tuple[int, int]:
    """Return (rows, columns) of `height` × `width` reduced to a long side of at most `side`."""
    scale = min(1.0, side / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _resize(pixels: RGBArray, *, rows: int, columns: int) -> RGBArray:
    if pixels.shape[:2] == (rows, columns):
        return np.ascontiguousarray(pixels)
    size = (columns, rows)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
