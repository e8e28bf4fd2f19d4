"""GrabCut: cuts objects out by colour, edges and place alone, without any weights."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import Box, PromptSet
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.engines.segmentation import (
    Candidate,
    EverythingRequest,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import EngineError, PromptError
from gar_studio.language import mark, tr
from models.segment.energy import minimum_cut
from models.segment.guesses import Prior, Scene, guesses
from models.segment.ranking import agreement, box_fit, overlaps
from models.segment.window import Source, Window, reduced

MAX_CANDIDATES = 3
SAME = 0.9
"""Of two masks whose intersection over union is larger only the better one is offered."""
ROUNDS = 4
"""How often the colours are learnt, each time from what was found before."""
COMPARED_SIDE = 400
"""Long side in pixels of the grid on which guesses are compared with each other."""


class GrabCutSegmenter:
    """Fulfils `gar_studio.engines.segmentation.Segmenter` with OpenCV alone.

    Every guess at what the prompts mean (`models.segment.guesses`) is cut out at a bounded size,
    however large the image is.  Cuts in a box score by how well they fit it, all others by how
    well they agree with each other, which on real photos goes along with the true overlap
    better than the contrast of the border does.  Equal requests get equal results.

    Clicks are hard constraints: positive ones lie in every candidate, negative ones in none;
    where clicks share a pixel the last one counts.  Scribbles are drawn with a soft pen: they
    are kept on the working copy, but their border may follow the object's.
    """

    def __init__(self) -> None:
        self._source: Source | None = None
        self._key = ""

    @property
    def info(self) -> EngineInfo:
        """Who this is."""
        return EngineInfo(
            name="GrabCut",
            revision=f"OpenCV {cv2.__version__}",
            device="cpu",
            licence=mark("no weights"),
        )

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Make the reduced copy of the image from which wide windows are read.

        Raises:
            Cancelled: the token was cancelled.
        """
        cancel.check()
        self._source_of(image)
        cancel.check()

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        """Return one to three distinct candidates, best first; they are there all at once.

        Raises:
            PromptError: the prompts lie outside the image, ask for nothing or contradict each
                other.
            EngineError: the candidate to refine is of another image, or OpenCV failed.
            Cancelled: the token was cancelled; it is checked before every guess.
        """
        del first
        started = time.perf_counter()
        prompts = request.prompts
        prompts.check(height=image.height, width=image.width)
        previous = _previous_mask(request, image)
        cancel.check()
        source = self._source_of(image)
        found: list[_Cut] = []
        try:
            for scene, prior in guesses(source, prompts, previous):
                cancel.check()
                found.append(_cut(scene, prior))
        except cv2.error as error:
            raise EngineError(
                tr("OpenCV could not cut the object out: {err}.", err=error.err),
                advice=tr("Try other clicks or a box."),
            ) from error
        cancel.check()
        box = prompts.box if previous is None else None  # a correction may leave the box
        candidates = _candidates(found, prompts, box=box, height=image.height, width=image.width)
        return SegmentResult(
            request_id=request.request_id,
            image_key=image.key,
            candidates=candidates[: request.most],
            info=self.info,
            seconds=time.perf_counter() - started,
        )

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        """Refuse: GrabCut finds no object that nobody points at.

        Raises:
            EngineError: always.
        """
        del image, request, cancel, progress
        raise EngineError(
            tr(
                "GrabCut cannot find objects by itself: it cuts out what you "
                "click or draw a box around."
            ),
            advice=tr("Choose SAM under Tools > Models."),
        )

    def close(self) -> None:
        """Drop the reduced copy."""
        self._source = None
        self._key = ""

    def _source_of(self, image: ImageData) -> Source:
        if self._source is None or self._key != image.key:
            self._source, self._key = Source.of(image.pixels), image.key
        return self._source


@dataclass(frozen=True, eq=False)
class _Cut:
    """What one guess led to.

    Attributes:
        window: where `inside` lies.
        inside: (rows, columns) working pixels of the object.
    """

    window: Window
    inside: BoolArray

    def mask(self, prompts: PromptSet, *, height: int, width: int) -> Mask:
        """Return the mask in the image's own pixels, the clicks obeyed."""
        if not self.inside.any():  # every pixel of a small box was taken back by a click
            return Mask.empty(height=height, width=width)
        closest = self.window.closest(self.inside)
        part = self.window.render(self.inside, closest)
        obeyed = _obey(part, closest, prompts, pen=round(0.5 / self.window.zoom))
        return closest.place(obeyed, height=height, width=width)


def _cut(scene: Scene, prior: Prior) -> _Cut:
    """Cut a guess out; what the prompts alone say, where the picture speaks against all of it.

    Empty only if negative seeds cover everything that the prompts allow.
    """
    can_be = prior.fixed != 0
    weights = np.where(can_be, 1.0, prior.outside_weight).astype(np.float32)
    log_odds = prior.log_odds
    for _ in range(ROUNDS):
        share = np.where(can_be, 1 / (1 + np.exp(-log_odds)), 0).astype(np.float32)
        by_colour = scene.colours.log_odds(inside=share, outside=(1 - share) * weights)
        log_odds = prior.log_odds + prior.colour_weight * by_colour
    inside = minimum_cut(scene.edges, log_odds, prior.fixed)
    parts = cv2.connectedComponents(inside.astype(np.uint8), connectivity=4)[1]
    inside &= np.isin(parts, np.unique(parts[prior.anchors]))
    for fallback in ((prior.log_odds > 0) & can_be, can_be):
        inside = inside if inside.any() else fallback
    return _Cut(window=scene.window, inside=inside)


def _candidates(
    found: list[_Cut], prompts: PromptSet, *, box: Box | None, height: int, width: int
) -> tuple[Candidate, ...]:
    """Score the cuts, by how they fit `box` or else by agreement, and drop near copies.

    Raises:
        PromptError: the clicks contradict each other, so that no pixel is left.
    """
    rows, columns = reduced(height=height, width=width, side=COMPARED_SIDE)
    grid = Window(x0=0, y0=0, x1=width, y1=height, rows=rows, columns=columns)
    drawn = np.stack([cut.window.render(cut.inside, grid).ravel() for cut in found])
    among = overlaps(drawn)
    scores = agreement(among)
    if box is not None:
        scores = np.array([box_fit(cut.inside, cut.window, box) for cut in found])
    chosen: list[int] = []
    for index in np.argsort(-scores, kind="stable").tolist():
        if len(chosen) < MAX_CANDIDATES and all(among[index, c] <= SAME for c in chosen):
            chosen.append(index)
    drawn_out = [(found[i].mask(prompts, height=height, width=width), scores[i]) for i in chosen]
    kept = [Candidate(mask=mask, score=float(s)) for mask, s in drawn_out if not mask.is_empty]
    if not kept:
        raise PromptError(
            tr("The prompts leave no pixel to the object."),
            advice=tr("Take back the last click; it lies on top of the object's own."),
        )
    return tuple(kept)


def _obey(part: BoolArray, window: Window, prompts: PromptSet, *, pen: int) -> BoolArray:
    """Paint the clicks over the pixels of a full-size `window`, the later over the earlier.

    Each is painted with a round pen of `pen` pixels first and then, when all are, as the one
    pixel that it lies in, so that no pen can cover another click.
    """
    painted = part.astype(np.uint8)
    height, width = painted.shape
    for radius in (pen, 0) if pen > 0 else (0,):
        for click in prompts.clicks:
            centre = (int(click.x) - window.x0, int(click.y) - window.y0)
            if radius > 0:
                cv2.circle(painted, centre, radius, int(click.positive), cv2.FILLED)
            elif 0 <= centre[0] < width and 0 <= centre[1] < height:
                painted[centre[1], centre[0]] = click.positive
    return np.asarray(painted != 0, dtype=np.bool_)


def _previous_mask(request: SegmentRequest, image: ImageData) -> Mask | None:
    if request.previous is None or request.previous.mask.is_empty:
        return None
    mask = request.previous.mask
    if mask.size != (image.height, image.width):
        raise EngineError(
            tr(
                "The mask to refine has {width}×{height} pixels, but the image "
                "has {image_width}×{image_height}.",
                width=mask.width,
                height=mask.height,
                image_width=image.width,
                image_height=image.height,
            ),
            advice=tr("Start anew with a click on the object."),
        )
    return mask
