"""Hand tools on masks: each does what its name says, and nothing beside it."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.shaping import (
    drop_islands,
    fill_holes,
    grow,
    outlines,
    paint,
    polygon,
    redraw,
    smooth,
    split,
    subtract,
)
from gar_studio.errors import MaskError

shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24)
pictures = shapes.flatmap(lambda shape: hnp.arrays(np.bool_, shape))
corners = st.integers(-6, 30)


def ring() -> np.ndarray:
    """A 12 × 12 square with a 4 × 4 hole, and an island of 3 pixels."""
    picture = np.zeros((30, 40), dtype=bool)
    picture[5:17, 8:20] = True
    picture[9:13, 12:16] = False
    picture[25, 30:33] = True
    return picture


# --- windows of masks -----------------------------------------------------------------------


@given(pictures, corners, corners, corners, corners)
def test_a_window_shows_the_masks_pixels_and_nothing_outside(
    picture: np.ndarray, x0: int, y0: int, x1: int, y1: int
) -> None:
    found = Mask.from_array(picture).window(x0, y0, x1, y1)
    padded = np.pad(picture, 40)
    assert np.array_equal(found, padded[y0 + 40 : max(y1, y0) + 40, x0 + 40 : max(x1, x0) + 40])


@given(pictures, st.data())
def test_a_window_can_be_replaced(picture: np.ndarray, data: st.DataObject) -> None:
    x0, y0 = data.draw(corners), data.draw(corners)
    pixels = data.draw(pictures)
    changed = Mask.from_array(picture).with_window(x0, y0, pixels)
    expected = np.pad(picture, 60)
    expected[60 + y0 : 60 + y0 + pixels.shape[0], 60 + x0 : 60 + x0 + pixels.shape[1]] = pixels
    assert changed == Mask.from_array(expected[60:-60, 60:-60])


# --- painting -------------------------------------------------------------------------------


@given(
    pictures,
    st.lists(st.tuples(st.floats(-5, 30), st.floats(-5, 30)), min_size=1, max_size=5),
    st.floats(0.3, 6),
    st.booleans(),
)
def test_a_stroke_changes_what_lies_within_its_radius_and_nothing_else(
    picture: np.ndarray, points: list[tuple[float, float]], radius: float, erase: bool
) -> None:
    painted = paint(Mask.from_array(picture), points, radius=radius, erase=erase).to_array()
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]] + 0.5
    ways = list(zip(points, points[1:] or points, strict=False))
    near = np.zeros(picture.shape, dtype=bool)
    sure = np.zeros(picture.shape, dtype=bool)
    for (ax, ay), (bx, by) in ways:
        for share in np.linspace(0, 1, 60):
            x, y = ax + share * (bx - ax), ay + share * (by - ay)
            far = np.hypot(columns - x, rows - y)
            sure |= far <= radius - 1e-6
            near |= far <= radius + 1.0
    assert (painted[sure] != erase).all()
    assert np.array_equal(painted[~near], picture[~near])


def test_a_stroke_far_outside_changes_nothing() -> None:
    mask = Mask.from_array(ring())
    assert paint(mask, [(-100, -100), (-50, -50)], radius=3) == mask


@pytest.mark.parametrize(
    ("points", "radius"), [([], 3.0), ([(1, 1)], 0.0), ([(1, 1)], float("nan"))]
)
def test_a_stroke_without_points_or_radius_is_refused(
    points: list[tuple[float, float]], radius: float
) -> None:
    with pytest.raises(MaskError):
        paint(Mask.from_array(ring()), points, radius=radius)


def test_a_small_stroke_on_a_huge_mask_is_exact() -> None:
    mask = Mask.from_box(100, 100, 9000, 9000, height=10_000, width=10_000)
    dotted = paint(mask, [(5000.5, 5000.5)], radius=2, erase=True)
    assert mask.area - dotted.area == 13
    assert dotted.window(4998, 4998, 5003, 5003).sum() == 25 - 13


# --- polygons -------------------------------------------------------------------------------


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 12), st.integers(1, 12))
def test_a_rectangle_of_whole_pixels_fills_just_these(x: int, y: int, w: int, h: int) -> None:
    corners_of = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    found = polygon([corners_of], height=30, width=30)
    assert found == Mask.from_box(x, y, x + w, y + h, height=30, width=30)


def test_a_ring_inside_another_is_a_hole() -> None:
    outer = [(2, 2), (20, 2), (20, 20), (2, 20)]
    inner = [(6, 6), (12, 6), (12, 12), (6, 12)]
    found = polygon([outer, inner], height=30, width=30)
    assert found.area == 18 * 18 - 6 * 6


def test_a_polygon_may_leave_the_image() -> None:
    found = polygon([[(-10, -10), (50, -10), (50, 15), (-10, 15)]], height=20, width=30)
    assert found == Mask.from_box(0, 0, 30, 15, height=20, width=30)
    assert polygon([[(90, 90), (95, 90), (90, 95)]], height=20, width=30).is_empty


@given(pictures, st.data())
def test_moving_a_vertex_changes_the_mask_between_the_outlines_and_nowhere_else(
    picture: np.ndarray, data: st.DataObject
) -> None:
    mask = Mask.from_array(picture)
    before = outlines(mask, tolerance=2.0)
    if not before:
        return
    at = data.draw(st.integers(0, len(before) - 1))
    index = data.draw(st.integers(0, len(before[at]) - 1))
    place = (data.draw(st.floats(-3, 27)), data.draw(st.floats(-3, 27)))
    ring = (*before[at][:index], place, *before[at][index + 1 :])
    after = (*before[:at], ring, *before[at + 1 :])
    old, new = (
        polygon(r, height=mask.height, width=mask.width).to_array() for r in (before, after)
    )
    changed = redraw(mask, before, after).to_array()
    assert (changed[old == new] == picture[old == new].astype(bool)).all()
    assert (changed[old != new] == new[old != new]).all()
    assert redraw(mask, before, before) == mask


def test_an_outline_of_two_points_is_refused() -> None:
    with pytest.raises(MaskError, match="three"):
        polygon([[(1, 1), (4, 4)]], height=20, width=30)


@given(pictures)
def test_outlines_drawn_anew_give_the_same_mask(picture: np.ndarray) -> None:
    mask = Mask.from_array(picture)
    rings = outlines(mask, tolerance=0.0)
    again = polygon(rings, height=mask.height, width=mask.width) if rings else None
    assert again is None or again == mask
    assert (again is None) == mask.is_empty


# --- holes, islands, parts ------------------------------------------------------------------


@given(pictures)
def test_holes_are_filled_and_nothing_else(picture: np.ndarray) -> None:
    filled = fill_holes(Mask.from_array(picture)).to_array()
    _, parts = cv2.connectedComponents((~np.pad(picture, 1)).astype(np.uint8), connectivity=4)
    outside = (parts == parts[0, 0])[1:-1, 1:-1]
    assert np.array_equal(filled, ~outside)


def test_only_small_holes_are_filled_if_asked() -> None:
    mask = Mask.from_array(ring())
    assert fill_holes(mask, largest=15) == mask
    assert fill_holes(mask, largest=16).area == mask.area + 16


def test_islands_below_a_size_are_dropped() -> None:
    mask = Mask.from_array(ring())
    assert drop_islands(mask, smallest=3) == mask
    assert drop_islands(mask, smallest=4).area == mask.area - 3
    assert drop_islands(mask, smallest=1000).is_empty


@given(pictures)
def test_the_parts_of_a_mask_make_it_up_and_do_not_touch(picture: np.ndarray) -> None:
    mask = Mask.from_array(picture)
    parts = split(mask)
    assert sum(part.area for part in parts) == mask.area
    assert [part.area for part in parts] == sorted((p.area for p in parts), reverse=True)
    if parts:
        assert parts[0].union(*parts[1:]) == mask
    count, _ = cv2.connectedComponents(picture.astype(np.uint8), connectivity=8)
    assert len(parts) == count - 1


@given(shapes.flatmap(lambda s: st.tuples(*(hnp.arrays(np.bool_, s) for _ in range(3)))))
def test_subtracting_leaves_what_lies_in_no_other(three: tuple[np.ndarray, ...]) -> None:
    first, *others = map(Mask.from_array, three)
    assert subtract(first, *others) == Mask.from_array(three[0] & ~three[1] & ~three[2])


# --- growing and smoothing ------------------------------------------------------------------


@given(pictures, st.integers(1, 4))
def test_growing_adds_just_what_is_near(picture: np.ndarray, reach: int) -> None:
    mask = Mask.from_array(picture)
    grown = grow(mask, reach).to_array()
    if mask.is_empty:
        assert not grown.any()
        return
    rows, columns = np.nonzero(picture)
    every = np.argwhere(np.ones(picture.shape))
    far = np.hypot(every[:, :1] - rows, every[:, 1:] - columns).min(axis=1)
    assert np.array_equal(grown.ravel(), far <= reach + 1e-4)


@given(pictures, st.integers(1, 4))
def test_shrinking_is_growing_the_background(picture: np.ndarray, reach: int) -> None:
    shrunk = grow(Mask.from_array(picture), -reach).to_array()
    background = grow(Mask.from_array(~picture), reach).to_array()
    assert np.array_equal(shrunk, ~background)


def test_smoothing_takes_a_spike_and_leaves_a_disc() -> None:
    rows, columns = np.mgrid[:80, :80]
    disc = (rows - 40) ** 2 + (columns - 40) ** 2 < 25**2
    spiked = disc.copy()
    spiked[40, 64:78] = True
    found = smooth(Mask.from_array(spiked), 2).to_array()
    assert not found[40, 68:].any()
    assert (found ^ disc).sum() < 0.01 * disc.sum()


def test_an_empty_mask_stays_empty() -> None:
    empty = Mask.empty(height=9, width=9)
    for changed in (fill_holes(empty), drop_islands(empty, smallest=1), grow(empty, 3)):
        assert changed == empty
    assert smooth(empty, 2) == empty
    assert subtract(empty, empty) == empty
    assert split(empty) == ()
    assert outlines(empty) == ()
