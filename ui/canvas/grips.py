"""Prompts as things to take hold of: which one is under the pointer, and where it goes."""

from dataclasses import dataclass, replace
from math import hypot
from typing import Final

from PySide6.QtCore import QPointF

from gar_studio.annotation.prompts import Box, Click, Prompt, PromptSet, Scribble
from ui.canvas.view import ViewTransform

SIGN_REACH: Final = 10.0
"""Widget pixels from the middle of a sign at which it is still meant."""

EDGE_REACH: Final = 6.0
"""Widget pixels from a box's edge at which the edge is meant."""


@dataclass(frozen=True, slots=True)
class Grip:
    """A prompt that is held.

    Attributes:
        prompt: as it was when it was taken.
        x: image column at which it was taken.
        y: image row at which it was taken.
        sides: of a box, which vertical edge (-1 left, 1 right, 0 none) and which horizontal one
            (-1 upper, 1 lower, 0 none) go with the pointer.
    """

    prompt: Prompt
    x: float
    y: float
    sides: tuple[int, int] = (0, 0)

    def at(self, x: float, y: float) -> Prompt:
        """Return the prompt as it is once the pointer has come to image point (x, y)."""
        dx, dy = x - self.x, y - self.y
        match self.prompt:
            case Click():
                return replace(self.prompt, x=x, y=y)  # so it stays inside, as the pointer does
            case Scribble():
                points = tuple((px + dx, py + dy) for px, py in self.prompt.points)
                return replace(self.prompt, points=points)
            case Box():
                return self._stretched(self.prompt, dx, dy)

    def _stretched(self, box: Box, dx: float, dy: float) -> Box:
        across, down = self.sides
        return Box.spanning(
            box.x0 + dx * (across == -1),
            box.y0 + dy * (down == -1),
            box.x1 + dx * (across == 1),
            box.y1 + dy * (down == 1),
        )


class Hand:
    """Holds the prompt under the pointer, and drags it.

    Attributes:
        grip: what is under the pointer or held, or None.
        moved: the prompt where a drag has brought it; None while nothing is dragged.
    """

    def __init__(self) -> None:
        self.grip: Grip | None = None
        self.moved: Prompt | None = None

    @property
    def marked(self) -> Prompt | None:
        """The prompt to be marked: the one that is dragged or pointed at."""
        return self.moved or (self.grip.prompt if self.grip is not None else None)

    def point(self, grip: Grip | None) -> bool:
        """Take note of what is under the pointer; return whether it is something else now."""
        changed = grip != self.grip
        self.grip = grip
        return changed

    def press(self) -> bool:
        """Begin to drag what is under the pointer; return whether there is something."""
        self.moved = self.grip.prompt if self.grip is not None else None
        return self.moved is not None

    def drag(self, x: float, y: float) -> tuple[Prompt, Prompt] | None:
        """Bring the prompt to image point (x, y).

        Returns:
            The prompt as it was and as it is now; None if it did not move.
        """
        if self.grip is None or self.moved is None:
            return None
        moved = self.grip.at(x, y)
        if moved == self.moved:
            return None
        self.moved = moved
        return self.grip.prompt, moved

    def let_go(self) -> tuple[Prompt, Prompt] | None:
        """End the drag; return the prompt as it was and as it is now, None without a drag."""
        grip, moved = self.grip, self.moved
        self.grip = self.moved = None
        return (grip.prompt, moved) if grip is not None and moved is not None else None

    def take(self) -> Prompt | None:
        """Return the prompt under the pointer, to be taken away; None while one is dragged."""
        if self.grip is None or self.moved is not None:
            return None
        prompt, self.grip = self.grip.prompt, None
        return prompt


def grip_at(prompts: PromptSet, position: QPointF, view: ViewTransform) -> Grip | None:
    """Return the prompt under a widget point, the last one painted first; None if there is none."""
    x, y = view.to_image(position.x(), position.y())
    for click in reversed(prompts.clicks):
        if _distance(position, click.x, click.y, view) <= SIGN_REACH:
            return Grip(click, x, y)
    for scribble in reversed(prompts.scribbles):
        if scribble.points and _distance(position, *scribble.points[0], view) <= SIGN_REACH:
            return Grip(scribble, x, y)
    if prompts.box is not None:
        sides = _sides(prompts.box, position, view)
        if sides != (0, 0):
            return Grip(prompts.box, x, y, sides)
    return None


def corners(box: Box) -> tuple[tuple[float, float], ...]:
    """Return the four corners of a box in image pixels."""
    return ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))


def _distance(position: QPointF, x: float, y: float, view: ViewTransform) -> float:
    left, top = view.to_widget(x, y)
    return hypot(position.x() - left, position.y() - top)


def _sides(box: Box, position: QPointF, view: ViewTransform) -> tuple[int, int]:
    left, top = view.to_widget(box.x0, box.y0)
    right, bottom = view.to_widget(box.x1, box.y1)
    x, y = position.x(), position.y()
    if not (left - EDGE_REACH <= x <= right + EDGE_REACH):
        return (0, 0)
    if not (top - EDGE_REACH <= y <= bottom + EDGE_REACH):
        return (0, 0)
    return (_nearer(x, left, right), _nearer(y, top, bottom))


def _nearer(value: float, low: float, high: float) -> int:
    """Return -1 or 1 for the border that a value is at, 0 if it is at neither."""
    if abs(value - high) <= EDGE_REACH and abs(value - high) <= abs(value - low):
        return 1
    return -1 if abs(value - low) <= EDGE_REACH else 0
