"""Draw an outline: click corner after corner, drag freehand, or mix the two."""

from math import hypot
from typing import Final

from PySide6.QtCore import Qt

from ui.canvas.tools.base import Draft, Outcome, Outline, Pointer, ToolName

_SPACING: Final = 2.0
"""Widget pixels between two points of a freehand line."""
_CLOSING: Final = 9.0
"""Widget pixels around the first corner in which a click closes the outline."""
_LEAST: Final = 3


class OutlineTool:
    """Collects corners until the outline is closed: at its first corner, or by `finish`.

    The first corner decides: with the right button or Alt the outline takes away.
    """

    name: Final = ToolName.OUTLINE
    cursor: Final = Qt.CursorShape.CrossCursor
    hovers: Final = False

    def __init__(self) -> None:
        self._outline: Outline | None = None
        self._dragging = False
        self._freehand = False

    @property
    def draft(self) -> Draft:
        """The outline so far."""
        return self._outline

    def press(self, pointer: Pointer) -> Outcome:
        """Set a corner, or close the outline at its first one."""
        if self._outline is None:
            if pointer.inside:
                self._outline = Outline(((pointer.x, pointer.y),), pointer.negative)
                self._dragging = True
            return None
        if self._closes(pointer):
            return self.finish()
        self._outline = self._outline.to(pointer.x, pointer.y)
        self._dragging = True
        return None

    def move(self, pointer: Pointer) -> None:
        """Draw freehand while the button is held."""
        if self._outline is None or not self._dragging:
            return
        x, y = self._outline.points[-1]
        if hypot(pointer.x - x, pointer.y - y) >= _SPACING * pointer.pixel:
            self._outline = self._outline.to(pointer.x, pointer.y)
            self._freehand = True

    def release(self, pointer: Pointer) -> Outcome:
        """End a freehand line; one that comes back to the first corner closes the outline."""
        self._dragging = False
        freehand, self._freehand = self._freehand, False
        if freehand and self._outline is not None and self._closes(pointer):
            return self.finish()
        return None

    def finish(self) -> Outcome:
        """Return the outline if it has three corners; otherwise it stays open."""
        if self._outline is None or len(self._outline.points) < _LEAST:
            return None
        outline = self._outline
        self.cancel()
        return outline

    def take_back(self) -> bool:
        """Drop the last corner; return whether there was one."""
        if self._outline is None:
            return False
        points = self._outline.points[:-1]
        self._outline = Outline(points, self._outline.erase) if points else None
        return True

    def cancel(self) -> None:
        """Forget the outline."""
        self._outline = None
        self._dragging = self._freehand = False

    def _closes(self, pointer: Pointer) -> bool:
        assert self._outline is not None
        x, y = self._outline.points[0]
        near = hypot(pointer.x - x, pointer.y - y) <= _CLOSING * pointer.pixel
        return near and len(self._outline.points) >= _LEAST
