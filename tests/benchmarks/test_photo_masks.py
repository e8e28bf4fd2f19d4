"""The simulated person: clicks, boxes and strokes that a real one would give."""

import numpy as np

from benchmarks.photo_masks import bounding_box, correction, innermost, overlap, stroke


def bar() -> np.ndarray:
    truth = np.zeros((60, 100), dtype=bool)
    truth[20:30, 10:90] = True
    return truth


def test_a_click_lies_in_the_middle() -> None:
    click = innermost(bar())
    assert 24 <= click.y <= 26
    assert 14 <= click.x <= 86


def test_the_next_click_lies_in_the_largest_error() -> None:
    truth = bar()
    found = truth.copy()
    found[20:30, 70:90] = False  # 200 pixels missed
    found[40:50, 10:16] = True  # 60 too many
    more = correction(found, truth)
    assert more is not None
    assert more.positive
    assert (70 <= more.x <= 90, 20 <= more.y <= 30) == (True, True)
    found[40:50, 10:60] = True
    more = correction(found, truth)
    assert more is not None
    assert not more.positive
    assert 40 <= more.y <= 50
    assert correction(truth, truth) is None


def test_errors_are_counted_apart_and_not_together() -> None:
    truth = bar()
    found = truth.copy()
    found[20:30, 10:20] = False  # two missed pieces of 100
    found[20:30, 80:90] = False
    found[40:50, 20:35] = True  # one surplus of 150
    more = correction(found, truth)
    assert more is not None
    assert not more.positive


def test_a_stroke_runs_along_the_object_and_inside_it() -> None:
    truth = bar()
    points = np.array(stroke(truth).points)
    assert len(points) == 12
    assert truth[points[:, 1].astype(int), points[:, 0].astype(int)].all()
    assert np.ptp(points[:, 0]) > 55
    assert np.ptp(points[:, 1]) <= 4, "it stays in the middle"


def test_box_and_overlap() -> None:
    truth = bar()
    box = bounding_box(truth)
    assert (box.x0, box.y0, box.x1, box.y1) == (10, 20, 90, 30)
    half = truth.copy()
    half[:, 50:] = False
    assert overlap(half, truth) == 0.5
