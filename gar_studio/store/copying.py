"""Copies an open project's file and reads the copy before it counts as one."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gar_studio.engines.protocol import CancelToken, Progress
from gar_studio.errors import StoreError
from gar_studio.files import usual_mode
from gar_studio.language import mark, tr
from gar_studio.store.lock import WriterLock
from gar_studio.store.rows import SQLITE_ERRORS

_PAGES = 256
"""Copied between two looks at whether it is still wanted: about 1 MB."""

_INSTRUCTIONS = 100_000
"""Of SQLite's machine between two such looks: some milliseconds."""

_SIDE_FILES = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A copy that was written and read again.

    Attributes:
        path: where it is.
        images: how many it has.
        regions: how many it has.
        file_size: bytes.
    """

    path: Path
    images: int
    regions: int
    file_size: int


def copy_project(
    source: sqlite3.Connection,
    project: Path,
    out: Path,
    *,
    cancel: CancelToken,
    tell: Callable[[Progress], None] = lambda _: None,
) -> BackupReport:
    """Write the project that is open on `source`, as it is now, to a file.

    Others may go on writing to the project.  `out` is as it was until the copy is on the disk and
    was found to be sound.

    Args:
        source: not in a transaction.
        project: the project's file, for messages.
        out: the copy; what is there is replaced.
        cancel: checked all the time.
        tell: told how far it is.

    Raises:
        Cancelled: it is not wanted any more; `out` is as it was.
        StoreError: the copy cannot be written, would be the project itself or another one that is
            open, or the project is damaged; `out` is as it was.
    """
    with _explained(out):
        _refuse(project, out)
    with _explained(out), _temporary(out) as temporary:
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode = OFF")  # nobody misses half a copy
            copy.execute("PRAGMA synchronous = OFF")
            with _snapshot(source):
                expected = _counts(source)
                _copy_pages(source, copy, cancel, tell)
            copy.execute("PRAGMA journal_mode = DELETE")  # all of it is in the one file
            _verify(project, copy, expected, cancel, tell)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(usual_mode())
        size = temporary.stat().st_size
        temporary.replace(out)
        _sync_folder(out.parent)
    return BackupReport(out, expected.get("image", 0), expected.get("region", 0), size)


def _copy_pages(
    source: sqlite3.Connection,
    copy: sqlite3.Connection,
    cancel: CancelToken,
    tell: Callable[[Progress], None],
) -> None:
    def step(_status: int, remaining: int, total: int) -> None:
        cancel.check()
        tell(Progress(mark("Copying"), total - remaining, total))

    source.backup(copy, pages=_PAGES, progress=step, sleep=0.001)


def _verify(
    project: Path,
    copy: sqlite3.Connection,
    expected: dict[str, int],
    cancel: CancelToken,
    tell: Callable[[Progress], None],
) -> None:
    tell(Progress(mark("Checking the copy"), 0, 1))
    copy.set_progress_handler(lambda: cancel.cancelled, _INSTRUCTIONS)
    try:
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)")]
        counts = _counts(copy)
    except sqlite3.OperationalError:
        cancel.check()
        raise
    if found != ["ok"] or counts != expected:
        raise StoreError(
            tr(
                "“{name}” is damaged, and a copy of it would be so too ({found}).",
                name=project.name,
                found="; ".join(found) if found != ["ok"] else "rows are missing",
            ),
            kept=tr("No copy was made, and the project was not changed."),
            advice=tr("Look at it with “gar-studio check”, and open an earlier backup of it."),
        )
    tell(Progress(mark("Checking the copy"), 1, 1))


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
        "ORDER BY name"
    )
    names = [str(row[0]) for row in connection.execute(query)]
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in names}
    return {
        name: int(connection.execute(f"SELECT COUNT(*) FROM {quoted[name]}").fetchone()[0])  # noqa: S608
        for name in names
    }


@contextmanager
def _snapshot(source: sqlite3.Connection) -> Iterator[None]:
    """Hold the project as it is now, where that keeps nobody from writing.

    Without a write-ahead log it would; there the copy begins anew when somebody writes.
    """
    mode = str(source.execute("PRAGMA journal_mode").fetchone()[0])
    if mode != "wal":
        yield
        return
    source.execute("BEGIN")
    try:
        yield
    finally:
        source.execute("ROLLBACK")


def _refuse(project: Path, out: Path) -> None:
    """Raise `StoreError` where a file that somebody works with would be replaced."""
    own = [project.with_name(project.name + end) for end in ("", "-lock", *_SIDE_FILES)]
    if out.resolve() in [path.resolve() for path in own] or _is_same(project, out):
        raise StoreError(
            tr("A backup cannot take the place of the project itself."),
            advice=tr("Give it another name."),
        )
    if out.is_dir():
        raise StoreError(
            tr("“{out}” is a folder.", out=out), advice=tr("Name a file in it for the backup.")
        )
    if _is_in_use(out):
        raise StoreError(
            tr("“{name}” is open in another window, or was not closed properly.", name=out.name),
            advice=tr("Close it, or give the backup another name."),
        )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


def _is_in_use(out: Path) -> bool:
    """Whether it is open, or has a log beside it, which would be taken for the copy's."""
    logs = [out.with_name(out.name + end) for end in ("-wal", "-journal")]
    if any(log.exists() and log.stat().st_size for log in logs):  # readers leave empty ones
        return True
    if not out.exists() or not out.with_name(out.name + "-lock").exists():
        return False
    lock = WriterLock.acquire(out)
    if lock is not None:
        lock.release()
    return lock is None


@contextmanager
def _temporary(out: Path) -> Iterator[Path]:
    """Make a file beside `out`; whatever is left of it is removed at the end."""
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        for end in ("", *_SIDE_FILES):
            with suppress(OSError):
                temporary.with_name(temporary.name + end).unlink(missing_ok=True)


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except (*SQLITE_ERRORS, OSError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise StoreError(
            tr("The backup “{name}” could not be written: {reason}.", name=out.name, reason=reason),
            kept=tr("The project was not changed, and there is no half of a backup."),
            advice=tr("Choose another folder, or free some disk space."),
        ) from error


def _sync_folder(folder: Path) -> None:
    """Let the new name last through a power cut, where the system can do that for folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
