"""Numbers sit inside their regions, and read on any photo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFont

from gar_studio.annotation.colours import region_colour
from gar_studio.annotation.mask import Mask
from ui import theme
from ui.canvas.badge import HEIGHT, Badge, BadgePainter, anchor
from ui.canvas.runs import MaskRuns


def place(array, **window):
    height, width = array.shape
    window = {"left": 0, "top": 0, "right": width, "bottom": height} | window
    return anchor(MaskRuns(Mask.from_array(array)), **window)


def picture(number=1, label="", colour="#E69F00", strong=False, ratio=1.0):
    badge = Badge(number=number, label=label, colour=colour, strong=strong)
    return BadgePainter().picture(badge, ratio=ratio, font=QFont())


@given(st.integers(0, 60), st.integers(0, 40), st.integers(3, 30), st.integers(3, 30))
def test_the_anchor_of_a_box_lies_in_its_middle(x, y, width, height):
    array = np.zeros((80, 100), dtype=bool)
    array[y : y + height, x : x + width] = True
    point = place(array)
    assert abs(point.x() - (x + width / 2)) <= max(width, height) / 2
    assert abs(point.y() - (y + height / 2)) <= max(width, height) / 2
    assert array[int(point.y()), int(point.x())]


def test_the_anchor_of_a_ring_is_not_in_its_hole():
    rows, columns = np.mgrid[0:200, 0:200]
    radius = np.hypot(rows - 100, columns - 100)
    array = (radius < 90) & (radius > 40)
    point = place(array)
    assert array[int(point.y()), int(point.x())]


def test_the_anchor_moves_into_the_part_that_is_seen():
    array = np.zeros((100, 400), dtype=bool)
    array[20:80, 10:390] = True
    assert 300 <= place(array, left=300).x() < 390
    assert place(array, left=395) is None


@pytest.mark.parametrize("index", range(30))
@pytest.mark.parametrize("strong", [False, True])
def test_the_text_has_a_contrast_of_4_5_on_the_badge_itself(index, strong):
    colour = region_colour(index)
    shown = picture(number=88, colour=colour, strong=strong)
    middle = [shown.pixelColor(x, HEIGHT // 2) for x in range(6, shown.width() - 6)]
    assert all(pixel.alpha() == 255 for pixel in middle)
    assert any(pixel == QColor(colour) for pixel in middle)
    strongest = max(theme.contrast(pixel.name(), colour) for pixel in middle)
    assert strongest >= 4.5


def test_a_label_makes_it_wider_up_to_a_limit():
    short, labelled, long = (picture(label=text).width() for text in ("", "dog", "dog " * 200))
    assert short < labelled < long < 240


def test_on_a_fine_screen_it_has_more_pixels_and_the_same_size():
    coarse, fine = picture(), picture(ratio=2.0)
    assert fine.height() == 2 * coarse.height()
    assert fine.deviceIndependentSize().height() == coarse.height()
