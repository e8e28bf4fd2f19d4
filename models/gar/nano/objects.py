"""Objects of a scene while it is drawn, and what is true of them afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import RGBArray
from models.gar.nano.colours import dominant
from models.gar.nano.facts import Contact, SceneObject, place_of, size_of
from models.gar.nano.shapes import FloatArray

SURE_SHARE = 0.45
SURE_PATCH_SHARE = 0.65
"""The same for a piece of a photograph."""

_WHOLE, _HIDDEN = 0.97, 0.88
_LEAST_PIXELS = 24


@dataclass(slots=True)
class Drawn:
    """An object that was drawn.

    Attributes:
        shape: one of `SHAPES`.
        colour: what its colour should be, or None if that has to be looked up.
        texture: one of `TEXTURES`.
        left: the first column of its window in the picture.
        top: the first row.
        mask: (h, w), its whole outline as far as it lies in the picture, in its own window.
        reflection_of: the number of what it mirrors, or 0.
        reflection: whether it is seen in a mirror.
        share: the part of its pixels that have to have its colour; 0 if nothing was drawn.
    """

    shape: str
    colour: str | None
    texture: str | None
    left: int
    top: int
    mask: BoolArray  # its whole outline inside the picture, in its own window
    reflection_of: int = 0
    reflection: bool = False
    share: float = SURE_SHARE  # of its pixels that have to have its colour

    @property
    def window(self) -> tuple[slice, slice]:
        """Its rows and columns in the picture."""
        height, width = self.mask.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


@dataclass(frozen=True, slots=True)
class Look:
    """What an object will look like before it has a place.

    Attributes:
        shape: one of `SHAPES`.
        colour: a basic colour, or "" for that of its patch.
        texture: one of `TEXTURES`.
        rings: its outline around (0, 0), in pixels.
        tones: (3,) each, of the ground and of the texture.
        period: of the texture, in pixels.
        patch: (h, w, 3) piece of a photograph that is its surface, or None.
    """

    shape: str
    colour: str
    texture: str
    rings: list[FloatArray]  # in pixels around (0, 0)
    tones: tuple[FloatArray, FloatArray]
    period: float
    patch: RGBArray | None = None

    def flipped(self, scale: float) -> "Look":
        """Return its mirror image, smaller or larger."""
        mirror = np.array([-scale, scale], dtype=np.float32)
        rings = [ring * mirror for ring in self.rings]
        patch = None if self.patch is None else self.patch[:, ::-1]
        return Look(
            self.shape, self.colour, self.texture, rings, self.tones, self.period * scale, patch
        )


def pair_reflections(drawn_objects: Sequence[Drawn]) -> None:
    """Find each reflection's original: the object with its look that was drawn later."""
    for drawn in drawn_objects:
        if drawn.reflection:
            for number, other in enumerate(drawn_objects, start=1):
                looks = (other.shape, other.colour, other.texture)
                same = looks == (drawn.shape, drawn.colour, drawn.texture)
                if same and not other.reflection:
                    drawn.reflection_of = number
                    break


def fact_of(
    number: int, drawn: Drawn, *, pixels: RGBArray, labels: npt.NDArray[np.uint8]
) -> SceneObject | None:
    """Return what is true of an object, or None if hardly any of it is seen.

    Args:
        number: its number.
        drawn: how it was drawn.
        pixels: (H, W, 3) of the finished picture.
        labels: (H, W) numbers of the objects that are seen.
    """
    height, width = labels.shape
    mask = labels == number
    seen = int(mask.sum())
    if seen < _LEAST_PIXELS:
        return None
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    x0, x1, y0, y1 = columns[0], columns[-1], rows[0], rows[-1]
    colour, share = dominant(pixels, mask)
    if drawn.colour is None:
        certain = share >= SURE_PATCH_SHARE
    else:
        certain = colour == drawn.colour and share >= SURE_SHARE
    visible = seen / int(drawn.mask.sum())
    area = seen / mask.size
    x, y = (x0 + x1 + 1) / 2, (y0 + y1 + 1) / 2
    longer = max(width, height)
    return SceneObject(
        number=number,
        shape=drawn.shape,
        colour=colour if certain else None,
        texture=drawn.texture,
        size=size_of(area),
        place=place_of(x / width, y / height),
        hidden=None if _HIDDEN < visible < _WHOLE else visible <= _HIDDEN,
        reflection=drawn.reflection,
        reflection_of=drawn.reflection_of,
        area=area,
        centre=(float(x / longer), float(y / longer)),
        box=(
            float(x0 / width),
            float(y0 / height),
            float(x1 / width),
            float(y1 / height),
        ),
    )


def contacts(drawn_objects: Sequence[Drawn]) -> Iterator[Contact]:
    """Yield the pairs whose outlines meet."""
    for upper, above in enumerate(drawn_objects, start=1):
        for lower, below in enumerate(drawn_objects[: upper - 1], start=1):
            kind = _contact(above, below)
            if kind is not None:
                yield Contact(upper, lower, kind)


def _contact(above: Drawn, below: Drawn) -> str | None:
    """Say how two outlines meet: None if they do not."""
    top, left = max(above.top, below.top), max(above.left, below.left)
    bottom = min(above.window[0].stop, below.window[0].stop)
    right = min(above.window[1].stop, below.window[1].stop)
    if bottom <= top or right <= left:
        return None

    def part(drawn: Drawn) -> BoolArray:
        rows = slice(top - drawn.top, bottom - drawn.top)
        return drawn.mask[rows, left - drawn.left : right - drawn.left]

    shared = int((part(above) & part(below)).sum())
    if shared == 0:
        return None
    if shared >= 0.97 * int(above.mask.sum()):
        return "inside"
    smaller = min(int(above.mask.sum()), int(below.mask.sum()))
    return "front" if shared >= 0.1 * smaller else "unclear"
