"""What files of other programs said of rows beyond what the studio knows."""

from dataclasses import dataclass

from gar_studio.store import schema
from gar_studio.store.project import ProjectStore

FILE = "file"
"""Kind of what was said of a file as a whole; its row id is 0."""

KINDS = ("image", "region", "relation", "exchange")
"""Tables whose rows belong to an image."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What a file said of a row.

    Attributes:
        source_id: the row's id in the file, or None; None too where writing it again would give
            two rows one id.
        keys: a JSON object of the keys that only the file's format knows, or b"".
    """

    source_id: int | None = None
    keys: bytes = b""


def are_there(store: ProjectStore) -> bool:
    """Whether anything is kept at all."""
    if store.version < schema.EXTRA_VERSION:
        return False
    return bool(store.select("SELECT 1 FROM extra LIMIT 1"))


def of_images(
    store: ProjectStore, *, first: int, last: int
) -> dict[int, dict[tuple[str, int, str], Extra]]:
    """Return what is kept about images and their rows, by image: kind, row id and format.

    Args:
        store: the project, in which `are_there`.
        first: lowest id of the images.
        last: highest id of the images.
    """
    found: dict[int, dict[tuple[str, int, str], Extra]] = {}
    for kind in KINDS:
        image = "t.id" if kind == "image" else "t.image_id"
        query = (
            f"SELECT {image} AS image_id, e.row_id, e.format, {_FREE.format(table=kind)} AS source,"  # noqa: S608
            f" e.keys FROM {kind} t JOIN extra e ON e.kind = '{kind}' AND e.row_id = t.id"
            f" WHERE {image} BETWEEN ? AND ?"
        )
        for row in store.select(query, first, last):
            about = found.setdefault(row["image_id"], {})
            about[kind, row["row_id"], row["format"]] = Extra(row["source"], row["keys"].encode())
    return found


def of_kind(store: ProjectStore, kind: str, form: str) -> dict[int, Extra]:
    """Return what a format's files said of all rows of a kind, with their ids as they were."""
    if store.version < schema.EXTRA_VERSION:
        return {}
    query = "SELECT row_id, source_id, keys FROM extra WHERE kind = ? AND format = ?"
    rows = store.select(query, kind, form)
    return {row["row_id"]: Extra(row["source_id"], row["keys"].encode()) for row in rows}


# A source id is free if no row has it as its own, and no earlier row has the same one.
_FREE = (
    "CASE WHEN EXISTS (SELECT 1 FROM {table} x WHERE x.id = e.source_id) OR EXISTS ("
    "SELECT 1 FROM extra o JOIN {table} y ON y.id = o.row_id WHERE o.kind = e.kind "
    "AND o.source_id = e.source_id AND o.row_id < e.row_id) THEN NULL ELSE e.source_id END"
)
