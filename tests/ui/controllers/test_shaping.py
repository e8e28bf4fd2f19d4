"""Hand tools in the real window, with mouse, wheel and keys."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion
from tests.ui.canvas.hands import LEFT, drag, heard
from tests.ui.conftest import on_canvas, open_photo, press
from ui.studio import Studio

SHIFT = Qt.KeyboardModifier.ShiftModifier
HEIGHT, WIDTH = 240, 320


@pytest.fixture
def window(qtbot: QtBot, studio: Studio, photo: Path) -> Studio:
    open_photo(qtbot, studio, photo)
    return studio


def add(window: Studio, *boxes: tuple[int, int, int, int]) -> list[int]:
    """Add a region of boxes (x0, y0, x1, y1) each, select all of them, return their ids."""
    assert window.desk.image_id is not None
    ids = []
    for box in boxes:
        mask = Mask.from_box(*box, height=HEIGHT, width=WIDTH)
        changes = window.desk.do(
            AddRegion(window.desk.image_id, mask, Provenance.by_person(), "add")
        )
        ids.append(changes[0].row.id)
    window.desk.select(ids)
    return ids


def mask_of(window: Studio, region_id: int) -> Mask:
    return next(r.mask for r in window.desk.regions() if r.id == region_id)


def turn_wheel(window: Studio, notches: int) -> None:
    place = QPointF(on_canvas(window, 100, 100))
    event = QWheelEvent(
        place,
        window.canvas.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        SHIFT,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window.canvas, event)


def test_a_stroke_without_a_selection_makes_a_region(window: Studio) -> None:
    press(window, Qt.Key.Key_W)
    drag(window.canvas, (100, 100), (140, 100))
    (region,) = window.desk.regions()
    radius = window.canvas.brush_radius
    assert region.mask.area == pytest.approx(40 * 2 * radius + np.pi * radius**2, rel=0.03)
    assert region.provenance.model == "person"
    assert window.desk.selection == (region.id,)


def test_a_drag_is_one_step_on_the_selected_region(window: Studio) -> None:
    (region_id,) = add(window, (80, 80, 160, 120))
    before = mask_of(window, region_id)
    press(window, Qt.Key.Key_W)
    drag(window.canvas, (150, 100), (170, 100), (190, 100), (200, 110))
    painted = mask_of(window, region_id)
    assert painted.intersection(before) == before
    assert painted.window(185, 95, 190, 100).all()
    press(window, Qt.Key.Key_E)
    drag(window.canvas, (90, 100), (100, 100))
    erased = mask_of(window, region_id)
    assert not erased.window(93, 98, 97, 102).any()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert mask_of(window, region_id) == painted
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert mask_of(window, region_id) == before


def test_the_right_button_erases_with_the_brush(window: Studio) -> None:
    (region_id,) = add(window, (80, 80, 160, 120))
    press(window, Qt.Key.Key_W)
    drag(window.canvas, (100, 100), (110, 100), button=Qt.MouseButton.RightButton)
    assert not mask_of(window, region_id).window(103, 98, 107, 102).any()


def test_the_size_changes_with_wheel_and_keys_and_the_zoom_does_not(window: Studio) -> None:
    press(window, Qt.Key.Key_W)
    first, zoom = window.canvas.brush_radius, window.canvas.zoom
    turn_wheel(window, 2)
    larger = window.canvas.brush_radius
    assert larger > first
    press(window, Qt.Key.Key_BracketLeft)
    press(window, Qt.Key.Key_BracketLeft)
    assert window.canvas.brush_radius == pytest.approx(first)
    press(window, Qt.Key.Key_BracketRight)
    assert first < window.canvas.brush_radius < larger
    assert window.canvas.zoom == zoom


def test_escape_drops_the_stroke_that_is_drawn(window: Studio) -> None:
    press(window, Qt.Key.Key_W)
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=on_canvas(window, 100, 100))
    press(window, Qt.Key.Key_Escape)
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=on_canvas(window, 130, 100))
    assert window.desk.regions() == ()


def test_the_brush_needs_one_region(window: Studio) -> None:
    add(window, (10, 10, 40, 40), (60, 60, 90, 90))
    notes = heard(window.desk.told)
    press(window, Qt.Key.Key_W)
    drag(window.canvas, (100, 100), (110, 100))
    assert "one region" in notes[-1][0]
    window.desk.select(())
    press(window, Qt.Key.Key_E)
    drag(window.canvas, (100, 100), (110, 100))
    assert "eraser" in notes[-1][0]
    assert len(window.desk.regions()) == 2


def test_erasing_all_of_a_region_is_refused_and_it_stays(window: Studio) -> None:
    (region_id,) = add(window, (100, 100, 106, 106))
    errors = heard(window.desk.failed)
    press(window, Qt.Key.Key_E)
    drag(window.canvas, (100, 103), (108, 103))
    assert "empty" in str(errors[-1][0])
    assert mask_of(window, region_id).area == 36


def test_actions_of_the_menu_change_the_selection_in_one_step(window: Studio) -> None:
    first, second = add(window, (60, 60, 120, 120), (100, 60, 160, 120))
    before = {region.id: region.mask for region in window.desk.regions()}
    area = before[first].area
    window.action("grow").trigger()
    assert mask_of(window, first).area > area
    assert mask_of(window, second).area > area
    window.action("undo").trigger()
    window.action("shrink").trigger()
    assert mask_of(window, first).area == (60 - 4) ** 2
    window.action("undo").trigger()
    window.action("subtract").trigger()
    assert mask_of(window, first).area == 40 * 60
    window.action("undo").trigger()
    window.action("intersect").trigger()
    assert mask_of(window, first).area == 20 * 60
    window.action("undo").trigger()
    press(window, Qt.Key.Key_M)
    assert [region.id for region in window.desk.regions()] == [first]
    assert mask_of(window, first).area == 100 * 60
    window.action("undo").trigger()
    assert {region.id: region.mask for region in window.desk.regions()} == before


def test_holes_islands_and_parts(window: Studio) -> None:
    (region_id,) = add(window, (60, 60, 120, 120))
    press(window, Qt.Key.Key_E)
    drag(window.canvas, (90, 90), (91, 90))
    holed = mask_of(window, region_id)
    assert holed.area < 3600
    press(window, Qt.Key.Key_H)
    assert mask_of(window, region_id).area == 3600
    press(window, Qt.Key.Key_W)
    for _ in range(9):
        press(window, Qt.Key.Key_BracketLeft)
    drag(window.canvas, (200, 200), (201, 200))
    assert mask_of(window, region_id).box[2] > 100
    window.action("drop_islands").trigger()
    assert mask_of(window, region_id).area == 3600
    window.action("undo").trigger()
    window.action("split").trigger()
    assert len(window.desk.regions()) == 2
    assert mask_of(window, region_id).area == 3600


def test_what_changes_nothing_says_so(window: Studio) -> None:
    add(window, (60, 60, 120, 120))
    notes = heard(window.desk.told)
    press(window, Qt.Key.Key_H)
    assert notes[-1][0] == "Nothing to change: fill holes."


def test_actions_are_off_without_a_selection(window: Studio) -> None:
    first, _ = add(window, (60, 60, 120, 120), (100, 60, 160, 120))
    names = ("fill_holes", "smooth", "grow", "merge", "subtract")
    assert all(window.action(name).isEnabled() for name in names)
    assert not window.action("split").isEnabled()
    window.desk.select([first])
    assert window.action("split").isEnabled()
    assert not window.action("merge").isEnabled()
    window.desk.select(())
    assert not any(window.action(name).isEnabled() for name in (*names, "split"))


def test_the_brush_is_seen_where_the_pointer_is(window: Studio) -> None:
    from tests.ui.canvas.hands import move, pixel

    press(window, Qt.Key.Key_W)
    plain = pixel(window.canvas, 100 + window.canvas.brush_radius, 100)
    move(window.canvas, on_canvas(window, 100, 100))
    assert pixel(window.canvas, 100 + window.canvas.brush_radius, 100) != plain


# --- outlines -------------------------------------------------------------------------------


def corner(window: Studio, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(window.canvas, button, pos=on_canvas(window, x, y))


def test_corners_closed_at_the_first_one_make_a_region(window: Studio) -> None:
    press(window, Qt.Key.Key_L)
    for x, y in ((50, 50), (150, 50), (150, 130), (50, 130), (51, 50)):
        corner(window, x, y)
    (region,) = window.desk.regions()
    assert region.mask.area == pytest.approx(100 * 80, rel=0.04)
    assert region.provenance.model == "person"


def test_enter_closes_an_outline_and_backspace_takes_a_corner_back(window: Studio) -> None:
    press(window, Qt.Key.Key_L)
    for x, y in ((50, 50), (150, 50), (150, 130), (290, 200)):
        corner(window, x, y)
    press(window, Qt.Key.Key_Backspace)
    press(window, Qt.Key.Key_Return)
    (region,) = window.desk.regions()
    assert region.mask.area == pytest.approx(100 * 80 / 2, rel=0.04)


def test_two_corners_are_no_outline_and_escape_drops_them(window: Studio) -> None:
    press(window, Qt.Key.Key_L)
    corner(window, 50, 50)
    corner(window, 150, 50)
    press(window, Qt.Key.Key_Return)
    assert window.desk.regions() == ()
    press(window, Qt.Key.Key_Escape)
    for x, y in ((200, 50), (250, 50), (250, 100)):
        corner(window, x, y)
    press(window, Qt.Key.Key_Return)
    assert window.desk.regions()[0].mask.box[0] >= 198


def test_a_freehand_line_that_comes_back_is_closed(window: Studio) -> None:
    press(window, Qt.Key.Key_L)
    drag(window.canvas, (60, 60), (140, 60), (140, 120), (60, 120), (61, 61))
    (region,) = window.desk.regions()
    assert region.mask.area == pytest.approx(80 * 60, rel=0.05)


def test_an_outline_adds_to_the_selected_region_or_takes_away(window: Studio) -> None:
    (region_id,) = add(window, (80, 80, 160, 120))
    press(window, Qt.Key.Key_L)
    for x, y in ((160, 80), (200, 80), (200, 120), (160, 120)):
        corner(window, x, y)
    press(window, Qt.Key.Key_Return)
    added = mask_of(window, region_id).area
    assert added == pytest.approx(120 * 40, rel=0.03)
    corner(window, 90, 90, Qt.MouseButton.RightButton)
    for x, y in ((110, 90), (110, 110), (90, 110)):
        corner(window, x, y)
    press(window, Qt.Key.Key_Return)
    assert added - mask_of(window, region_id).area == pytest.approx(20 * 20, rel=0.15)


def test_a_new_mask_leaves_out_what_other_regions_have(window: Studio) -> None:
    (first,) = add(window, (80, 80, 160, 120))
    window.desk.select(())
    window.action("avoid").trigger()
    press(window, Qt.Key.Key_L)
    for x, y in ((120, 60), (220, 60), (220, 140), (120, 140)):
        corner(window, x, y)
    press(window, Qt.Key.Key_Return)
    second = window.desk.regions()[1].mask
    assert second.intersection(mask_of(window, first)).is_empty
    assert second.area == pytest.approx(100 * 80 - 40 * 40, rel=0.04)
