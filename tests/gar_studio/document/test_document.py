"""The open document: what is seen is what is in the file, and undo keeps to its image."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gar_studio.annotation.region import Region
from gar_studio.document.changes import Changed
from gar_studio.document.commands import (
    AcceptAnswer,
    AddRegion,
    AssignNewCategory,
    ChangeCategory,
    Command,
    CreateCategory,
    DeleteExchange,
    DeleteRegions,
    MergeCategories,
    MoveRegion,
    SetCaption,
    SetCategory,
    SetMask,
)
from gar_studio.document.document import Document
from gar_studio.errors import CommandError, StoreError
from gar_studio.store.opening import open_store
from tests.gar_studio.document.test_categories import check_categories
from tests.helpers.projects import (
    MODEL,
    add_region,
    box,
    caption,
    draft,
    facts,
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


# --- random work on two images ------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """What a random command is about: rows that exist, chosen by two numbers."""

    document: Document
    image_id: int
    a: int
    b: int

    @property
    def region(self) -> Region:
        regions = self.document.regions(self.image_id)
        return regions[self.a % len(regions)]

    @property
    def other_region(self) -> Region:
        regions = self.document.regions(self.image_id)
        return regions[self.b % len(regions)]

    @property
    def category_id(self) -> int:
        categories = self.document.categories()
        return categories[self.a % len(categories)].id

    @property
    def other_category_id(self) -> int:
        categories = self.document.categories()
        return categories[self.b % len(categories)].id

    @property
    def exchange_id(self) -> int:
        exchanges = self.document.exchanges(self.image_id)
        return exchanges[self.a % len(exchanges)].id

    @property
    def name(self) -> str:
        return f"n{self.b % 5}"

    @property
    def stack(self) -> int | None:
        """Commands on categories are on the project's stack, or on an image's."""
        return self.image_id if self.a % 2 else None


COMMANDS: dict[str, Callable[[Choice], Command]] = {
    "add": lambda c: AddRegion(c.image_id, box(c.a % 12, c.b % 9), MODEL),
    "create": lambda c: CreateCategory(c.name, image_id=c.stack),
    "rename": lambda c: ChangeCategory(c.category_id, new_name=c.name, image_id=c.stack),
    "recolour": lambda c: ChangeCategory(c.category_id, colour=f"#{c.b:06X}", image_id=c.stack),
    "key": lambda c: ChangeCategory(c.category_id, key=str(c.b % 3 or ""), image_id=c.stack),
    "merge": lambda c: MergeCategories(c.category_id, c.other_category_id, image_id=c.stack),
    "mask": lambda c: SetMask(c.image_id, c.region.id, box(c.b % 12, c.a % 9), MODEL),
    "delete": lambda c: DeleteRegions(c.image_id, (c.region.id, c.other_region.id)),
    "move": lambda c: MoveRegion(c.image_id, c.region.id, c.b),
    "categorise": lambda c: SetCategory(
        c.image_id, (c.region.id, c.other_region.id), c.other_category_id
    ),
    "new category": lambda c: AssignNewCategory(c.image_id, (c.region.id,), c.name),
    "caption": lambda c: SetCaption(
        c.image_id, c.region.id, caption(f"see #{c.b}") if c.b else None
    ),
    "accept": lambda c: AcceptAnswer(c.image_id, c.exchange_id),
    "drop": lambda c: DeleteExchange(c.image_id, c.exchange_id),
}
ON_EXCHANGES = {"accept", "drop"}
ON_REGIONS = {"mask", "delete", "move", "categorise", "new category", "caption"} | ON_EXCHANGES
KINDS = [*COMMANDS, "add", "add", "add", "accept"]


def works(*more: str, longest: int) -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    """Return lists of pieces of work: the kind, the image, and two numbers that choose rows."""
    numbers = st.integers(0, 50)
    piece = st.tuples(st.sampled_from([*KINDS, *more]), st.integers(1, 2), numbers, numbers)
    return st.lists(piece, max_size=longest)


def command(document: Document, kind: str, image_id: int, a: int, b: int) -> Command | None:
    """Make a command; where an answer is missing for it, record a draft instead."""
    choice = Choice(document, image_id, a, b)
    if kind in ON_REGIONS and not document.regions(image_id):
        return None
    if kind in ON_EXCHANGES and not document.exchanges(image_id):
        text = f"⟨region:{choice.region.id}⟩ is on ⟨region:{choice.other_region.id}⟩"
        task = ("describe", "relate", "ask")[b % 3]
        draft(document, task, choice.region, choice.other_region, answer=text)
        return None
    return COMMANDS[kind](choice)


def attempt(document: Document, work: tuple[str, int, int, int]) -> Command | None:
    """Do a piece of work if it can be done; return its command if it changed anything."""
    made = command(document, *work)
    if made is None:
        return None
    before = seen(document)
    try:
        return made if document.do(made) else None
    except CommandError:
        assert seen(document) == before
        return None


@given(works(longest=16))
@settings(max_examples=60)
def test_undoing_all_brings_back_every_row_and_redoing_all_too(
    work: list[tuple[str, int, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = new_document(Path(folder) / "a.garproj")
        states: list[tuple[Command, dict[str, Any], dict[str, Any]]] = []
        for piece in work:
            before = labels_in_file(document.path)
            done = attempt(document, piece)
            if done is None:
                continue  # perhaps a draft was recorded: that is no step
            states.append((done, before, labels_in_file(document.path)))
        drafts = {"exchange"} if ON_EXCHANGES & {kind for kind, *_ in work} else set()

        def same(left: dict[str, Any], right: dict[str, Any]) -> bool:
            # Drafts come without a step, so they are there before and after.
            return all(left[name] == right[name] for name in left.keys() - drafts)

        for done, before, after in reversed(states):
            assert same(labels_in_file(document.path), after)
            assert document.undo(done.image_id or 1) == done.name
            assert same(labels_in_file(document.path), before)
        assert document.undo(1) == document.undo(2) == ""
        assert seen(document) == reopened(document)
        document.close()

        document = Document(open_store(Path(folder) / "a.garproj"))  # history outlives the window
        for done, before, after in states:
            assert same(labels_in_file(document.path), before)
            assert document.redo(done.image_id or 2) == done.name
            assert same(labels_in_file(document.path), after)
        assert document.redo(1) == document.redo(2) == ""
        assert seen(document) == reopened(document)
        document.close()


@given(works(*["undo", "redo"] * 6, longest=25))
@example(
    [("create", 1, 0, 0), ("create", 2, 0, 27), ("undo", 1, 0, 0), ("redo", 1, 0, 0)]
)  # a category that comes back stands where it stood
@settings(max_examples=100)
def test_whatever_is_done_undone_and_redone_the_document_is_its_file(
    work: list[tuple[str, int, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = new_document(Path(folder) / "a.garproj")
        regions_ever: set[int] = set()
        for kind, image_id, a, b in work:
            other = 3 - image_id
            untouched = seen(document)["per image"][other][:4]
            if kind == "undo":
                expected = document.undo_name(image_id)
                assert document.undo(image_id) == expected
            elif kind == "redo":
                expected = document.redo_name(image_id)
                assert document.redo(image_id) == expected
            else:
                alive = {r.id for i in (1, 2) for r in document.regions(i)}
                done = attempt(document, (kind, image_id, a, b))
                new = {r.id for i in (1, 2) for r in document.regions(i)} - alive
                assert not new & regions_ever, "an id was given twice"
                regions_ever |= new | alive
                if done is not None:
                    assert document.undo_name(image_id) == done.name
            assert seen(document)["per image"][other][:4] == untouched
            check_categories(document)
            assert seen(document) == reopened(document)
        document.close()


# --- stacks -------------------------------------------------------------------------------------


def test_each_image_has_its_own_stack(document: Document) -> None:
    first, second = add_region(document, 1), add_region(document, 2)
    document.do(SetCaption(2, second.id, caption("x")))
    assert document.undo_name(1) == "add region"
    assert document.undo(1) == "add region"
    assert document.regions(1) == ()
    assert document.region(2, second.id).caption == caption("x")
    assert document.undo(1) == ""
    assert document.redo_name(2) == ""
    assert document.redo(1) == "add region"
    assert document.regions(1) == (first,)


def test_a_new_step_ends_what_could_be_redone_on_its_image_alone(document: Document) -> None:
    add_region(document, 1)
    add_region(document, 2)
    document.undo(1)
    document.undo(2)
    add_region(document, 1)
    assert document.redo(1) == ""
    assert document.redo(2) == "add region"


def test_history_survives_reopening(document: Document, tmp_path: Path) -> None:
    region = add_region(document, 1)
    document.do(SetCaption(1, region.id, caption("x")))
    document.undo(1)
    document.close()
    again = Document(open_store(tmp_path / "a.garproj"))
    assert (again.undo_name(1), again.redo_name(1)) == ("add region", "edit caption")
    assert again.redo(1) == "edit caption"
    assert again.region(1, region.id).caption == caption("x")
    assert again.undo(1) == "edit caption"
    assert again.undo(1) == "add region"
    assert again.regions(1) == ()
    again.close()


@pytest.mark.parametrize("damage", ["x'c1c1'", "replace(edits, x'5631323A', x'5632323A')"])
def test_a_damaged_step_is_said_and_nothing_changes(document: Document, damage: str) -> None:
    region = add_region(document, 1, box(3, 2))
    assert region.mask.counts.startswith(b"V12:"), "the second damage is one to the mask"
    with sqlite3.connect(document.path) as connection:
        connection.execute(f"UPDATE history SET edits = CAST({damage} AS BLOB)")
    connection.close()
    before = seen(document)
    with pytest.raises(StoreError, match="add region") as caught:
        document.undo(1)
    assert "labels" in caught.value.kept
    assert seen(document) == before == reopened(document)


# --- listening ----------------------------------------------------------------------------------


def test_listeners_hear_once_what_changed_and_see_it(document: Document) -> None:
    heard: list[tuple[Changed, int]] = []

    def listen(changed: Changed) -> None:
        heard.append((changed, len(document.regions(1))))

    document.changed.connect(listen)
    region = add_region(document, 1)
    assert heard.pop() == (Changed(frozenset({1}), frozenset({"region"})), 1)
    document.do(AssignNewCategory(1, (region.id,), "dog"))
    assert heard.pop() == (Changed(frozenset({1}), frozenset({"region", "category"})), 1)
    document.do(ChangeCategory(1, colour="#111111"))
    assert heard.pop() == (Changed(frozenset(), frozenset({"category"})), 1)
    document.set_sticky_category(2)
    assert heard.pop() == (Changed(frozenset(), frozenset({"category"})), 1)
    (image,) = document.add_images([("neu.png", facts())])
    assert heard.pop() == (Changed(frozenset({image.id}), frozenset({"image"})), 1)
    document.add_images([("neu.png", facts())])
    document.do(SetCategory(1, (region.id,), 2))
    assert document.undo_name(3) == "change category", "the step on categories is every image's"
    assert heard == [], "nothing changed, nothing is told"


def test_images_are_added_once_by_their_path(document: Document) -> None:
    records = document.add_images([("b.png", facts()), ("sub 1/bild 1.png", facts())])
    assert [record.id for record in records] == [3, 1]
    assert document.add_images([("b.png", facts())]) == records[:1]
    assert [image.id for image in document.images()] == [1, 2, 3]
    assert document.image_path(3) == document.path.parent / "b.png"
    twice = document.add_images([("c.png", facts()), ("c.png", facts())])
    assert twice[0] == twice[1]
    assert seen(document) == reopened(document)
