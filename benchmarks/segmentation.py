"""How few clicks an object takes: `python -m benchmarks.segmentation FOLDER [--json FILE]`.

FOLDER is laid out like GAR-Bench: JSON files with `image` and `mask_rles` (compressed COCO RLE).
Every mask that covers enough of its photo is looked for with its bounding box, with one click on
its innermost pixel and up to twenty in all, each into the middle of the largest error that is
left, and with one scribble along it; of three candidates the best one counts, as a person would
choose it.  The bounds hold on the half of the photos that nothing was tuned on.  Then come the rows
of `benchmarks.sam_click`, from a click to SAM's masks, and of `benchmarks.canvas_work`, what masks
cost the window.  `--engine NAME --model MODEL` measures another engine beside GrabCut; with a SAM
it compares the two things that scribbles can be for it, too (`benchmarks.scribbles`).
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks import canvas_work, sam_click, scribbles
from benchmarks.photo_masks import (
    PhotoObject,
    bounding_box,
    correction,
    innermost,
    overlap,
    photo_objects,
    stroke,
)
from benchmarks.report import Row, report
from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.engines.registry import build_segmenter
from gar_studio.engines.segmentation import Candidate, Segmenter, SegmentRequest
from gar_studio.errors import NothingFoundError
from models.segment.sam import SamSegmenter

MOST_CLICKS = 20
GRABCUT_BOUNDS = {
    "box, first candidate": 0.68,
    "1 click, best candidate": 0.50,
    "3 clicks, best candidate": 0.60,
    "scribble, best candidate": 0.65,
}
_TARGETS = (0.80, 0.85)
_LARGE = (3000, 4000)
_LARGE_PHOTOS = 12


@dataclass
class Figures:
    """What an engine reaches on some objects."""

    overlaps: dict[str, list[float]] = field(default_factory=dict)
    clicks: dict[float, list[int]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Note the overlap that a kind of prompt reached."""
        self.overlaps.setdefault(name, []).append(value)

    def rows(self, engine: str, bounds: dict[str, float]) -> list[Row]:
        """Return the means."""
        found = [
            Row(f"{engine}: {name}", statistics.fmean(values), "mean IoU", bounds.get(name))
            for name, values in self.overlaps.items()
        ]
        found += [
            Row(f"{engine}: NoC@{round(100 * target)}", statistics.fmean(counts), "clicks")
            for target, counts in self.clicks.items()
        ]
        return found


class Person:
    """Gives prompts to an engine about one object and chooses the best candidate."""

    def __init__(self, engine: Segmenter, one: PhotoObject) -> None:
        self._engine, self._one = engine, one

    def ask(
        self, prompts: PromptSet, previous: Candidate | None = None
    ) -> tuple[list[float], Candidate]:
        """Return the candidates' overlaps, in their order, and the best candidate.

        Where nothing is found, an empty mask is the only candidate.
        """
        image = self._one.image
        request = SegmentRequest(1, image.key, prompts, previous=previous)
        try:
            candidates = self._engine.segment(image, request, CancelToken()).candidates
        except NothingFoundError:
            nothing = Mask.empty(height=image.height, width=image.width)
            candidates = (Candidate(nothing, score=0.0),)
        found = [overlap(c.mask.to_array(), self._one.truth) for c in candidates]
        return found, candidates[int(np.argmax(found))]

    def click(self) -> list[float]:
        """Click until the mask is right or the clicks are used up; return each overlap."""
        prompts = PromptSet(clicks=(innermost(self._one.truth),))
        reached: list[float] = []
        best: Candidate | None = None
        while True:
            overlaps, best = self.ask(prompts, best)
            reached.append(max(overlaps))
            if reached[-1] >= _TARGETS[-1] and len(reached) >= 3:
                return reached
            more = correction(best.mask.to_array(), self._one.truth)
            if more is None or len(reached) == MOST_CLICKS:
                return reached
            prompts = prompts.with_prompt(more)


def measure(engine: Segmenter, objects: Sequence[PhotoObject]) -> Figures:
    """Return what an engine reaches on these objects."""
    figures = Figures()
    for one in objects:
        engine.prepare(one.image, CancelToken())
        person = Person(engine, one)
        boxed, _ = person.ask(PromptSet(box=bounding_box(one.truth)))
        figures.add("box, first candidate", boxed[0])
        figures.add("box, best candidate", max(boxed))
        reached = person.click()
        figures.add("1 click, best candidate", reached[0])
        figures.add("3 clicks, best candidate", reached[min(2, len(reached) - 1)])
        scribbled, _ = person.ask(PromptSet(scribbles=(stroke(one.truth),)))
        figures.add("scribble, best candidate", max(scribbled))
        for target in _TARGETS:
            enough = [number for number, value in enumerate(reached, start=1) if value >= target]
            figures.clicks.setdefault(target, []).append(enough[0] if enough else MOST_CLICKS)
    return figures


def seconds_on_large(engine: Segmenter, objects: Sequence[PhotoObject]) -> float:
    """Return the median time of one click on photos enlarged to 12 megapixels, embeddings ready."""
    times = []
    for one in objects[:_LARGE_PHOTOS]:
        image, truth = _enlarged(one)
        engine.prepare(image, CancelToken())
        request = SegmentRequest(1, image.key, PromptSet(clicks=(innermost(truth),)))
        started = time.perf_counter()
        engine.segment(image, request, CancelToken())
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _enlarged(one: PhotoObject) -> tuple[ImageData, BoolArray]:
    height, width = _LARGE if one.image.height <= one.image.width else _LARGE[::-1]
    pixels = cv2.resize(one.image.pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    truth = cv2.resize(one.truth.astype(np.uint8), (width, height)) > 0
    return ImageData(f"{one.image.key} enlarged", np.asarray(pixels)), np.asarray(truth)


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--engine", default="", help="one more engine, such as sam")
    parser.add_argument("--model", default="", help="its checkpoint")
    parser.add_argument("--tuning-half", action="store_true", help="the half to tune on, no bounds")
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    objects = [one for one in photo_objects(words.folder) if one.held_out != words.tuning_half]
    rows, verdict = [Row("objects", len(objects), "")], ""
    grabcut = build_segmenter("grabcut", EngineOptions())
    bounds = {} if words.tuning_half else GRABCUT_BOUNDS
    rows += measure(grabcut, objects).rows("GrabCut", bounds)
    large = seconds_on_large(grabcut, objects) * 1000
    rows.append(Row("GrabCut: three candidates, 12 megapixels", large, "ms", 1500, at_least=False))
    if not words.tuning_half:
        rows += [*sam_click.rows(), *canvas_work.rows()]
    if words.engine:
        other = build_segmenter(words.engine, EngineOptions(model=words.model))
        rows += measure(other, objects).rows(other.info.name, {})
        if isinstance(other, SamSegmenter):
            contest = scribbles.contest(other, objects)
            rows += contest.rows(other.info.name)
            verdict = contest.verdict(other.info.name)
    status = report(rows, words.json)
    if verdict:
        print(verdict)
    return status


if __name__ == "__main__":
    sys.exit(main())
