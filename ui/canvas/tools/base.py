"""What a tool is.  Tools know image pixels and buttons; the canvas does the rest."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from PySide6.QtCore import Qt

from gar_studio.annotation.prompts import Prompt


class ToolName(StrEnum):
    """The tools of the canvas."""

    SELECT = "select"
    POINT = "point"
    BOX = "box"
    SCRIBBLE = "scribble"
    BRUSH = "brush"
    ERASER = "eraser"
    OUTLINE = "outline"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mouse event as a tool sees it.

    Attributes:
        x: image column, continuous, clamped inside the image.
        y: image row, likewise.
        inside: whether the pointer is on the image, or so near that its edge is meant.
        pixel: image pixels that one widget pixel covers.
        negative: right button, or Alt held: what is not part of the object.
        toggle: Ctrl or Shift held: add to the selection or take from it.
        secondary: right button.
    """

    x: float
    y: float
    inside: bool = True
    pixel: float = 1.0
    negative: bool = False
    toggle: bool = False
    secondary: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """A click that selects what lies under it, or with `toggle` adds or takes that.

    With `keep`, what is selected already stays so together with all the rest, for a menu.
    """

    toggle: bool
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """A box drawn over what is to be selected, or with `toggle` added to the selection.

    Attributes:
        box: (x0, y0, x1, y1) in image pixels.
        toggle: whether Ctrl or Shift was held.
    """

    box: tuple[float, float, float, float]
    toggle: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """A stroke of the brush, or of the eraser.

    Attributes:
        points: (x, y) in image pixels, at least one.
        radius: of the brush, in image pixels.
        erase: whether it takes away.
    """

    points: tuple[tuple[float, float], ...]
    radius: float
    erase: bool = False

    def to(self, x: float, y: float) -> "Stroke":
        """Return the stroke with one point more."""
        return Stroke((*self.points, (x, y)), self.radius, self.erase)


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline that is filled when it is closed.

    Attributes:
        points: (x, y) of its corners in image pixels, at least one.
        erase: whether what it encloses is taken away.
    """

    points: tuple[tuple[float, float], ...]
    erase: bool = False

    def to(self, x: float, y: float) -> "Outline":
        """Return the outline with one corner more."""
        return Outline((*self.points, (x, y)), self.erase)


Draft: TypeAlias = Prompt | Stroke | Outline | Sweep | None
"""What was drawn so far and is not done yet."""

Outcome: TypeAlias = Prompt | Stroke | Outline | Pick | Sweep | None
"""What an event gave: a prompt, something drawn, something to select, or nothing yet."""


class Tool(Protocol):
    """Turns presses, moves and releases of one mouse button into prompts or picks."""

    @property
    def name(self) -> ToolName:
        """Which tool it is."""
        ...

    @property
    def cursor(self) -> Qt.CursorShape:
        """The pointer's shape."""
        ...

    @property
    def hovers(self) -> bool:
        """Whether regions light up under the pointer."""
        ...

    @property
    def draft(self) -> Draft:
        """What the drag that is going on has drawn so far."""
        ...

    def press(self, pointer: Pointer) -> Outcome:
        """A button went down."""
        ...

    def move(self, pointer: Pointer) -> None:
        """The pointer moved with the button down."""
        ...

    def release(self, pointer: Pointer) -> Outcome:
        """The button went up."""
        ...

    def cancel(self) -> None:
        """Forget the drag that is going on."""
        ...
