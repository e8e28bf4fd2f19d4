"""Every level shows the whole image, finished or not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.canvas.pyramid import Pyramid


def gradient(height, width):
    rows, columns = np.mgrid[0:height, 0:width]
    channels = [rows * 255 / max(height - 1, 1), columns * 255 / max(width - 1, 1), rows * 0 + 90]
    return np.stack(channels, axis=2).astype(np.uint8)


@given(st.integers(1, 700), st.integers(1, 700))
def test_levels_are_halves_rounded_up_until_both_sides_are_small(height, width):
    pyramid = Pyramid(np.zeros((height, width, 3), dtype=np.uint8))
    pyramid.work(float("inf"))
    for number in range(pyramid.finished):
        expected = (-(-height // 2**number), -(-width // 2**number), 3)
        assert pyramid.level(number).shape == expected
    assert max(pyramid.level(pyramid.finished - 1).shape) <= 256


def test_a_pixel_of_a_level_is_the_mean_of_four():
    pixels = np.zeros((512, 512, 3), dtype=np.uint8)
    pixels[0:2, 0:2, 0] = [[10, 20], [30, 41]]
    pyramid = Pyramid(pixels)
    pyramid.work(float("inf"))
    assert pyramid.level(1)[0, 0].tolist() == [25, 0, 0]


def test_odd_sides_keep_the_last_row_and_column():
    pixels = np.zeros((513, 515, 3), dtype=np.uint8)
    pixels[-1], pixels[:, -1] = 200, 200
    pyramid = Pyramid(pixels)
    pyramid.work(float("inf"))
    assert (pyramid.level(1)[-1] == 200).all()
    assert (pyramid.level(1)[:, -1] == 200).all()


def test_work_goes_in_slices_and_stand_ins_look_alike_meanwhile():
    pyramid = Pyramid(gradient(1500, 1100))
    assert not pyramid.is_complete
    early = pyramid.level(2).astype(int)
    slices = 0
    while not pyramid.is_complete:
        pyramid.work(0.0)
        slices += 1
    assert slices > 10
    late = pyramid.level(2).astype(int)
    assert early.shape == late.shape
    assert np.abs(early - late).max() <= 2


def test_the_original_is_shared():
    pixels = gradient(300, 400)
    assert Pyramid(pixels).level(0) is pixels


@pytest.mark.parametrize(("zoom", "level"), [(4.0, 0), (1.0, 0), (0.51, 0), (0.5, 1), (0.1, 3)])
def test_the_level_has_a_pixel_for_every_device_pixel(zoom, level):
    assert Pyramid(np.zeros((4000, 4000, 3), dtype=np.uint8)).level_for(zoom) == level
