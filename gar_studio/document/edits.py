"""Edits: what a command changed, row by row, so that it can be undone, redone and stored."""

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import msgspec

from gar_studio.store.rows import TABLES, Row, table_of

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
    return tuple(
        Edit(_row(stored.table, stored.before), _row(stored.table, stored.after))
        for stored in msgspec.msgpack.decode(data, type=list[_StoredEdit])
    )


def _row(table: str, raw: msgspec.Raw) -> Row | None:
    kind = TABLES.get(table)
    if kind is None:
        raise msgspec.ValidationError(f"unknown table {table!r}")
    row: Row | None = msgspec.msgpack.decode(raw, type=kind | None)
    return row
