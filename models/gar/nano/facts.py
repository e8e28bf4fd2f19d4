"""What is true of a scene: the words of gar-nano's world and the facts about each object.

A fact that a person could argue about is None: the generator leaves a gap between “small” and
“medium”, and whatever falls into the gap is not asked about.
"""

from collections.abc import Sequence

import msgspec

from models.gar.nano.colours import BASIC_COLOURS
from models.gar.nano.shapes import SHAPES, TEXTURES

SIZES = ("tiny", "small", "medium", "large")
PLACES = (
    "upper left",
    "upper middle",
    "upper right",
    "middle left",
    "centre",
    "middle right",
    "lower left",
    "lower middle",
    "lower right",
)
"""Thirds of the picture, row by row."""

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "colour": BASIC_COLOURS,
    "shape": SHAPES,
    "texture": TEXTURES,
    "size": SIZES,
    "place": PLACES,
}

SIZE_RANGES = {
    "tiny": (0.0, 0.140),
    "small": (0.155, 0.225),
    "medium": (0.250, 0.355),
    "large": (0.390, 1.0),
}
"""√(visible area / picture's area) of each size; between the ranges no size is certain."""

_PLACE_GAP = 0.02
"""How near, in parts of the picture's side, a centre may come to the border of two places."""

_APART = 0.10
"""How far, in parts of the longer side, centres are apart if a direction is certain."""
_STEEPNESS = 1.6
"""By how much one axis outweighs the other if a direction is certain."""


class SceneObject(msgspec.Struct, frozen=True):
    """An object and what is certain about it.

    Attributes:
        number: its place in the order of drawing, from 1; its pixels in `Scene.labels`.
        shape: one of `SHAPES`.
        colour: a basic colour, or None.
        texture: one of `TEXTURES`, or None.
        size: one of `SIZES`, or None.
        place: one of `PLACES`, or None.
        hidden: whether something covers a part of it, or None.
        reflection: whether it is seen in a mirror.
        reflection_of: the number of what it mirrors, or 0.
        area: visible area over the picture's area.
        centre: (x, y) of the middle of its box, in 0…1 of the longer side.
        box: (x_min/W, y_min/H, x_max/W, y_max/H) from inclusive indices of its visible pixels.
    """

    number: int
    shape: str
    colour: str | None
    texture: str | None
    size: str | None
    place: str | None
    hidden: bool | None
    reflection: bool
    reflection_of: int
    area: float
    centre: tuple[float, float]
    box: tuple[float, float, float, float]

    def value(self, attribute: str) -> str | None:
        """Return the fact about one of `ATTRIBUTES`."""
        found: str | None = getattr(self, attribute)
        return found

    @property
    def is_certain(self) -> bool:
        """Whether every attribute is known."""
        return all(self.value(attribute) is not None for attribute in ATTRIBUTES)


class Contact(msgspec.Struct, frozen=True):
    """Two objects whose outlines meet.

    Attributes:
        upper: number of the one that was drawn later.
        lower: number of the other.
        kind: "inside", "front", or "unclear" if they hardly touch.
    """

    upper: int
    lower: int
    kind: str


class SceneFacts(msgspec.Struct, frozen=True):
    """All facts of a scene.

    Attributes:
        objects: those that can be asked about, in the order of drawing.
        contacts: the pairs whose outlines meet.
        background: "flat", "noisy", "gradient" or "photo".
    """

    objects: tuple[SceneObject, ...]
    contacts: tuple[Contact, ...]
    background: str

    def relation(self, a: SceneObject, b: SceneObject) -> str | None:
        """Say what `a` is to `b`: "left of", "in front of", …; None if nothing is certain."""
        if a.reflection_of == b.number:
            return "the reflection of"
        if b.reflection_of == a.number:
            return "mirrored as"
        for contact in self.contacts:
            if (contact.upper, contact.lower) == (a.number, b.number):
                return {"inside": "inside", "front": "in front of"}.get(contact.kind)
            if (contact.upper, contact.lower) == (b.number, a.number):
                return {"inside": "around", "front": "behind"}.get(contact.kind)
        return direction(a, b)

    def overlap(self, a: SceneObject, b: SceneObject) -> bool | None:
        """Say whether two objects overlap; None if they hardly touch."""
        pair = {a.number, b.number}
        for contact in self.contacts:
            if {contact.upper, contact.lower} == pair:
                return None if contact.kind == "unclear" else True
        return False


RELATIONS = (
    "left of",
    "right of",
    "above",
    "below",
    "inside",
    "around",
    "in front of",
    "behind",
    "the reflection of",
    "mirrored as",
)


def direction(a: SceneObject, b: SceneObject) -> str | None:
    """Say in which direction `a` lies from `b`, or None if neither axis outweighs the other."""
    across, down = a.centre[0] - b.centre[0], a.centre[1] - b.centre[1]
    if max(abs(across), abs(down)) < _APART:
        return None
    if abs(across) > _STEEPNESS * abs(down):
        return "left of" if across < 0 else "right of"
    if abs(down) > _STEEPNESS * abs(across):
        return "above" if down < 0 else "below"
    return None


def size_of(area: float) -> str | None:
    """Name a visible area, given in parts of the picture's area."""
    side = area**0.5
    for name, (least, most) in SIZE_RANGES.items():
        if least <= side <= most:
            return name
    return None


def place_of(x: float, y: float) -> str | None:
    """Name a place, x and y in 0…1 of the picture's own width and height."""
    thirds = []
    for value in (x, y):
        if min(abs(value - 1 / 3), abs(value - 2 / 3)) < _PLACE_GAP:
            return None
        thirds.append(min(int(value * 3), 2))
    return PLACES[thirds[1] * 3 + thirds[0]]


def larger(a: SceneObject, b: SceneObject) -> bool | None:
    """Say whether `a` looks larger than `b`; None if they are nearly equal."""
    ratio = (a.area / b.area) ** 0.5
    return None if 1 / 1.35 < ratio < 1.35 else ratio > 1


def index_of(attribute: str, value: str | None) -> int:
    """Return a fact's place in `ATTRIBUTES[attribute]`, or -1 for None."""
    names: Sequence[str] = ATTRIBUTES[attribute]
    return -1 if value is None else names.index(value)
