"""What each tool makes of presses, moves and releases."""

import pytest

from gar_studio.annotation.prompts import Box, Click, PromptSet, Scribble
from ui.canvas.tools import BrushSize, Pick, Pointer, ToolName, make_tools


@pytest.fixture
def tools():
    return make_tools(BrushSize())


def drag(tool, *points, **state):
    pointers = [Pointer(x, y, **state) for x, y in points]
    early = tool.press(pointers[0])
    for pointer in pointers[1:]:
        tool.move(pointer)
    return early, tool.release(pointers[-1])


def test_there_is_one_tool_for_each_name(tools):
    assert set(tools) == set(ToolName)
    assert all(tool.name == name for name, tool in tools.items())


def test_a_click_is_there_at_once_and_only_once(tools):
    assert drag(tools[ToolName.POINT], (3.5, 4.5)) == (Click(3.5, 4.5), None)


def test_a_negative_click_says_so(tools):
    assert drag(tools[ToolName.POINT], (3, 4), negative=True)[0] == Click(3, 4, positive=False)


def test_a_click_far_from_the_image_is_none(tools):
    assert drag(tools[ToolName.POINT], (0, 4), inside=False) == (None, None)


@pytest.mark.parametrize("corners", [((10.4, 20.6), (30.2, 50.1)), ((30.2, 20.6), (10.4, 50.1))])
def test_a_box_holds_every_pixel_that_was_touched_in_whatever_direction(tools, corners):
    assert drag(tools[ToolName.BOX], *corners) == (None, Box(10, 20, 31, 51))


def test_a_drag_of_a_few_widget_pixels_is_no_box(tools):
    box = tools[ToolName.BOX]
    assert drag(box, (10, 10), (13, 40)) == (None, None)
    assert drag(box, (10, 10), (13, 40), pixel=0.1)[1] == Box(10, 10, 13, 40)
    assert drag(box, (10, 10), (40, 40), pixel=10.0) == (None, None)


def test_the_box_is_seen_while_it_is_drawn_and_gone_when_cancelled(tools):
    box = tools[ToolName.BOX]
    box.press(Pointer(10, 10))
    assert box.draft is None
    box.move(Pointer(30, 30))
    assert box.draft == Box(10, 10, 30, 30)
    box.cancel()
    assert box.draft is None
    assert box.release(Pointer(60, 60)) is None


def test_the_right_button_draws_no_box(tools):
    assert drag(tools[ToolName.BOX], (10, 10), (40, 40), secondary=True) == (None, None)


def test_a_scribble_has_the_points_of_the_drag_but_not_those_too_close(tools):
    stroke = drag(tools[ToolName.SCRIBBLE], (5, 5), (5.5, 5.5), (10, 5), (20, 8))
    assert stroke == (None, Scribble(((5, 5), (10, 5), (20, 8))))


def test_a_negative_scribble_stays_negative_when_alt_is_let_go(tools):
    scribble = tools[ToolName.SCRIBBLE]
    scribble.press(Pointer(5, 5, negative=True))
    scribble.move(Pointer(15, 5))
    assert scribble.release(Pointer(20, 5)).positive is False
    assert drag(scribble, (1, 1), (9, 9))[1].positive is True


def test_a_scribble_from_outside_begins_at_the_edge(tools):
    scribble = tools[ToolName.SCRIBBLE]
    scribble.press(Pointer(0, 50, inside=False))
    scribble.move(Pointer(0, 50, inside=False))
    scribble.move(Pointer(2, 50))
    assert scribble.release(Pointer(9, 50)) == Scribble(((2, 50), (9, 50)))


def test_selecting_picks_and_ctrl_toggles(tools):
    assert drag(tools[ToolName.SELECT], (1, 1)) == (Pick(toggle=False), None)
    assert drag(tools[ToolName.SELECT], (1, 1), toggle=True) == (Pick(toggle=True), None)


def test_everything_drawn_inside_an_image_is_a_valid_prompt(tools):
    for name in (ToolName.POINT, ToolName.BOX, ToolName.SCRIBBLE):
        early, late = drag(tools[name], (0, 0), (31.9, 23.9))
        PromptSet().with_prompt(early or late).check(height=24, width=32)
