"""Zooming and panning, for every view, image and pointer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.canvas.view import MAX_ZOOM, MIN_ZOOM, ViewTransform, clamp_zoom, fitted

COORDINATE = st.floats(-20_000, 20_000)
SCALE = st.floats(MIN_ZOOM, MAX_ZOOM)
VIEW = st.builds(ViewTransform, SCALE, COORDINATE, COORDINATE)
SIDE = st.integers(1, 30_000)
ROOM = st.floats(160, 4_000)


@given(VIEW, COORDINATE, COORDINATE)
def test_there_and_back(view, x, y):
    assert view.to_image(*view.to_widget(x, y)) == pytest.approx((x, y), abs=1e-3)


@given(VIEW, SCALE, COORDINATE, COORDINATE)
def test_zooming_keeps_the_point_under_the_pointer(view, scale, x, y):
    under = view.to_image(x, y)
    zoomed = view.zoomed(scale, at_x=x, at_y=y)
    assert zoomed.scale == scale
    assert zoomed.to_widget(*under) == pytest.approx((x, y), abs=1e-3)


@given(VIEW, COORDINATE, COORDINATE)
def test_panning_moves_every_point_alike(view, dx, dy):
    x, y = view.to_widget(7, 5)
    assert view.panned(dx, dy).to_widget(7, 5) == pytest.approx((x + dx, y + dy), abs=1e-3)


@given(VIEW, st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0]))
def test_snapping_lands_on_device_pixels_and_moves_half_of_one_at_most(view, ratio):
    snapped = view.snapped(ratio)
    for before, after in (
        (view.offset_x, snapped.offset_x),
        (view.offset_y, snapped.offset_y),
    ):
        assert after * ratio == pytest.approx(round(after * ratio), abs=1e-6)
        assert abs(after - before) * ratio <= 0.5 + 1e-6


@given(ROOM, ROOM, SIDE, SIDE, st.sampled_from([1.0, 2.0]))
def test_fitting_centres_the_image_and_stays_within_the_limits(width, height, w, h, ratio):
    view = fitted(width=width, height=height, image_width=w, image_height=h, ratio=ratio)
    left, top = view.to_widget(0, 0)
    right, bottom = view.to_widget(w, h)
    assert left + right == pytest.approx(width, abs=1e-6 * max(w, width))
    assert top + bottom == pytest.approx(height, abs=1e-6 * max(h, height))
    assert MIN_ZOOM <= view.scale * ratio <= MAX_ZOOM + 1e-9
    if MIN_ZOOM < view.scale * ratio < MAX_ZOOM:
        margin = min(left, top)
        assert margin == pytest.approx(16, abs=1e-3)


@given(VIEW, ROOM, ROOM, SIDE, SIDE)
def test_some_of_the_image_always_stays_in_sight(view, width, height, w, h):
    kept = view.kept_visible(width=width, height=height, image_width=w, image_height=h)
    left, top = kept.to_widget(0, 0)
    right, bottom = kept.to_widget(w, h)
    seen_x = min(right, width) - max(left, 0)
    seen_y = min(bottom, height) - max(top, 0)
    assert seen_x >= min(48, right - left) - 1e-3
    assert seen_y >= min(48, bottom - top) - 1e-3


def test_a_view_in_which_the_image_is_seen_is_not_moved():
    view = ViewTransform(2.0, 30.0, 40.0)
    assert view.kept_visible(width=800, height=600, image_width=100, image_height=90) == view


@pytest.mark.parametrize(("zoom", "clamped"), [(0.001, 0.01), (1.0, 1.0), (1000.0, 64.0)])
def test_zoom_goes_from_1_to_6400_percent(zoom, clamped):
    assert clamp_zoom(zoom) == clamped
