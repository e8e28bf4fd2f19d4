"""Draws scenes: pictures of simple objects with exact masks and exact facts.

A scene follows from its seed and the photographs alone.  Shapes are named as they are on the
picture: the model sees the picture with its aspect kept (`GARConfig.letterbox`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import RGBArray
from models.gar.nano.colours import draw_tone
from models.gar.nano.facts import SIZES, SceneFacts
from models.gar.nano.objects import (
    SURE_PATCH_SHARE,
    SURE_SHARE,
    Drawn,
    Look,
    contacts,
    fact_of,
    pair_reflections,
)
from models.gar.nano.shapes import FloatArray, draw_outline, texture
from models.gar.nano.surfaces import Surfaces

LEAST_OBJECTS = 5
BACKGROUNDS = ("flat", "noisy", "gradient", "photo")
_BACKGROUND_SHARES = (0.2, 0.15, 0.2, 0.45)

_MIRROR_SHARE = 0.3
_UNDRAWN_SHARE = 0.5  # of the scenes on photographs, those with a region of the photograph itself
_LEAST_VISIBLE = 0.6
_TRIES = 14


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture and its facts.

    Holds arrays, so it is compared by identity.

    Attributes:
        pixels: (H, W, 3) uint8 RGB.
        labels: (H, W) uint8, the number of the object that is seen there, 0 for none.
        facts: what is true of it.
    """

    pixels: RGBArray
    labels: npt.NDArray[np.uint8]
    facts: SceneFacts

    def mask(self, number: int) -> BoolArray:
        """Return the (H, W) visible pixels of an object."""
        return np.asarray(self.labels == number)


def make_scene(
    seed: int | Sequence[int],
    photos: Sequence[RGBArray],
    *,
    long_side: int = 192,
    plain: bool = False,
) -> Scene:
    """Draw the scene of a seed.

    Args:
        seed: any number or numbers.
        photos: (H, W, 3) uint8 RGB; may be empty.
        long_side: pixels of the longer side.
        plain: draw objects that stand apart on one tone, for the first steps of training.
    """
    rng = np.random.default_rng(seed)
    while True:
        aspect = float(np.exp(rng.uniform(-np.log(2), np.log(2))))
        width = round(long_side * min(1.0, aspect))
        height = round(long_side * min(1.0, 1 / aspect))
        painter = _Painter(Surfaces(rng, photos), width=width, height=height, plain=plain)
        scene = painter.paint()
        if plain or len(scene.facts.objects) >= LEAST_OBJECTS:
            return scene


@dataclass(slots=True)
class _Painter:
    """Paints one scene, object after object, each over those before."""

    surfaces: Surfaces
    width: int
    height: int
    plain: bool
    canvas: FloatArray = field(init=False)
    labels: npt.NDArray[np.uint8] = field(init=False)
    drawn: list[Drawn] = field(default_factory=list)
    mirror: tuple[int, int, int, int] | None = None  # left, top, right, bottom of its glass

    @property
    def rng(self) -> np.random.Generator:
        return self.surfaces.rng

    def paint(self) -> Scene:
        shares = np.array(_BACKGROUND_SHARES) * (
            [1, 1, 1, 1] if self.surfaces.photos else [1, 1, 1, 0]
        )
        background = str(self.rng.choice(BACKGROUNDS, p=shares / shares.sum()))
        if self.plain:
            background = "flat"
        self.canvas = self.surfaces.background(background, width=self.width, height=self.height)
        self.labels = np.zeros((self.height, self.width), dtype=np.uint8)
        count = int(self.rng.integers(6, 10))
        has_mirror = self.rng.random() < _MIRROR_SHARE and not self.plain
        mirrored = self._hang_mirror() if has_mirror else []
        if background == "photo" and self.rng.random() < _UNDRAWN_SHARE:
            self._mark_background()
        for look in mirrored:
            self._put(look)
        while len(self.drawn) < count:
            if not self._put(self.surfaces.look(area=self.labels.size)):
                count -= 1
        pixels = self._finish()
        return Scene(pixels=pixels, labels=self.labels, facts=self._facts(pixels, background))

    # --- objects ---

    def _put(self, look: Look) -> bool:
        """Find the object a place and draw it; return whether there was one."""
        for _ in range(_TRIES):
            x, y = self._spot(look)
            drawn, coverage = self._outline_at(look, x, y)
            if drawn is None or coverage is None or not self._fits(drawn):
                continue
            self._shade(drawn, coverage)
            self._fill(look, drawn, coverage)
            return True
        return False

    def _spot(self, look: Look) -> tuple[float, float]:
        """Return where the object's middle goes: free, over an edge of another, or inside one."""
        rng = self.rng
        extent = np.concatenate(look.rings)
        reach = np.minimum(np.abs(extent).max(0), [self.width * 0.42, self.height * 0.42])
        choice = rng.random()
        others = [d for d in self.drawn if not d.reflection and d.share == SURE_SHARE]
        if others and choice < 0.6 and not self.plain:
            other = others[rng.integers(len(others))]
            rows, columns = np.nonzero(other.mask)
            pick = int(rng.integers(len(rows)))
            if choice < 0.2:  # inside: near the middle
                pick = int(np.argmin(np.hypot(rows - rows.mean(), columns - columns.mean())))
                x, y = other.left + columns[pick], other.top + rows[pick]
            else:  # over an edge
                away = rng.uniform(0.5, 1.0) * reach * rng.choice([-1, 1], 2)
                x, y = np.array([other.left + columns[pick], other.top + rows[pick]]) + away
        else:
            x, y = rng.uniform(0, self.width), rng.uniform(0, self.height)
        return (
            float(np.clip(x, reach[0], self.width - reach[0])),
            float(np.clip(y, reach[1], self.height - reach[1])),
        )

    def _outline_at(
        self, look: Look, x: float, y: float, *, clip: tuple[int, int, int, int] | None = None
    ) -> tuple[Drawn | None, FloatArray | None]:
        """Return the object's outline in the picture and the (h, w) coverage of its window."""
        left, top, right, bottom = clip or (0, 0, self.width, self.height)
        points = np.concatenate(look.rings) + np.array([x, y], dtype=np.float32)
        low, high = np.floor(points.min(0)).astype(int) - 1, np.ceil(points.max(0)).astype(int) + 2
        x0, y0 = max(int(low[0]), left), max(int(low[1]), top)
        x1, y1 = min(int(high[0]), right), min(int(high[1]), bottom)
        if x1 - x0 < 3 or y1 - y0 < 3:
            return None, None
        shift = np.array([x - x0, y - y0], dtype=np.float32)
        rings = [ring + shift for ring in look.rings]
        coverage = draw_outline(rings, width=x1 - x0, height=y1 - y0)
        mask = coverage >= 0.5
        if not mask.any():
            return None, None
        drawn = Drawn(look.shape, look.colour or None, look.texture, x0, y0, mask)
        if look.texture == "natural":
            drawn.share = SURE_PATCH_SHARE
        return drawn, coverage

    def _fits(self, new: Drawn) -> bool:
        """Say whether enough of every object stays to be seen, and the mirror stays free."""
        seen = self.labels[new.window][new.mask]
        if self.plain and self.labels[_around(new.window)].any():
            return False
        for number in np.unique(seen):
            if number == 0:
                continue
            old = self.drawn[number - 1]
            if old.reflection or old.share == 0.0:
                return False
            left = int((self.labels == number).sum()) - int((seen == number).sum())
            if left < _LEAST_VISIBLE * old.mask.sum():
                return False
        if self.mirror is not None:
            x0, y0, x1, y1 = self.mirror
            rows, columns = new.window
            meets = columns.start < x1 and columns.stop > x0
            if meets and rows.start < y1 and rows.stop > y0:
                return False
        return True

    def _shade(self, drawn: Drawn, coverage: FloatArray) -> None:
        """Drop a soft shadow beside the object."""
        if self.rng.random() < 0.5:
            return
        reach = max(2, round(0.08 * max(coverage.shape)))
        across, down = self.rng.integers(-reach, reach + 1, 2)
        soft = cv2.blur(np.pad(coverage, reach), (reach,) * 2)
        top, left = drawn.top - reach + int(down), drawn.left - reach + int(across)
        y0, x0 = max(top, 0), max(left, 0)
        y1 = min(top + soft.shape[0], self.height)
        x1 = min(left + soft.shape[1], self.width)
        if y1 > y0 and x1 > x0:
            part = soft[y0 - top : y1 - top, x0 - left : x1 - left, None]
            self.canvas[y0:y1, x0:x1] *= 1 - np.float32(self.rng.uniform(0.2, 0.5)) * part

    def _fill(self, look: Look, drawn: Drawn, coverage: FloatArray, *, dim: float = 1.0) -> None:
        """Paint the object and take note of its pixels."""
        height, width = coverage.shape
        if look.patch is None:
            share = texture(
                look.texture, width=width, height=height, period=look.period, rng=self.rng
            )[..., None]
            surface = look.tones[0] * (1 - share) + look.tones[1] * share
        else:
            surface = cv2.resize(look.patch, (width, height)).astype(np.float32)
        light = self.surfaces.ramp(width, height)[..., None] * np.float32(
            self.rng.uniform(0.0, 0.16)
        )
        surface = surface * (np.float32(self.rng.uniform(0.94, 1.0)) + light - light.mean()) * dim
        window, part = drawn.window, coverage[..., None]
        self.canvas[window] = self.canvas[window] * (1 - part) + surface * part
        self.drawn.append(drawn)
        self.labels[window][drawn.mask] = len(self.drawn)

    def _mark_background(self) -> None:
        """Make a piece of the photograph an object as it is: nothing is drawn."""
        look = self.surfaces.look(area=self.labels.size, size=str(self.rng.choice(SIZES[1:])))
        x, y = self.rng.uniform(0.2, 0.8) * self.width, self.rng.uniform(0.2, 0.8) * self.height
        drawn, _ = self._outline_at(look, x, y)
        if drawn is None or not self._fits(drawn):
            return
        drawn.colour, drawn.texture, drawn.share = None, "natural", 0.0
        self.drawn.append(drawn)
        self.labels[drawn.window][drawn.mask] = len(self.drawn)

    # --- the mirror ---

    def _hang_mirror(self) -> list[Look]:
        """Draw a mirror with one or two reflections; return what they reflect."""
        rng = self.rng
        width = round(self.width * rng.uniform(0.3, 0.5))
        height = round(self.height * rng.uniform(0.35, 0.65))
        frame = max(2, round(0.03 * (self.width * self.height) ** 0.5))
        left = int(rng.integers(frame, self.width - width - frame))
        top = int(rng.integers(frame, self.height - height - frame))
        box = (left, top, left + width, top + height)
        self._draw_mirror(box, frame)
        originals = []
        middles = [0.5] if rng.random() < 0.5 else [0.28, 0.72]
        for middle in middles:
            look = self.surfaces.look(
                area=self.labels.size, size=str(rng.choice(["small", "medium"]))
            )
            mirrored = look.flipped(float(rng.uniform(0.7, 0.9)))
            x = left + width * (middle + rng.uniform(-0.08, 0.08))
            y = top + height * rng.uniform(0.3, 0.7)
            drawn, coverage = self._outline_at(mirrored, x, y, clip=box)
            if drawn is None or coverage is None or not self._fits(drawn):
                continue
            drawn.reflection = True
            self._fill(mirrored, drawn, coverage, dim=0.95)
            originals.append(look)
        self.mirror = (left - frame, top - frame, left + width + frame, top + height + frame)
        return originals

    def _draw_mirror(self, box: tuple[int, int, int, int], frame: int) -> None:
        left, top, right, bottom = box
        outer = (slice(top - frame, bottom + frame), slice(left - frame, right + frame))
        inner = (slice(top, bottom), slice(left, right))
        tone = draw_tone(str(self.rng.choice(["brown", "gray", "black", "yellow"])), self.rng)
        self.canvas[outer] = tone
        edge = max(1, frame // 3)
        self.canvas[outer][edge:-edge, edge:-edge] = tone * np.float32(0.6)
        ramp = self.surfaces.ramp(right - left, bottom - top)[..., None]
        glass = np.array([196, 214, 222], dtype=np.float32) * np.float32(self.rng.uniform(0.8, 1.1))
        self.canvas[inner] = glass * (np.float32(0.85) + np.float32(0.25) * ramp)

    # --- the end ---

    def _finish(self) -> RGBArray:
        rng = self.rng
        grain = rng.normal(0, rng.uniform(0, 4), self.canvas.shape).astype(np.float32)
        lit = self.canvas * np.float32(rng.uniform(0.97, 1.03)) + grain
        return np.clip(np.round(lit), 0, 255).astype(np.uint8)

    def _facts(self, pixels: RGBArray, background: str) -> SceneFacts:
        pair_reflections(self.drawn)
        objects = [
            fact_of(number, drawn, pixels=pixels, labels=self.labels)
            for number, drawn in enumerate(self.drawn, start=1)
        ]
        return SceneFacts(tuple(filter(None, objects)), tuple(contacts(self.drawn)), background)


def _around(window: tuple[slice, slice]) -> tuple[slice, slice]:
    """Return a window with the pixels next to it."""
    rows, columns = window
    return (
        slice(max(rows.start - 2, 0), rows.stop + 2),
        slice(max(columns.start - 2, 0), columns.stop + 2),
    )
