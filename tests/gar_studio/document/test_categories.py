"""Categories: names, keys, merging, and undo when several images use them."""

from collections.abc import Callable

import pytest

from gar_studio.document.commands import (
    AssignNewCategory,
    ChangeCategory,
    CreateCategory,
    MergeCategories,
    SetCategory,
)
from gar_studio.document.document import Document
from tests.helpers.projects import (
    add_region,
    reopened,
    seen,
)


def test_new_categories_get_a_colour_and_the_next_free_key(document: Document) -> None:
    keys = {category.name: category.key for category in document.categories()}
    assert keys == {"object": "", "cat 1": "1", "cat 2": "2"}
    for number in range(12):
        document.do(CreateCategory(f"n{number}"))
    given = [category.key for category in document.categories() if category.key]
    assert len(given) == len(set(given))
    assert set(given) == set("123456789")
    assert len({category.colour for category in document.categories()}) == 15


def test_a_key_belongs_to_one_category(document: Document) -> None:
    document.do(ChangeCategory(3, key="1"))
    document.do(ChangeCategory(2, key="1"))
    assert [c.id for c in document.categories() if c.key == "1"] == [2]


def test_names_are_tidied(document: Document) -> None:
    document.do(CreateCategory("  traffic \n light "))
    assert document.categories()[-1].name == "traffic light"


def test_new_regions_get_the_category_assigned_last(document: Document) -> None:
    assert add_region(document, 1).category_id == document.sticky_category.id
    document.set_sticky_category(3)
    assert add_region(document, 1).category_id == 3
    assert add_region(document, 2).category_id == 3
    assert reopened(document)["sticky"].id == 3
    document.do(MergeCategories(3, 2))
    assert document.sticky_category.id == 2
    assert add_region(document, 2).category_id == 2
    document.set_sticky_category(3)
    assert document.sticky_category.id == 2


def test_merging_counts_for_every_image_at_once(document: Document) -> None:
    (region,) = [r for r in document.regions(2) if r.category_id == 3]
    document.do(MergeCategories(3, 2))
    assert document.category(region.category_id).name == "cat 1"
    assert [c.name for c in document.categories()] == ["object", "cat 1"]
    document.do(MergeCategories(2, 1))
    assert document.category(region.category_id).name == "object"
    document.do(CreateCategory("cat 2"))  # the name is free again
    document.undo(1)
    document.undo(1)
    document.undo(2)
    assert document.category(region.category_id).name == "cat 2"


def test_a_category_that_another_image_uses_by_now_is_kept_when_its_making_is_undone(
    document: Document,
) -> None:
    document.do(AssignNewCategory(1, (1,), "bird"))
    (bird,) = [c for c in document.categories() if c.name == "bird"]
    document.do(SetCategory(2, (5,), bird.id))
    document.undo(1)
    assert document.region(1, 1).category_id == 2
    assert document.category(document.region(2, 5).category_id) == bird
    assert seen(document) == reopened(document)


def test_what_others_did_to_a_category_since_survives_undo_and_redo(document: Document) -> None:
    document.do(AssignNewCategory(1, (1,), "bird"))
    (bird,) = [c for c in document.categories() if c.name == "bird"]
    document.do(AssignNewCategory(2, (5,), "tree"))
    document.do(SetCategory(2, (6,), bird.id))
    document.undo(1)
    document.do(ChangeCategory(bird.id, colour="#010203", image_id=2))
    document.redo(1)
    assert document.category(bird.id).colour == "#010203"
    assert document.region(1, 1).category_id == bird.id


def test_undoing_takes_back_its_own_field_alone(document: Document) -> None:
    document.do(ChangeCategory(2, new_name="hound", image_id=1))
    document.do(ChangeCategory(2, colour="#010203", image_id=2))
    document.undo(1)
    assert (document.category(2).name, document.category(2).colour) == ("cat 1", "#010203")
    document.undo(2)
    document.redo(1)
    assert document.category(2).name == "hound"
    assert document.category(2).colour != "#010203"


def _two_of_a_name_by_rename(document: Document) -> None:
    document.do(ChangeCategory(2, new_name="hound"))
    document.do(AssignNewCategory(2, (5,), "cat 1"))
    document.undo(1)  # would call both “cat 1”


def _two_of_a_name_by_redo(document: Document) -> None:
    document.do(AssignNewCategory(1, (1,), "bird"))
    document.undo(1)
    document.do(AssignNewCategory(2, (5,), "bird"))
    document.redo(1)


def _two_of_a_name_by_unmerging(document: Document) -> None:
    document.do(MergeCategories(3, 2))
    document.do(AssignNewCategory(2, (5,), "cat 2"))
    document.undo(1)


def _circle_of_merges(document: Document) -> None:
    document.do(MergeCategories(2, 3, image_id=1))
    document.undo(1)
    document.do(MergeCategories(3, 2, image_id=2))
    document.redo(1)


def _target_of_a_merge_gone(document: Document) -> None:
    document.do(AssignNewCategory(1, (2,), "bird"))
    bird = document.categories()[-1]
    document.do(SetCategory(1, (2,), 2))
    document.do(MergeCategories(3, bird.id, image_id=2))
    document.undo(1)
    document.undo(1)  # takes back the making of “bird”


def _merge_into_what_is_gone(document: Document) -> None:
    document.do(AssignNewCategory(1, (2,), "bird"))
    bird = document.categories()[-1]
    document.do(SetCategory(1, (2,), 2))
    document.do(MergeCategories(3, bird.id, image_id=2))
    document.undo(2)
    document.undo(1)
    document.undo(1)
    document.redo(2)


def _key_given_away(document: Document) -> None:
    key = document.category(3).key
    document.do(ChangeCategory(3, key="", image_id=1))
    document.do(ChangeCategory(2, key=key, image_id=2))
    document.undo(1)


@pytest.mark.parametrize(
    "story",
    [
        _two_of_a_name_by_rename,
        _two_of_a_name_by_redo,
        _two_of_a_name_by_unmerging,
        _circle_of_merges,
        _target_of_a_merge_gone,
        _merge_into_what_is_gone,
        _key_given_away,
    ],
)
def test_steps_of_several_images_never_leave_the_categories_in_disorder(
    document: Document, story: Callable[[Document], None]
) -> None:
    """Undo runs image by image, so steps on categories come in any order."""
    story(document)
    check_categories(document)
    assert seen(document) == reopened(document)


def check_categories(document: Document) -> None:
    """Check what must hold of categories whatever happened."""
    live = document.categories()
    names, keys = [c.name for c in live], [c.key for c in live if c.key]
    assert len(names) == len(set(names)), names
    assert len(keys) == len(set(keys)), keys
    for image in document.images():
        for region in document.regions(image.id):
            assert document.category(region.category_id) in live
    assert document.sticky_category in live
