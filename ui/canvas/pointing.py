"""A mouse event as tools see it."""

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from ui.canvas.tools.base import Pointer

_EDGE_REACH: Final = 16.0
"""Widget pixels outside the photo at which a click still means its edge."""

_LAST_PIXEL: Final = 1 / 64
"""Clamped points lie this far before the right and lower edge, so that they are inside."""


def pointer_of(
    event: QMouseEvent,
    point: QPointF,
    *,
    image_size: tuple[int, int],
    pixel: float,
    drawing_with: Qt.MouseButton | None,
    selecting: bool,
) -> Pointer:
    """Return what a tool has to know of an event.

    Args:
        event: the event.
        point: where it is in image pixels, not clamped.
        image_size: (width, height).
        pixel: image pixels that one widget pixel covers.
        drawing_with: the button of a drag that is going on, or None.
        selecting: whether Shift adds to the selection as Ctrl does; with the point tool it begins
            the next object.
    """
    columns, rows = image_size
    reach = _EDGE_REACH * pixel
    right = Qt.MouseButton.RightButton in (event.button(), drawing_with)
    modifiers = event.modifiers()
    adding = Qt.KeyboardModifier.ControlModifier
    if selecting:
        adding |= Qt.KeyboardModifier.ShiftModifier
    return Pointer(
        x=min(max(point.x(), 0.0), columns - _LAST_PIXEL),
        y=min(max(point.y(), 0.0), rows - _LAST_PIXEL),
        inside=(-reach <= point.x() < columns + reach and -reach <= point.y() < rows + reach),
        pixel=pixel,
        negative=right or bool(modifiers & Qt.KeyboardModifier.AltModifier),
        toggle=bool(modifiers & adding),
        secondary=right,
    )
