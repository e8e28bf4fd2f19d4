"""Turns the core's values into rows of the project file and back."""

import sqlite3
from typing import Any, TypeAlias

import msgspec

from gar_studio.annotation.exchange import AskedRegion, Exchange, Relation
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Category, ImageRecord, Provenance, Region
from gar_studio.annotation.review import ImageState, Review

Row: TypeAlias = Region | Category | Exchange | Relation | ImageState
"""What commands change."""

TABLES: dict[str, type[Row]] = {
    "region": Region,
    "category": Category,
    "exchange": Exchange,
    "relation": Relation,
    "image_state": ImageState,
}


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


def region_from(row: sqlite3.Row) -> Region:
    """Read a region; a file of version 1 that cannot be brought up to date has no reviews."""
    caption = row["caption"]
    reviewed = "review" in row.keys()  # noqa: SIM118 - a row is not a mapping
    review = row["review"] if reviewed else None
    return Region(
        id=row["id"],
        image_id=row["image_id"],
        position=row["position"],
        mask=Mask(row["mask_height"], row["mask_width"], row["mask_counts"]),
        colour=row["colour"],
        category_id=row["category_id"],
        provenance=msgspec.json.decode(row["provenance"], type=Provenance),
        caption=None if caption is None else msgspec.json.decode(caption, type=Caption),
        review=None if review is None else msgspec.json.decode(review, type=Review),
        hidden=reviewed and bool(row["hidden"]),
        locked=reviewed and bool(row["locked"]),
    )


def category_from(row: sqlite3.Row) -> Category:
    """Read a category."""
    return Category(row["id"], row["name"], row["colour"], row["key"], row["merged_into"])


def exchange_from(row: sqlite3.Row) -> Exchange:
    """Read an exchange."""
    return Exchange(
        id=row["id"],
        image_id=row["image_id"],
        task=row["task"],
        regions=msgspec.json.decode(row["regions"], type=tuple[AskedRegion, ...]),
        question=row["question"],
        answer=row["answer"],
        reason=row["reason"],
        provenance=msgspec.json.decode(row["provenance"], type=Provenance),
        accepted=bool(row["accepted"]),
        notice=row["notice"],
    )


def relation_from(row: sqlite3.Row) -> Relation:
    """Read a relation."""
    return Relation(
        id=row["id"],
        image_id=row["image_id"],
        subject_id=row["subject_id"],
        predicate=row["predicate"],
        object_ids=msgspec.json.decode(row["object_ids"], type=tuple[int, ...]),
        answer=row["answer"],
        parsed=bool(row["parsed"]),
        provenance=msgspec.json.decode(row["provenance"], type=Provenance),
        exchange_id=row["exchange_id"],
    )


def image_state_from(row: sqlite3.Row) -> ImageState:
    """Read what was said of an image."""
    return ImageState(
        row["id"], bool(row["done"]), bool(row["flagged"]), row["note"], row["by"], row["at"]
    )


def image_from(row: sqlite3.Row) -> ImageRecord:
    """Read an image's record."""
    return ImageRecord(
        row["id"], row["path"], row["width"], row["height"], row["file_size"], row["digest"]
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
