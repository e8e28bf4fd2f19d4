"""Objects that the engine finds by itself, kept one by one or all at once, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.errors import EngineError
from tests.ui.conftest import LEFT, Engines, add_region, click, on_canvas, open_photo, press
from ui.studio import Studio

SHIFT = Qt.KeyboardModifier.ShiftModifier


def find(qtbot: QtBot, studio: Studio) -> None:
    studio.action("everything").trigger()
    qtbot.waitUntil(lambda: not studio.proposals.searching)


def boxes(studio: Studio) -> list[tuple[int, int, int, int]]:
    return [region.mask.box for region in studio.desk.regions()]


def test_what_is_found_is_kept_one_by_one(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    find(qtbot, studio)
    assert len(studio.proposals.found) == 4
    assert studio.desk.regions() == ()
    press(studio, Qt.Key.Key_N)
    press(studio, Qt.Key.Key_Return)
    press(studio, Qt.Key.Key_Delete)
    press(studio, Qt.Key.Key_Return)
    assert boxes(studio) == [(70, 30, 20, 20), (150, 30, 20, 20)]
    assert studio.desk.regions()[0].provenance.prompt == "everything"
    assert len(studio.proposals.found) == 1
    press(studio, Qt.Key.Key_Escape)
    assert not studio.proposals.active
    assert len(studio.desk.regions()) == 2


def test_all_are_kept_as_one_step(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    find(qtbot, studio)
    press(studio, Qt.Key.Key_Return, SHIFT)
    assert len(studio.desk.regions()) == 4
    assert len({region.colour for region in studio.desk.regions()}) == 4
    assert not studio.proposals.active
    studio.action("undo").trigger()
    assert studio.desk.regions() == ()
    studio.action("redo").trigger()
    assert len(studio.desk.regions()) == 4


def test_a_proposal_is_lit_up_by_a_click_on_it(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    press(studio, Qt.Key.Key_V)
    find(qtbot, studio)
    click(studio, 120, 40)
    assert studio.proposals.current == 2
    press(studio, Qt.Key.Key_Return)
    assert boxes(studio) == [(110, 30, 20, 20)]


def test_a_box_says_where_to_look(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    press(studio, Qt.Key.Key_B)
    QTest.mousePress(studio.canvas, LEFT, pos=on_canvas(studio, 20, 20))
    QTest.mouseMove(studio.canvas, on_canvas(studio, 60, 60))
    QTest.mouseRelease(studio.canvas, LEFT, pos=on_canvas(studio, 100, 90))
    find(qtbot, studio)
    (asked,) = engines.segmenter.searches
    assert asked.box is not None
    assert (asked.box.x0, asked.box.y1) == pytest.approx((20, 90), abs=1)
    assert not studio.segmentation.active
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions()[0].provenance.prompt == "everything in a box"


def test_the_search_shows_how_far_it_is_and_escape_stops_it(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.search_gate.clear()
    studio.action("everything").trigger()
    assert studio.proposals.searching
    press(studio, Qt.Key.Key_Escape)
    assert not studio.proposals.active
    engines.segmenter.search_gate.set()
    qtbot.wait(50)
    assert studio.proposals.found == ()
    find(qtbot, studio)
    assert studio.proposals.progress == (4, 4)


def test_a_search_ends_with_its_image(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    find(qtbot, studio)
    studio.desk.show_image(None)
    assert not studio.proposals.active


def test_a_click_goes_on_while_the_search_runs(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.search_gate.clear()
    studio.action("everything").trigger()
    click(studio, 200, 150)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    assert studio.proposals.searching
    press(studio, Qt.Key.Key_Return)
    assert len(studio.desk.regions()) == 1
    engines.segmenter.search_gate.set()
    qtbot.waitUntil(lambda: len(studio.proposals.found) == 4)


def test_an_engine_that_cannot_search_says_so(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.search_error = EngineError("GrabCut cannot look for everything.")
    studio.action("everything").trigger()
    qtbot.waitUntil(lambda: bool(studio.notices.failure))
    assert "GrabCut cannot look for everything." in studio.notices.text
    assert not studio.proposals.active


def test_proposals_avoid_other_regions_if_that_is_wanted(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    first = add_region(qtbot, studio, 35, 35)
    studio.action("avoid").trigger()
    find(qtbot, studio)
    press(studio, Qt.Key.Key_Return, SHIFT)
    masks = {region.id: region.mask for region in studio.desk.regions()}
    assert len(masks) == 5
    assert all(masks[first].intersection(m).is_empty for i, m in masks.items() if i != first)
