"""Click a region to select it."""

from typing import Final

from PySide6.QtCore import Qt

from gar_studio.annotation.prompts import Prompt
from ui.canvas.tools.base import Outcome, Pick, Pointer, ToolName


class SelectTool:
    """Picks what lies under the click; Ctrl adds to the selection or takes from it."""

    name: Final = ToolName.SELECT
    cursor: Final = Qt.CursorShape.ArrowCursor
    hovers: Final = True

    @property
    def draft(self) -> Prompt | None:
        """Nothing: selecting draws nothing."""
        return None

    def press(self, pointer: Pointer) -> Outcome:
        """Return the pick, also with the right button, so that a menu finds its region."""
        return Pick(pointer.toggle)

    def move(self, pointer: Pointer) -> None:
        """Do nothing."""

    def release(self, pointer: Pointer) -> Outcome:
        """Return nothing: the press gave the pick."""
        del pointer
        return None

    def cancel(self) -> None:
        """Do nothing."""
