"""The canvas without a mouse."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from gar_studio.annotation.prompts import Box, Click
from ui.canvas import ToolName
from ui.canvas.tools import Outline, Stroke

RIGHT, DOWN = Qt.Key.Key_Right, Qt.Key.Key_Down
SPACE = Qt.Key.Key_Space
SHIFT = Qt.KeyboardModifier.ShiftModifier


def go(canvas, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        QTest.keyClick(canvas, key, modifier)


def test_arrows_move_a_crosshair_and_space_clicks_there(canvas):
    given = []
    canvas.prompt_added.connect(given.append)
    canvas.set_tool(ToolName.POINT)
    go(canvas, SPACE)
    assert given == [], "without a crosshair Space is for moving the photo"
    go(canvas, RIGHT)
    x, y = canvas.crosshair
    columns, rows = canvas.image_size
    assert abs(x - columns / 2) <= 1
    assert abs(y - rows / 2) <= 1
    go(canvas, RIGHT, DOWN)
    stride = 16 / canvas.scene().view.scale
    assert canvas.crosshair == (min(x + stride, columns - 1 / 64), min(y + stride, rows - 1 / 64))
    before = canvas.crosshair
    go(canvas, Qt.Key.Key_Left, modifier=SHIFT)
    assert canvas.crosshair == (before[0] - 1, before[1]), "with Shift, pixel by pixel"
    go(canvas, SPACE)
    go(canvas, SPACE, modifier=SHIFT)
    assert given == [Click(*canvas.crosshair), Click(*canvas.crosshair, positive=False)]


def test_the_crosshair_stays_on_the_photo_and_in_sight(canvas):
    canvas.set_tool(ToolName.POINT)
    canvas.zoom_to(32.0, QPointF(canvas.width() / 2, canvas.height() / 2))
    for _ in range(400):
        go(canvas, RIGHT)
    x, y = canvas.crosshair
    columns, rows = canvas.image_size
    assert columns - 1 < x < columns
    assert 0 <= y < rows
    assert canvas.rect().contains(canvas.image_to_widget(QPointF(x, y)).toPoint())


def test_a_box_is_drawn_from_one_space_to_the_next(canvas):
    given = []
    canvas.prompt_added.connect(given.append)
    canvas.set_tool(ToolName.BOX)
    go(canvas, RIGHT, SPACE, RIGHT, RIGHT, DOWN, DOWN)
    assert given == []
    go(canvas, SPACE)
    (box,) = given
    assert isinstance(box, Box)
    assert box.x1 > box.x0


def test_brush_and_outline_work_with_keys_too(canvas):
    drawn = []
    canvas.shape_drawn.connect(drawn.append)
    canvas.set_tool(ToolName.BRUSH)
    go(canvas, RIGHT, SPACE, RIGHT, SPACE)
    (stroke,) = drawn
    assert isinstance(stroke, Stroke)
    assert len(stroke.points) >= 2
    canvas.set_tool(ToolName.OUTLINE)
    go(canvas, SPACE, RIGHT, SPACE, DOWN, SPACE)
    assert canvas.finish_outline()
    assert isinstance(drawn[-1], Outline)
    assert len(drawn[-1].points) == 3


def test_the_mouse_takes_over_when_it_moves(canvas):
    canvas.set_tool(ToolName.POINT)
    go(canvas, RIGHT)
    assert canvas.crosshair is not None
    QTest.mouseMove(canvas, canvas.rect().center())
    QTest.mouseMove(canvas, canvas.rect().center() + QPointF(9, 9).toPoint())
    assert canvas.crosshair is None


def test_esc_drops_a_box_that_keys_began(canvas):
    given = []
    canvas.prompt_added.connect(given.append)
    canvas.set_tool(ToolName.BOX)
    go(canvas, RIGHT, SPACE, RIGHT, DOWN)
    assert canvas.cancel_draft()
    go(canvas, SPACE)
    assert given == []
