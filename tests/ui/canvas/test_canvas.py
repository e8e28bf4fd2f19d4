"""The canvas as people use it: real mouse, wheel and key events, and what it paints."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from gar_studio.annotation.prompts import Box, Click, PromptSet, Scribble
from tests.ui.canvas.hands import LEFT, RIGHT, at, drag, heard, move, pixel, shot, wheel
from tests.ui.canvas.scenes import box_mask, photo, real_photo_and_masks, ring_mask
from ui import theme
from ui.canvas import Canvas, RegionOverlay, ToolName

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
REGIONS = (
    RegionOverlay(7, 1, box_mask(50, 50, 200, 200), "#E69F00", "table"),
    RegionOverlay(3, 2, box_mask(100, 100, 60, 60), "#56B4E9", "dog"),
)


# What is painted


def test_the_photo_is_fitted_and_its_pixels_are_where_they_belong(canvas):
    assert canvas.zoom == pytest.approx(2.0)
    for x, y in ((0, 0), (399, 0), (0, 299), (399, 299), (123, 45)):
        expected = photo()[y, x].tolist()
        assert list(pixel(canvas, x + 0.5, y + 0.5).getRgb()[:3]) == expected


@pytest.mark.parametrize("name", ["dark", "light"])
def test_around_the_photo_is_the_themes_canvas_colour(canvas, qapp, name):
    theme.apply_theme(qapp, name)
    assert shot(canvas).pixelColor(4, 4) == QColor(theme.current().canvas)


def test_a_region_is_tinted_and_its_hole_is_not(canvas):
    before = pixel(canvas, 200, 150)
    canvas.set_regions((RegionOverlay(1, 1, ring_mask(200, 150, 100, 60), "#FF0000"),))
    assert pixel(canvas, 200, 150) == before
    tinted, plain = pixel(canvas, 200, 230), photo()[230, 200]
    assert tinted.red() == pytest.approx(0.6 * plain[0] + 0.4 * 255, abs=4)
    assert tinted.green() == pytest.approx(0.6 * plain[1], abs=4)


def test_all_parts_of_a_region_are_painted(canvas):
    parts = box_mask(20, 20, 40, 40).union(box_mask(300, 200, 40, 40))
    before = [pixel(canvas, 40, 40), pixel(canvas, 320, 225), pixel(canvas, 180, 100)]
    canvas.set_regions((RegionOverlay(1, 1, parts, "#FF0000"),))
    after = [pixel(canvas, 50, 50), pixel(canvas, 330, 235), pixel(canvas, 180, 100)]
    assert after[2] == before[2]
    assert all(colour.red() > 100 for colour in after[:2])


def test_every_state_can_be_seen(canvas):
    canvas.set_regions(REGIONS)
    pictures = [shot(canvas)]
    for change in (
        lambda: canvas.set_selection(frozenset({3})),
        lambda: canvas.set_hovered(7),
        lambda: canvas.set_candidate(box_mask(260, 20, 100, 100)),
        lambda: canvas.set_prompts(PromptSet(clicks=(Click(300, 60),))),
        lambda: canvas.set_busy(True),
        lambda: canvas.set_busy("Encoding the photo…"),
    ):
        change()
        pictures.append(shot(canvas))
    for before, after in pairwise(pictures):
        assert before != after
    canvas.set_busy(False)
    canvas.set_prompts(PromptSet())
    canvas.set_candidate(None)
    canvas.set_hovered(None)
    canvas.set_selection(frozenset())
    assert shot(canvas) == pictures[0]


def test_plus_and_minus_differ_in_shape_not_only_in_colour(canvas):
    black = np.zeros((300, 400, 3), dtype=np.uint8)
    canvas.set_image(black)

    def outline(positive):
        canvas.set_prompts(PromptSet(clicks=(Click(200, 150, positive),)))
        picture = shot(canvas)
        x, y = at(canvas, 200, 150).toTuple()
        offsets = [(u, v) for u in range(-12, 13) for v in range(-12, 13)]
        return {(u, v) for u, v in offsets if picture.pixelColor(x + u, y + v).value() > 40}

    plus, minus = outline(True), outline(False)
    assert len(plus ^ minus) > 20


def test_a_box_and_a_scribble_are_painted_where_they_are(canvas):
    before = shot(canvas)
    box, stroke = Box(50, 50, 150, 120), Scribble(((200, 200), (300, 250)))
    canvas.set_prompts(PromptSet(box=box, scribbles=(stroke,)))
    after = shot(canvas)
    for x, y in ((50, 80), (150, 80), (100, 50), (100, 120), (250, 225)):
        assert before.pixelColor(at(canvas, x, y)) != after.pixelColor(at(canvas, x, y))
    assert before.pixelColor(at(canvas, 100, 85)) == after.pixelColor(at(canvas, 100, 85))


def test_the_candidate_lies_on_its_mask(canvas):
    before = pixel(canvas, 300, 60), pixel(canvas, 200, 200)
    canvas.set_candidate(box_mask(260, 20, 100, 100))
    assert pixel(canvas, 300, 60) != before[0]
    assert pixel(canvas, 200, 200) == before[1]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_empty_canvas_says_what_to_do(qtbot, qapp, name):
    theme.apply_theme(qapp, name)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    empty = shot(canvas)
    ground = QColor(theme.current().canvas)
    middle = [empty.pixelColor(x, y) for x in range(200, 440) for y in range(180, 300)]
    assert any(colour != ground for colour in middle)
    assert "No image open" in canvas.accessibleDescription()
    canvas.set_message("The photo is damaged", "Copy it again from where it came.")
    assert shot(canvas) != empty
    assert canvas.accessibleDescription() == (
        "The photo is damaged. Copy it again from where it came."
    )
    canvas.set_message("", "")
    blank = shot(canvas)
    assert all(blank.pixelColor(x, y) == ground for x in range(0, 640, 3) for y in range(180, 300))


def test_another_photo_takes_regions_prompts_and_candidate_with_it(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_selection(frozenset({7}))
    canvas.set_prompts(PromptSet(clicks=(Click(30, 30),)))
    canvas.set_candidate(box_mask(260, 20, 100, 100))
    pixels = np.full((300, 400, 3), 90, dtype=np.uint8)
    canvas.set_image(pixels)
    picture = shot(canvas)
    inside = {picture.pixelColor(x, y).name() for x in range(30, 800, 7) for y in range(30, 600, 7)}
    assert inside == {"#5a5a5a"}


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_tiny_and_thin_photos_can_be_clicked(canvas, shape):
    canvas.set_image(np.full((*shape, 3), 200, dtype=np.uint8))
    prompts = heard(canvas.prompt_added)
    height, width = shape
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, width / 2, height / 2))
    click = prompts[0][0]
    PromptSet().with_prompt(click).check(height=height, width=width)


# Prompts


def test_left_click_adds_and_right_click_and_alt_click_remove(canvas):
    prompts = heard(canvas.prompt_added)
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 100, 50))
    QTest.mouseClick(canvas, RIGHT, pos=at(canvas, 120, 60))
    QTest.mouseClick(canvas, LEFT, ALT, at(canvas, 140, 70))
    assert [prompt for (prompt,) in prompts] == [
        Click(100, 50, positive=True),
        Click(120, 60, positive=False),
        Click(140, 70, positive=False),
    ]


def test_a_click_beside_the_edge_means_the_edge_and_one_far_away_nothing(canvas):
    prompts = heard(canvas.prompt_added)
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 404, 150))
    click = prompts[0][0]
    assert 399 < click.x < 400
    canvas.actual_size()
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 500, 150))
    assert len(prompts) == 1


def test_a_dragged_box_is_clamped_to_the_image(canvas):
    canvas.set_tool("box")
    prompts = heard(canvas.prompt_added)
    drag(canvas, (300, 200), (350, 250), (460, 400))
    assert prompts == [(Box(300, 200, 400, 300),)]


def test_the_box_is_seen_while_it_is_dragged_and_escape_drops_it(canvas):
    canvas.set_tool(ToolName.BOX)
    prompts = heard(canvas.prompt_added)
    move(canvas, at(canvas, 150, 150))
    before = shot(canvas)
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 50, 50))
    move(canvas, at(canvas, 150, 150), LEFT)
    assert shot(canvas) != before
    assert canvas.cancel_draft()
    assert shot(canvas) == before
    move(canvas, at(canvas, 180, 180), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 180, 180))
    assert prompts == []
    assert not canvas.cancel_draft()


@pytest.mark.parametrize(
    ("button", "modifiers", "positive"),
    [
        (LEFT, Qt.KeyboardModifier.NoModifier, True),
        (RIGHT, Qt.KeyboardModifier.NoModifier, False),
        (LEFT, ALT, False),
    ],
)
def test_scribbles(canvas, button, modifiers, positive):
    canvas.set_tool("scribble")
    prompts = heard(canvas.prompt_added)
    drag(canvas, (50, 50), (60, 55), (80, 70), button=button, modifiers=modifiers)
    assert prompts == [(Scribble(((50, 50), (60, 55), (80, 70)), positive),)]


def test_a_second_button_does_not_disturb_a_drag(canvas):
    canvas.set_tool("scribble")
    prompts = heard(canvas.prompt_added)
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 50, 50))
    QTest.mouseClick(canvas, RIGHT, pos=at(canvas, 60, 50))
    move(canvas, at(canvas, 80, 50), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 80, 50))
    assert len(prompts) == 1
    assert prompts[0][0].positive


def test_changing_the_tool_drops_the_drag(canvas):
    canvas.set_tool("box")
    prompts = heard(canvas.prompt_added)
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 50, 50))
    move(canvas, at(canvas, 150, 150), LEFT)
    canvas.set_tool("point")
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 150, 150))
    assert prompts == []
    assert canvas.tool is ToolName.POINT


def test_an_unknown_tool_is_refused(canvas):
    with pytest.raises(ValueError, match="lasso"):
        canvas.set_tool("lasso")


def test_nothing_happens_without_a_photo(canvas):
    canvas.set_image(None)
    prompts, clicks = heard(canvas.prompt_added), heard(canvas.background_clicked)
    for tool in ToolName:
        canvas.set_tool(tool)
        drag(canvas, (50, 50), (150, 150))
    wheel(canvas, QPointF(100, 100))
    canvas.zoom_in()
    canvas.fit()
    assert prompts == clicks == []


class Window(QMainWindow):
    """A window that notes when its menu is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def contextMenuEvent(self, event):  # noqa: N802
        self.asked += 1
        event.accept()


def test_a_right_click_opens_no_menu_of_the_window(qtbot):
    window, canvas = Window(), Canvas()
    qtbot.addWidget(window)
    window.setCentralWidget(canvas)
    place = QPoint(100, 100)
    QApplication.sendEvent(
        canvas,
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place)),
    )
    assert window.asked == 0


# Selecting and hovering


def test_select_picks_the_smallest_region_ctrl_toggles_and_empty_clears(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_tool("select")
    clicked, background = heard(canvas.region_clicked), heard(canvas.background_clicked)
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 110, 110))
    QTest.mouseClick(canvas, LEFT, CTRL, at(canvas, 60, 60))
    assert clicked == [(3, False), (7, True)]
    assert background == []
    QTest.mouseClick(canvas, LEFT, pos=at(canvas, 350, 280))
    assert background == [()]


def test_the_region_under_the_pointer_lights_up_with_the_select_tool(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_tool("select")
    hovered = heard(canvas.region_hovered)
    calm = shot(canvas)
    for x, y in ((60, 60), (65, 60), (110, 110), (350, 280)):
        move(canvas, at(canvas, x, y))
        if (x, y) == (110, 110):
            assert shot(canvas) != calm
            assert canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert hovered == [(7,), (3,), (None,)]
    assert shot(canvas) == calm


def test_with_a_drawing_tool_regions_stay_calm(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_tool("select")
    hovered = heard(canvas.region_hovered)
    move(canvas, at(canvas, 110, 110))
    canvas.set_tool("point")
    move(canvas, at(canvas, 112, 112))
    assert hovered == [(3,), (None,)]


def test_a_region_that_goes_away_is_not_hovered_any_more(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_tool("select")
    hovered = heard(canvas.region_hovered)
    move(canvas, at(canvas, 110, 110))
    canvas.set_regions(REGIONS[:1])
    assert hovered == [(3,), (None,)]


def test_the_pixel_under_the_pointer_is_reported(canvas):
    moved = heard(canvas.cursor_moved)
    move(canvas, at(canvas, 10.6, 20.6))
    move(canvas, QPoint(2, 2))
    assert moved == [((10, 20),), (None,)]


def test_a_screen_reader_is_told_what_there_is(canvas):
    canvas.set_regions(REGIONS)
    canvas.set_selection(frozenset({7}))
    assert canvas.accessibleName() == "Image canvas"
    assert canvas.accessibleDescription() == ("Photo of 400 by 300 pixels, 2 regions, 1 selected.")


def test_tab_shows_where_the_focus_is_and_a_click_does_not(canvas):
    canvas.clearFocus()
    calm = shot(canvas)
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert shot(canvas) == calm
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert shot(canvas).pixelColor(0, 300) == QColor(theme.current().accent)


# A picture to look at


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_real_photo_with_regions_in_all_states(canvas, qapp, tmp_path, name):
    theme.apply_theme(qapp, name)
    pixels, masks = real_photo_and_masks()
    canvas.resize(1280, 800)
    canvas.set_image(pixels)
    colours = ("#E69F00", "#56B4E9", "#009E73")
    plain = shot(canvas)
    canvas.set_regions(
        tuple(RegionOverlay(i, i, m, colours[i - 1], "thing") for i, m in enumerate(masks, 1))
    )
    canvas.set_selection(frozenset({1}))
    canvas.set_hovered(2)
    picture = shot(canvas)
    file = tmp_path / f"canvas_{name}.png"
    assert picture.save(str(file))
    assert picture.size().toTuple() == (1280, 800)
    assert picture != plain
