"""A mask's picture lies where the mask is, and is made anew only when it has to be."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from gar_studio.annotation.mask import Mask
from tests.ui.canvas.scenes import box_mask, scene
from ui.canvas.mask_picture import MaskPicture
from ui.canvas.raster import region_style

STYLE = region_style("#FF0000", selected=False, hovered=False)


def painted(picture, where):
    """Alpha of the widget's device pixels, (H, W)."""
    size = where.size * where.ratio
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(where.ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    picture.paint(painter, where)
    painter.end()
    flat = np.frombuffer(image.constBits(), dtype=np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[..., 3].copy()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_the_fill_lies_on_the_mask(scale, ratio):
    picture = MaskPicture(box_mask(40, 30, 100, 60))
    where = scene(scale, 20.0, 10.0, ratio=ratio)
    picture.draw(where, STYLE)
    rows, columns = np.nonzero(painted(picture, where) == 102)  # the fill, without the outline
    found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    expected = [(v * scale + o) * ratio for v, o in ((40, 20), (30, 10), (140, 20), (90, 10))]
    assert found == pytest.approx(expected, abs=4 * ratio)


def test_panning_a_small_mask_and_repainting_draw_nothing_anew():
    picture = MaskPicture(box_mask(40, 30, 100, 60))
    where = scene(1.0)
    picture.draw(where, STYLE)
    assert picture.is_current(where, STYLE)
    assert picture.is_current(scene(1.0, -90.0, 40.0), STYLE)
    assert not picture.is_current(scene(1.5), STYLE)
    assert not picture.is_current(scene(1.0, ratio=2.0), STYLE)
    assert not picture.is_current(where, region_style("#FF0000", selected=True, hovered=False))


def test_of_a_huge_mask_only_what_is_seen_is_drawn():
    mask = Mask.from_runs([0, 9_000 * 12_000], height=9_000, width=12_000)
    picture = MaskPicture(mask)
    near = scene(1.0, -3_000.0, -3_000.0)
    picture.draw(near, STYLE)
    assert painted(picture, near).min() == 102
    assert picture.is_current(scene(1.0, -3_050.0, -3_050.0), STYLE)
    assert not picture.is_current(scene(1.0, -5_000.0, -3_000.0), STYLE)


def test_until_it_is_drawn_anew_it_is_stretched_to_the_new_zoom():
    picture = MaskPicture(box_mask(40, 30, 100, 60))
    picture.draw(scene(1.0), STYLE)
    alpha = painted(picture, scene(2.0))
    assert alpha[120, 180] > 90
    assert alpha[120, 300] == 0


def test_a_mask_beyond_the_edge_of_the_widget_is_not_visible():
    picture = MaskPicture(box_mask(40, 30, 100, 60))
    assert picture.is_visible(scene(1.0))
    assert not picture.is_visible(scene(1.0, 700.0))


def test_an_empty_mask_paints_nothing():
    picture = MaskPicture(Mask.empty(height=300, width=400))
    where = scene(1.0)
    picture.draw(where, STYLE)
    assert not painted(picture, where).any()
