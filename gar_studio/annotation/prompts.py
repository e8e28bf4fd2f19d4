"""What a person gives the segmenter: clicks, a box, scribbles.  All of it immutable."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from gar_studio.errors import PromptError
from gar_studio.language import tr


@dataclass(frozen=True, slots=True)
class Click:
    """A click at (`x`, `y`) in image pixels, the origin at the top left corner of the image."""

    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A box in image pixels: (`x0`, `y0`) top left, (`x1`, `y1`) bottom right and exclusive."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def spanning(cls, ax: float, ay: float, bx: float, by: float) -> "Box":
        """Make the box that two opposite corners span, in whatever order they come."""
        return cls(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


@dataclass(frozen=True, slots=True)
class Scribble:
    """A stroke along an object (or along what is not part of it), as (x, y) points in pixels."""

    points: tuple[tuple[float, float], ...]
    positive: bool = True


Prompt: TypeAlias = Click | Box | Scribble


@dataclass(frozen=True, slots=True)
class PromptSet:
    """All prompts for one mask, in the order in which they were given; at most one box."""

    clicks: tuple[Click, ...] = ()
    box: Box | None = None
    scribbles: tuple[Scribble, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given yet."""
        return not self.clicks and self.box is None and not self.scribbles

    def with_prompt(self, prompt: Prompt) -> "PromptSet":
        """Return this set with one prompt more; a new box takes the place of the old one."""
        match prompt:
            case Click():
                return replace(self, clicks=(*self.clicks, prompt))
            case Box():
                return replace(self, box=prompt)
            case Scribble():
                return replace(self, scribbles=(*self.scribbles, prompt))

    def without(self, prompt: Prompt) -> "PromptSet":
        """Return this set with one prompt less.

        Raises:
            ValueError: it is not in the set.
        """
        match prompt:
            case Click():
                at = self.clicks.index(prompt)
                return replace(self, clicks=self.clicks[:at] + self.clicks[at + 1 :])
            case Scribble():
                at = self.scribbles.index(prompt)
                return replace(self, scribbles=self.scribbles[:at] + self.scribbles[at + 1 :])
            case Box():
                if self.box != prompt:
                    raise ValueError(f"{prompt} is not in the set")
                return replace(self, box=None)

    def replaced(self, prompt: Prompt, other: Prompt) -> "PromptSet":
        """Return this set with another prompt of the same kind in the place of one.

        Raises:
            ValueError: it is not in the set, or the other one is of another kind.
        """
        match prompt, other:
            case Click(), Click():
                at = self.clicks.index(prompt)
                return replace(self, clicks=(*self.clicks[:at], other, *self.clicks[at + 1 :]))
            case Scribble(), Scribble():
                at = self.scribbles.index(prompt)
                others = (*self.scribbles[:at], other, *self.scribbles[at + 1 :])
                return replace(self, scribbles=others)
            case Box(), Box() if self.box == prompt:
                return replace(self, box=other)
            case _:
                raise ValueError(f"{prompt} is not in the set, or {other} is no prompt of its kind")

    def check(self, *, height: int, width: int) -> None:
        """Raise `PromptError` unless the set asks for something inside the image."""
        if self.is_empty:
            raise PromptError(
                tr("There is no click, box or scribble to cut out."),
                advice=tr("Click the object first."),
            )
        signs = [c.positive for c in self.clicks] + [s.positive for s in self.scribbles]
        if self.box is None and not any(signs):
            raise PromptError(
                tr("Every prompt says what the object is not."),
                advice=tr("Click the object itself once (left button)."),
            )
        for click in self.clicks:
            if not (0 <= click.x < width and 0 <= click.y < height):
                raise PromptError(
                    tr(
                        "The point ({x:g}, {y:g}) lies outside the {width}×{height} image.",
                        x=click.x,
                        y=click.y,
                        width=width,
                        height=height,
                    )
                )
        for scribble in self.scribbles:
            if not scribble.points:
                raise PromptError(tr("A scribble has no points."))
            if not any(0 <= x < width and 0 <= y < height for x, y in scribble.points):
                raise PromptError(
                    tr(
                        "A scribble lies outside the {width}×{height} image.",
                        width=width,
                        height=height,
                    )
                )
        if self.box is not None:
            self._check_box(self.box, height=height, width=width)

    @staticmethod
    def _check_box(box: Box, *, height: int, width: int) -> None:
        # The box's own value comes first: `min` and `max` keep it then if it is not a number,
        # which no comparison below lets through.
        overlap_w = min(box.x1, width) - max(box.x0, 0)
        overlap_h = min(box.y1, height) - max(box.y0, 0)
        if not (overlap_w >= 1 and overlap_h >= 1):
            raise PromptError(
                tr(
                    "The box {x0:g},{y0:g},{x1:g},{y1:g} covers no pixel of the "
                    "{width}×{height} image.",
                    x0=box.x0,
                    y0=box.y0,
                    x1=box.x1,
                    y1=box.y1,
                    width=width,
                    height=height,
                ),
                advice=tr("Give it as x1,y1,x2,y2 in pixels, top left corner first."),
            )
