"""Edits: what a command changed, row by row, so that it can be undone, redone and stored."""

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import msgspec

from gar_studio.annotation.exchange import Relation
from gar_studio.annotation.region import ImageRecord
from gar_studio.errors import CommandError, StoreError
from gar_studio.language import tr
from gar_studio.store.rows import DAMAGE, TABLES, Row, table_of

T = TypeVar("T")
RowT = TypeVar("RowT", bound=Row)


@dataclass(frozen=True, slots=True)
class Edit:
    """One row before and after; None where it does not exist."""

    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """Return whichever side exists, the later one first."""
        found = self.after or self.before
        assert found is not None, "an edit changes something"
        return found

    @property
    def table(self) -> str:
        """Name of the row's table."""
        return table_of(self.row)

    def reversed(self) -> "Edit":
        """Return the edit that takes this one back."""
        return Edit(before=self.after, after=self.before)


def merge(current: RowT, *, before: Row, after: Row) -> RowT:
    """Bring only the fields that an edit changed from `before` to `after` into `current`.

    So undoing an edit never takes back what happened to the row's other fields since.
    """
    changed = {
        field.name: getattr(after, field.name)
        for field in fields(after)
        if getattr(before, field.name) != getattr(after, field.name)
    }
    return replace(current, **changed)


def find(rows: tuple[RowT, ...], row_id: int) -> RowT | None:
    """Return the row with an id, or None."""
    return next((row for row in rows if row.id == row_id), None)


def get(rows: dict[int, T], row_id: int, kind: str) -> T:
    """Return the row with an id.  Raises `CommandError` if there is none."""
    if row_id not in rows:
        raise CommandError(tr("There is no {kind} {id} any more.", kind=tr(kind), id=row_id))
    return rows[row_id]


def with_edit(rows: tuple[RowT, ...], edit: Edit) -> tuple[RowT, ...]:
    """Return the rows after an edit of one of them, by ascending id.

    Idempotent, because rows that are read from the file after the edit was written have it.
    """
    kept = [row for row in rows if row.id != edit.row.id]
    if edit.after is not None:
        kept.append(edit.after)  # type: ignore[arg-type]  # the caller matched the row's type
    return tuple(sorted(kept, key=lambda row: row.id))


class _StoredEdit(msgspec.Struct, frozen=True):
    table: str
    before: msgspec.Raw
    after: msgspec.Raw


def encode(edits: tuple[Edit, ...]) -> bytes:
    """Serialise edits for the history table (MessagePack)."""
    stored = [
        _StoredEdit(
            edit.table,
            msgspec.Raw(msgspec.msgpack.encode(edit.before)),
            msgspec.Raw(msgspec.msgpack.encode(edit.after)),
        )
        for edit in edits
    ]
    return msgspec.msgpack.encode(stored)


def decode(data: bytes) -> tuple[Edit, ...]:
    """Read what `encode` wrote.

    Raises:
        msgspec.DecodeError, MaskError: the data is damaged.
    """
    found = tuple(
        Edit(_row(stored.table, stored.before), _row(stored.table, stored.after))
        for stored in msgspec.msgpack.decode(data, type=list[_StoredEdit])
    )
    for edit in found:
        sides = (edit.before, edit.after)
        if any(isinstance(row, Relation) and not row.object_ids for row in sides):
            raise msgspec.ValidationError("a relation has no object")
        if sides == (None, None) or (None in sides and isinstance(edit.row, ImageRecord)):
            raise msgspec.ValidationError("an edit changes nothing, or takes an image away")
    return found


def decode_step(data: bytes, name: str) -> tuple[Edit, ...]:
    """Read the edits of a step of the history, which people know as `name`.

    Raises:
        StoreError: the data is damaged.
    """
    try:
        return decode(data)
    except DAMAGE as error:
        raise StoreError(
            tr("The step “{name}” cannot be undone or redone: its record is damaged.", name=name),
            kept=tr("The labels themselves are not affected."),
        ) from error


def _row(table: str, raw: msgspec.Raw) -> Row | None:
    kind = TABLES.get(table)
    if kind is None:
        raise msgspec.ValidationError(f"unknown table {table!r}")
    row: Row | None = msgspec.msgpack.decode(raw, type=kind | None)
    return row
