"""Categories below categories: renaming, merging and deleting take the whole branch along."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.document.category_commands import (
    DeleteBranch,
    ImportCategories,
    MergeBranch,
    RenameBranch,
)
from gar_studio.document.commands import ChangeCategory, Command, SetCategory
from gar_studio.document.document import Document
from gar_studio.errors import CommandError
from tests.gar_studio.document.test_categories import check_categories
from tests.helpers.projects import add_region, labels_in_file, new_document, reopened, seen


def names(document: Document) -> set[str]:
    return {category.name for category in document.categories()}


def id_of(document: Document, name: str) -> int:
    return next(c.id for c in document.categories() if c.name == name)


@pytest.fixture
def animals(document: Document) -> Document:
    """The document with some animals; region 1 is a dog, region 4 a puppy."""
    document.do(
        ImportCategories(("animal", "animal/dog", "animal/dog/puppy", "pet/dog", "animals"))
    )
    document.do(SetCategory(1, (1,), id_of(document, "animal/dog")))
    document.do(SetCategory(2, (4,), id_of(document, "animal/dog/puppy")))
    return document


def category_of(document: Document, image_id: int, region_id: int) -> str:
    return document.category(document.region(image_id, region_id).category_id).name


def test_renaming_a_parent_takes_its_children_along(animals: Document) -> None:
    animals.do(ChangeCategory(id_of(animals, "animal"), new_name="creature"))
    assert {"creature", "creature/dog", "creature/dog/puppy", "animals"} < names(animals)
    assert category_of(animals, 2, 4) == "creature/dog/puppy"
    animals.do(RenameBranch("creature/dog", "creature/dog/dog"))  # deeper into itself
    assert category_of(animals, 2, 4) == "creature/dog/dog/puppy"
    animals.do(RenameBranch("pet", "at home"))  # a parent that is no category itself
    assert "at home/dog" in names(animals)


def test_a_parent_is_not_renamed_over_what_is_there(animals: Document) -> None:
    before = labels_in_file(animals.path)
    for path, new in [
        ("animal/dog", "animals"),
        ("animal", "pet"),
        ("animals", "a//b"),
        ("no", "x"),
    ]:
        with pytest.raises(CommandError):
            animals.do(RenameBranch(path, new))
    assert labels_in_file(animals.path) == before


def test_merging_a_parent_merges_children_of_one_name_and_moves_the_others(
    animals: Document,
) -> None:
    animals.do(ImportCategories(("pet",)))
    animals.do(MergeBranch("animal", id_of(animals, "pet")))
    assert not {n for n in names(animals) if n.startswith("animal/")}
    assert category_of(animals, 1, 1) == "pet/dog"
    assert category_of(animals, 2, 4) == "pet/dog/puppy"


def test_merging_into_a_child_leaves_the_child_where_it_is(animals: Document) -> None:
    animals.do(ImportCategories(("animal/cat",)))
    animals.do(MergeBranch("animal", id_of(animals, "animal/dog")))
    assert {"animal/dog", "animal/dog/cat", "animal/dog/puppy"} < names(animals)
    assert not {"animal", "animal/cat"} & names(animals)


def test_deleting_gives_the_regions_the_first_category(animals: Document) -> None:
    dogs = [id_of(animals, name) for name in ("animal/dog", "animal/dog/puppy")]
    assert animals.count_regions(dogs) == (2, 2)
    counts = animals.category_counts()
    animals.do(DeleteBranch("animal"))
    assert category_of(animals, 1, 1) == category_of(animals, 2, 4) == "object"
    assert animals.category_counts()[1] == counts[1] + 2
    assert sum(animals.category_counts().values()) == sum(counts.values())
    with pytest.raises(CommandError):
        animals.do(DeleteBranch("object"))


def test_what_was_merged_before_is_counted_with_its_heir(animals: Document) -> None:
    puppy, dog = id_of(animals, "animal/dog/puppy"), id_of(animals, "animal/dog")
    animals.do(MergeBranch("animal/dog/puppy", dog))
    assert puppy not in animals.category_counts()
    assert animals.category_counts()[dog] == 2
    assert animals.count_regions([dog]) == (2, 2)


def test_importing_makes_what_is_missing_in_one_step(animals: Document) -> None:
    before = labels_in_file(animals.path)
    animals.do(ImportCategories(("animal", "tree", "tree", "tree/oak")))
    assert {"tree", "tree/oak"} < names(animals)
    assert animals.undo(1) == "import categories"
    assert labels_in_file(animals.path) == before


@pytest.mark.parametrize(
    "command",
    [RenameBranch("a", "a/a"), RenameBranch("b/b", "b"), MergeBranch("b/b/b", 5)],
    ids=["deeper", "higher", "into the parent"],
)
def test_a_chain_of_one_name_moves_and_comes_back(tmp_path: Path, command: Command) -> None:
    document = new_document(tmp_path / "a.garproj", images=1)
    chain = ("a", "a/a", "a/a/a", "b/b", "b/b/b", "b/b/b/b", "b/b/b/b/b")
    document.do(ImportCategories(chain))
    before = labels_in_file(document.path)
    document.do(command)
    after = labels_in_file(document.path)
    check_categories(document)
    document.undo(1)
    assert labels_in_file(document.path) == before
    document.redo(1)
    assert labels_in_file(document.path) == after
    document.close()


parts = st.sampled_from("abc")
paths = st.lists(parts, min_size=1, max_size=4).map("/".join)


def _command(kind: str, first: str, second: str) -> Callable[[Document], Command]:
    def make(document: Document) -> Command:
        match kind:
            case "rename":
                return RenameBranch(first, second)
            case "delete":
                return DeleteBranch(first)
            case "import":
                return ImportCategories((first, second))
        return MergeBranch(
            first, next((c.id for c in document.categories() if c.name == second), 1)
        )

    return make


commands = st.builds(
    _command, st.sampled_from(["rename", "merge", "delete", "import"]), paths, paths
)


@given(st.lists(paths, min_size=1, max_size=12, unique=True), st.lists(commands, max_size=8))
@settings(max_examples=60)
def test_any_steps_on_branches_are_taken_back_to_the_last_bit(
    given_names: list[str], steps: list[Callable[[Document], Command]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = new_document(Path(folder) / "a.garproj", images=1)
        document.do(ImportCategories(tuple(given_names)))
        for category in document.categories():
            region = add_region(document, 1)
            document.do(SetCategory(1, (region.id,), category.id))
        states = [labels_in_file(document.path)]
        for make in steps:
            try:
                changed = document.do(make(document))
            except CommandError:
                changed = ()
            if changed:
                states.append(labels_in_file(document.path))
            check_categories(document)
            assert seen(document) == reopened(document)
        for expected in reversed(states[:-1]):
            document.undo(1)
            assert labels_in_file(document.path) == expected
        for expected in states[1:]:
            document.redo(1)
            assert labels_in_file(document.path) == expected
        document.close()
