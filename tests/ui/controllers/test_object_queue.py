"""Shift+click keeps a mask and begins the next object, however quickly the clicks come."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.errors import EngineError
from tests.ui.conftest import Engines, click, on_canvas, open_photo, press
from ui.studio import Studio

PLACES = ((50, 50), (120, 60), (200, 150), (280, 200))


def shift_click(studio: Studio, x: float, y: float) -> None:
    left, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(studio.canvas, left, shift, on_canvas(studio, x, y))


@pytest.mark.parametrize("tells_first", [True, False])
def test_each_click_becomes_a_region_of_its_own(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines, tells_first: bool
) -> None:
    engines.segmenter.tells_first = tells_first
    open_photo(qtbot, studio, photo)
    engines.segmenter.gate.clear()  # no mask comes before all clicks are made
    for place in PLACES:
        shift_click(studio, *place)
    engines.segmenter.gate.set()
    qtbot.waitUntil(lambda: len(studio.desk.regions()) == len(PLACES) - 1)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    press(studio, Qt.Key.Key_Return)
    assert len(studio.desk.regions()) == len(PLACES)
    prompts = [r.provenance.prompt for r in studio.desk.regions()]
    assert prompts == ["1 click"] * len(PLACES), "no click landed on another object"


def test_esc_drops_the_object_under_way_and_those_that_wait(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.gate.clear()
    for place in PLACES:
        shift_click(studio, *place)
    press(studio, Qt.Key.Key_Escape)
    engines.segmenter.gate.set()
    qtbot.wait(100)
    assert studio.desk.regions() == ()
    assert not studio.segmentation.active


def test_another_image_does_not_get_the_clicks(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.gate.clear()
    click(studio, *PLACES[0])
    shift_click(studio, *PLACES[1])
    studio.desk.show_image(None)
    engines.segmenter.gate.set()
    qtbot.wait(100)
    assert studio.segmentation.prompts.clicks == ()


def test_an_object_that_fails_takes_those_that_wait_with_it(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.gate.clear()
    engines.segmenter.error = EngineError("It broke.")
    for place in PLACES:
        shift_click(studio, *place)
    engines.segmenter.gate.set()
    qtbot.waitUntil(lambda: bool(studio.notices.failure))
    assert studio.desk.regions() == ()
    assert len(studio.segmentation.prompts.clicks) == 1, "the first object may be tried again"
