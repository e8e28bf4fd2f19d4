"""Click a region to select it, or draw a box around several."""

from typing import Final

from PySide6.QtCore import Qt

from ui.canvas.tools.base import Outcome, Pick, Pointer, Sweep, ToolName

_LEAST_DRAG: Final = 4.0
"""Widget pixels below which a drag was meant as a click."""


class SelectTool:
    """Picks what lies under the click; Ctrl or Shift adds to the selection or takes from it.

    A drag that began on no region selects those that lie in its box; the canvas drops it where the
    press was on one.
    """

    name: Final = ToolName.SELECT
    cursor: Final = Qt.CursorShape.ArrowCursor
    hovers: Final = True

    def __init__(self) -> None:
        self._corner: tuple[float, float] | None = None
        self._sweep: Sweep | None = None

    @property
    def draft(self) -> Sweep | None:
        """The box so far."""
        return self._sweep

    def press(self, pointer: Pointer) -> Outcome:
        """Return the pick, also with the right button, so that a menu finds its region."""
        if not pointer.secondary:
            self._corner = (pointer.x, pointer.y)
        return Pick(pointer.toggle, keep=pointer.secondary)

    def move(self, pointer: Pointer) -> None:
        """Draw the box to here."""
        if self._corner is None:
            return
        (x0, x1), (y0, y1) = (
            sorted((self._corner[0], pointer.x)),
            sorted((self._corner[1], pointer.y)),
        )
        least = _LEAST_DRAG * pointer.pixel
        meant = max(x1 - x0, y1 - y0) >= least
        self._sweep = Sweep((x0, y0, x1, y1), pointer.toggle) if meant else None

    def release(self, pointer: Pointer) -> Outcome:
        """Return the box, if one was drawn; the press gave the pick."""
        self.move(pointer)
        sweep = self._sweep
        self.cancel()
        return sweep

    def cancel(self) -> None:
        """Forget the box."""
        self._corner = self._sweep = None
