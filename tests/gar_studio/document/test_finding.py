"""The filter finds images by name, by what is on them and by how far they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.review import ImageState, Progress, Review, Verdict
from gar_studio.document.commands import (
    AssignNewCategory,
    DeleteRegions,
    MergeCategories,
    SetCaption,
)
from gar_studio.document.document import Document
from gar_studio.document.finding import Wanted, find_images, read_filter, terms
from gar_studio.document.review_commands import ReviewRegions, SetImageState
from tests.helpers.projects import add_region, caption, new_document


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """Four images: a red dog, a blue dog house, one that is done, and one that nobody touched."""
    made = new_document(tmp_path / "a.garproj", images=4)
    for image_id, words in ((1, "A red dog, asleep."), (2, "A blue dog-house 狗")):
        region = add_region(made, image_id)
        made.do(SetCaption(image_id, region.id, caption(words)))
    add_region(made, 3)
    made.do(AssignNewCategory(1, (1,), "animal/dog"))
    made.do(AssignNewCategory(2, (2,), "small house"))
    made.do(SetImageState(ImageState(3, done=True)))
    yield made
    made.close()


def found(document: Document, text: str) -> tuple[int, ...]:
    return find_images(document, read_filter(text))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", (1, 2, 3, 4)),
        ("dog", (1, 2)),
        ("DO", (1, 2)),
        ("og", ()),
        ("red dog", (1,)),
        ("dog-house", (2,)),
        ("狗", (2,)),
        ("bild", (1, 2, 3, 4)),
        ("3.png", (3,)),
        ("bild red", (1,)),
        ('"', ()),
        ("category:dog", (1,)),
        ("category:animal", (1,)),
        ("category:small-house", (2,)),
        ("category:object", (3,)),
        ("category:og", ()),
        ("state:empty", (4,)),
        ("state:in-work", (1, 2)),
        ("state:done", (3,)),
        ("state:blue", ()),
        ("category:", (1, 2, 3, 4)),
        ("dog category:animal state:in-work", (1,)),
    ],
)
def test_what_is_typed_finds_what_a_person_expects(
    document: Document, text: str, ids: tuple[int, ...]
) -> None:
    assert found(document, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("狗", (1, 2, 3)),
        ("一只狗", (1,)),
        ("红色", (1,)),
        ("猫", ()),
        ("狗_1", (3,)),
        ("狗x1", ()),
        ("狗%", (1, 2, 3)),
        ("suv狗", (3,)),
        ("“一只狗。”", (1,)),
        ("狗 red", ()),
        ("ねこ", (4,)),
        ("แมว", (4,)),
        ("狗" * 40_000, ()),
    ],
)
def test_words_of_scripts_without_spaces_are_found_inside_a_clause(
    document: Document, text: str, ids: tuple[int, ...]
) -> None:
    document.do(SetCaption(1, 1, caption("草地上有一只狗。红色的项圈")))
    document.do(SetCaption(3, 3, caption("一辆SUV狗_1")))
    region = add_region(document, 4)
    document.do(SetCaption(4, region.id, caption("黒いねこです แมวดำ")))
    assert found(document, text) == ids
    document.undo(1)
    assert found(document, "一只狗") == ()


def test_a_beginning_that_several_categories_share_finds_all_of_them(document: Document) -> None:
    document.do(AssignNewCategory(3, (3,), "animal/cat"))
    assert found(document, "category:animal") == (1, 3)
    assert found(document, "category:animal/c") == (3,)
    document.undo(3)
    assert found(document, "category:animal") == (1,)


def test_the_index_follows_every_change_of_a_caption(document: Document) -> None:
    document.do(SetCaption(1, 1, caption("A green cat.")))
    assert (found(document, "red"), found(document, "cat")) == ((), (1,))
    document.undo(1)
    assert (found(document, "red"), found(document, "cat")) == ((1,), ())
    document.do(SetCaption(1, 1, None))
    assert found(document, "red") == ()
    document.undo(1)
    document.do(DeleteRegions(1, (1,)))
    assert found(document, "red") == ()
    document.undo(1)
    assert found(document, "red") == (1,)


def test_a_merged_category_is_found_by_the_name_that_it_has_now(document: Document) -> None:
    dog, house = (c for c in document.categories() if c.id > 1)
    document.do(MergeCategories(dog.id, house.id))
    assert found(document, "category:small") == (1, 2)
    assert found(document, "category:dog") == ()


def test_reviews_and_states_are_found(document: Document) -> None:
    document.do(ReviewRegions(2, (2,), Review(Verdict.REJECTED, "too small")))
    document.do(SetImageState(ImageState(1, flagged=True)))
    assert found(document, "review:rejected") == (2,)
    assert found(document, "review:accepted") == ()
    assert found(document, "state:flagged") == (1,)
    assert found(document, "state:flagged review:rejected") == ()
    assert document.progress(1) is Progress.FLAGGED


def test_what_is_offered_while_typing_means_something(document: Document) -> None:
    for term in terms(document):
        assert not read_filter(term).unknown
    assert "category:small-house" in terms(document)
    assert found(document, "category:animal/dog") == (1,)


@given(st.text(max_size=30))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    assert isinstance(read_filter(text), Wanted)


@pytest.mark.parametrize("text", ["*", "a*", "(", "NOT", "a AND b", "x:y", "''", "-", "a\0b", "^a"])
def test_signs_of_the_index_are_ordinary_words(document: Document, text: str) -> None:
    found(document, text)
