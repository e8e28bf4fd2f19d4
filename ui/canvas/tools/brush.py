"""Paint on a region's mask, or erase from it."""

from typing import Final

from PySide6.QtCore import Qt

from ui.canvas.tools.base import Draft, Outcome, Pointer, Stroke, ToolName

_LEAST, _MOST = 0.5, 2000.0  # image pixels
_STEP: Final = 1.25
_FIRST: Final = 12.0
_SPACING: Final = 0.25
"""Part of the radius that lies between two points of a stroke."""


class BrushSize:
    """The radius in image pixels, one for brush and eraser."""

    def __init__(self) -> None:
        self.radius = _FIRST

    def change(self, steps: float) -> None:
        """Make it larger or smaller by so many steps."""
        self.radius = min(max(self.radius * _STEP**steps, _LEAST), _MOST)


class BrushTool:
    """Collects the points of a stroke; with the right button or Alt it erases, and vice versa."""

    cursor: Final = Qt.CursorShape.CrossCursor
    hovers: Final = False

    def __init__(self, size: BrushSize, *, erases: bool = False) -> None:
        self.size = size
        self._erases = erases
        self._stroke: Stroke | None = None

    @property
    def name(self) -> ToolName:
        """Brush or eraser."""
        return ToolName.ERASER if self._erases else ToolName.BRUSH

    @property
    def draft(self) -> Draft:
        """The stroke so far."""
        return self._stroke

    def press(self, pointer: Pointer) -> Outcome:
        """Begin a stroke."""
        if pointer.inside:
            erase = self._erases != pointer.negative
            self._stroke = Stroke(((pointer.x, pointer.y),), self.size.radius, erase)
        return None

    def move(self, pointer: Pointer) -> None:
        """Go on with the stroke."""
        if self._stroke is None:
            return
        x, y = self._stroke.points[-1]
        least = max(_SPACING * self._stroke.radius, pointer.pixel)
        if abs(pointer.x - x) >= least or abs(pointer.y - y) >= least:
            self._stroke = self._stroke.to(pointer.x, pointer.y)

    def release(self, pointer: Pointer) -> Outcome:
        """Return the stroke."""
        if self._stroke is not None and self._stroke.points[-1] != (pointer.x, pointer.y):
            self._stroke = self._stroke.to(pointer.x, pointer.y)
        stroke, self._stroke = self._stroke, None
        return stroke

    def cancel(self) -> None:
        """Forget the stroke."""
        self._stroke = None
