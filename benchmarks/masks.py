"""Masks of an engine on real photos: `python -m benchmarks.masks FOLDER [--json FILE]`.

FOLDER is laid out like GAR-Bench: JSON files with `image` and `mask_rles` (compressed COCO RLE).
Every mask that covers enough of its photo is looked for with one click on its innermost pixel,
with its bounding box, and with one corrective click more on the innermost pixel of the largest
error.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.report import Row, report
from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import Box, Click, PromptSet
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, Candidate, ImageData, Segmenter, SegmentRequest
from gar_studio.engines.registry import build_segmenter
from gar_studio.images import read_image

LEAST_AREA = 0.001
"""Masks that cover less of their photo are left out: nobody could click them either."""


def objects(folder: Path) -> Iterator[tuple[ImageData, BoolArray]]:
    """Yield every distinct object of the benchmark with its photo."""
    by_image: dict[str, dict[bytes, tuple[int, int]]] = {}
    for file in sorted(folder.glob("*_subset.json")):
        for item in json.loads(file.read_text(encoding="utf-8")):
            masks = by_image.setdefault(item["image"], {})
            for rle in item["mask_rles"]:
                masks[rle["counts"].encode()] = tuple(rle["size"])
    for name, masks in sorted(by_image.items()):
        image = read_image(folder / name)
        for counts, (height, width) in masks.items():
            truth = Mask(height=height, width=width, counts=counts).to_array()
            if truth.shape == image.pixels.shape[:2] and truth.mean() >= LEAST_AREA:
                yield image, truth


def overlap(found: BoolArray, truth: BoolArray) -> float:
    """Return the intersection over union."""
    return float((found & truth).sum() / max((found | truth).sum(), 1))


def innermost(area: BoolArray, *, positive: bool = True) -> Click:
    """Return a click on the pixel that lies farthest from the border of an (H, W) area."""
    distance = cv2.distanceTransform(np.pad(area, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(distance.argmax()), distance.shape)
    return Click(float(x) + 0.5, float(y) + 0.5, positive=positive)


def bounding_box(truth: BoolArray) -> Box:
    """Return the box around an (H, W) mask, not empty."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    return Box(float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))


class Series:
    """The overlaps and times of one kind of prompt."""

    def __init__(self) -> None:
        self.first: list[float] = []
        self.best: list[float] = []
        self.seconds: list[float] = []

    def ask(
        self,
        engine: Segmenter,
        image: ImageData,
        truth: BoolArray,
        prompts: PromptSet,
        previous: Candidate | None = None,
    ) -> Candidate:
        """Ask once, keep the figures, and return the candidate that a person would choose."""
        started = time.perf_counter()
        request = SegmentRequest(1, image.key, prompts, previous=previous)
        candidates = engine.segment(image, request, CancelToken()).candidates
        self.seconds.append(time.perf_counter() - started)
        overlaps = [overlap(candidate.mask.to_array(), truth) for candidate in candidates]
        self.first.append(overlaps[0])
        self.best.append(max(overlaps))
        return candidates[int(np.argmax(overlaps))]

    def rows(self, name: str) -> list[Row]:
        """Return the means and the median time."""
        return [
            Row(f"{name}: first candidate", statistics.fmean(self.first), "mean IoU"),
            Row(f"{name}: best of three", statistics.fmean(self.best), "mean IoU"),
            Row(f"{name}: time", statistics.median(self.seconds) * 1000, "ms, median"),
        ]


def measure(engine: Segmenter, folder: Path) -> list[Row]:
    """Return the figures of an engine."""
    series = {name: Series() for name in ("click", "click and one correction", "box")}
    for image, truth in objects(folder):
        engine.prepare(image, CancelToken())
        click = innermost(truth)
        chosen = series["click"].ask(engine, image, truth, PromptSet(clicks=(click,)))
        found = chosen.mask.to_array()
        missed, surplus = innermost(truth & ~found), innermost(found & ~truth, positive=False)
        more = missed if (truth & ~found).sum() >= (found & ~truth).sum() else surplus
        corrected = PromptSet(clicks=(click, more))
        series["click and one correction"].ask(engine, image, truth, corrected, chosen)
        series["box"].ask(engine, image, truth, PromptSet(box=bounding_box(truth)))
    count = len(series["box"].best)
    return [Row("objects", count, ""), *(r for n, s in series.items() for r in s.rows(n))]


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--engine", default="grabcut")
    parser.add_argument("--model", default="", help="SAM's checkpoint")
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    engine = build_segmenter(words.engine, EngineOptions(model=words.model))
    return report(measure(engine, words.folder), words.json)


if __name__ == "__main__":
    sys.exit(main())
