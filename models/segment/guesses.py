"""What to look for: the prompts as windows and priors, one guess per possible object.

A click does not say how large the object is, so each guess assumes a size; a box does, so its
guesses differ in how much of the box they fill; a refinement knows the object but not how far
the correction reaches.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import Box, PromptSet, Scribble
from gar_studio.engines.protocol import FloatArray, RGBArray
from models.segment.energy import Colours, edges, geodesic
from models.segment.window import Points, Source, Window

SMALL_SIDE = 200
"""Long side of the working copy where several sizes are tried."""
SIDE = 320
"""Long side of the working copy where the size is known."""

REACHES = (0.035, 0.06, 0.1, 0.16, 0.26, 0.42)
"""Assumed half sizes of an object around clicks, as shares of the image's long side."""
MIN_REACH = 4.0
"""Least assumed half size in pixels."""
CORRECTIONS = (0.6, 0.25, 1.5)
"""Assumed reaches of a correction, as shares of the object's half size."""
FILLS = (0.0, -1.0, -2.0, -4.0)
"""Assumed log odds of the object at a box's border."""
BOX_COLOURS = 2.0
"""Weight of the colours' log odds in a box: its outside shows what the background looks like."""
SEED_COLOURS = 0.7
"""Weight of the colours' log odds around seeds, where the background is only assumed."""
OUTSIDE = 3.0
"""Weight of the pixels outside a box when colours are learnt; they are surely background."""

CENTRE = 2.0
"""Log odds in the middle of a box."""
NEAR = 2.0
"""Log odds at a seed, and in the middle of a previous mask."""
FAR = -0.5
"""Log odds at the assumed reach around seeds."""
CORRECTION = 8.0
"""Change of the log odds at a seed that corrects a box or a previous mask."""
RIVALRY = 4.0
"""Greatest loss of log odds where a negative seed is nearer than a positive one."""
MAX_ODDS = 6.0

FAR_AWAY = 1e6
"""Points of a stroke that are farther out than any image reaches are left out."""
MAX_SAMPLES = 20_000
"""Most samples between two points of a stroke."""


@dataclass(frozen=True, eq=False)
class Prior:
    """What the prompts say about every working pixel.

    Holds arrays, so it is compared by identity.

    Attributes:
        log_odds: (rows, columns) of the object.
        fixed: (rows, columns), 1 object, 0 background, -1 open.
        anchors: (rows, columns); a part of the object that touches none of them is dropped.
        colour_weight: weight of the colours' log odds against these.
        outside_weight: weight of the fixed background when colours are learnt.
    """

    log_odds: FloatArray
    fixed: npt.NDArray[np.int8]
    anchors: BoolArray
    colour_weight: float = SEED_COLOURS
    outside_weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A window's working copy with the prompts on it.

    Holds arrays, so it is compared by identity.

    Attributes:
        window: where it lies in the image.
        lab: (rows, columns, 3) uint8 in OpenCV's Lab.
        positive: (rows, columns) seeds of the object.
        negative: (rows, columns) seeds of the background.
    """

    window: Window
    lab: RGBArray
    positive: BoolArray
    negative: BoolArray

    @cached_property
    def colours(self) -> Colours:
        """The working copy's colours in clusters."""
        return Colours.of(self.lab)

    @cached_property
    def edges(self) -> npt.NDArray[np.uint8]:
        """The working copy's contrasts, as `models.segment.energy.edges` gives them."""
        return edges(self.lab)

    @cached_property
    def to_positive(self) -> FloatArray:
        """Geodesic distance of every working pixel to the next positive seed."""
        return geodesic(self.lab, self.positive)

    @cached_property
    def to_negative(self) -> FloatArray:
        """Geodesic distance of every working pixel to the next negative seed."""
        return geodesic(self.lab, self.negative)

    def prior_of_box(self, box: Box, *, fill: float) -> Prior:
        """Likely in the middle of the box, log odds `fill` at its border, impossible outside.

        The odds fall with the square of the superelliptic radius (|u|^2.5 + |v|^2.5)^(1/2.5)
        of the position in the box, because objects leave out the corners.  A positive seed
        outside the box takes the box's word that nothing is there.
        """
        corners = np.array([[box.x0, box.y0], [box.x1, box.y1]], dtype=np.float64)
        (x0, y0), (x1, y1) = self.window.to_work(corners)
        rows, columns = np.mgrid[: self.window.rows, : self.window.columns] + 0.5
        u = np.abs(columns - (x0 + x1) / 2) / max((x1 - x0) / 2, 0.5)
        v = np.abs(rows - (y0 + y1) / 2) / max((y1 - y0) / 2, 0.5)
        odds = CENTRE + (fill - CENTRE) * (u**2.5 + v**2.5) ** 0.8
        beyond = (u > 1) | (v > 1)
        if (self.positive & beyond).any():
            beyond = np.zeros_like(beyond)
        corrected = self._corrected(odds, reach=0.35 * max(x1 - x0, y1 - y0) / 2)
        anywhere = np.ones_like(beyond)
        prior = self._prior(corrected, beyond=beyond, anchors=anywhere)
        return replace(prior, colour_weight=BOX_COLOURS, outside_weight=OUTSIDE)

    def prior_of_reach(self, reach: float) -> Prior:
        """Likely near the positive seeds, by geodesic distance, up to `reach` image pixels."""
        span = max(reach * self.window.zoom, 1.0)
        near = self.to_positive / span
        odds = NEAR + (FAR - NEAR) * near**2
        if self.negative.any():
            other = self.to_negative / span
            lead = (other - near) / (other + near + 1e-6)
            odds = odds + np.minimum(0.0, RIVALRY * (lead - 0.2))
        return self._prior(odds, beyond=near > 1.6, anchors=self.positive)

    def prior_of_mask(self, soft: FloatArray, *, reach: float) -> Prior:
        """Like a previous mask, changed around the seeds up to `reach` image pixels.

        Args:
            soft: (rows, columns) the previous mask, 0…1, with a blurred border.
            reach: how far a correction reaches.
        """
        corrected = self._corrected(2 * NEAR * (soft - 0.5), reach=reach * self.window.zoom)
        nowhere = np.zeros_like(self.positive)
        return self._prior(corrected, beyond=nowhere, anchors=self.positive | (soft > 0.5))

    def _corrected(self, odds: FloatArray, *, reach: float) -> FloatArray:
        span = max(reach, 1.0)
        if self.positive.any():
            odds = odds + CORRECTION * np.exp(-((self.to_positive / span) ** 2))
        if self.negative.any():
            odds = odds - CORRECTION * np.exp(-((self.to_negative / span) ** 2))
        return odds

    def _prior(self, odds: FloatArray, *, beyond: BoolArray, anchors: BoolArray) -> Prior:
        fixed = np.where(beyond, 0, -1).astype(np.int8)
        fixed[self.negative] = 0
        fixed[self.positive] = 1
        clipped = np.clip(odds, -MAX_ODDS, MAX_ODDS).astype(np.float32)
        return Prior(log_odds=clipped, fixed=fixed, anchors=anchors)


def guesses(
    source: Source, prompts: PromptSet, previous: Mask | None
) -> Iterator[tuple[Scene, Prior]]:
    """Yield every guess that the prompts allow, the likeliest kind of prompt deciding.

    Args:
        source: the image.
        prompts: checked prompts, at least one of them positive.
        previous: the mask that is being refined, not empty, or None.
    """
    view = _View(source, prompts)
    if previous is not None:
        yield from view.of_mask(previous)
    elif prompts.box is not None:
        yield from view.of_box(prompts.box)
    else:
        yield from view.of_seeds()


class _View:
    """An image and the prompts' points on it."""

    def __init__(self, source: Source, prompts: PromptSet) -> None:
        self._source = source
        self._height, self._width = source.pixels.shape[:2]
        self._positive = self._within(seed_points(prompts, positive=True))
        self._negative = self._within(seed_points(prompts, positive=False))

    def _within(self, points: Points) -> Points:
        inside = (points >= 0) & (points < (self._width, self._height))
        return points[inside.all(axis=1)]

    def of_mask(self, mask: Mask) -> Iterator[tuple[Scene, Prior]]:
        x, y, width, height = mask.box
        half = max(width, height) / 2
        corners = np.array([[x, y], [x + width, y + height]], dtype=np.float64)
        around = np.concatenate((corners, self._positive, self._negative))
        scene = self._scene(around, margin=0.3 * half + 4, side=SIDE)
        blurred = cv2.GaussianBlur(scene.window.shrink(mask), (0, 0), 2.0)
        soft = np.asarray(blurred, dtype=np.float32)
        for share in CORRECTIONS:
            yield scene, scene.prior_of_mask(soft, reach=share * half)

    def of_box(self, box: Box) -> Iterator[tuple[Scene, Prior]]:
        box = Box(
            x0=max(box.x0, 0.0),
            y0=max(box.y0, 0.0),
            x1=min(box.x1, float(self._width)),
            y1=min(box.y1, float(self._height)),
        )
        size = max(box.x1 - box.x0, box.y1 - box.y0)
        corners = np.array([[box.x0, box.y0], [box.x1, box.y1]], dtype=np.float64)
        around = np.concatenate((corners, self._positive))
        scene = self._scene(around, margin=0.15 * size + 4, side=SIDE)
        for fill in FILLS:
            yield scene, scene.prior_of_box(box, fill=fill)

    def of_seeds(self) -> Iterator[tuple[Scene, Prior]]:
        for share in REACHES:
            reach = max(MIN_REACH, share * max(self._height, self._width))
            scene = self._scene(self._positive, margin=2.2 * reach, side=SMALL_SIDE)
            yield scene, scene.prior_of_reach(reach)

    def _scene(self, around: Points, *, margin: float, side: int) -> Scene:
        window = Window.around(
            (*around.min(axis=0).tolist(), *around.max(axis=0).tolist()),
            margin=margin,
            side=side,
            height=self._height,
            width=self._width,
        )
        return Scene(
            window=window,
            lab=np.asarray(cv2.cvtColor(self._source.read(window), cv2.COLOR_RGB2Lab)),
            positive=window.mark(self._positive),
            negative=window.mark(self._negative),
        )


def seed_points(prompts: PromptSet, *, positive: bool) -> Points:
    """Return the (n, 2) points (x, y) in pixels of the clicks and scribbles of one sign.

    Scribbles are sampled about every two pixels, so that fast strokes have no gaps.  Points may
    lie outside the image where a scribble leaves it.
    """
    found = [(click.x, click.y) for click in prompts.clicks if click.positive == positive]
    for scribble in prompts.scribbles:
        if scribble.positive == positive:
            found.extend(_along(scribble))
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _along(scribble: Scribble) -> Iterator[tuple[float, float]]:
    points = [p for p in scribble.points if max(abs(p[0]), abs(p[1])) < FAR_AWAY]
    yield from points[:1]
    for (ax, ay), (bx, by) in pairwise(points):
        count = min(max(1, int(np.hypot(bx - ax, by - ay) / 2)), MAX_SAMPLES)
        for step in range(1, count + 1):
            yield ax + (bx - ax) * step / count, ay + (by - ay) * step / count
