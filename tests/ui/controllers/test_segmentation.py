"""From clicks to regions, in the real window."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.errors import EngineError
from tests.ui.conftest import Engines, add_region, click, make_photo, on_canvas, open_photo, press
from ui.studio import Studio


def test_a_click_and_enter_make_a_region(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    region_id = add_region(qtbot, studio, 100, 80)
    (region,) = studio.desk.regions()
    assert region.id == region_id
    assert region.mask.box == pytest.approx((95, 75, 10, 10), abs=1)
    assert region.provenance.model == "Scripted"
    assert region.provenance.prompt == "1 click"
    assert studio.desk.selection == (region_id,)
    assert not studio.segmentation.active


def test_right_click_and_alt_click_take_away(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    click(studio, 150, 80, Qt.MouseButton.RightButton)
    alt = Qt.KeyboardModifier.AltModifier
    QTest.mouseClick(studio.canvas, Qt.MouseButton.LeftButton, alt, on_canvas(studio, 160, 90))
    signs = [prompt.positive for prompt in studio.segmentation.prompts.clicks]
    assert signs == [True, False, False]
    qtbot.waitUntil(lambda: len(engines.segmenter.last_prompts.clicks) == 3)


def test_digits_choose_the_candidate_that_enter_accepts(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    press(studio, Qt.Key.Key_3)
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions()[0].mask.box == pytest.approx((85, 65, 30, 30), abs=1)


def test_escape_drops_the_object(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    press(studio, Qt.Key.Key_Escape)
    assert not studio.segmentation.active
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions() == ()


def test_box_and_scribble_reach_the_engine_in_image_pixels(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    for key, start in ((Qt.Key.Key_B, (40, 50)), (Qt.Key.Key_S, (70, 90))):
        press(studio, key)
        first, last = on_canvas(studio, *start), on_canvas(studio, 140, 150)
        QTest.mousePress(studio.canvas, Qt.MouseButton.LeftButton, pos=first)
        for step in range(1, 6):
            QTest.mouseMove(studio.canvas, first + (last - first) * step / 5)
        QTest.mouseRelease(studio.canvas, Qt.MouseButton.LeftButton, pos=last)
    qtbot.waitUntil(lambda: bool(engines.segmenter.last_prompts.scribbles))
    prompts = engines.segmenter.last_prompts
    assert prompts.box is not None
    assert (prompts.box.x0, prompts.box.y1) == pytest.approx((40, 150), abs=1.0)
    assert prompts.scribbles[0].points[0] == pytest.approx((70, 90), abs=1.0)
    assert prompts.scribbles[0].points[-1] == pytest.approx((140, 150), abs=1.0)


def test_refinement_gives_the_chosen_candidate_back(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    press(studio, Qt.Key.Key_2)
    chosen = studio.segmentation.candidate
    click(studio, 110, 80)
    qtbot.waitUntil(lambda: len(engines.segmenter.requests) == 2)
    assert engines.segmenter.requests[1].previous is chosen


def test_enter_before_the_result_takes_the_mask_of_the_last_click(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    engines.segmenter.gate.clear()
    click(studio, 200, 150)
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions() == ()
    engines.segmenter.gate.set()
    qtbot.waitUntil(lambda: len(studio.desk.regions()) == 1)
    assert studio.desk.regions()[0].mask.box == pytest.approx((195, 145, 10, 10), abs=1)


def test_the_best_mask_is_shown_and_may_be_kept_before_the_others_are_there(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.rest_gate.clear()
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    assert len(studio.segmentation.candidates) == 1
    assert studio.segmentation.waiting
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions()[0].mask.box == pytest.approx((95, 75, 10, 10), abs=1)
    engines.segmenter.rest_gate.set()
    click(studio, 200, 150)
    qtbot.waitUntil(lambda: len(studio.segmentation.candidates) == 3)
    assert not studio.segmentation.waiting


def test_a_late_mask_never_lands_on_another_image(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    make_photo(photo.with_name("other.png"), seed=2)
    open_photo(qtbot, studio, photo.parent)
    first = studio.desk.image_id
    engines.segmenter.gate.clear()
    click(studio, 100, 80)
    press(studio, Qt.Key.Key_Return)
    studio.desk.step_image(1)
    engines.segmenter.gate.set()
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    qtbot.wait(100)
    document = studio.desk.document
    assert document is not None
    assert studio.desk.image_id != first
    assert studio.segmentation.candidate is None
    assert set(document.region_counts().values()) == {0}


def test_only_the_latest_of_many_clicks_is_answered(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.gate.clear()
    for x in range(40, 240, 20):
        click(studio, x, 80)
    engines.segmenter.gate.set()
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    assert len(engines.segmenter.requests) <= 3
    assert len(engines.segmenter.last_prompts.clicks) == 10


@pytest.mark.parametrize("error", [EngineError("No memory left."), ZeroDivisionError("bug")])
def test_a_failing_engine_is_told_and_the_next_click_works(
    qtbot: QtBot,
    studio: Studio,
    photo: Path,
    engines: Engines,
    error: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.error = error
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: bool(studio.notices.failure))
    assert str(error) in studio.notices.text
    assert "Traceback" not in studio.notices.text
    engines.segmenter.error = None
    click(studio, 110, 90)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    caplog.clear()


def test_workers_end_with_the_window(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 50, 50)
    studio.close()
    names = {thread.name for thread in threading.enumerate()}
    assert names.isdisjoint({"segmenter", "describer", "image-loader", "store-sync"})


def test_a_kept_mask_leaves_out_what_other_regions_have_if_that_is_wanted(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    first = add_region(qtbot, studio, 100, 80)
    studio.action("avoid").trigger()
    second = add_region(qtbot, studio, 105, 80)
    masks = {region.id: region.mask for region in studio.desk.regions()}
    assert not masks[second].is_empty
    assert masks[second].intersection(masks[first]).is_empty


def test_a_mask_that_others_have_all_of_is_not_kept(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 100, 80)
    studio.action("avoid").trigger()
    notes: list[str] = []
    studio.desk.told.connect(notes.append)
    click(studio, 100, 80)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    press(studio, Qt.Key.Key_Return)
    assert len(studio.desk.regions()) == 1
    assert "Other regions" in notes[-1]
    assert studio.segmentation.active, "it can still be changed"
