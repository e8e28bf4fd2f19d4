"""Gives regions other numbers by keyboard, as dragging rows does by mouse."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from gar_studio.document.commands import MoveRegion
from ui.desk import Desk


class OrderingController(QObject):
    """Moves the selected region to the number before or after its own."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {"number_up": partial(self._move, -1), "number_down": partial(self._move, 1)}

    def enabled(self) -> dict[str, bool]:
        """Return by action id whether it can be taken."""
        number, last = self._number(), len(self._desk.regions())
        return {"number_up": number > 1, "number_down": 0 < number < last}

    def _number(self) -> int:
        """Return the number of the one region that is selected and may be moved, or 0."""
        document, selected = self._desk.document, self._desk.selection
        if document is None or document.read_only or len(selected) != 1:
            return 0
        return self._desk.numbers().get(selected[0], 0)

    def _move(self, step: int) -> None:
        number = self._number()
        if number and self._desk.image_id is not None:
            command = MoveRegion(self._desk.image_id, self._desk.selection[0], number + step)
            self._desk.do(command)
