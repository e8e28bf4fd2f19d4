"""Migrations go forward, step by step, and a step that fails leaves the file as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

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
