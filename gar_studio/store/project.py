"""Reads and writes a project file.  The document is the only one who calls what writes."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import msgspec

from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.annotation.region import Category, ImageRecord, Region, utc_now
from gar_studio.annotation.review import ImageState
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import ReadOnlyError, StoreError
from gar_studio.images import ImageFacts
from gar_studio.language import tr
from gar_studio.store import rows, schema
from gar_studio.store.copying import BackupReport, copy_project
from gar_studio.store.lock import WriterLock
from gar_studio.store.place import Place
from gar_studio.store.rows import Row
from gar_studio.store.syncer import Syncer

SUFFIX = ".garproj"

ValueT = TypeVar("ValueT")


class ProjectStore:
    """An open project file.  Used by one thread.

    Attributes:
        path: the file.
        notice: why the project is open for reading only, or something else that the user has to
            know; "" if all is well.
        read_only: whether writing is refused.
        version: of the file's schema; older than the newest only where it is read only.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        *,
        read_only: bool,
        notice: str = "",
        lock: WriterLock | None = None,
        syncer: Syncer | None = None,
    ) -> None:
        self.path = path
        self.read_only = read_only
        self.notice = notice
        self._connection = connection
        self.version = schema.version(connection)
        self._lock = lock
        self._syncer = syncer
        # SQLite has opened both by now; the log is there as long as anybody has the project open.
        log = [path.with_name(path.name + "-wal")] if syncer is not None else []
        files = () if read_only else (path, *log)
        self._place = Place(files)

    @property
    def folder(self) -> Path:
        """The folder that image paths are relative to."""
        return self.path.parent

    def close(self) -> None:
        """Close the file.  Everything accepted is in it already."""
        if self._syncer is not None:
            self._syncer.stop()
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one transaction: all of it is written, or nothing.

        Raises:
            ReadOnlyError: the project is open for reading only.
            StoreError: the disk is full or the file cannot be written.
        """
        if self.read_only:
            raise ReadOnlyError(
                tr("The project is open for reading only."),
                advice=self.notice or tr("Open it for writing to change it."),
            )
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._check_place()
            self._connection.execute("COMMIT")
        except UnicodeEncodeError as error:
            self._roll_back()
            raise StoreError(
                tr("The text holds half a character, which no file can keep."),
                advice=tr("Type that character again."),
            ) from error
        except rows.SQLITE_ERRORS as error:
            self._roll_back()
            raise StoreError(
                tr(
                    "The change could not be written to “{name}”: {error}.",
                    name=self.path.name,
                    error=error,
                ),
                kept=tr("Everything accepted before is safe; this last change was not made."),
                advice=tr("Free some disk space or check the drive, then do it again."),
            ) from error
        except BaseException:
            self._roll_back()
            raise

    @property
    def in_place(self) -> bool:
        """Whether the file that is open is the one that its path leads to."""
        return self._place.holds

    def copy_to(self, path: Path) -> BackupReport:
        """Write a copy of what is in the project, even if its own file was moved or deleted.

        Raises:
            StoreError: the copy cannot be written; `path` is as it was.
        """
        return copy_project(self._connection, self.path, path, cancel=CancelToken())

    def _check_place(self) -> None:
        self._place.check(self.path.name)

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # the error that led here is the one to report
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    # --- reading ---

    def hold(self) -> None:
        """Read everything from now on as it is at this moment, whatever others write.

        Without a write-ahead log others could not write meanwhile, so nothing is held there.
        """
        if str(self.select("PRAGMA journal_mode")[0][0]) == "wal":
            self.select("BEGIN")
            self.meta("")  # the moment is that of the first reading

    def images(self) -> tuple[ImageRecord, ...]:
        """Return all images in the order in which they were added."""
        return self.read_rows(rows.image_from, rows.IMAGES)

    def categories(self) -> tuple[Category, ...]:
        """Return all categories, merged ones too."""
        return self.read_rows(rows.category_from, "SELECT * FROM category ORDER BY id")

    def regions(self, image_id: int) -> tuple[Region, ...]:
        """Return the regions of an image in their order."""
        query = "SELECT * FROM region WHERE image_id = ? ORDER BY position, id"
        return self.read_rows(rows.region_from, query, image_id)

    def exchanges(self, image_id: int) -> tuple[Exchange, ...]:
        """Return the exchanges about an image, oldest first."""
        query = "SELECT * FROM exchange WHERE image_id = ? ORDER BY id"
        return self.read_rows(rows.exchange_from, query, image_id)

    def relations(self, image_id: int) -> tuple[Relation, ...]:
        """Return the relations on an image."""
        query = "SELECT * FROM relation WHERE image_id = ? ORDER BY id"
        return self.read_rows(rows.relation_from, query, image_id)

    def image_states(self) -> tuple[ImageState, ...]:
        """Return what was said of images; of most nothing was."""
        if self.version < schema.REVIEW_VERSION:
            return ()
        return self.read_rows(rows.image_state_from, "SELECT * FROM image_state")

    def region_count(self, image_id: int) -> int:
        """Return how many regions an image has."""
        query = "SELECT COUNT(*) FROM region WHERE image_id = ?"
        return int(self.select(query, image_id)[0][0])

    def region_counts(self) -> dict[int, int]:
        """Return how many regions each image has; images without are left out."""
        query = (
            "SELECT json_group_array(one), json_group_array(many) FROM "
            "(SELECT image_id AS one, COUNT(*) AS many FROM region GROUP BY image_id)"
        )
        return dict(zip(*self.numbers(query), strict=True))

    def category_counts(self) -> dict[int, int]:
        """Return how many regions refer to each category; those without are left out."""
        query = "SELECT category_id, COUNT(*) FROM region GROUP BY category_id"
        return {row[0]: row[1] for row in self.select(query)}

    def count_regions(self, category_ids: Iterable[int]) -> tuple[int, int]:
        """Return how many regions refer to one of the categories, and on how many images."""
        query = (
            "SELECT COUNT(*), COUNT(DISTINCT image_id) FROM region "
            "WHERE category_id IN (SELECT value FROM json_each(?))"
        )
        regions, images = self.select(query, json.dumps(list(category_ids)))[0]
        return regions, images

    def category_in_use(self, category_id: int) -> bool:
        """Whether a region or a merged category refers to the category."""
        query = (
            "SELECT 1 FROM region WHERE category_id = ?1 "
            "UNION ALL SELECT 1 FROM category WHERE merged_into = ?1 LIMIT 1"
        )
        return bool(self.select(query, category_id))

    def meta(self, key: str, default: str = "") -> str:
        """Return a setting of the project."""
        found = self.select("SELECT value FROM meta WHERE key = ?", key)
        return str(found[0][0]) if found else default

    def number(self, key: str, default: int = 0) -> int:
        """Return a setting of the project that is a whole number."""
        try:
            return int(self.meta(key, str(default)))
        except ValueError:
            return default

    # --- writing, inside a transaction ---

    def set_meta(self, key: str, value: str) -> None:
        """Keep a setting of the project."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def next_id(self, table: str) -> int:
        """Return an id that no row of `table` ever had, and reserve it.

        The mark is kept for itself, because undoing an insert must not free its id.  Where it is
        damaged the rows that there are tell it, so that no new one takes the place of another.
        """
        highest = self.select(f"SELECT MAX(id) FROM {table}")[0][0] or 0  # noqa: S608
        mark = max(self.number(f"last_id.{table}"), highest) + 1
        self.set_meta(f"last_id.{table}", str(mark))
        return mark

    def last_id(self, table: str) -> int:
        """Return the highest id that a row of `table` ever had, or 0."""
        if table == "image":
            found = self.select("SELECT seq FROM sqlite_sequence WHERE name = 'image'")
            return int(found[0][0]) if found else 0
        return int(self.meta(f"last_id.{table}", "0"))

    def reserve_ids(self, table: str, last: int) -> None:
        """Make sure that new rows of `table` get ids above `last`."""
        if last > self.last_id(table):
            self.set_meta(f"last_id.{table}", str(last))

    def put_image(self, image: ImageRecord) -> None:
        """Add an image under an id that no image ever had."""
        self._connection.execute(
            "INSERT INTO image (id, path, width, height, file_size, digest) VALUES (?,?,?,?,?,?)",
            (image.id, image.path, image.width, image.height, image.file_size, image.digest),
        )

    def put_extra(
        self, kind: str, row_id: int, *, form: str, source_id: int | None, keys: bytes
    ) -> None:
        """Keep what a file said of a row beyond what the studio knows; what was kept first stays.

        Args:
            kind: the row's table, or "file" for the file as a whole.
            row_id: the row's id.
            form: name of the file's format.
            source_id: the row's id in the file, or None.
            keys: a JSON object, or b"".
        """
        self._connection.execute(
            "INSERT OR IGNORE INTO extra VALUES (?, ?, ?, ?, ?)",
            (kind, row_id, form, source_id, keys.decode()),
        )

    def add_image(self, path: str, facts: ImageFacts) -> ImageRecord:
        """Add an image that the project does not have yet."""
        cursor = self._connection.execute(
            "INSERT INTO image (path, width, height, file_size, digest) VALUES (?, ?, ?, ?, ?)",
            (path, facts.width, facts.height, facts.file_size, facts.digest),
        )
        assert cursor.lastrowid is not None
        return ImageRecord(
            cursor.lastrowid, path, facts.width, facts.height, facts.file_size, facts.digest
        )

    def put(self, row: Row) -> None:
        """Insert a row or write it over the one with its id."""
        columns = rows.to_columns(row)
        self._connection.execute(rows.put_statement(rows.table_of(row), columns), columns)

    def put_all(self, listed: Iterable[Row]) -> None:
        """Do as `put` for many rows, those of one table after the other."""
        for kind, group in groupby(listed, key=type):
            found = [rows.to_columns(row) for row in group]
            self._connection.executemany(
                rows.put_statement(rows.table_of_kind(kind), found[0]), found
            )

    def delete(self, row: Row) -> None:
        """Delete the row with this row's id."""
        statement = f"DELETE FROM {rows.table_of(row)} WHERE id = ?"  # noqa: S608
        self._connection.execute(statement, (row.id,))

    # --- history: one stack an image, and one (image None) for the whole project ---

    def push_history(self, image_id: int | None, name: str, edits: bytes) -> None:
        """Put a command on its stack; what could be redone there is gone."""
        self._connection.execute(
            "DELETE FROM history WHERE undone = 1 AND (image_id IS ? OR image_id IS NULL)",
            (image_id,),
        )
        self._connection.execute(
            "INSERT INTO history (image_id, name, edits, at) VALUES (?, ?, ?, ?)",
            (image_id, name, edits, utc_now()),
        )

    def top_of_history(self, image_id: int | None, *, undone: bool) -> sqlite3.Row | None:
        """Return the command to undo (or, with `undone`, to redo) next, or None."""
        order = "ASC" if undone else "DESC"
        found = self.select(
            "SELECT id, image_id, name, edits FROM history WHERE undone = ? "  # noqa: S608
            f"AND (image_id IS ? OR image_id IS NULL) ORDER BY id {order} LIMIT 1",
            int(undone),
            image_id,
        )
        return found[0] if found else None

    def name_on_top(self, image_id: int | None, *, undone: bool) -> str:
        """Return the name of the command to undo (or redo) next, or "" if there is none."""
        entry = self.top_of_history(image_id, undone=undone)
        return "" if entry is None else str(entry["name"])

    def mark_history(self, history_id: int, *, undone: bool) -> None:
        """Note that a command was undone or redone."""
        self._connection.execute(
            "UPDATE history SET undone = ? WHERE id = ?", (int(undone), history_id)
        )

    def read_rows(
        self, read: Callable[[sqlite3.Row], ValueT], query: str, *values: object
    ) -> tuple[ValueT, ...]:
        """Return what a query of this package finds, each row read by `read`.

        Raises:
            StoreError: the file cannot be read, or a row is damaged.
        """
        return self.each(read, self.select(query, *values))

    def each(
        self, read: Callable[[sqlite3.Row], ValueT], found: Iterable[sqlite3.Row]
    ) -> tuple[ValueT, ...]:
        """Return the rows as `read` reads them.

        Raises:
            StoreError: a row is damaged.
        """
        try:
            return tuple(read(row) for row in found)
        except rows.DAMAGE as error:
            raise self._unreadable(tr("a row is damaged ({error})", error=error)) from error

    def numbers(self, query: str, *values: object) -> list[list[int]]:
        """Return the columns of a query that gathers each as a JSON array of whole numbers.

        A row of 100,000 numbers takes a fraction of the time of 100,000 rows, for each of which
        Python's lock is given away and taken again.
        """
        (row,) = self.select(query, *values)
        try:
            return [msgspec.json.decode(column, type=list[int]) for column in row]
        except rows.DAMAGE as error:
            raise self._unreadable(tr("a row is damaged ({error})", error=error)) from error

    def select(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Return what a query of this package finds.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            return self._connection.execute(query, values).fetchall()
        except rows.SQLITE_ERRORS as error:
            raise self._unreadable(str(error)) from error

    def _unreadable(self, reason: str) -> StoreError:
        return StoreError(
            tr(
                "“{name}” cannot be read: {reason}.", name=self.path.name, reason=reason.rstrip(".")
            ),
            kept=tr("The file was not changed."),
            advice=tr("Check the drive; if the file is damaged, open a copy of it."),
        )
