"""Masks drawn from their runs are the masks themselves, at every scale and in every window."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from gar_studio.annotation.mask import Mask
from ui.canvas.runs import MaskRuns

ARRAYS = nps.arrays(np.bool_, nps.array_shapes(min_dims=2, max_dims=2, max_side=24))


def drawn_whole(array, scale):
    height, width = (int(np.ceil(side * scale)) for side in array.shape)
    runs = MaskRuns(Mask.from_array(array))
    return runs.raster(scale, left=0, top=0, width=width, height=height)


@given(ARRAYS)
def test_at_full_size_it_is_the_mask(array):
    assert np.array_equal(drawn_whole(array, 1.0), array)


@given(ARRAYS, st.integers(2, 5))
def test_magnified_each_pixel_is_a_square(array, factor):
    squares = np.kron(array, np.ones((factor, factor), dtype=np.bool_))
    assert np.array_equal(drawn_whole(array, float(factor)), squares)


@given(ARRAYS, st.integers(2, 5))
def test_reduced_a_pixel_is_set_if_any_that_it_covers_is(array, factor):
    height, width = (-(-side // factor) for side in array.shape)
    padded = np.zeros((height * factor, width * factor), dtype=np.bool_)
    padded[: array.shape[0], : array.shape[1]] = array
    expected = padded.reshape(height, factor, width, factor).any(axis=(1, 3))
    # 1 / 3 and 1 / 5 are not exact: what matters is that a centre never lies on a border.
    assert np.array_equal(drawn_whole(array, 1 / factor)[:height, :width], expected)


@given(ARRAYS, st.floats(0.05, 8.0))
def test_at_no_scale_does_a_part_vanish(array, scale):
    assert drawn_whole(array, scale).any() == array.any() or scale > 1.0


@given(ARRAYS, st.floats(0.2, 5.0), st.data())
def test_a_window_is_a_cut_out_of_the_whole(array, scale, data):
    whole = drawn_whole(array, scale)
    left = data.draw(st.integers(-5, whole.shape[1]))
    top = data.draw(st.integers(-5, whole.shape[0]))
    width, height = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    part = MaskRuns(Mask.from_array(array)).raster(
        scale, left=left, top=top, width=width, height=height
    )
    assert part.shape == (height, width)
    around = np.pad(whole, 20)
    cut = around[top + 20 : top + 20 + height, left + 20 : left + 20 + width]
    inside = np.zeros_like(cut)
    inside[: cut.shape[0], : cut.shape[1]] = part[: cut.shape[0], : cut.shape[1]]
    assert np.array_equal(inside, cut)


@given(ARRAYS)
def test_contains_agrees_with_every_pixel_and_nothing_outside(array):
    runs = MaskRuns(Mask.from_array(array))
    height, width = array.shape
    for y in range(-1, height + 1):
        for x in range(-1, width + 1):
            inside = 0 <= x < width and 0 <= y < height
            assert runs.contains(x + 0.5, y + 0.5) == (inside and bool(array[y, x]))


@pytest.mark.parametrize("filled", [True, False])
def test_full_and_empty_masks_of_a_huge_image_cost_little(filled):
    size = 12_000 * 9_000
    mask = Mask.from_runs([0, size] if filled else [size], height=9_000, width=12_000)
    drawn = MaskRuns(mask).raster(0.1, left=0, top=0, width=1_200, height=900)
    assert drawn.all() == filled
    assert drawn.any() == filled
