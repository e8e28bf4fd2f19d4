"""What can be wrong inside a project file, found by reading it from end to end.

Every look is a generator over rows as they come, so that memory does not grow with the project.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gar_studio.annotation.mask import check_size
from gar_studio.annotation.region import DEFAULT_CATEGORY_ID, Category
from gar_studio.errors import MaskError
from gar_studio.language import mark, tr
from gar_studio.store import rows, schema


class Kind(StrEnum):
    """What a finding is about."""

    FILE = mark("damaged file")
    ROW = mark("damaged row")
    ORPHAN = mark("orphan")
    MASK = mark("mask")
    CATEGORY = mark("category")
    IDS = mark("ids")
    HISTORY = mark("undo history")
    SEARCH = mark("search of captions")
    MISSING = mark("missing photo")
    CHANGED = mark("changed photo")
    UNREADABLE = mark("unreadable photo")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        kind: what it is about.
        where: the row or file, in words.
        meaning: what it means for whoever works on the project, as a sentence.
        advice: what to do, as a sentence.
    """

    kind: Kind
    where: str
    meaning: str
    advice: str


BACKUP: Final = mark("Open a backup from before; “gar-studio backup” makes them.")

_OF_AN_IMAGE: Final = ("region", "exchange", "relation")
_EVERY = 1000  # rows between two words about how far it is


def file_itself(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Ask SQLite whether pages, indices and rows of the file belong together."""
    for row in connection.execute("PRAGMA integrity_check(100)"):
        if row[0] != "ok":
            yield Finding(Kind.FILE, str(row[0]), tr("Part of the file cannot be trusted."), BACKUP)


def orphans(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Find rows of images that are not there."""
    tables = [*_OF_AN_IMAGE, "history"]
    columns = dict.fromkeys(tables, "image_id")
    if schema.version(connection) >= schema.REVIEW_VERSION:
        columns["image_state"] = "id"
    for table, column in columns.items():
        query = (
            f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL "  # noqa: S608
            f"AND {column} NOT IN (SELECT id FROM image)"
        )
        for row_id, image_id in connection.execute(query):
            yield Finding(
                Kind.ORPHAN,
                f"{table.replace('_', ' ')} {row_id}",
                tr(
                    "It belongs to image {image_id}, which is not in the project, "
                    "and is never shown.",
                    image_id=image_id,
                ),
                BACKUP,
            )


def categories(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Find categories that are missing, doubled, or merged into nothing or in a circle."""
    found: dict[int, Category] = {}
    for row in connection.execute("SELECT * FROM category ORDER BY id"):
        try:
            category = rows.category_from(row)
        except rows.DAMAGE as error:
            yield _damaged(f"category {row['id']}", error)
        else:
            found[category.id] = category
    if DEFAULT_CATEGORY_ID not in found:
        yield Finding(
            Kind.CATEGORY,
            tr("category {category_id}", category_id=DEFAULT_CATEGORY_ID),
            tr("The category that every project begins with is missing; it is shown all the same."),
            BACKUP,
        )
    names: dict[str, int] = {}
    for category in found.values():
        where = tr("category {id} “{name}”", id=category.id, name=category.name)
        if category.merged_into is None:
            other = names.setdefault(category.name, category.id)
            if other != category.id:
                meaning = tr(
                    "Category {other} has the same name; exports would mix them up.", other=other
                )
                yield Finding(Kind.CATEGORY, where, meaning, tr("Rename or merge one of them."))
        elif not _ends(category, found):
            meaning = tr(
                "It was merged into a category that is missing, or into itself by a detour."
            )
            yield Finding(Kind.CATEGORY, where, meaning, BACKUP)
    query = (
        "SELECT category_id, COUNT(*), MIN(id) FROM region "
        "WHERE category_id NOT IN (SELECT id FROM category) GROUP BY category_id"
    )
    for category_id, count, region_id in connection.execute(query):
        meaning = tr(
            "It is missing, and {count} regions have it; they count as the first category.",
            count=count,
        )
        advice = tr("Give region {region_id} and the others another category.", region_id=region_id)
        yield Finding(
            Kind.CATEGORY, tr("category {category_id}", category_id=category_id), meaning, advice
        )


def _ends(category: Category, all_of_them: dict[int, Category]) -> bool:
    passed = set[int]()
    while category.merged_into is not None:
        passed.add(category.id)
        if category.merged_into in passed or category.merged_into not in all_of_them:
            return False
        category = all_of_them[category.merged_into]
    return True


def regions(connection: sqlite3.Connection, tell: Callable[[int], None]) -> Iterator[Finding]:
    """Read every region: its texts, its mask, and whether that has its image's size.

    Args:
        connection: to the project.
        tell: told how many were read.
    """
    query = (
        "SELECT region.*, image.path, image.width AS columns, image.height AS lines FROM region "
        "LEFT JOIN image ON image.id = region.image_id"
    )
    for number, row in enumerate(connection.execute(query)):
        if number % _EVERY == 0:
            tell(number)
        where = tr("region {id} on {path}", id=row["id"], path=row["path"])
        try:
            mask = rows.region_from(row).mask
        except MaskError as error:
            yield Finding(
                Kind.MASK,
                where,
                tr("Its image cannot be labelled: {what}", what=error.what),
                BACKUP,
            )
        except rows.DAMAGE as error:
            yield _damaged(where, error)
        else:
            size = (row["lines"], row["columns"])
            if row["path"] is not None and mask.size != size:
                meaning = tr(
                    "Its mask is {width}×{height} pixels, the image {size}×{size_2}.",
                    width=mask.width,
                    height=mask.height,
                    size=size[1],
                    size_2=size[0],
                )
                yield Finding(
                    Kind.MASK, where, meaning, tr("Delete the region, and draw it again.")
                )


def images(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Read what is kept about every image, and what was said of it."""
    for row in connection.execute(rows.IMAGES):
        try:
            image = rows.image_from(row)
            check_size(height=image.height, width=image.width)
        except rows.DAMAGE as error:
            yield _damaged(f"image {row['id']}", error)
    if schema.version(connection) >= schema.REVIEW_VERSION:
        for row in connection.execute("SELECT * FROM image_state"):
            try:
                rows.image_state_from(row)
            except rows.DAMAGE as error:
                yield _damaged(f"state of image {row['id']}", error)


def exchanges(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Read every answer, and find those about regions that there never were."""
    last = _mark(connection, "region")
    for row in connection.execute("SELECT * FROM exchange"):
        where = tr("answer {id} on image {image_id}", id=row["id"], image_id=row["image_id"])
        try:
            named = rows.exchange_from(row).region_ids
        except rows.DAMAGE as error:
            yield _damaged(where, error)
        else:
            yield from (_unknown(where, one) for one in named if not 1 <= one <= last)


def relations(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Read every relation, and find those of regions that are not there or on another image."""
    for row in connection.execute("SELECT * FROM relation"):
        where = tr("relation {id} on image {image_id}", id=row["id"], image_id=row["image_id"])
        try:
            relation = rows.relation_from(row)
            named = (relation.subject_id, *relation.object_ids)
            image_ids = {one: _image_of(connection, one) for one in named}
        except (*rows.DAMAGE, OverflowError) as error:
            yield _damaged(where, error)
            continue
        for one, image_id in image_ids.items():
            if image_id is None:
                yield _unknown(where, one)
            elif image_id != relation.image_id:
                meaning = tr(
                    "It names region {one}, which is on image {image_id}.",
                    one=one,
                    image_id=image_id,
                )
                yield Finding(Kind.ORPHAN, where, meaning, tr("Delete the relation."))


def _unknown(where: str, region_id: int) -> Finding:
    meaning = tr("It names region {region_id}, which is not in the project.", region_id=region_id)
    return Finding(Kind.ORPHAN, where, meaning, tr("Delete it, or open a backup from before."))


def _image_of(connection: sqlite3.Connection, region_id: int) -> int | None:
    found = connection.execute("SELECT image_id FROM region WHERE id = ?", (region_id,)).fetchone()
    return None if found is None else int(found[0])


def ids(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Find out whether the next id of a table would be one that a row has already."""
    for table in (*_OF_AN_IMAGE, "category"):
        highest = connection.execute(f"SELECT MAX(id) FROM {table}").fetchone()[0] or 0  # noqa: S608
        if highest > _mark(connection, table):
            meaning = tr(
                "The next new {table} would take the place of one that is there.", table=table
            )
            yield Finding(Kind.IDS, f"{table} {highest}", meaning, BACKUP)


def _mark(connection: sqlite3.Connection, table: str) -> int:
    query = "SELECT value FROM meta WHERE key = ?"
    found = connection.execute(query, (f"last_id.{table}",)).fetchone()
    try:
        return int(found[0]) if found else 0
    except (TypeError, ValueError):
        return 0


def caption_index(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Compare the index of captions with the captions, and its words with its own counts."""
    if schema.version(connection) < schema.REVIEW_VERSION:
        return
    advice = tr("Edit and undo the captions concerned, which brings them into the index again.")
    captions = (
        "SELECT id, (image_id << 31) + id AS place, CASE WHEN json_valid(caption) "
        "THEN json_extract(caption, '$.text') END AS words FROM region WHERE caption IS NOT NULL"
    )
    behind = (
        f"SELECT captions.id FROM ({captions}) AS captions LEFT JOIN caption_words_content AS kept "  # noqa: S608
        "ON kept.id = captions.place WHERE kept.c0 IS NOT captions.words"
    )
    for row in connection.execute(behind):
        meaning = tr("Its caption is not found as it is written now.")
        yield Finding(Kind.SEARCH, tr("region {id}", id=row[0]), meaning, advice)
    ahead = (
        "SELECT kept.id FROM caption_words_content AS kept LEFT JOIN region "
        "ON region.id = kept.id & 0x7fffffff AND region.image_id = kept.id >> 31 "
        "WHERE region.caption IS NULL"
    )
    for row in connection.execute(ahead):
        meaning = tr("It is found by words that are not in the project any more.")
        yield Finding(
            Kind.SEARCH, tr("caption of region {row}", row=row[0] & 2147483647), meaning, BACKUP
        )
    connection.execute(
        "CREATE VIRTUAL TABLE temp.indexed USING fts5vocab (main, caption_words, row)"
    )
    found = connection.execute("SELECT TOTAL(cnt) FROM temp.indexed").fetchone()[0]
    sizes = connection.execute("SELECT sz FROM caption_words_docsize")
    if int(found) != sum(_varint(row[0]) for row in sizes):
        meaning = tr("Words are missing from it, so that some captions are not found.")
        yield Finding(Kind.SEARCH, tr("the index"), meaning, BACKUP)


def _varint(data: bytes) -> int:
    """Read SQLite's number of variable length (SQLite, "Database File Format", section 1.6)."""
    value = 0
    for byte in data[:9]:
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            break
    return value


def _damaged(where: str, error: BaseException) -> Finding:
    meaning = tr(
        "Its image cannot be opened, because it is damaged ({error}).", error=str(error).rstrip(".")
    )
    return Finding(Kind.ROW, where, meaning, BACKUP)
