"""Where the keyboard points on the photo."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from ui.canvas.view import ViewTransform

_STRIDE: Final = 16.0
"""Widget pixels of one step; with Shift it is one pixel of the photo."""

_MARGIN: Final = 32.0
"""Widget pixels from the canvas's edge within which the photo is moved along."""

_LAST_PIXEL: Final = 1 / 64
_GAP: Final = 6.0
_ARM: Final = 22.0
_PENS: Final = (QPen(QColor(0, 0, 0, 190), 4.0), QPen(QColor("#FFFFFF"), 2.0))

_ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the crosshair.

    Attributes:
        across: -1 to the left, 1 to the right, 0 neither.
        down: -1 up, 1 down, 0 neither.
        fine: whether it is one pixel of the photo.
    """

    across: int
    down: int
    fine: bool


def step_of(event: QKeyEvent) -> Step | None:
    """Return what an arrow key asks for; None for any other key."""
    arrow = _ARROWS.get(Qt.Key(event.key()))
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    shift = Qt.KeyboardModifier.ShiftModifier
    if arrow is None or modifiers & ~shift:
        return None
    return Step(*arrow, fine=bool(modifiers & shift))


def out_of_sight(at: QPointF, canvas: QSize) -> QPointF:
    """Return by how many widget pixels a point is too near the canvas's edge, or beyond it."""

    def beyond(value: float, most: int) -> float:
        margin = min(_MARGIN, most / 4)
        return min(value - margin, 0.0) + max(value - (most - margin), 0.0)

    return QPointF(beyond(at.x(), canvas.width()), beyond(at.y(), canvas.height()))


class Crosshair:
    """A place on the photo that arrow keys move.

    Attributes:
        place: (x, y) in image pixels, or None while it is not shown.
    """

    def __init__(self) -> None:
        self.place: tuple[float, float] | None = None

    def hide(self) -> None:
        """Show nothing: the mouse points now."""
        self.place = None

    def move(
        self, step: Step, *, view: ViewTransform, canvas: QSize, image: tuple[int, int]
    ) -> tuple[float, float]:
        """Go one step; the first one only shows the crosshair, in the middle of what is in sight.

        Args:
            step: where to.
            view: image to widget.
            canvas: the widget's size.
            image: (columns, rows) of the photo.

        Returns:
            The place in image pixels, inside the photo.
        """
        if self.place is None:
            x, y = view.to_image(canvas.width() / 2, canvas.height() / 2)
        else:
            stride = 1.0 if step.fine else _STRIDE / view.scale
            x, y = self.place[0] + step.across * stride, self.place[1] + step.down * stride
        columns, rows = image
        self.place = (
            min(max(x, 0.0), columns - _LAST_PIXEL),
            min(max(y, 0.0), rows - _LAST_PIXEL),
        )
        return self.place

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Paint four arms around the place, which itself stays free.

        Args:
            painter: in the widget's logical coordinates.
            view: image to widget.
        """
        if self.place is None:
            return
        x, y = view.to_widget(*self.place)
        arms = [
            QLineF(x + _GAP * dx, y + _GAP * dy, x + _ARM * dx, y + _ARM * dy)
            for dx, dy in _ARROWS.values()
        ]
        for pen in _PENS:
            painter.setPen(pen)
            painter.drawLines(arms)
