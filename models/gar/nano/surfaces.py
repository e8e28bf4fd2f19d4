"""What backgrounds and objects of a scene look like: tones, textures, pieces of photographs."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from gar_studio.engines.protocol import RGBArray
from models.gar.nano.colours import BASIC_COLOURS, draw_tone
from models.gar.nano.facts import SIZES
from models.gar.nano.objects import Look
from models.gar.nano.shapes import DRAWN_TEXTURES, SHAPES, FloatArray, outline

_PATCH_SHARE = 0.12  # of the objects, those whose surface is a piece of a photograph
_SIDES = {
    "tiny": (0.120, 0.138),
    "small": (0.170, 0.220),
    "medium": (0.265, 0.335),
    "large": (0.430, 0.520),
}
"""√area of each size, in parts of the picture's √area."""
_SIZE_SHARES = (0.2, 0.3, 0.3, 0.2)
_PERIODS = (0.035, 0.07)
"""From stripe to stripe, in parts of the picture's √area."""
_MOST_PERIOD = 0.3  # of the object's own √area


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Draws looks at random.

    Attributes:
        rng: decides.
        photos: (H, W, 3) uint8 RGB each; may be empty.
    """

    rng: np.random.Generator
    photos: Sequence[RGBArray]

    def background(self, kind: str, *, width: int, height: int) -> FloatArray:
        """Return (H, W, 3) float32 of a kind of background: flat, noisy, gradient or photo."""
        rng, shape = self.rng, (height, width, 3)
        if kind == "photo":
            return self.crop(width, height).astype(np.float32)
        first, second = self._any_tone(), self._any_tone()
        if kind == "gradient":
            return (self.ramp(width, height)[..., None] * (second - first)) + first
        flat = np.broadcast_to(first, shape).astype(np.float32)
        if kind == "noisy":
            rough = rng.normal(0, rng.uniform(8, 30), (height, width, 3))
            return (flat + rough.astype(np.float32)).astype(np.float32)
        return flat.copy()

    def _any_tone(self) -> FloatArray:
        return draw_tone(str(self.rng.choice(BASIC_COLOURS)), self.rng)

    def ramp(self, width: int, height: int) -> FloatArray:
        """Return (H, W) from 0 to 1 in a random direction."""
        turn = self.rng.uniform(0, 2 * np.pi)
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        ramp = columns * np.float32(np.cos(turn)) + rows * np.float32(np.sin(turn))
        ramp -= ramp.min()
        return np.asarray(ramp / max(float(ramp.max()), 1e-6), dtype=np.float32)

    def crop(self, width: int, height: int) -> RGBArray:
        """Cut a piece of a photograph out, at random turned, lit and tinted."""
        rng = self.rng
        photo = self.photos[int(rng.integers(len(self.photos)))]
        rows, columns, _ = photo.shape
        most = min(columns / width, rows / height)
        scale = most * rng.uniform(0.35, 1.0)
        across, down = max(int(width * scale), 2), max(int(height * scale), 2)
        left, top = rng.integers(columns - across + 1), rng.integers(rows - down + 1)
        piece = resize(photo[top : top + down, left : left + across], width=width, height=height)
        if rng.random() < 0.5:
            piece = piece[:, ::-1]
        if rng.random() < 0.4:
            piece = _turn_hue(piece, int(rng.integers(180)))
        lit = piece.astype(np.float32) * rng.uniform(0.7, 1.25) + rng.uniform(-20, 20)
        return np.asarray(np.clip(lit, 0, 255), dtype=np.uint8)

    def look(self, *, area: int, size: str | None = None) -> Look:
        """Draw what an object will look like in a picture of `area` pixels."""
        rng = self.rng
        size = size or str(rng.choice(SIZES, p=_SIZE_SHARES))
        shape, colour = str(rng.choice(SHAPES)), str(rng.choice(BASIC_COLOURS))
        side = rng.uniform(*_SIDES[size]) * area**0.5
        rings = [ring * np.float32(side) for ring in outline(shape, rng)]
        kind, patch = str(rng.choice(DRAWN_TEXTURES)), None
        if self.photos and rng.random() < _PATCH_SHARE:
            kind, patch = "natural", self.crop(64, 64)
        tone = draw_tone(colour, rng)
        if kind == "natural":
            colour = ""
        # The second tone is a lighter or a darker one, so that the colour stays what it is.
        bright = float(tone @ np.array([0.30, 0.59, 0.11], dtype=np.float32))
        target = np.float32(255 if bright < 128 else 0)
        second = tone + (target - tone) * np.float32(rng.uniform(0.45, 0.7))
        period = min(rng.uniform(*_PERIODS) * area**0.5, _MOST_PERIOD * side)
        return Look(shape, colour, kind, rings, (tone, second), period, patch)


def resize(pixels: RGBArray, *, width: int, height: int) -> RGBArray:
    """Resize (h, w, 3) pixels to (height, width, 3), averaging where it shrinks."""
    made = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(made, dtype=np.uint8)


def _turn_hue(pixels: RGBArray, steps: int) -> RGBArray:
    """Turn the colours by steps of two degrees."""
    hsv = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(np.int32) + steps) % 180
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), dtype=np.uint8)
