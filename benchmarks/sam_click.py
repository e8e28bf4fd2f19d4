"""From a click to SAM's masks: `python -m benchmarks.sam_click [--json FILE]`.

The SAM engine against `segment_anything.SamPredictor.predict` with the same network on the same
picture of 12 megapixels, whose embedding both have: one click, three masks, turn by turn.  Click to
mask is the time until the engine tells its best candidate, which is what a person waits for; all
three includes all of `segment`, up to the encoded candidates.  The predictor's time ends with its
three arrays.  The network has the mask decoder that all released variants share, with random
weights, and a small encoder.  Random weights give masks as ragged as noise, so that the second
figure is measured with discs in place of the decoder's logits, after the decoder has run.  The
masks of both have to be equal in every pixel.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.report import Row, report
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData
from gar_studio.engines.segmentation import SegmentRequest, SegmentResult
from models.segment.embeddings import EmbeddingStore
from models.segment.sam import SamSegmenter
from models.segment.sam_checkpoint import SamSizes, build_network
from models.segment.sam_meta import MetaSam
from models.torch_setup import import_torchvision

import_torchvision()

from segment_anything import SamPredictor  # noqa: E402 - needs torchvision first

BOUND = 0.8
_SIZE = (3000, 4000)
_CLICK = Click(1500, 1200)
_REPEATS = 11
_RADII = (20.0, 40.0, 70.0, 100.0)  # in the decoder's 256 pixels
# The decoder of the released variants behind an encoder that costs little.
_SIZES = SamSizes(
    image_size=1024,
    patch_size=16,
    width=32,
    depth=1,
    heads=4,
    mlp_width=64,
    window=14,
    global_blocks=(),
    prompt_width=256,
    mask_channels=16,
    decoder_depth=2,
    decoder_mlp_width=2048,
    masks=3,
    iou_depth=3,
    iou_width=256,
)


@dataclass(frozen=True, slots=True)
class Duel:
    """What both took for the same clicks, in seconds, and whether their masks were equal."""

    first: tuple[float, ...]
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    equal: bool

    def rows(self, name: str) -> list[Row]:
        """Return the medians and their ratio."""
        first, ours, theirs = map(statistics.median, (self.first, self.ours, self.theirs))
        return [
            Row(f"{name}: SamPredictor.predict", theirs * 1000, "ms"),
            Row(f"{name}: click to mask", first * 1000, "ms"),
            Row(f"{name}: click to mask, ratio", first / theirs, "", BOUND, at_least=False),
            Row(f"{name}: click to all three, ratio", ours / theirs, "", BOUND, at_least=False),
            Row(f"{name}: masks are equal", float(self.equal), "", 1),
        ]


def picture() -> ImageData:
    """Return coarse noise of 12 megapixels."""
    random = np.random.default_rng(0)
    coarse = random.integers(0, 255, (_SIZE[0] // 100, _SIZE[1] // 100, 3), dtype=np.uint8)
    return ImageData("coarse noise", np.repeat(np.repeat(coarse, 100, axis=0), 100, axis=1))


def duel(network: MetaSam, image: ImageData) -> Duel:
    """Click with both in turns."""
    predictor = SamPredictor(network.sam)
    predictor.set_image(image.pixels)
    engine = SamSegmenter(network, EmbeddingStore(None))
    engine.prepare(image, CancelToken())
    request = SegmentRequest(1, image.key, PromptSet(clicks=(_CLICK,)))
    point, label = np.array([[_CLICK.x, _CLICK.y]]), np.array([1])
    first: list[float] = []
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_REPEATS):
        tell = partial(_note, time.perf_counter(), first)
        click = partial(engine.segment, image, request, CancelToken(), tell)
        found = _timed(click, ours)
        wanted = _timed(lambda: predictor.predict(point, label, multimask_output=True), theirs)
    # The engine sorts masks by score, and leaves empty ones and copies out.
    masks = {Mask.from_array(mask) for mask in wanted[0] if mask.any()}
    equal = masks == {candidate.mask for candidate in found.candidates}
    # The first turn warms up.
    return Duel(tuple(first[1:]), tuple(ours[1:]), tuple(theirs[1:]), equal)


def _note(started: float, seconds: list[float], _result: SegmentResult) -> None:
    seconds.append(time.perf_counter() - started)


def with_discs(network: MetaSam) -> None:
    """Let the decoder run and return discs, as smooth and as flat inside as trained logits."""
    decoder = network.sam.mask_decoder
    decode: Callable[..., Any] = decoder.predict_masks
    rows, columns = np.mgrid[:256, :256]
    distance = np.hypot(rows - 77, columns - 96) - 8 * np.sin(5 * np.arctan2(rows, columns + 1))
    discs = np.stack([12 * np.tanh((radius - distance) / 6) for radius in _RADII])
    logits = torch.from_numpy(discs.astype(np.float32))[None]

    def decode_discs(**given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        _, scores = decode(**given)
        return logits, scores

    decoder.predict_masks = decode_discs


def _timed(work: Callable[[], Any], seconds: list[float]) -> Any:  # noqa: ANN401 - what it gives
    started = time.perf_counter()
    result = work()
    seconds.append(time.perf_counter() - started)
    return result


def rows() -> list[Row]:
    """Measure with noise and with discs."""
    torch.manual_seed(0)
    sam = build_network(_SIZES).eval().requires_grad_(requires_grad=False)
    network = MetaSam(sam, EngineInfo("SAM", "random", "cpu", "no weights"))
    image = picture()
    found = [Row("torch's threads", torch.get_num_threads(), "")]
    found += duel(network, image).rows("SAM, noise")
    with_discs(network)
    return [*found, *duel(network, image).rows("SAM, objects")]


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    return report(rows(), parser.parse_args().json)


if __name__ == "__main__":
    sys.exit(main())
