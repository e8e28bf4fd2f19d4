"""Writes files so that a reader never sees half of one."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_write(path: Path, *, mode: int | None = None) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its place when the block ends well.

    The file is synced to the disk before it is renamed.  If the block raises, `path` is as it
    was and the temporary file is gone.

    Args:
        path: the file.
        mode: who may read and write it; None for what is usual.

    Raises:
        OSError: the folder is missing, full or may not be written to.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or Path())
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(usual_mode() if mode is None else mode)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Bring every file in a folder to the disk, so that it may be renamed as a whole.

    Raises:
        OSError: the disk is full or gone.
    """
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb+") as file:  # Windows syncs only what may be written
                os.fsync(file.fileno())


def usual_mode() -> int:
    """Return the mode that a plain `open` would give; `mkstemp` makes files for the owner only."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def identity(path: Path) -> tuple[int, int] | None:
    """Return which file a path leads to now, or None if it leads to none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
