"""Clicks or a mask prompt: what a SAM should be given for a scribble.

Part of `python -m benchmarks.segmentation FOLDER --engine sam --model CHECKPOINT`.  Every object is
asked for twice with the same scribble along it, which is spread into clicks once and drawn into the
mask prompt once.  An object that is not found counts as an overlap of 0.
"""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.photo_masks import PhotoObject, overlap, stroke
from benchmarks.report import Row
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.construction import ScribblePrompt
from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.segmentation import Segmenter, SegmentRequest
from gar_studio.errors import NothingFoundError
from models.segment.sam import SamSegmenter

_SURE = 2.0
"""Standard errors by which the mean difference has to differ from 0 to be more than chance."""

_NAMES = {ScribblePrompt.CLICKS: "clicks", ScribblePrompt.MASK: "a mask prompt"}


@dataclass(frozen=True, slots=True)
class Contest:
    """The overlaps that both ways reached on the same objects, in the same order.

    Attributes:
        first: by way, those of the first candidates.
        best: by way, those of the best of up to three, which a person would choose.
    """

    first: dict[ScribblePrompt, tuple[float, ...]]
    best: dict[ScribblePrompt, tuple[float, ...]]

    @property
    def differences(self) -> list[float]:
        """By how much the best mask of the mask prompt is better than that of the clicks."""
        pairs = zip(self.best[ScribblePrompt.MASK], self.best[ScribblePrompt.CLICKS], strict=True)
        return [mask - clicks for mask, clicks in pairs]

    @property
    def standard_error(self) -> float:
        """The standard error of the mean difference; infinite for one object alone."""
        found = self.differences
        if len(found) < 2:
            return math.inf
        return statistics.stdev(found) / math.sqrt(len(found))

    def rows(self, engine: str) -> list[Row]:
        """Return the means of both ways and of their difference."""
        rows = [
            Row(f"{engine}: scribble as {name}, {which}", statistics.fmean(of[way]), "mean IoU")
            for way, name in _NAMES.items()
            for which, of in (("first candidate", self.first), ("best candidate", self.best))
        ]
        found = self.differences
        wins = sum(difference > 0 for difference in found) / len(found)
        return [
            *rows,
            Row(f"{engine}: mask prompt minus clicks", statistics.fmean(found), "mean IoU"),
            Row(f"{engine}: its standard error", self.standard_error, "mean IoU"),
            Row(f"{engine}: objects with the better mask prompt", wins, ""),
        ]

    def verdict(self, engine: str) -> str:
        """Say in a sentence which way is better."""
        mean, count = statistics.fmean(self.differences), len(self.differences)
        if not abs(mean) > _SURE * self.standard_error:
            return (
                f"{engine}: scribbles as clicks and as a mask prompt cannot be told apart "
                f"on {count} objects ({mean:+.3f} IoU for the mask prompt)."
            )
        better = ScribblePrompt.MASK if mean > 0 else ScribblePrompt.CLICKS
        return (
            f"{engine}: scribbles are better as {_NAMES[better]}, "
            f"by {abs(mean):.3f} IoU on {count} objects."
        )


def contest(engine: SamSegmenter, objects: Iterable[PhotoObject]) -> Contest:
    """Scribble along at least one object, both ways in turn."""
    ways = {way: engine.with_scribbles_as(way) for way in _NAMES}
    first: dict[ScribblePrompt, list[float]] = {way: [] for way in ways}
    best: dict[ScribblePrompt, list[float]] = {way: [] for way in ways}
    for one in objects:
        for way, scribbler in ways.items():
            overlaps = _overlaps(scribbler, one)
            first[way].append(overlaps[0])
            best[way].append(max(overlaps))
    return Contest(
        first={way: tuple(found) for way, found in first.items()},
        best={way: tuple(found) for way, found in best.items()},
    )


def _overlaps(engine: Segmenter, one: PhotoObject) -> list[float]:
    """Return the overlap of each candidate, or 0 alone where there is none."""
    prompts = PromptSet(scribbles=(stroke(one.truth),))
    request = SegmentRequest(1, one.image.key, prompts)
    try:
        found = engine.segment(one.image, request, CancelToken()).candidates
    except NothingFoundError:
        return [0.0]
    return [overlap(candidate.mask.to_array(), one.truth) for candidate in found]
