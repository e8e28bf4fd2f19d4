"""Spoils project files byte by byte and value by value, and works with them all the same.

`python -m benchmarks.project_fuzz FOLDER SEED FIRST COUNT` does so in a process of its own, whose
memory is the figure, and prints a report as JSON.
"""

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.edit_storm import IMAGES, make_project, step
from gar_studio.annotation.region import Caption, Provenance
from gar_studio.checking import check_project
from gar_studio.document.commands import AcceptAnswer, CreateCategory, DeleteRegions, SetCaption
from gar_studio.document.document import Document
from gar_studio.document.finding import find_images, read_filter
from gar_studio.errors import GarStudioError
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.exporting import export_project
from gar_studio.statistics import measure
from gar_studio.workspace import open_project

_STEPS = 60  # of a storm, which make the project that is spoilt
_FILTERS = ("words", "category:class", "state:done", "review:accepted", "词")
_COLUMNS = {
    "meta": ("value",),
    "image": ("path", "width", "height", "file_size", "digest"),
    "image_state": ("done", "note", "at"),
    "category": ("name", "colour", "key", "merged_into"),
    "region": (
        *("image_id", "position", "mask_height", "mask_width", "mask_counts", "mask_counts"),
        *("colour", "category_id", "provenance", "caption", "review", "hidden"),
    ),
    "exchange": ("image_id", "task", "regions", "answer", "provenance", "accepted"),
    "relation": ("image_id", "subject_id", "predicate", "object_ids", "provenance", "exchange_id"),
    "history": ("image_id", "name", "edits", "edits", "edits", "undone"),
}
_VALUES: tuple[object, ...] = (
    *(None, 0, -1, 2**31, 2**62, -(2**63), 1.5, float("inf"), "", "x", "\0", "é" * 999),
    *(
        b"",
        b"\xff\xfe",
        "[]",
        "{}",
        "null",
        "[[[[",
        "[" * 5000,
        "9" * 400,
        f"[{2**70}]",
        '"\\ud800"',
    ),
    '{"text": 5, "provenance": null}',
)


@dataclass
class FuzzReport:
    """What came of a number of spoilt projects.

    Attributes:
        cases: how many there were.
        refused: of them, those that were refused altogether, in a sentence.
        failures: what was raised that is no sentence, with the number of the case.
        slowest: seconds of the slowest one.
        peak: bytes of memory that the process had at most.
    """

    cases: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    peak: int = 0


def fuzz(folder: Path, *, seed: int, first: int, count: int) -> FuzzReport:
    """Spoil a project so many times, each time anew, and work with it."""
    import resource  # noqa: PLC0415 - not there on Windows

    good, bad = folder / "good.garproj", folder / "bad.garproj"
    if not good.exists():
        make_project(good)
        with closing(open_project(good)) as document:
            for number in range(_STEPS):
                step(document, seed, number)
    whole = good.read_bytes()
    report = FuzzReport()
    for number in range(first, first + count):
        dice = random.Random(f"{seed}:{number}")
        for left in folder.glob("bad.garproj*"):
            left.unlink()
        if dice.random() < 0.6:
            bad.write_bytes(_spoil_bytes(whole, dice))
        else:
            bad.write_bytes(whole)
            _spoil_values(bad, dice)
        started = time.perf_counter()
        try:
            report.refused += not use(bad, folder / "out.json", dice)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            report.failures.append(f"{number}: {type(error).__name__}: {error}")
        report.slowest = max(report.slowest, time.perf_counter() - started)
        report.cases += 1
    unit = 1 if sys.platform == "darwin" else 1024
    report.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return report


def use(path: Path, out: Path, dice: random.Random) -> bool:
    """Do with a project what a window does; return whether it opened.

    Raises:
        Exception: something else than one of the studio's own errors.
    """
    _allowed(lambda: check_project(path, quick=True))
    try:
        document = open_project(path)
    except GarStudioError:
        return False
    with closing(document):
        _read(document, out)
        for _ in range(3):
            _edit(document, dice)
    _allowed(lambda: open_project(path, read_only=True).close())
    return True


def _read(document: Document, out: Path) -> None:
    for image in document.images():
        for read in (
            partial(_masks, document),
            partial(_words, document),
            document.relations,
            document.progress,
            document.undo_name,
            document.redo_name,
        ):
            _allowed(partial(read, image.id))
    for text in _FILTERS:
        _allowed(partial(find_images, document, read_filter(text)))
    for call in (
        document.category_counts,
        document.region_counts,
        lambda: document.sticky_category,
        lambda: measure(document),
        lambda: export_project(document.path, FORMATS["coco"], out),
    ):
        _allowed(call)


def _masks(document: Document, image_id: int) -> object:
    return [(region.mask.area, region.mask.box) for region in document.regions(image_id)]


def _words(document: Document, image_id: int) -> object:
    return [
        (document.is_stale(exchange), document.shown(image_id, exchange.answer))
        for exchange in document.exchanges(image_id)
    ]


def _edit(document: Document, dice: random.Random) -> None:
    image_id = dice.randint(1, IMAGES)
    number = dice.randint(10_000, 20_000)
    for change in (
        lambda: step(document, 0, number),
        lambda: _caption(document, image_id),
        lambda: _accept(document, image_id),
        lambda: document.do(CreateCategory(f"new {number}")),
        *[lambda: document.undo(image_id)] * 4,
        *[lambda: document.redo(image_id)] * 2,
        lambda: _delete(document, image_id),
        lambda: document.set_sticky_category(2),
    ):
        _allowed(change)


def _caption(document: Document, image_id: int) -> None:
    for region in document.regions(image_id)[:1]:
        document.do(SetCaption(image_id, region.id, Caption("new", Provenance("person"))))


def _accept(document: Document, image_id: int) -> None:
    for exchange in document.exchanges(image_id)[:1]:
        document.do(AcceptAnswer(image_id, exchange.id))


def _delete(document: Document, image_id: int) -> None:
    for region in document.regions(image_id)[:1]:
        document.do(DeleteRegions(image_id, (region.id,)))


def _allowed(call: Callable[[], object]) -> None:
    """Call; an error of the studio's own is an answer."""
    try:
        call()
    except GarStudioError:
        return


def _spoil_bytes(whole: bytes, dice: random.Random) -> bytes:
    spoilt = bytearray(whole)
    for _ in range(dice.choice((1, 1, 2, 5, 30))):
        match dice.randrange(6):
            case 0:  # the header, and the tables' definitions behind it
                spoilt[dice.randrange(min(4096, len(spoilt)))] = dice.randrange(256)
            case 1:  # the head of a page
                page = 4096 * dice.randrange(max(1, len(spoilt) // 4096))
                spoilt[min(page + dice.randrange(16), len(spoilt) - 1)] = dice.randrange(256)
            case 2:  # a piece from elsewhere
                start, end, size = (dice.randrange(len(spoilt)) for _ in range(3))
                piece = spoilt[start : start + size % 5000]
                spoilt[end : end + len(piece)] = piece[: len(spoilt) - end]
            case 3 if dice.random() < 0.2:  # cut off
                del spoilt[dice.randrange(1, len(spoilt)) :]
            case _:
                spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def _spoil_values(path: Path, dice: random.Random) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') "
            "AND name IN ('caption_changed', 'region_by_review')"
        ).fetchall()
        connection.execute("DROP TRIGGER caption_changed")  # both refuse what is no JSON
        connection.execute("DROP INDEX region_by_review")
        for _ in range(dice.choice((1, 1, 3))):
            table = dice.choice(list(_COLUMNS))
            column = dice.choice(_COLUMNS[table])
            key = "key" if table == "meta" else "rowid"
            keys = connection.execute(f"SELECT {key} FROM {table} ORDER BY 1").fetchall()
            if not keys:
                continue
            chosen = dice.choice(keys)[0]
            query = f"SELECT {column} FROM {table} WHERE {key} = ?"
            value = connection.execute(query, (chosen,)).fetchone()[0]
            try:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {key} = ?",
                    (_other(value, dice), chosen),
                )
            except sqlite3.IntegrityError:
                continue  # a value that no such file can have
        if dice.random() < 0.8:
            for _, statement in triggers:
                try:
                    connection.execute(statement)
                except sqlite3.Error:
                    continue  # an index that does not take what is there now


def _other(value: object, dice: random.Random) -> object:
    if isinstance(value, str | bytes) and value and dice.random() < 0.7:
        data = bytearray(value.encode() if isinstance(value, str) else value)
        for _ in range(dice.choice((1, 1, 4))):
            match dice.randrange(3):
                case 0:
                    data[dice.randrange(len(data))] = dice.randrange(256)
                case 1:
                    data.insert(dice.randrange(len(data)), dice.randrange(256))
                case _ if len(data) > 1:
                    del data[dice.randrange(len(data))]
        return bytes(data) if isinstance(value, bytes) else data.decode("utf-8", "replace")
    return dice.choice(_VALUES)


def main() -> None:
    """Do one piece of the work, and print what came of it."""
    folder, seed, first, count = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    print(json.dumps(asdict(fuzz(folder, seed=seed, first=first, count=count))))


if __name__ == "__main__":
    main()
