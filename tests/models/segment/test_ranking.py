"""Which cut comes first, on masks drawn by hand."""

import numpy as np
import pytest

from gar_studio.annotation.mask import BoolArray
from gar_studio.annotation.prompts import Box
from models.segment.ranking import agreement, box_fit, overlaps
from models.segment.window import Window

WINDOW = Window(x0=100, y0=50, x1=180, y1=110, rows=30, columns=40)  # two pixels in one
BOX = Box(110, 60, 150, 100)  # working columns and rows 5 to 24


def rectangle(x0: int, y0: int, x1: int, y1: int) -> BoolArray:
    drawn = np.zeros((30, 40), dtype=np.bool_)
    drawn[y0:y1, x0:x1] = True
    return drawn


def cross() -> BoolArray:
    return rectangle(13, 5, 17, 25) | rectangle(5, 13, 25, 17)


def test_overlaps_are_intersections_over_union() -> None:
    drawn = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], dtype=np.bool_)

    assert overlaps(drawn) == pytest.approx(np.array([[1, 1 / 3, 0], [1 / 3, 1, 0], [0, 0, 0]]))


def test_who_agrees_with_the_others_most_scores_best() -> None:
    among = np.array([[1, 0.8, 0.2], [0.8, 1, 0.5], [0.2, 0.5, 1]], dtype=np.float32)

    assert agreement(among) == pytest.approx([0.5, 0.65, 0.35])


def test_a_lone_mask_agrees_with_itself() -> None:
    assert agreement(np.ones((1, 1), dtype=np.float32)).tolist() == [1]


def test_a_cut_that_reaches_all_sides_fits_better_than_a_larger_one_that_does_not() -> None:
    reaching, short = cross(), rectangle(5, 10, 25, 25)

    assert reaching.sum() < short.sum()
    assert box_fit(reaching, WINDOW, BOX) > box_fit(short, WINDOW, BOX)


def test_of_two_cuts_that_reach_all_sides_the_slimmer_fits_better() -> None:
    full = rectangle(5, 5, 25, 25)

    assert box_fit(cross(), WINDOW, BOX) > box_fit(full, WINDOW, BOX) > 0.7


def test_being_slim_does_not_make_up_for_missing_the_sides() -> None:
    assert box_fit(rectangle(14, 14, 16, 16), WINDOW, BOX) < 0.3


def test_what_leaves_the_box_fits_worse() -> None:
    inside, beyond = cross(), cross() | rectangle(25, 13, 40, 17)

    assert box_fit(beyond, WINDOW, BOX) < box_fit(inside, WINDOW, BOX)


def test_fits_lie_between_none_and_all() -> None:
    diagonal = np.zeros((30, 40), dtype=np.bool_)
    diagonal[range(5, 25), range(5, 25)] = True

    assert box_fit(rectangle(0, 0, 0, 0), WINDOW, BOX) == 0
    assert 0.9 < box_fit(diagonal, WINDOW, BOX) < 1
    assert 0 <= box_fit(rectangle(35, 0, 40, 5), WINDOW, BOX) < 0.3


def test_the_part_of_a_box_outside_the_window_does_not_count() -> None:
    full = rectangle(0, 0, 40, 30)

    wide = box_fit(full, WINDOW, Box(-500, -500, 5000, 5000))

    assert wide == pytest.approx(box_fit(full, WINDOW, Box(100, 50, 180, 110)))
