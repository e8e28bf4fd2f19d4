"""Masks through tiles: what is seen is what drawing them one by one would give."""

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

from tests.ui.canvas.scenes import box_mask, ring_mask, scene
from ui.canvas.mask_picture import MaskPicture
from ui.canvas.overlay_tiles import Item, OverlayTiles
from ui.canvas.raster import region_style

ORANGE = region_style("#E69F00", selected=False, hovered=False)
CHOSEN = region_style("#E69F00", selected=True, hovered=False)
MASKS = (ring_mask(200, 150, 140, 60), box_mask(20, 20, 90, 70), box_mask(80, 60, 50, 50))


def items(style=ORANGE):
    return [Item(key, MaskPicture(mask), style) for key, mask in enumerate(MASKS)]


def painted(where, paint):
    image = QImage(QSize(640, 480) * where.ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(where.ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return np.frombuffer(image.constBits(), dtype=np.uint8).astype(int)


def through_tiles(tiles, where, seconds=10.0):
    return painted(where, lambda painter: tiles.paint(painter, where, seconds=seconds))


def one_by_one(masks, where, style=ORANGE):
    def paint(painter):
        for mask in masks:
            picture = MaskPicture(mask)
            picture.draw(where, style)
            picture.paint(painter, where)

    return painted(where, paint)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize(("scale", "x", "y"), [(0.3, 10, 10), (1.0, 0, 0), (4.0, -700, -300)])
def test_tiles_show_what_drawing_one_by_one_shows(scale, x, y, ratio):
    tiles, where = OverlayTiles(), scene(scale, float(x), float(y), ratio=ratio)
    tiles.set_items(items())
    assert np.abs(through_tiles(tiles, where) - one_by_one(MASKS, where)).max() <= 2


def test_a_look_that_changes_and_a_mask_that_goes_are_seen():
    tiles, where, these = OverlayTiles(), scene(), items()
    tiles.set_items(these)
    through_tiles(tiles, where)
    tiles.set_items([Item(i.key, i.picture, CHOSEN) for i in these])
    assert np.abs(through_tiles(tiles, where) - one_by_one(MASKS, where, CHOSEN)).max() <= 2
    tiles.set_items(these[:1])
    assert np.abs(through_tiles(tiles, where) - one_by_one(MASKS[:1], where)).max() <= 2


def test_while_there_is_no_time_the_zoom_before_is_shown_stretched():
    tiles = OverlayTiles()
    tiles.set_items(items())
    through_tiles(tiles, scene(1.0))
    near = scene(1.25)
    stretched = through_tiles(tiles, near, seconds=-1.0)
    exact = one_by_one(MASKS, near)
    assert (stretched > 0).mean() == pytest.approx((exact > 0).mean(), rel=0.1)
    assert not (stretched == exact).all()


def test_a_mask_that_is_gone_does_not_come_back_while_zooming():
    tiles, these = OverlayTiles(), items()
    tiles.set_items(these)
    through_tiles(tiles, scene(1.0))
    through_tiles(tiles, scene(0.5))
    tiles.set_items([])
    assert not through_tiles(tiles, scene(0.8), seconds=-1.0).any()


def test_panning_there_and_back_draws_nothing_anew():
    tiles, these = OverlayTiles(), items()
    tiles.set_items(these)
    for x in (0.0, -100.0, -200.0):
        through_tiles(tiles, scene(1.0, x, 0.0))
    drawn = sum(item.picture.times_drawn for item in these)
    for x in (-150.0, 0.0):
        through_tiles(tiles, scene(1.0, x, 0.0))
    assert sum(item.picture.times_drawn for item in these) == drawn
