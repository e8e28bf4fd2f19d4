"""Zooming, panning and huge photos, with real mouse, wheel and key events."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from tests.ui.canvas.hands import LEFT, MIDDLE, heard, move, shot, wheel
from tests.ui.canvas.scenes import photo
from ui import theme
from ui.canvas import Canvas, ToolName


def test_the_wheel_zooms_to_the_pointer(canvas):
    zooms = heard(canvas.zoom_changed)
    place = QPointF(250, 180)
    under = canvas.widget_to_image(place)
    wheel(canvas, place, notches=3)
    assert canvas.zoom > 3.0
    assert zooms[-1] == (canvas.zoom,)
    after = canvas.image_to_widget(under)
    assert (after.x(), after.y()) == pytest.approx((250, 180), abs=1e-6)
    wheel(canvas, place, notches=-3)
    assert canvas.zoom == pytest.approx(2.0)


def test_zoom_stops_at_1_and_6400_percent(canvas):
    for _ in range(80):
        wheel(canvas, QPointF(400, 300))
    assert canvas.zoom == pytest.approx(64.0)
    for _ in range(80):
        canvas.zoom_out()
    assert canvas.zoom == pytest.approx(0.01)
    shot(canvas)


def test_magnified_each_pixel_fills_its_square_to_the_corners(canvas):
    canvas.zoom_to(16.0, QPointF(416, 316))
    seen = shot(canvas)
    for x, y in ((195, 145), (200, 150), (205, 155)):
        for u, v in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
            place = canvas.image_to_widget(QPointF(x + u, y + v)).toPoint()
            assert list(seen.pixelColor(place).getRgb()[:3]) == photo()[y, x].tolist()


def test_actual_size_fit_and_steps(canvas):
    middle = QPointF(416, 316)
    under = canvas.widget_to_image(middle)
    canvas.actual_size()
    assert canvas.zoom == 1.0
    assert canvas.image_to_widget(under) == middle
    canvas.zoom_in()
    assert canvas.zoom == 1.25
    canvas.zoom_out()
    assert canvas.zoom == 1.0
    canvas.fit()
    assert canvas.zoom == pytest.approx(2.0)


def test_a_fitted_photo_stays_fitted_when_the_window_grows(canvas):
    canvas.resize(432, 332)
    assert canvas.zoom == pytest.approx(1.0)
    canvas.zoom_in()
    middle = canvas.widget_to_image(QPointF(216, 166))
    canvas.resize(632, 432)
    assert canvas.zoom == pytest.approx(1.25)
    after = canvas.widget_to_image(QPointF(316, 216))
    assert (after.x(), after.y()) == pytest.approx((middle.x(), middle.y()))


@pytest.mark.parametrize("tool", list(ToolName))
def test_the_middle_button_pans_with_any_tool(canvas, tool):
    canvas.set_tool(tool)
    prompts, clicks = heard(canvas.prompt_added), heard(canvas.background_clicked)
    before = canvas.image_to_widget(QPointF(0, 0))
    QTest.mousePress(canvas, MIDDLE, pos=QPoint(300, 300))
    move(canvas, QPoint(350, 280), MIDDLE)
    assert canvas.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    QTest.mouseRelease(canvas, MIDDLE, pos=QPoint(350, 280))
    assert canvas.image_to_widget(QPointF(0, 0)) - before == QPointF(50, -20)
    assert prompts == clicks == []


def test_space_and_drag_pan_and_the_tool_is_back_after_it(canvas):
    prompts = heard(canvas.prompt_added)
    before = canvas.image_to_widget(QPointF(0, 0))
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    QTest.mousePress(canvas, LEFT, pos=QPoint(300, 300))
    move(canvas, QPoint(310, 330), LEFT)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(310, 330))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.image_to_widget(QPointF(0, 0)) - before == QPointF(10, 30)
    assert prompts == []
    QTest.mouseClick(canvas, LEFT, pos=QPoint(310, 330))
    assert len(prompts) == 1


def test_arrow_keys_pan_while_they_move_no_crosshair(canvas):
    canvas.set_tool(ToolName.SELECT)
    before = canvas.image_to_widget(QPointF(0, 0))
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.image_to_widget(QPointF(0, 0)).x() > before.x()


def test_the_photo_cannot_be_lost(canvas):
    for _ in range(100):
        canvas.pan(500, 300)
    assert canvas.image_to_widget(QPointF(0, 0)).x() < canvas.width()
    assert canvas.image_to_widget(QPointF(0, 0)).y() < canvas.height()


class Window(QMainWindow):
    """A window that notes the keys that reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = []

    def keyPressEvent(self, event):  # noqa: N802
        self.keys.append(event.key())


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_1, Qt.Key.Key_3])
def test_keys_that_accept_and_choose_are_left_to_the_window(qtbot, key):
    window, canvas = Window(), Canvas()
    qtbot.addWidget(window)
    window.setCentralWidget(canvas)
    canvas.set_image(photo())
    QTest.keyClick(canvas, key)
    assert window.keys == [key]


def test_a_huge_photo_opens_at_once_and_is_refined_later(canvas):
    row = (np.arange(12_000) % 256).astype(np.uint8)
    pixels = np.broadcast_to(row[None, :, None], (9_000, 12_000, 3))
    pixels = np.ascontiguousarray(pixels)
    canvas.set_image(pixels)
    assert canvas.grab().toImage().pixelColor(416, 316) != QColor(theme.current().canvas)
    canvas.zoom_to(1.0, QPointF(416, 316))
    corner = canvas.widget_to_image(QPointF(100.5, 100.5))
    seen = shot(canvas).pixelColor(100, 100)
    assert abs(seen.red() - int(corner.x()) % 256) <= 1
    canvas.fit()
    canvas.settle()
    assert 90 <= shot(canvas).pixelColor(416, 316).red() <= 165  # a smooth mean, not one column


def test_a_huge_photo_is_complete_after_a_while_without_being_asked(canvas, qtbot):
    canvas.set_image(np.zeros((3_000, 4_000, 3), dtype=np.uint8))
    canvas.fit()
    timer = canvas._work
    assert timer.isActive()
    qtbot.waitUntil(lambda: not timer.isActive())
    assert canvas._image.is_complete


def test_pixels_are_not_copied(canvas):
    pixels = photo()
    canvas.set_image(pixels)
    assert np.shares_memory(canvas._image._pyramid.level(0), pixels)
