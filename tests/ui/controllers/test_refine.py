"""A region's mask taken in hand again, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Engines, add_region, click, open_photo, press
from ui.studio import Studio

RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def refined(qtbot: QtBot, studio: Studio, photo: Path) -> Studio:
    """A window with the mask of its only region in hand."""
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 100, 80)
    press(studio, Qt.Key.Key_T)
    return studio


def wait(qtbot: QtBot, studio: Studio) -> None:
    qtbot.waitUntil(lambda: not studio.segmentation.waiting)


def test_clicks_change_the_mask_of_the_region_and_keep_all_else(
    qtbot: QtBot, refined: Studio, engines: Engines
) -> None:
    (before,) = refined.desk.regions()
    assert refined.segmentation.candidate is not None
    assert refined.segmentation.candidate.mask == before.mask
    click(refined, 200, 150)
    wait(qtbot, refined)
    asked = engines.segmenter.requests[-1]
    assert asked.previous is not None
    assert asked.previous.mask == before.mask
    press(refined, Qt.Key.Key_Return)
    (after,) = refined.desk.regions()
    assert after.id == before.id
    assert after.mask.box == pytest.approx((195, 145, 10, 10), abs=1)
    assert refined.action("undo").text() == "&Undo change mask"
    refined.action("undo").trigger()
    assert refined.desk.regions() == (before,)


def test_a_negative_click_alone_refines_nothing_but_may_come_second(
    qtbot: QtBot, refined: Studio
) -> None:
    click(refined, 200, 150, RIGHT)
    assert refined.segmentation.active
    assert refined.segmentation.prompts.is_empty
    click(refined, 120, 80)
    click(refined, 200, 150, RIGHT)
    wait(qtbot, refined)
    assert len(refined.segmentation.prompts.clicks) == 2


def test_undo_goes_back_to_the_mask_as_it_was(qtbot: QtBot, refined: Studio) -> None:
    (before,) = refined.desk.regions()
    click(refined, 200, 150)
    wait(qtbot, refined)
    refined.action("undo").trigger()
    assert refined.segmentation.candidate is not None
    assert refined.segmentation.candidate.mask == before.mask
    press(refined, Qt.Key.Key_Return)
    assert not refined.segmentation.active
    assert refined.desk.regions() == (before,)


def test_escape_leaves_the_region_as_it_was(qtbot: QtBot, refined: Studio) -> None:
    (before,) = refined.desk.regions()
    click(refined, 200, 150)
    wait(qtbot, refined)
    press(refined, Qt.Key.Key_Escape)
    assert not refined.segmentation.active
    assert refined.desk.regions() == (before,)


def test_a_refined_region_is_not_another_to_itself(qtbot: QtBot, refined: Studio) -> None:
    refined.action("avoid").trigger()
    click(refined, 102, 80)
    wait(qtbot, refined)
    press(refined, Qt.Key.Key_Return)
    (after,) = refined.desk.regions()
    assert after.mask.box == pytest.approx((97, 75, 10, 10), abs=1)
