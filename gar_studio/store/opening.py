"""Opens project files: for writing where that is safe, for reading only where it is not."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gar_studio.annotation.region import DEFAULT_CATEGORY_ID, default_category
from gar_studio.errors import StoreError
from gar_studio.language import mark, tr
from gar_studio.store import schema
from gar_studio.store.lock import WriterLock
from gar_studio.store.project import ProjectStore
from gar_studio.store.rows import SQLITE_ERRORS
from gar_studio.store.syncer import Syncer

_NEWER = mark("A newer version of GAR Studio made it; update to edit it.")
_FOLDER = mark("Its folder cannot be written to.")
_MAGIC = b"SQLite format 3\x00"
_HEADER_SIZE = 100


def open_store(path: Path, *, read_only: bool = False, create: bool = False) -> ProjectStore:
    """Open a project file.

    Where another window writes to it, the folder is read-only or a newer version made it, it is
    opened for reading only and `notice` says why.

    Args:
        path: the `.garproj` file.
        read_only: ask for no more than reading.
        create: make the file if it is missing.

    Raises:
        StoreError: the file is missing, no project, damaged, or cannot be opened at all.
    """
    _check_path(path, create=create and not read_only)
    with _explained(path):
        return _open_reading(path, "") if read_only else _open_writing(path)


def connect_to_read(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Open a project file for queries alone.

    Returns:
        The connection, and whether a newer version made the file.

    Raises:
        StoreError: the file is missing, no project, damaged, or cannot be opened at all.
    """
    _check_path(path, create=False)
    with _explained(path):
        return _connect_reading(path)


def _check_path(path: Path, *, create: bool) -> None:
    if not path.exists() and not create:
        raise StoreError(
            tr("There is no project “{path}”.", path=path),
            advice=tr("Check the name, or open a folder of images to begin a new one."),
        )
    if path.is_dir():
        raise StoreError(
            tr("“{path}” is a folder, not a project file.", path=path),
            advice=tr("Open the project file in it."),
        )
    _check_header(path, may_be_empty=create)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except SQLITE_ERRORS as error:
        raise StoreError(
            tr("“{name}” cannot be opened as a project: {error}.", name=path.name, error=error),
            kept=tr("The file was not changed."),
            advice=tr("Check that it is a GAR Studio project, or open a backup of it."),
        ) from error


def _open_writing(path: Path) -> ProjectStore:
    # Asked first, because root may take the lock of a disk that nobody can write to.
    if path.exists() and not _is_writable(path.parent):
        return _open_reading(path, tr(_FOLDER))
    if path.exists() and not _is_writable(path):
        return _open_reading(path, tr("Its file cannot be written to."))
    try:
        lock = WriterLock.acquire(path)
    except sqlite3.OperationalError as error:
        if path.exists():
            return _open_reading(path, tr(_FOLDER))
        raise StoreError(
            tr("No project can be made at “{path}”: {error}.", path=path, error=error),
            advice=tr("Choose a folder that you may write to."),
        ) from error
    if lock is None:
        return _open_reading(path, tr("Another window is working on this project; close it first."))
    with ExitStack() as undo:
        undo.callback(lock.release)
        connection = _connect(path, "rwc")
        undo.callback(connection.close)
        if _is_foreign_or_newer(path, connection):
            undo.close()
            return _open_reading(path, tr(_NEWER))
        mode = str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        connection.execute(
            "PRAGMA synchronous = NORMAL" if mode == "wal" else "PRAGMA synchronous = FULL"
        )
        schema.migrate(connection)
        notice = (
            "" if mode == "wal" else tr("This drive allows no write-ahead log; saving is slower.")
        )
        syncer = Syncer(path) if mode == "wal" else None
        store = ProjectStore(
            path, connection, read_only=False, notice=notice, lock=lock, syncer=syncer
        )
        _ensure_default_category(store)
        if syncer is not None:
            syncer.start()
        undo.pop_all()
        return store


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _open_reading(path: Path, notice: str) -> ProjectStore:
    connection, newer = _connect_reading(path)
    if newer and not notice:
        notice = tr(_NEWER)
    return ProjectStore(path, connection, read_only=True, notice=notice)


def _connect_reading(path: Path) -> tuple[sqlite3.Connection, bool]:
    try:
        return _connect_as(path, "ro")
    except sqlite3.OperationalError as error:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise StoreError(
                tr(
                    "“{name}” was not closed properly, and its folder cannot be "
                    "written to: its last edits cannot be read here.",
                    name=path.name,
                ),
                kept=tr("They are safe in the file's log."),
                advice=tr("Copy it and “{name}” to a folder that you may write to.", name=log.name),
            ) from error
        # A read-only folder without the log's side files: read the file as it stands.
        return _connect_as(path, "ro&immutable=1")


def _connect_as(path: Path, mode: str) -> tuple[sqlite3.Connection, bool]:
    with ExitStack() as undo:
        connection = _connect(path, mode)
        undo.callback(connection.close)
        connection.execute("PRAGMA query_only = ON")
        newer = _is_foreign_or_newer(path, connection)
        undo.pop_all()
    return connection, newer


def _check_header(path: Path, *, may_be_empty: bool) -> None:
    """Tell files that are no database by their first bytes, before anything is made beside them.

    Source: SQLite, "Database File Format", section 1.3.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_SIZE)
    except FileNotFoundError:
        return  # it is about to be made
    except OSError as error:
        raise StoreError(
            tr("“{name}” cannot be read: {strerror}.", name=path.name, strerror=error.strerror),
            kept=tr("The file was not changed."),
            advice=tr("Check that you may read it."),
        ) from error
    if not head and may_be_empty:
        return
    application = int.from_bytes(head[68:72], "big")
    if not head.startswith(_MAGIC) or application not in (0, schema.APPLICATION_ID):
        raise StoreError(
            tr("“{name}” is not a GAR Studio project.", name=path.name)
            if head
            else tr("“{name}” is empty.", name=path.name),
            kept=tr("The file was not changed."),
            advice=tr("Open a file that ends in .garproj, or a backup of this one."),
        )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None)
    connection.row_factory = sqlite3.Row
    # A project may come from anybody: damage is to be found where it is, not where it leads to
    # (SQLite, "Defense Against The Dark Arts").
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _is_foreign_or_newer(path: Path, connection: sqlite3.Connection) -> bool:
    """Return whether a newer version made the file; raise for a file that is no project."""
    version = schema.version(connection)
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0])
    if tables and application != schema.APPLICATION_ID:
        raise StoreError(
            tr("“{name}” is a database, but not a GAR Studio project.", name=path.name),
            kept=tr("The file was not changed."),
            advice=tr("Open a file that ends in .garproj."),
        )
    if version < 0:
        raise sqlite3.DatabaseError(tr("its version is damaged"))
    return version > schema.CURRENT_VERSION


def _ensure_default_category(store: ProjectStore) -> None:
    if store.categories():
        return
    with store.transaction():
        first = store.next_id("category")
        assert first == DEFAULT_CATEGORY_ID
        store.put(default_category())
