"""Regions: which one is under the pointer, and what has to be drawn again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFont, QImage, QPainter

from tests.ui.canvas.scenes import box_mask, ring_mask, scene
from ui.canvas.overlay import OverlayLayer, RegionOverlay

LARGE = RegionOverlay(region_id=7, number=1, mask=box_mask(50, 50, 200, 200), colour="#E69F00")
SMALL = RegionOverlay(region_id=3, number=2, mask=box_mask(100, 100, 60, 60), colour="#56B4E9")
RING = RegionOverlay(region_id=9, number=3, mask=ring_mask(320, 200, 60, 40), colour="#009E73")


@pytest.fixture
def layer():
    layer = OverlayLayer()
    layer.set_regions((SMALL, LARGE, RING))
    return layer


def paint(layer, where=None, seconds=10.0):
    where = where or scene()
    image = QImage(QSize(640, 480), QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    painter = QPainter(image)
    complete = layer.paint(painter, where, seconds=seconds)
    complete = layer.paint_badges(painter, where, QFont(), seconds=seconds) and complete
    painter.end()
    return image, complete


def test_the_smallest_region_under_the_pointer_wins_whatever_the_order(layer):
    assert layer.region_at(120, 120) == 3
    assert layer.region_at(60, 60) == 7
    layer.set_regions((LARGE, SMALL))
    assert layer.region_at(120, 120) == 3


def test_of_equal_regions_the_last_wins(layer):
    layer.set_regions((SMALL, replace(SMALL, region_id=4)))
    assert layer.region_at(120, 120) == 4


def test_a_hole_is_not_the_region(layer):
    assert layer.region_at(320, 200) is None
    assert layer.region_at(320, 150) == 9


def test_nothing_outside_the_masks_is_a_region(layer):
    for x, y in ((10, 10), (-5, 120), (399.9, 10), (5_000, 5_000)):
        assert layer.region_at(x, y) is None


def test_hidden_regions_are_neither_painted_nor_found(layer):
    before = paint(layer)[0]
    layer.set_regions((replace(SMALL, visible=False), LARGE, RING))
    assert layer.region_at(120, 120) == 7
    assert paint(layer)[0] != before


def test_only_what_changed_is_drawn_anew(layer):
    paint(layer)
    assert layer.times_drawn == 3
    paint(layer)
    layer.set_regions((SMALL, LARGE, RING))
    paint(layer)
    assert layer.times_drawn == 3
    layer.set_regions((SMALL, replace(LARGE, number=5, label="dog"), RING))
    paint(layer)
    assert layer.times_drawn == 3
    black = replace(LARGE, colour="#000000")
    layer.set_regions((SMALL, black, RING))
    paint(layer)
    assert layer.times_drawn == 4
    layer.set_regions((replace(SMALL, mask=box_mask(100, 100, 61, 60)), black, RING))
    paint(layer)
    assert layer.times_drawn == 4  # the small one has a new picture, drawn once
    layer.set_regions((black,))
    assert layer.times_drawn == 2


def test_states_redraw_only_the_regions_that_they_concern(layer):
    calm = paint(layer)[0]
    layer.set_states(selection=frozenset({7}), hovered=None)
    selected = paint(layer)[0]
    assert layer.times_drawn == 4
    layer.set_states(selection=frozenset({7}), hovered=3)
    hovered = paint(layer)[0]
    assert layer.times_drawn == 5
    assert len({image.constBits().tobytes() for image in (calm, selected, hovered)}) == 3


def test_without_time_a_little_is_made_each_time_until_all_is_there(layer):
    rounds = [paint(layer, seconds=0.0)[1] for _ in range(8)]
    assert rounds[:2] == [False, False]
    assert rounds[-1]
    assert rounds == sorted(rounds), "what is complete stays so"
    assert paint(layer, seconds=0.0)[0] == paint(layer)[0]
    layer.set_states(selection=frozenset({3, 7, 9}), hovered=None)
    layer.draw_all(scene(), QFont())
    assert paint(layer, seconds=0.0)[1]


def test_a_badge_belongs_to_its_region_also_where_it_sits_outside(layer):
    speck = RegionOverlay(region_id=5, number=4, mask=box_mask(300, 20, 3, 3), colour="#CC79A7")
    layer.set_regions((LARGE, speck))
    paint(layer, scene(1.0, 0.0, 30.0))
    assert layer.badge_at(QPointF(301.5, 50 - 14)) == 5
    assert layer.badge_at(QPointF(150, 180)) == 7
    assert layer.badge_at(QPointF(600, 400)) is None


@pytest.mark.parametrize("scale", [0.05, 0.3, 1.0, 4.0, 64.0])
def test_a_number_is_whole_on_the_canvas_at_every_zoom(layer, scale):
    layer.set_regions((LARGE,))
    where = scene(scale, 320 - 150 * scale, 240 - 150 * scale)
    paint(layer, where)
    found = [
        (u, v)
        for u in range(0, 640, 4)
        for v in range(0, 480, 4)
        if layer.badge_at(QPointF(u, v)) == 7
    ]
    assert found
    if scale >= 1.0:
        u, v = (sum(values) / len(values) for values in zip(*found, strict=True))
        assert layer.region_at(*where.view.to_image(u, v)) == 7
    assert min(v for _, v in found) >= 0
    assert max(u for u, _ in found) < 640


def test_a_region_that_is_partly_seen_keeps_its_number_in_sight(layer):
    layer.set_regions((LARGE,))
    paint(layer, scene(10.0, -600.0, -600.0))
    assert any(layer.badge_at(QPointF(u, v)) for u in range(0, 640, 4) for v in range(0, 480, 4))


def test_three_hundred_specks_do_not_bury_the_photo_in_numbers(layer):
    specks = [
        RegionOverlay(i, i, box_mask(i % 20 * 18, i // 20 * 12, 4, 4), "#E69F00")
        for i in range(1, 341)
    ]
    layer.set_regions(specks)
    layer.set_states(selection=frozenset({50}), hovered=80)
    paint(layer)
    hits = {layer.badge_at(QPointF(u, v)) for u in range(0, 400, 3) for v in range(0, 300, 3)}
    assert hits == {None, 50, 80}


@pytest.mark.parametrize("scale", [0.01, 0.1, 1.0])
def test_no_number_lies_over_another_and_the_largest_regions_have_theirs(layer, scale):
    many = [
        RegionOverlay(i, i, box_mask(i % 15 * 26, i // 15 * 20, 3 + i % 20, 9), "#E69F00")
        for i in range(1, 200)
    ]
    layer.set_regions((*many, replace(LARGE, number=200)))
    paint(layer, scene(scale, 300.0, 200.0))
    places = [QRectF(x, y, w, 20) for _, x, y, w in layer._numbers._painted]
    assert places
    for index, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[:index])
    assert LARGE.region_id in {region_id for region_id, *_ in layer._numbers._painted}


def test_selected_regions_have_their_numbers_also_in_a_crowd(layer):
    many = [RegionOverlay(i, i, box_mask(20, 20, 12, 9), "#E69F00") for i in range(1, 30)]
    layer.set_regions(many)
    layer.set_states(selection=frozenset({5, 6, 7}), hovered=9)
    paint(layer)
    shown = {region_id for region_id, *_ in layer._numbers._painted}
    assert shown == {5, 6, 7, 9}
