"""What can be laid over the photo, and taken off it again."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.ui.canvas.hands import LEFT, at, drag, heard, move, pixel, shot, wheel
from tests.ui.canvas.scenes import box_mask, photo
from ui import theme
from ui.canvas import RegionOverlay, ToolName
from ui.canvas.arrows import Arrow

REGIONS = (
    RegionOverlay(7, 1, box_mask(20, 20, 100, 100), "#E69F00", "table"),
    RegionOverlay(3, 2, box_mask(250, 150, 60, 60), "#56B4E9", "dog"),
)
INSIDE, EDGE = (40.5, 100.5), (20, 70)


def colour(canvas, x, y):
    return np.array(pixel(canvas, x, y).getRgb()[:3], dtype=int)


def difference(canvas, x, y):
    """How far a place is from the photo's own colour there."""
    return np.abs(colour(canvas, x, y) - photo()[int(y), int(x)].astype(int)).max()


def test_fill_and_outline_are_switched_off_one_by_one(canvas):
    canvas.set_regions(REGIONS)
    canvas.settle()
    assert difference(canvas, *INSIDE) > 20
    canvas.set_look(opacity=0.0, lined=True)
    canvas.settle()
    assert difference(canvas, *INSIDE) <= 1
    assert difference(canvas, *EDGE) > 20
    canvas.set_look(opacity=0.8, lined=False)
    canvas.settle()
    assert difference(canvas, *INSIDE) > 40
    inner, outer = colour(canvas, 23, 70), colour(canvas, 60, 70)
    assert inner == pytest.approx(outer, abs=60), "no line along the edge"


def test_a_selected_region_shows_the_photos_own_colours(canvas):
    canvas.set_regions(REGIONS)
    canvas.settle()
    tinted = difference(canvas, *INSIDE)
    canvas.set_selection(frozenset({7}))
    canvas.settle()
    assert difference(canvas, *INSIDE) < tinted / 2


def test_an_outline_that_is_edited_is_the_only_one_of_its_region(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_selection(frozenset({7}))
    canvas.settle()
    assert difference(canvas, *EDGE) > 50
    canvas.set_outline((((60.0, 60.0), (80.0, 60.0), (80.0, 80.0)),), of=7)
    canvas.settle()
    assert difference(canvas, *EDGE) < 30, "the mask's own border has no line"
    assert difference(canvas, 70, 60) > 50, "the edited outline is there"
    canvas.set_outline(())
    canvas.settle()
    assert difference(canvas, *EDGE) > 50


def test_all_regions_are_hidden_at_once_and_cannot_be_hit(canvas):
    canvas.set_tool(ToolName.SELECT)
    canvas.set_regions(REGIONS)
    canvas.settle()
    canvas.set_regions_shown(shown=False)
    canvas.settle()
    assert difference(canvas, *INSIDE) <= 1
    clicked, ground = heard(canvas.region_clicked), heard(canvas.background_clicked)
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 70, 70))
    assert (len(clicked), len(ground)) == (0, 1)
    canvas.set_regions_shown(shown=True)
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 70, 70))
    assert len(clicked) == 1


def test_a_box_drawn_from_the_ground_is_reported_and_one_from_a_region_is_not(canvas):
    canvas.set_tool(ToolName.SELECT)
    canvas.set_regions(REGIONS)
    canvas.settle()
    swept = heard(canvas.swept)
    drag(canvas, (5, 5), (200, 140))
    (sweep,) = swept[0]
    assert sweep.box == pytest.approx((5, 5, 200, 140), abs=1)
    assert not sweep.toggle
    drag(canvas, (70, 90), (200, 140))
    assert len(swept) == 1


def test_the_cross_follows_the_pointer_and_goes_with_it(canvas):
    before = shot(canvas)
    canvas.set_crosshair(wanted=True)
    move(canvas, at(canvas, 200, 150))
    assert difference(canvas, 200.2, 20.5) > 10
    assert difference(canvas, 20.5, 150.2) > 10
    canvas.set_crosshair(wanted=False)
    assert shot(canvas) == before


def test_pixels_have_borders_only_when_they_are_large(canvas):
    own = {tuple(c) for c in photo().reshape(-1, 3).tolist()}

    def foreign(zoom):
        canvas.zoom_to(zoom, QPointF(200, 150))
        canvas.centre_on(150, 110)
        painted = shot(canvas)
        row = [painted.pixelColor(x, 60).getRgb()[:3] for x in range(100, 200)]
        return sum(one not in own for one in row)

    assert foreign(12.0) == 0
    assert 2 <= foreign(40.0) <= 6


def test_the_minimap_is_there_while_a_part_is_out_of_view_and_moves_the_view(canvas):
    assert not canvas.minimap.isVisible()
    wheel(canvas, at(canvas, 200, 150), 12)
    assert canvas.minimap.isVisible()
    side = canvas.minimap.rect()
    QTest.mouseClick(canvas.minimap, LEFT, pos=QPoint(4, side.height() - 4))
    middle = canvas.widget_to_image(QPointF(canvas.width() / 2, canvas.height() / 2))
    assert middle.x() < 60
    assert middle.y() > 240
    painted = canvas.minimap.grab().toImage()
    expected = photo()[150, 200].astype(int)
    got = painted.pixelColor(painted.width() // 2, painted.height() // 2).getRgb()[:3]
    assert np.abs(np.array(got) - expected).max() < 40
    canvas.minimap.set_wanted(wanted=False)
    assert not canvas.minimap.isVisible()
    canvas.minimap.set_wanted(wanted=True)
    canvas.fit()
    assert not canvas.minimap.isVisible()


def test_the_frame_on_the_minimap_is_found_also_when_single_pixels_are_in_view(canvas):
    def accent_pixels():
        painted = canvas.minimap.grab().toImage()
        wanted = QColor(theme.current().accent)
        spots = ((x, y) for x in range(painted.width()) for y in range(painted.height()))
        return sum(painted.pixelColor(*spot) == wanted for spot in spots)

    canvas.zoom_to(64.0, QPointF(400, 300))
    assert accent_pixels() >= 12


def test_the_minimap_costs_the_canvas_no_paint_event(canvas):
    canvas.zoom_to(8.0, QPointF(400, 300))
    canvas.settle()
    QTest.qWait(50)
    painted = []
    original = canvas.paintEvent
    canvas.paintEvent = lambda event: (painted.append(event.rect()), original(event))
    canvas.minimap.repaint()
    assert painted == []


def test_an_arrow_leads_from_the_subject_to_the_object_while_both_are_shown(canvas):
    canvas.set_regions(REGIONS)
    canvas.settle()
    before = shot(canvas)
    canvas.set_arrows([Arrow(7, 3, "is left of")])
    assert shot(canvas) != before
    hidden = RegionOverlay(3, 2, REGIONS[1].mask, "#56B4E9", visible=False)
    canvas.set_arrows(())
    canvas.set_regions((REGIONS[0], hidden))
    canvas.settle()
    without = shot(canvas)
    canvas.set_arrows([Arrow(7, 3, "is left of")])
    assert shot(canvas) == without


def test_a_part_of_the_photo_is_zoomed_to(canvas):
    canvas.zoom_to_box(250, 150, 310, 210)
    middle = canvas.widget_to_image(QPointF(canvas.width() / 2, canvas.height() / 2))
    assert (middle.x(), middle.y()) == pytest.approx((280, 180), abs=1)
    low = canvas.image_to_widget(QPointF(250, 150))
    high = canvas.image_to_widget(QPointF(310, 210))
    assert 0 < low.y() < high.y() < canvas.height()
    assert high.y() - low.y() > 0.7 * canvas.height()
