"""Decoded images that are likely to be wanted next, within a bound of memory."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from gar_studio.engines.protocol import ImageData
from ui.canvas.pyramid import Pyramid

KEPT_BYTES: Final = 192 * 1024 * 1024
"""Memory for decoded images, the one in view among them: four of 12 megapixels."""

Stamp: TypeAlias = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Decoded:
    """An image as it goes to the window; holds arrays, so it is compared by identity.

    Attributes:
        image: its pixels.
        pyramid: its smaller copies; made ahead for a neighbour, so that it is sharp at once.
    """

    image: ImageData
    pyramid: Pyramid

    @classmethod
    def of(cls, image: ImageData, *, ahead: bool) -> "Decoded":
        """Return an image with its smaller copies, made now if it is decoded `ahead`."""
        pyramid = Pyramid(image.pixels)
        if ahead:
            pyramid.work(float("inf"))
        return cls(image, pyramid)

    @property
    def bytes(self) -> int:
        """Memory that it takes, or will take once the smaller copies are made."""
        return self.image.pixels.nbytes * 4 // 3


@dataclass(frozen=True, eq=False)
class _Kept:
    stamp: Stamp
    decoded: Decoded


def stamp_of(path: Path) -> Stamp | None:
    """Return what tells whether a file has changed, or None if it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


class DecodedImages:
    """Keeps images until they are wanted; those that were asked for last go last.

    Not for several threads: it belongs to the one that decodes.
    """

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Path, _Kept] = OrderedDict()

    @property
    def bytes(self) -> int:
        """Memory that the images take."""
        return sum(kept.decoded.bytes for kept in self._kept.values())

    def __contains__(self, path: Path) -> bool:
        return path in self._kept

    def get(self, path: Path) -> Decoded | None:
        """Return an image if it is here and its file is as it was."""
        kept = self._kept.get(path)
        if kept is None:
            return None
        if kept.stamp != stamp_of(path):
            del self._kept[path]
            return None
        self._kept.move_to_end(path)
        return kept.decoded

    def put(self, path: Path, stamp: Stamp | None, decoded: Decoded) -> None:
        """Keep an image, unless it alone takes half of the memory.

        Args:
            path: its file.
            stamp: of the file before it was read.
            decoded: what was in it.
        """
        if stamp is None or decoded.bytes > self._most // 2:
            return
        self._kept[path] = _Kept(stamp, decoded)
        self._kept.move_to_end(path)
        while self.bytes > self._most:
            self._kept.popitem(last=False)
