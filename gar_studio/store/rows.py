"""Turns the core's values into rows of the project file and back."""

import sqlite3
from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec

from gar_studio.annotation.exchange import AskedRegion, Exchange, Relation
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Category, ImageRecord, Provenance, Region
from gar_studio.annotation.review import ImageState, Review
from gar_studio.errors import MaskError

DAMAGE = (msgspec.MsgspecError, MaskError, LookupError, TypeError, ValueError)
"""What reading a row raises when it does not hold what it should."""

SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError, OverflowError)
"""What SQLite raises on files and values that it cannot take; its own words may be no text."""

Row: TypeAlias = Region | Category | Exchange | Relation | ImageState | ImageRecord
"""What commands change."""

TABLES: dict[str, type[Row]] = {
    "region": Region,
    "category": Category,
    "exchange": Exchange,
    "relation": Relation,
    "image_state": ImageState,
    "image": ImageRecord,
}


def table_of_kind(kind: type[Row]) -> str:
    """Return the name of the table that holds rows of a type."""
    return next(name for name, held in TABLES.items() if held is kind)


def table_of(row: Row) -> str:
    """Return the name of the table that holds rows of this type."""
    return next(name for name, kind in TABLES.items() if isinstance(row, kind))


def to_columns(row: Row) -> dict[str, Any]:
    """Return the row's columns by name."""
    match row:
        case Region():
            return {
                "id": row.id,
                "image_id": row.image_id,
                "position": row.position,
                "mask_height": row.mask.height,
                "mask_width": row.mask.width,
                "mask_counts": row.mask.counts,
                "colour": row.colour,
                "category_id": row.category_id,
                "provenance": _json(row.provenance),
                "caption": None if row.caption is None else _json(row.caption),
                "review": None if row.review is None else _json(row.review),
                "hidden": int(row.hidden),
                "locked": int(row.locked),
            }
        case Category():
            return {
                "id": row.id,
                "name": row.name,
                "colour": row.colour,
                "key": row.key,
                "merged_into": row.merged_into,
            }
        case Exchange():
            return {
                "id": row.id,
                "image_id": row.image_id,
                "task": row.task,
                "regions": _json(row.regions),
                "question": row.question,
                "answer": row.answer,
                "reason": row.reason,
                "provenance": _json(row.provenance),
                "accepted": int(row.accepted),
                "notice": row.notice,
            }
        case Relation():
            return {
                "id": row.id,
                "image_id": row.image_id,
                "subject_id": row.subject_id,
                "predicate": row.predicate,
                "object_ids": _json(row.object_ids),
                "answer": row.answer,
                "parsed": int(row.parsed),
                "provenance": _json(row.provenance),
                "exchange_id": row.exchange_id,
            }
        case ImageState():
            return {
                "id": row.id,
                "done": int(row.done),
                "flagged": int(row.flagged),
                "note": row.note,
                "by": row.by,
                "at": row.at,
            }
        case ImageRecord():
            return {
                "id": row.id,
                "path": row.path,
                "width": row.width,
                "height": row.height,
                "file_size": row.file_size,
                "digest": row.digest,
            }


def put_statement(table: str, columns: Iterable[str]) -> str:
    """Return the statement that writes a row, or changes it if it is there."""
    listed = list(columns)
    names = ", ".join(listed)
    marks = ", ".join(f":{name}" for name in listed)
    changed = ", ".join(f"{name} = excluded.{name}" for name in listed if name != "id")
    # Not “OR REPLACE”: that would delete the row without telling the triggers.
    return (
        f"INSERT INTO {table} ({names}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {changed}"
    )


def region_from(row: sqlite3.Row, mask: Mask | None = None) -> Region:
    """Read a region; a file of version 1 that cannot be brought up to date has no reviews.

    Args:
        row: its row.
        mask: its mask, where that was read already.
    """
    caption = row["caption"]
    reviewed = "review" in row.keys()  # noqa: SIM118 - a row is not a mapping
    review = row["review"] if reviewed else None
    return Region(
        id=_int(row, "id"),
        image_id=_int(row, "image_id"),
        position=_int(row, "position"),
        mask=mask or Mask(_int(row, "mask_height"), _int(row, "mask_width"), row["mask_counts"]),
        colour=_text(row, "colour"),
        category_id=_int(row, "category_id"),
        provenance=msgspec.json.decode(row["provenance"], type=Provenance),
        caption=None if caption is None else msgspec.json.decode(caption, type=Caption),
        review=None if review is None else msgspec.json.decode(review, type=Review),
        hidden=reviewed and bool(row["hidden"]),
        locked=reviewed and bool(row["locked"]),
    )


def category_from(row: sqlite3.Row) -> Category:
    """Read a category."""
    merged_into = None if row["merged_into"] is None else _int(row, "merged_into")
    return Category(
        _int(row, "id"), _text(row, "name"), _text(row, "colour"), _text(row, "key"), merged_into
    )


def exchange_from(row: sqlite3.Row) -> Exchange:
    """Read an exchange."""
    return Exchange(
        id=_int(row, "id"),
        image_id=_int(row, "image_id"),
        task=_text(row, "task"),
        regions=msgspec.json.decode(row["regions"], type=tuple[AskedRegion, ...]),
        question=_text(row, "question"),
        answer=_text(row, "answer"),
        reason=_text(row, "reason"),
        provenance=msgspec.json.decode(row["provenance"], type=Provenance),
        accepted=bool(row["accepted"]),
        notice=_text(row, "notice"),
    )


def relation_from(row: sqlite3.Row) -> Relation:
    """Read a relation."""
    objects = msgspec.json.decode(row["object_ids"], type=tuple[int, ...])
    if not objects:
        raise ValueError("a relation has no object")
    return Relation(
        id=_int(row, "id"),
        image_id=_int(row, "image_id"),
        subject_id=_int(row, "subject_id"),
        predicate=_text(row, "predicate"),
        object_ids=objects,
        answer=_text(row, "answer"),
        parsed=bool(row["parsed"]),
        provenance=msgspec.json.decode(row["provenance"], type=Provenance),
        exchange_id=_int(row, "exchange_id"),
    )


def image_state_from(row: sqlite3.Row) -> ImageState:
    """Read what was said of an image."""
    return ImageState(
        _int(row, "id"),
        bool(row["done"]),
        bool(row["flagged"]),
        _text(row, "note"),
        _text(row, "by"),
        _text(row, "at"),
    )


IMAGES = "SELECT id, path, width, height, file_size, digest FROM image ORDER BY id"
"""Finds all images as `image_from` takes them."""


_IMAGE = (int, str, int, int, int, str)


def image_from(row: sqlite3.Row) -> ImageRecord:
    """Read an image's record; by place, for there may be 100,000 of them."""
    if tuple(map(type, row)) != _IMAGE:
        raise TypeError("an image's row holds something else than it should")
    return ImageRecord(*row)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


# SQLite keeps a text in a column of whole numbers without a word.


def _int(row: sqlite3.Row, name: str) -> int:
    value = row[name]
    if type(value) is not int:
        raise TypeError(f"{name} is no whole number")
    return value


def _text(row: sqlite3.Row, name: str) -> str:
    value = row[name]
    if type(value) is not str:
        raise TypeError(f"{name} is no text")
    return value
