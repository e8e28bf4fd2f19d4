"""Outlines edited by their vertices, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from tests.ui.conftest import LEFT, add_region, click, on_canvas, open_photo, press
from ui.studio import Studio


@pytest.fixture
def edited(qtbot: QtBot, studio: Studio, photo: Path) -> Studio:
    """A window with the outline of a region from (85, 65) to (115, 95) in hand."""
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    press(studio, Qt.Key.Key_3)
    press(studio, Qt.Key.Key_Return)
    press(studio, Qt.Key.Key_V)
    press(studio, Qt.Key.Key_O)
    return studio


def drag(studio: Studio, start: tuple[float, float], end: tuple[float, float]) -> None:
    QTest.mouseMove(studio.canvas, on_canvas(studio, *start))
    QTest.mousePress(studio.canvas, LEFT, pos=on_canvas(studio, *start))
    for share in (0.3, 0.7, 1.0):
        x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
        QTest.mouseMove(studio.canvas, on_canvas(studio, x, y))
    QTest.mouseRelease(studio.canvas, LEFT, pos=on_canvas(studio, *end))


def mask_of(studio: Studio) -> Mask:
    return studio.desk.regions()[0].mask


def test_a_vertex_that_is_dragged_takes_the_mask_with_it(edited: Studio) -> None:
    assert mask_of(edited).box == pytest.approx((85, 65, 30, 30), abs=1)
    before = mask_of(edited)
    drag(edited, (85, 65), (45, 25))
    grown = mask_of(edited)
    assert grown.box == pytest.approx((45, 25, 70, 70), abs=2)
    assert before.intersection(grown) == before
    assert edited.action("undo").text() == "&Undo edit outline"
    edited.action("undo").trigger()
    assert mask_of(edited) == before
    drag(edited, (85, 65), (100, 80))
    assert mask_of(edited).area < before.area, "after undo the vertices are where they were"


def test_a_press_on_an_edge_adds_a_vertex(edited: Studio) -> None:
    before = mask_of(edited)
    drag(edited, (115, 80), (150, 80))
    grown = mask_of(edited)
    assert grown.box[2] == pytest.approx(65, abs=1.5)
    assert grown.area - before.area == pytest.approx(30 * 35 / 2, rel=0.1)


@pytest.mark.parametrize("how", ["right button", "delete"])
def test_a_vertex_is_taken_away(edited: Studio, how: str) -> None:
    before = mask_of(edited)
    if how == "right button":
        click(edited, 85, 65, Qt.MouseButton.RightButton)
    else:
        QTest.mouseMove(edited.canvas, on_canvas(edited, 85, 65))
        press(edited, Qt.Key.Key_Delete)
    assert mask_of(edited).area == pytest.approx(before.area / 2, rel=0.1)
    assert len(edited.desk.regions()) == 1


def test_holes_have_vertices_too_and_what_is_not_touched_stays_bit_for_bit(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    hole = Mask.from_box(140, 100, 160, 120, height=240, width=320)
    ragged = Mask.from_box(201, 60, 202, 61, height=240, width=320)
    outer = Mask.from_box(100, 60, 200, 180, height=240, width=320)
    from gar_studio.annotation.region import Provenance
    from gar_studio.annotation.shaping import subtract
    from gar_studio.document.commands import AddRegion

    image_id = studio.desk.image_id
    assert image_id is not None
    mask = subtract(outer, hole).union(ragged)
    (change,) = studio.desk.do(AddRegion(image_id, mask, Provenance.by_person()))
    studio.desk.select([change.row.id])
    press(studio, Qt.Key.Key_V)
    press(studio, Qt.Key.Key_O)
    drag(studio, (140, 100), (120, 80))
    changed = mask_of(studio)
    assert changed.area < mask.area
    assert mask.intersection(changed) == changed
    assert not changed.intersection(ragged).is_empty
    lost = subtract(mask, changed)
    assert lost.box == pytest.approx((120, 80, 40, 40), abs=2)


def test_escape_takes_a_drag_back_and_then_puts_the_outline_away(edited: Studio) -> None:
    before = mask_of(edited)
    QTest.mouseMove(edited.canvas, on_canvas(edited, 85, 65))
    QTest.mousePress(edited.canvas, LEFT, pos=on_canvas(edited, 85, 65))
    QTest.mouseMove(edited.canvas, on_canvas(edited, 20, 20))
    press(edited, Qt.Key.Key_Escape)
    QTest.mouseRelease(edited.canvas, LEFT, pos=on_canvas(edited, 20, 20))
    assert mask_of(edited) == before
    assert edited.outline.region_id is not None
    press(edited, Qt.Key.Key_Escape)
    assert edited.outline.region_id is None
    assert not edited.action("edit_outline").isChecked()
    assert edited.desk.selection, "the selection goes with the next one"


def test_another_selection_puts_the_outline_away(qtbot: QtBot, edited: Studio) -> None:
    press(edited, Qt.Key.Key_P)
    add_region(qtbot, edited, 220, 160)
    assert edited.outline.region_id is None


def test_a_brush_stroke_draws_the_outline_anew(edited: Studio) -> None:
    press(edited, Qt.Key.Key_W)
    drag(edited, (140, 60), (140, 110))
    rings = edited.canvas.outline
    assert max(x for ring in rings for x, _ in ring) > 135


def test_the_last_triangle_is_not_taken_away(edited: Studio) -> None:
    click(edited, 85, 65, Qt.MouseButton.RightButton)
    triangle = mask_of(edited)
    corner = edited.canvas.outline[0][0]
    click(edited, *corner, Qt.MouseButton.RightButton)
    assert mask_of(edited) == triangle
    assert edited.notices.failure
    assert len(edited.canvas.outline) == 1
