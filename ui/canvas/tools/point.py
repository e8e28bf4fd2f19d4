"""Left click: part of the object.  Right click or Alt+click: not part of it.

Ctrl+click selects regions, as with the select tool.
"""

from typing import Final

from PySide6.QtCore import Qt

from gar_studio.annotation.prompts import Click, Prompt
from ui.canvas.tools.base import Outcome, Pick, Pointer, ToolName


class PointTool:
    """Adds a click as soon as the button goes down."""

    name: Final = ToolName.POINT
    cursor: Final = Qt.CursorShape.CrossCursor
    hovers: Final = False

    @property
    def draft(self) -> Prompt | None:
        """Nothing: a click has no in-between."""
        return None

    def press(self, pointer: Pointer) -> Outcome:
        """Return the click, or what it selects."""
        if not pointer.inside:
            return None
        if pointer.toggle and not pointer.negative:
            return Pick(toggle=True)
        return Click(pointer.x, pointer.y, positive=not pointer.negative)

    def move(self, pointer: Pointer) -> None:
        """Do nothing."""

    def release(self, pointer: Pointer) -> Outcome:
        """Return nothing: the press gave the click."""
        del pointer
        return None

    def cancel(self) -> None:
        """Do nothing."""
