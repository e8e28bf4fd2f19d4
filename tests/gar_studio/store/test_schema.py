"""Migrations go forward, step by step, and a step that fails leaves the file as it was."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.review import Progress, Verdict
from gar_studio.document.document import Document
from gar_studio.errors import StoreError
from gar_studio.store import schema
from gar_studio.store.opening import open_store
from tests.helpers.projects import add_region, new_document, seen


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "a.garproj", isolation_level=None)) as made:
        yield made


def tables(connection: sqlite3.Connection) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {row[0] for row in connection.execute(query)}


def test_a_new_file_gets_every_table(connection: sqlite3.Connection) -> None:
    assert schema.version(connection) == 0
    schema.migrate(connection)
    assert schema.version(connection) == schema.CURRENT_VERSION
    assert tables(connection) >= {"meta", "image", "category", "region", "exchange", "relation"}
    assert "history" in tables(connection)


def test_migrating_twice_changes_nothing(connection: sqlite3.Connection) -> None:
    schema.migrate(connection)
    before = connection.execute("PRAGMA schema_version").fetchone()
    schema.migrate(connection)
    assert connection.execute("PRAGMA schema_version").fetchone() == before


def test_an_older_project_is_brought_up_to_date_with_its_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    add_region(document, 1)
    before = seen(document)
    document.close()
    later = (*schema.MIGRATIONS, "CREATE TABLE later (x); INSERT INTO later VALUES (1);")
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    monkeypatch.setattr(schema, "CURRENT_VERSION", len(later))
    document = Document(open_store(path))
    assert seen(document) == before
    document.close()
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == len(later)
        assert connection.execute("SELECT x FROM later").fetchall() == [(1,)]


def make_version_1(path: Path) -> None:
    """Make a file as the first version did: a region, and the step that added it."""
    mask = Mask.from_box(1, 1, 4, 3, height=12, width=16)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"BEGIN; {schema.MIGRATIONS[0]} PRAGMA user_version = 1;"
            f"PRAGMA application_id = {schema.APPLICATION_ID}; COMMIT;"
        )
        person = {"model": "person", "revision": "", "prompt": "", "at": "", "edited": False}
        told = {"text": "A red dog.", "provenance": person}
        region = {
            "id": 1,
            "image_id": 1,
            "position": 1,
            "mask": {"height": 12, "width": 16, "counts": mask.counts},
            "colour": "#E69F00",
            "category_id": 1,
            "provenance": person,
            "caption": told,
        }
        connection.execute("INSERT INTO image VALUES (1, 'a.png', 16, 12, 1, 'x')")
        connection.execute("INSERT INTO category VALUES (1, 'object', '#E69F00', '1', NULL)")
        connection.execute(
            "INSERT INTO region VALUES (1, 1, 1, 12, 16, ?, '#E69F00', 1, ?, ?)",
            (mask.counts, json.dumps(person), json.dumps(told)),
        )
        step = [{"table": "region", "before": None, "after": region}]
        connection.execute(
            "INSERT INTO history (image_id, name, edits, at) VALUES (1, 'add region', ?, '')",
            (msgspec.msgpack.encode(step),),
        )
        connection.execute("INSERT INTO meta VALUES ('last_id.region', '1')")
        connection.commit()


def test_a_project_of_the_first_version_keeps_its_labels_and_its_history(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    make_version_1(path)
    document = Document(open_store(path))
    (region,) = document.regions(1)
    assert region.mask == Mask.from_box(1, 1, 4, 3, height=12, width=16)
    assert (region.review, region.hidden, region.locked) == (None, False, False)
    assert document.search.with_word("red") == {1}
    assert document.undo(1) == "add region"
    assert document.regions(1) == ()
    assert document.search.with_word("red") == frozenset()
    assert document.redo(1) == "add region"
    assert document.regions(1) == (region,)
    document.close()


def test_a_project_of_the_first_version_can_be_read_where_it_cannot_be_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.garproj"
    make_version_1(path)
    document = Document(open_store(path, read_only=True))
    (region,) = document.regions(1)
    assert region.review is None
    assert document.search.with_word("red") == {1}
    for other in ("person", "provenance", "%", "_"):
        assert document.search.with_word(other) == frozenset(), "not a word of the caption"
    assert document.search.with_verdict(Verdict.REJECTED) == frozenset()
    assert document.progress(1) is Progress.IN_WORK
    document.close()


def test_a_step_that_fails_leaves_the_project_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    add_region(document, 1)
    before = seen(document)
    document.close()
    broken = (*schema.MIGRATIONS, "DROP TABLE region; CREATE TABLE image (x);")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", broken)
        patch.setattr(schema, "CURRENT_VERSION", len(broken))
        with pytest.raises(StoreError, match="already exists"):
            open_store(path)
    document = Document(open_store(path))
    assert not document.read_only
    assert seen(document) == before
    document.close()
