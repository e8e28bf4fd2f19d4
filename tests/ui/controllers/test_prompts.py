"""Prompts as things on the canvas: dragged, taken away, undone; masks shown before a click."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.protocol import EngineInfo
from gar_studio.engines.segmentation import Candidate
from gar_studio.errors import CheckpointError
from gar_studio.images import read_image
from gar_studio.settings import EngineChoice, load
from tests.helpers.engines import ScriptedEncoder
from tests.ui.conftest import (
    LEFT,
    NO_MODIFIER,
    Engines,
    add_region,
    click,
    make_photo,
    make_studio,
    on_canvas,
    open_photo,
    press,
)
from ui.studio import Studio

RIGHT = Qt.MouseButton.RightButton


def drag(studio: Studio, start: tuple[float, float], *places: tuple[float, float]) -> None:
    """Press at a point of the image, move over others, and let go at the last."""
    begin_drag(studio, start, *places)
    QTest.mouseRelease(studio.canvas, LEFT, pos=on_canvas(studio, *places[-1]))


def begin_drag(studio: Studio, start: tuple[float, float], *places: tuple[float, float]) -> None:
    QTest.mouseMove(studio.canvas, on_canvas(studio, *start))
    QTest.mousePress(studio.canvas, LEFT, pos=on_canvas(studio, *start))
    for place in places:
        QTest.mouseMove(studio.canvas, on_canvas(studio, *place))


def cut(qtbot: QtBot, studio: Studio) -> Candidate:
    """Wait for the mask of the object under way."""
    qtbot.waitUntil(lambda: not studio.segmentation.waiting)
    candidate = studio.segmentation.candidate
    assert candidate is not None
    return candidate


def box_of(studio: Studio) -> tuple[int, int, int, int]:
    candidate = studio.segmentation.candidate
    assert candidate is not None
    return candidate.mask.box


def test_a_mask_follows_the_click_that_is_dragged(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    cut(qtbot, studio)
    begin_drag(studio, (100, 80), (120, 90), (180, 120))
    qtbot.waitUntil(lambda: box_of(studio) == pytest.approx((175, 115, 10, 10), abs=1))
    assert not studio.segmentation.waiting, "the mask follows while the button is down"
    QTest.mouseRelease(studio.canvas, LEFT, pos=on_canvas(studio, 200, 150))
    (moved,) = studio.segmentation.prompts.clicks
    assert (moved.x, moved.y) == pytest.approx((180, 120), abs=1)
    cut(qtbot, studio)
    assert engines.segmenter.requests[-1].previous is None, "the old place leaves no trace"


def test_a_drag_is_one_step_and_escape_takes_it_back(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    first = cut(qtbot, studio)
    drag(studio, (100, 80), (120, 90), (180, 120))
    moved = cut(qtbot, studio)
    assert studio.action("undo").text() == "&Undo move click"
    studio.action("undo").trigger()
    assert studio.segmentation.candidate is first
    studio.action("redo").trigger()
    assert studio.segmentation.candidate is moved
    begin_drag(studio, (180, 120), (30, 30))
    press(studio, Qt.Key.Key_Escape)
    assert studio.segmentation.active
    assert studio.segmentation.candidate is moved


@pytest.mark.parametrize("how", ["right button", "delete"])
def test_a_click_is_taken_away(qtbot: QtBot, studio: Studio, photo: Path, how: str) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    click(studio, 200, 150)
    cut(qtbot, studio)
    QTest.mouseMove(studio.canvas, on_canvas(studio, 200, 150))
    if how == "right button":
        click(studio, 200, 150, RIGHT)
    else:
        press(studio, Qt.Key.Key_Delete)
    assert len(studio.segmentation.prompts.clicks) == 1
    cut(qtbot, studio)
    assert box_of(studio) == pytest.approx((95, 75, 10, 10), abs=1)
    press(studio, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(studio.segmentation.prompts.clicks) == 2
    assert box_of(studio) == pytest.approx((195, 145, 10, 10), abs=1)


def test_undo_of_a_click_that_was_not_answered_asks_again(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    cut(qtbot, studio)
    engines.segmenter.gate.clear()
    click(studio, 200, 150)
    click(studio, 250, 200)
    engines.segmenter.gate.set()
    cut(qtbot, studio)
    studio.action("undo").trigger()
    cut(qtbot, studio)
    assert len(studio.segmentation.prompts.clicks) == 2
    assert box_of(studio) == pytest.approx((195, 145, 10, 10), abs=1), "not that of one click"


def test_a_box_that_is_folded_up_has_no_mask(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    press(studio, Qt.Key.Key_B)
    drag(studio, (40, 50), (90, 100), (140, 150))
    cut(qtbot, studio)
    box = studio.segmentation.prompts.box
    assert box is not None
    studio.segmentation.move_prompt(box, replace(box, x1=box.x0), done=True)
    assert studio.segmentation.candidate is None
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions() == ()
    assert studio.notices.failure is None or not studio.notices.failure
    studio.action("undo").trigger()
    assert studio.segmentation.candidate is not None


def test_the_last_click_that_goes_leaves_nothing_and_can_come_back(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    cut(qtbot, studio)
    click(studio, 100, 80, RIGHT)
    assert not studio.segmentation.active
    assert studio.segmentation.candidate is None
    press(studio, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert studio.segmentation.candidate is not None


def test_what_says_only_what_the_object_is_not_has_no_mask(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    click(studio, 200, 150, RIGHT)
    cut(qtbot, studio)
    asked = len(engines.segmenter.requests)
    click(studio, 100, 80, RIGHT)
    assert [c.positive for c in studio.segmentation.prompts.clicks] == [False]
    assert studio.segmentation.candidate is None
    qtbot.wait(50)
    assert len(engines.segmenter.requests) == asked


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((40, 50), (60, 70), (60, 70, 140, 150)),
        ((140, 100), (180, 20), (40, 50, 180, 150)),
        ((90, 150), (10, 170), (40, 50, 140, 170)),
        ((40, 50), (200, 200), (140, 150, 200, 200)),
    ],
)
def test_a_box_is_stretched_by_its_edges_and_corners(
    qtbot: QtBot,
    studio: Studio,
    photo: Path,
    start: tuple[int, int],
    end: tuple[int, int],
    expected: tuple[int, ...],
) -> None:
    open_photo(qtbot, studio, photo)
    press(studio, Qt.Key.Key_B)
    drag(studio, (40, 50), (90, 100), (140, 150))
    cut(qtbot, studio)
    drag(studio, start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end)
    box = studio.segmentation.prompts.box
    assert box is not None
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx(expected, abs=1)


def test_a_scribble_moves_as_a_whole(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    press(studio, Qt.Key.Key_S)
    drag(studio, (40, 50), (60, 60), (90, 80))
    cut(qtbot, studio)
    before = studio.segmentation.prompts.scribbles[0].points
    drag(studio, (40, 50), (60, 70), (100, 110))
    after = studio.segmentation.prompts.scribbles[0].points
    pairs = zip(before, after, strict=True)
    shifts = {(round(b[0] - a[0], 6), round(b[1] - a[1], 6)) for a, b in pairs}
    assert len(shifts) == 1
    assert shifts.pop() == pytest.approx((60, 60), abs=1.5)


def test_accepting_ends_the_history_of_the_clicks(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 100, 80)
    assert studio.action("undo").text() == "&Undo add region"
    studio.action("undo").trigger()
    assert studio.desk.regions() == ()
    assert not studio.segmentation.active


def test_undo_reaches_the_clicks_first_and_then_the_regions(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 100, 80)
    click(studio, 200, 150)
    cut(qtbot, studio)
    control = Qt.KeyboardModifier.ControlModifier
    press(studio, Qt.Key.Key_Z, control)
    assert not studio.segmentation.active
    assert len(studio.desk.regions()) == 1
    press(studio, Qt.Key.Key_Z, control)
    assert studio.desk.regions() == ()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["click", "negative", "move", "remove", "undo", "redo", "choose"]),
        st.integers(0, 200),
        st.integers(0, 4),
    ),
    min_size=3,
    max_size=40,
)


@given(acts=ACTS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_undo_brings_every_state_of_the_prompts_back(
    qtbot: QtBot, studio: Studio, photo: Path, acts: list[tuple[str, int, int]]
) -> None:
    open_photo(qtbot, studio, photo)
    segmentation = studio.segmentation
    segmentation.clear()

    def state() -> tuple[PromptSet, list[object]]:
        qtbot.waitUntil(lambda: not segmentation.waiting)
        return segmentation.prompts, [c.mask for c in segmentation.candidates]

    states = [state()]
    for kind, place, which in acts:
        clicks = segmentation.prompts.clicks
        if kind == "undo":
            if segmentation.undo():
                states.pop()
        elif kind == "choose":
            segmentation.choose(which)
        elif kind == "move" and clicks:
            old = clicks[which % len(clicks)]
            segmentation.move_prompt(old, replace(old, x=float(place)), done=True)
            if replace(old, x=float(place)) != old:
                states.append(state())
        elif kind == "remove" and clicks:
            segmentation.remove_prompt(clicks[which % len(clicks)])
            states.append(state())
        elif kind in ("click", "negative") and (kind == "click" or clicks):
            before = segmentation.prompts
            segmentation.add_prompt(Click(place, 10 * which + 5, positive=kind == "click"))
            if segmentation.prompts != before:
                states.append(state())
        assert state() == states[-1]
    for expected in reversed(states[:-1]):
        assert segmentation.undo()
        assert state() == expected
    assert not segmentation.undo()


# --- masks before a click -----------------------------------------------------------------------


@pytest.fixture
def encoder() -> ScriptedEncoder:
    return ScriptedEncoder()


@pytest.fixture
def desk_with_encoder(qtbot: QtBot, encoder: ScriptedEncoder) -> Iterator[Studio]:
    """A window whose segmenter encodes images, as SAM does."""
    window = make_studio(Engines(segmenter=encoder))
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    choose(window, "sam")
    yield window
    encoder.held.clear()
    window.close()


def choose(studio: Studio, name: str) -> None:
    options = replace(EngineChoice(name).options, model="a.pth")
    words = studio.settings.settings.describer
    studio.settings.choose_engines(EngineChoice(name, options), words, max_tiles=None, ahead=2)


def test_the_mask_that_a_click_would_give_is_shown_under_the_pointer(
    qtbot: QtBot, desk_with_encoder: Studio, photo: Path
) -> None:
    studio = desk_with_encoder
    open_photo(qtbot, studio, photo)
    qtbot.waitUntil(lambda: bool(studio.preview._prepared))
    QTest.mouseMove(studio.canvas, on_canvas(studio, 100, 80))
    qtbot.waitUntil(lambda: studio.preview.mask is not None)
    assert studio.preview.mask is not None
    assert studio.preview.mask.box == pytest.approx((95, 75, 10, 10), abs=1)
    assert not studio.segmentation.active
    studio.action("hint").trigger()
    assert studio.preview.mask is None
    QTest.mouseMove(studio.canvas, on_canvas(studio, 120, 80))
    qtbot.wait(50)
    assert studio.preview.mask is None
    assert load().settings.hint is False


def test_nothing_is_shown_before_the_image_is_encoded_or_beside_it(
    qtbot: QtBot, desk_with_encoder: Studio, encoder: ScriptedEncoder, photo: Path
) -> None:
    studio = desk_with_encoder
    encoder.held.add(read_image(photo).key)
    open_photo(qtbot, studio, photo)
    qtbot.waitUntil(lambda: bool(encoder.begun))
    QTest.mouseMove(studio.canvas, on_canvas(studio, 60, 60))
    qtbot.wait(30)
    assert studio.preview.mask is None
    assert encoder.requests == [], "the pointer alone makes nobody wait"
    encoder.held.clear()
    qtbot.waitUntil(lambda: bool(studio.preview._prepared))
    QTest.mouseMove(studio.canvas, QPoint(2, 2))
    qtbot.wait(30)
    assert studio.preview.mask is None
    QTest.mouseMove(studio.canvas, on_canvas(studio, 100, 80))
    qtbot.waitUntil(lambda: studio.preview.mask is not None)
    click(studio, 100, 80)
    assert studio.preview.mask is None, "the mask of the click takes its place"


def test_an_engine_without_an_encoder_is_not_bothered_by_the_pointer(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 50, 50)
    asked = len(engines.segmenter.requests)
    for x in range(60, 200, 10):
        QTest.mouseMove(studio.canvas, on_canvas(studio, x, 80))
    qtbot.wait(30)
    assert len(engines.segmenter.requests) == asked


def test_the_image_in_view_and_the_next_two_are_encoded(
    qtbot: QtBot, desk_with_encoder: Studio, encoder: ScriptedEncoder, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    for seed in range(5):
        make_photo(folder / f"{seed}.png", seed=seed, width=60, height=40)
    open_photo(qtbot, desk_with_encoder, folder)
    qtbot.waitUntil(lambda: len(encoder.encoded) == 3)
    desk_with_encoder.desk.step_image(1)
    qtbot.waitUntil(lambda: len(encoder.encoded) == 4)
    assert len(set(encoder.encoded)) == 4


def test_an_engine_that_fails_gives_way_and_the_clicks_are_kept(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    cut(qtbot, studio)
    build = studio.settings._build_segmenter

    def fail_or_build(name: str, options: object) -> object:
        if name == "sam":
            raise CheckpointError("“a.pth” is not the file that it says it is.")
        return build(name, options)  # type: ignore[arg-type]

    studio.settings._build_segmenter = fail_or_build  # type: ignore[assignment]
    choose(studio, "sam")
    qtbot.waitUntil(lambda: bool(studio.notices.failure))
    assert "not the file that it says it is" in studio.notices.text
    assert "grabcut cuts out as before" in studio.notices.text
    cut(qtbot, studio)
    assert len(studio.segmentation.prompts.clicks) == 1
    assert studio.settings.settings.segmenter.name == "grabcut"
    assert load().settings.segmenter.name == "grabcut"
    press(studio, Qt.Key.Key_Return, NO_MODIFIER)
    assert len(studio.desk.regions()) == 1


def test_an_object_under_way_goes_over_to_the_new_engine(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    click(studio, 100, 80)
    cut(qtbot, studio)
    newer = ScriptedEncoder(info=EngineInfo("Newer", "2", "cpu", "no weights", encodes=True))
    studio.settings._build_segmenter = lambda _name, _options: newer
    choose(studio, "sam")
    cut(qtbot, studio)
    assert newer.last_prompts.clicks == studio.segmentation.prompts.clicks
    press(studio, Qt.Key.Key_Return)
    assert studio.desk.regions()[0].provenance.model == "Newer"
