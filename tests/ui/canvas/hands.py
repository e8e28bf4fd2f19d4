"""What a person does with mouse and wheel, and sees."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)


def heard(signal):
    """Return a list that fills with the arguments of each emission."""
    values = []
    signal.connect(lambda *arguments: values.append(arguments))
    return values


def at(canvas, x, y):
    """Return the widget point of an image point."""
    return canvas.image_to_widget(QPointF(x, y)).toPoint()


def drag(canvas, *points, button=LEFT, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press, move and release along image points."""
    places = [at(canvas, *point) for point in points]
    QTest.mousePress(canvas, button, modifiers, places[0])
    for place in places[1:]:
        move(canvas, place, button, modifiers)
    QTest.mouseRelease(canvas, button, modifiers, places[-1])


def move(canvas, place, button=Qt.MouseButton.NoButton, modifiers=Qt.KeyboardModifier.NoModifier):
    """Move the pointer to a widget point, with a button held or none."""
    point = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        canvas.mapToGlobal(point),
        Qt.MouseButton.NoButton,
        button,
        modifiers,
    )
    QApplication.sendEvent(canvas, event)


def wheel(canvas, position, notches=1):
    """Turn the wheel over a widget point."""
    event = QWheelEvent(
        QPointF(position),
        canvas.mapToGlobal(QPointF(position)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def shot(canvas):
    """Return a screenshot of the finished canvas."""
    canvas.settle()
    return canvas.grab().toImage()


def pixel(canvas, x, y):
    """Return the colour seen at an image point."""
    return shot(canvas).pixelColor(at(canvas, x, y))
