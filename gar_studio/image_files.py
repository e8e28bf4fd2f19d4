"""Whether the files of a project's images are where they were, and what they were."""

import hashlib
import stat
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from gar_studio.annotation.region import ImageRecord

_PIECE = 1 << 20


class FileState(StrEnum):
    """What became of an image's file since it was added."""

    SAME = "same"
    MISSING = "missing"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


def state_of(
    image: ImageRecord, folder: Path, *, read: bool, check: Callable[[], None] = lambda: None
) -> FileState:
    """Look at an image's file.

    Args:
        image: its record.
        folder: the project's.
        read: whether to compare the bytes; else a file of the same size counts as the same.
        check: called all the time while bytes are read; may raise to stop it.
    """
    path = folder / image.path
    if is_missing(path):
        return FileState.MISSING
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # reading a device or a pipe may never end
            return FileState.UNREADABLE
        if found.st_size != image.file_size:
            return FileState.CHANGED
        same = not read or digest_of(path, image.file_size, check=check) == image.digest
    except (OSError, ValueError):
        return FileState.UNREADABLE
    return FileState.SAME if same else FileState.CHANGED


def is_missing(path: Path) -> bool:
    """Whether there is no such file, as far as one may look."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:  # it is there, or may be, but cannot be looked at
        return False
    return False


def digest_of(path: Path, size: int, *, check: Callable[[], None] = lambda: None) -> str:
    """Return the SHA-256 of a file's first `size` bytes, hexadecimal.

    Args:
        path: a regular file.
        size: its size; more is not read, even if it grows meanwhile.
        check: called now and then; may raise to stop it.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(_PIECE, size))):
            check()
            digest.update(piece)
            size -= len(piece)
    return digest.hexdigest()
