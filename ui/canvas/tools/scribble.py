"""Scribble along the object; with the right button or Alt, along what is not part of it."""

from typing import Final

from PySide6.QtCore import Qt

from gar_studio.annotation.prompts import Prompt, Scribble
from ui.canvas.tools.base import Outcome, Pointer, ToolName

_SPACING: Final = 2.0
"""Widget pixels between two points of a stroke."""


class ScribbleTool:
    """Collects the points of a stroke."""

    name: Final = ToolName.SCRIBBLE
    cursor: Final = Qt.CursorShape.CrossCursor
    hovers: Final = False

    def __init__(self) -> None:
        self._points: list[tuple[float, float]] = []
        self._positive = True

    @property
    def draft(self) -> Prompt | None:
        """The stroke so far."""
        return Scribble(tuple(self._points), self._positive) if self._points else None

    def press(self, pointer: Pointer) -> Outcome:
        """Begin a stroke."""
        self._positive = not pointer.negative
        self._points = [(pointer.x, pointer.y)] if pointer.inside else []
        return None

    def move(self, pointer: Pointer) -> None:
        """Go on with the stroke; one that came from outside begins at the image's edge."""
        if not self._points:
            if pointer.inside:
                self._points = [(pointer.x, pointer.y)]
            return
        x, y = self._points[-1]
        spacing = _SPACING * pointer.pixel
        if abs(pointer.x - x) >= spacing or abs(pointer.y - y) >= spacing:
            self._points.append((pointer.x, pointer.y))

    def release(self, pointer: Pointer) -> Outcome:
        """Return the stroke."""
        if self._points and self._points[-1] != (pointer.x, pointer.y):
            self._points.append((pointer.x, pointer.y))
        stroke = self.draft
        self.cancel()
        return stroke

    def cancel(self) -> None:
        """Forget the stroke."""
        self._points = []
