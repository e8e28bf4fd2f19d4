"""Drag a box around the object."""

from math import ceil, floor
from typing import Final

from PySide6.QtCore import Qt

from gar_studio.annotation.prompts import Box, Prompt
from ui.canvas.tools.base import Outcome, Pointer, ToolName

_LEAST_DRAG: Final = 4.0
"""Widget pixels on each side below which a drag was meant as a click."""


class BoxTool:
    """Spans a box between press and release, in whatever direction."""

    name: Final = ToolName.BOX
    cursor: Final = Qt.CursorShape.CrossCursor
    hovers: Final = False

    def __init__(self) -> None:
        self._corner: tuple[float, float] | None = None
        self._box: Box | None = None

    @property
    def draft(self) -> Prompt | None:
        """The box so far."""
        return self._box

    def press(self, pointer: Pointer) -> Outcome:
        """Fix the first corner; a right press does nothing."""
        if not pointer.secondary:
            self._corner = (pointer.x, pointer.y)
        return None

    def move(self, pointer: Pointer) -> None:
        """Span the box to here; it holds every pixel that the drag touched."""
        if self._corner is not None:
            least = _LEAST_DRAG * pointer.pixel
            box = Box.spanning(*self._corner, pointer.x, pointer.y)
            meant = min(box.x1 - box.x0, box.y1 - box.y0) >= least
            self._box = _whole_pixels(box) if meant else None

    def release(self, pointer: Pointer) -> Outcome:
        """Return the box, unless it is too small to have been meant."""
        self.move(pointer)
        box = self._box
        self.cancel()
        return box

    def cancel(self) -> None:
        """Forget the box."""
        self._corner = self._box = None


def _whole_pixels(box: Box) -> Box:
    return Box(floor(box.x0), floor(box.y0), ceil(box.x1), ceil(box.y1))
