"""Categories that come back find their place among those that are there."""

from dataclasses import replace

import pytest

from gar_studio.annotation.region import Category
from gar_studio.document.settling import settle

DOG = Category(2, "dog", "#000002", key="1")
CAT = Category(3, "cat", "#000003", key="2")


def among(*categories: Category) -> dict[int, Category]:
    return {category.id: category for category in categories}


def test_what_fits_is_left_alone() -> None:
    assert settle(DOG, current=None, categories=among(CAT)) == DOG
    assert settle(DOG, current=replace(DOG, name="x"), categories=among(CAT, DOG)) == DOG
    merged = replace(DOG, merged_into=3, key="")
    assert settle(merged, current=DOG, categories=among(CAT, DOG)) == merged


def test_a_name_that_was_given_away_is_not_taken_back() -> None:
    taken = replace(CAT, name="dog")
    current = replace(DOG, name="hound")
    assert settle(DOG, current=current, categories=among(taken, current)).name == "hound"


@pytest.mark.parametrize("current", [None, replace(DOG, merged_into=9)])
def test_a_category_that_comes_back_under_a_taken_name_joins_its_namesake(
    current: Category | None,
) -> None:
    taken = replace(CAT, name="dog")
    settled = settle(DOG, current=current, categories=among(taken))
    assert (settled.merged_into, settled.key) == (taken.id, "")


def test_a_merged_namesake_does_not_count() -> None:
    away = Category(4, "dog", "#000004", merged_into=3)
    assert settle(DOG, current=None, categories=among(CAT, away)) == DOG


def test_a_key_that_was_given_away_is_not_taken_back() -> None:
    assert settle(DOG, current=None, categories=among(replace(CAT, key="1"))).key == ""
    without = replace(DOG, key="")
    assert settle(without, current=None, categories=among(replace(CAT, key=""))) == without


@pytest.mark.parametrize(
    "others",
    [
        among(),  # the target is gone
        among(replace(CAT, merged_into=2)),  # it was merged into this one meanwhile
        among(replace(CAT, merged_into=4), Category(4, "x", "#000004", merged_into=2)),
        among(replace(CAT, merged_into=9)),  # it leads nowhere
    ],
)
def test_a_merge_that_leads_nowhere_is_not_done(others: dict[int, Category]) -> None:
    merged = replace(DOG, merged_into=3)
    assert settle(merged, current=DOG, categories=others | among(DOG)).merged_into is None
