"""The label that names the region under the pointer."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.canvas.hands import LEFT, at, heard, move
from tests.ui.canvas.scenes import box_mask
from ui.canvas import RegionOverlay, ToolName

TABLE = RegionOverlay(
    7, 1, box_mask(20, 20, 100, 100), "#E69F00", "table", caption="A round table\nof dark wood"
)
DOG = RegionOverlay(3, 2, box_mask(250, 150, 60, 60), "#56B4E9", "dog")


def rest_on(qtbot, canvas, x, y):
    """Rest with the pointer on an image point until there is a label."""
    canvas.set_tool(ToolName.SELECT)
    canvas.set_regions((TABLE, DOG))
    canvas.settle()
    move(canvas, at(canvas, x, y))
    assert not canvas.hover_label.isVisible(), "not before the pointer rests"
    qtbot.waitUntil(canvas.hover_label.isVisible)


def test_it_says_number_category_and_caption(qtbot, canvas):
    rest_on(qtbot, canvas, 60, 100)
    assert canvas.hover_label.lines() == ("#1  table", "A round table of dark wood")
    move(canvas, at(canvas, 280, 180))
    assert canvas.hover_label.lines() == ("#2  dog", "")
    move(canvas, at(canvas, 200, 280))
    assert not canvas.hover_label.isVisible()


def test_a_long_caption_is_cut_and_the_label_stays_inside(qtbot, canvas):
    corner = RegionOverlay(
        4, 12, box_mask(340, 240, 60, 60), "#009E73", "cup", caption="cup " * 200
    )
    rest_on(qtbot, canvas, 280, 180)
    canvas.set_regions((corner,))
    canvas.settle()
    move(canvas, at(canvas, 398, 298))
    qtbot.waitUntil(canvas.hover_label.isVisible)
    label = canvas.hover_label
    assert label.lines()[1].endswith("…")
    assert canvas.rect().contains(label.geometry())
    assert not label.geometry().contains(at(canvas, 398, 298))


def test_it_is_not_in_the_way_of_clicks(qtbot, canvas):
    rest_on(qtbot, canvas, 60, 60)
    label = canvas.hover_label
    assert canvas.childAt(label.geometry().center()) is not label
    clicked = heard(canvas.region_clicked)
    QTest.mousePress(canvas, LEFT, pos=at(canvas, 60, 60))
    assert clicked == [(7, False)]
    assert not label.isVisible()
    QTest.mouseRelease(canvas, LEFT, pos=at(canvas, 60, 60))


def test_it_goes_when_another_tool_is_taken_or_the_region_is_hidden(qtbot, canvas):
    rest_on(qtbot, canvas, 60, 60)
    canvas.set_tool(ToolName.BOX)
    assert not canvas.hover_label.isVisible()
    rest_on(qtbot, canvas, 60, 60)
    canvas.set_regions((replace(TABLE, visible=False), DOG))
    assert not canvas.hover_label.isVisible()


def test_it_is_put_away_while_the_photo_is_dragged(qtbot, canvas):
    rest_on(qtbot, canvas, 60, 60)
    QTest.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=at(canvas, 60, 60))
    assert not canvas.hover_label.isVisible()
    move(canvas, at(canvas, 60, 60) + QPoint(30, 0), Qt.MouseButton.MiddleButton)
    QTest.qWait(600)
    assert not canvas.hover_label.isVisible()


def test_it_does_not_stay_behind_when_the_view_moves(qtbot, canvas):
    rest_on(qtbot, canvas, 60, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert not canvas.hover_label.isVisible()
