"""Reads files of a checkout of the released repository, which is somebody else's.

Nothing in it is executed, no path in it leads out of the folder that the user named, and a file's
size is checked before it is read.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from gar_studio.errors import GarStudioError

_MAX_TEXT_BYTES = 64 * 1024 * 1024
_MAX_IMAGE_BYTES = 512 * 1024 * 1024

T = TypeVar("T")


class ReleasedError(GarStudioError):
    """A file of the released repository is missing, damaged or not what it is known to be."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder whose files may be read, and no others.

    Attributes:
        folder: the folder that the user named.
        advice: what helps where a file in it is missing or damaged, as a sentence.
    """

    folder: Path
    advice: str = "Check out the released repository again (Haochen-Wang409/Grasp-Any-Region)."

    def check(self) -> None:
        """Raise `ReleasedError` unless the folder is there."""
        if not self.folder.is_dir():
            raise ReleasedError(f"There is no folder “{self.folder}”.", advice=self.advice)

    def image(self, relative: str) -> Path:
        """Return the path of an image or mask; it is not opened yet.

        Args:
            relative: its path below the folder, as a file of the checkout names it.

        Raises:
            ReleasedError: the path leads out of the folder, or the file is missing or too large.
        """
        return self._file(relative, most=_MAX_IMAGE_BYTES)

    def text(self, relative: str) -> str:
        """Return a text file's content.

        Raises:
            ReleasedError: as `image`, or it cannot be read as UTF-8.
        """
        path = self._file(relative, most=_MAX_TEXT_BYTES)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ReleasedError(
                f"“{relative}” cannot be read: {error}.", advice=self.advice
            ) from error

    def json(self, relative: str, shape: type[T]) -> T:
        """Return a JSON file's content as `shape`, which msgspec checks.

        Raises:
            ReleasedError: as `text`, or the file is no JSON of that shape.
        """
        try:
            return msgspec.json.decode(self.text(relative), type=shape)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ReleasedError(
                f"“{relative}” is not what the released repository has there: "
                f"{str(error).rstrip('.')}.",
                advice=self.advice,
            ) from error

    def _file(self, relative: str, *, most: int) -> Path:
        try:
            path = (self.folder / relative).resolve()
            inside = path.is_relative_to(self.folder.resolve())
            found = inside and path.is_file()
            size = path.stat().st_size if found else 0
        except (OSError, ValueError, RuntimeError) as error:  # a NUL, a loop of links, no right
            raise ReleasedError(f"“{relative}” cannot be opened: {error}.") from error
        if not inside:
            raise ReleasedError(
                f"“{relative}” leads out of the folder “{self.folder}”; it was not opened.",
                advice=self.advice,
            )
        if not found:
            raise ReleasedError(
                f"There is no file “{relative}” in “{self.folder}”.", advice=self.advice
            )
        if size > most:
            raise ReleasedError(
                f"“{relative}” has {size:,} bytes; at most {most:,} are read.", advice=self.advice
            )
        return path
