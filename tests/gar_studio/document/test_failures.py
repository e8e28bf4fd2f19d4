"""Whatever fails in the middle of a change, document and file stay as they were."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gar_studio.document.commands import (
    AssignNewCategory,
    CreateCategory,
    DeleteRegions,
    MoveRegion,
    SetCaption,
)
from gar_studio.document.document import Document
from gar_studio.errors import GarStudioError, StoreError
from gar_studio.store.opening import open_store
from gar_studio.store.project import ProjectStore
from tests.helpers.projects import (
    add_region,
    caption,
    draft,
    labels_in_file,
    new_document,
    reopened,
    seen,
)


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    made = new_document(tmp_path / "a.garproj")
    yield made
    made.close()


def fail_at(monkeypatch: pytest.MonkeyPatch, method: str, call: int) -> None:
    """Let the store's method fail at its n-th call, counted from 1, as a full disk does."""
    real = getattr(ProjectStore, method)
    calls = 0

    def fail(self: ProjectStore, *arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            raise sqlite3.OperationalError("database or disk is full")
        return real(self, *arguments, **named)

    monkeypatch.setattr(ProjectStore, method, fail)


WRITES = [
    ("put", 1),
    ("put", 2),
    ("put", 3),
    ("push_history", 1),
    ("next_id", 1),
    ("set_meta", 1),
]


@pytest.mark.parametrize(("method", "call"), WRITES)
def test_a_full_disk_in_the_middle_changes_nothing(
    document: Document, monkeypatch: pytest.MonkeyPatch, method: str, call: int
) -> None:
    regions = [add_region(document, 1) for _ in range(2)]
    before, rows = seen(document), labels_in_file(document.path)
    heard: list[object] = []
    document.changed.connect(heard.append)
    with monkeypatch.context() as patch:
        fail_at(patch, method, call)
        with pytest.raises(StoreError, match="disk is full") as caught:
            document.do(AssignNewCategory(1, tuple(r.id for r in regions), "dog"))
    assert "safe" in caught.value.kept
    assert caught.value.advice
    assert heard == []
    assert seen(document) == before == reopened(document)
    assert labels_in_file(document.path) == rows
    assert document.do(AssignNewCategory(1, (regions[0].id,), "dog")), "it works again afterwards"


@pytest.mark.parametrize("direction", ["undo", "redo"])
@pytest.mark.parametrize("failing", [("put", 1), ("put", 2), ("mark_history", 1)])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_full_disk_during_undo_or_redo_changes_nothing(
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
    direction: str,
    failing: tuple[str, int],
    fresh: bool,
) -> None:
    regions = [add_region(document, 1) for _ in range(3)]
    document.do(MoveRegion(1, regions[2].id, 1))
    if direction == "redo":
        document.undo(1)
    before, rows = seen(document), labels_in_file(document.path)
    if fresh:  # nothing of the image is in memory yet
        document.close()
        document = Document(open_store(document.path))
    with monkeypatch.context() as patch:
        fail_at(patch, *failing)
        with pytest.raises(StoreError):
            getattr(document, direction)(1)
    assert seen(document) == before == reopened(document)
    assert labels_in_file(document.path) == rows
    assert getattr(document, direction)(1) == "reorder regions"
    document.close()


def test_a_commit_that_fails_changes_nothing(document: Document) -> None:
    region = add_region(document, 1)
    other = sqlite3.connect(document.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # somebody holds the file for longer than we wait
    document._store._connection.execute("PRAGMA busy_timeout = 50")
    before = seen(document)
    with pytest.raises(StoreError, match="locked"):
        document.do(DeleteRegions(1, (region.id,)))
    assert seen(document) == before
    other.execute("ROLLBACK")
    other.close()
    document.do(DeleteRegions(1, (region.id,)))
    assert seen(document) == reopened(document)


def test_half_a_character_is_refused_and_nothing_changes(document: Document) -> None:
    """Qt may hand over half of a surrogate pair, which no file can hold."""
    region = add_region(document, 1)
    before = seen(document)
    for made in (
        SetCaption(1, region.id, caption("\ud83d")),
        CreateCategory("\ud83d"),
        AssignNewCategory(1, (region.id,), "\udc00"),
    ):
        with pytest.raises(GarStudioError):
            document.do(made)
        assert seen(document) == before == reopened(document)


def test_a_bug_in_a_command_changes_nothing(document: Document) -> None:
    class Broken:
        name = "broken"
        image_id = 1

        def edits(self, document: Document) -> tuple[Any, ...]:
            document.reserve_id("region")
            raise ZeroDivisionError

    before = seen(document)
    with pytest.raises(ZeroDivisionError):
        document.do(Broken())
    assert seen(document) == before
    assert add_region(document, 1).id == 1


def test_a_draft_that_cannot_be_written_is_not_shown(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = add_region(document, 1)
    with monkeypatch.context() as patch:
        fail_at(patch, "put", 1)
        with pytest.raises(StoreError):
            draft(document, "describe", region, answer="x")
    assert document.exchanges(1) == ()


def test_a_closed_document_says_so(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj")
    document.close()
    document.close()
    with pytest.raises(StoreError):
        document.do(CreateCategory("x"))
