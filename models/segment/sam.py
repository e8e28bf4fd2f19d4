"""SAM (Kirillov et al., "Segment Anything", 2023) through the `segment_anything` package."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import (
    CancelToken,
    Candidate,
    EngineInfo,
    FloatArray,
    ImageData,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import EngineError
from models.device import resolve_device
from models.segment.sam_checkpoint import file_digest, load_sam
from models.torch_setup import import_torchvision

import_torchvision()

from segment_anything import SamPredictor  # noqa: E402 - needs torchvision first
from segment_anything.modeling import Sam  # noqa: E402

MAX_CANDIDATES = 3
POINTS_PER_SCRIBBLE = 6
"""Most clicks that one scribble becomes."""

Points: TypeAlias = npt.NDArray[np.float64]


class SamSegmenter:
    """Fulfils `gar_studio.engines.protocol.Segmenter` with a SAM network.

    The embedding of the last image is kept; `segment` computes it if the image is another one.
    The masks are those of `SamPredictor.predict`, bit for bit.
    """

    def __init__(self, sam: Sam, info: EngineInfo) -> None:
        """Take a network that is on its device already, and what to say about it."""
        self._info = info
        self._predictor = SamPredictor(sam)
        self._key = ""

    @classmethod
    def from_options(cls, options: EngineOptions) -> "SamSegmenter":
        """Load the checkpoint file `options.model`.

        Raises:
            CheckpointError: the file is missing, damaged, unsafe or not SAM's.
            EngineError: the device is not there or too small, or `options.dtype` is neither
                "auto" nor "float32".
        """
        if options.dtype not in ("auto", "float32"):
            raise EngineError(
                f"SAM runs in float32, not in {options.dtype}.", advice="Use auto or float32."
            )
        device = resolve_device(options.device)
        path = Path(options.model).expanduser()
        sam, sizes = load_sam(path, variant=options.variant)
        with _clear_errors():
            sam.to(device)
        return cls(
            sam,
            EngineInfo(
                name=f"SAM {sizes.variant}",
                revision=file_digest(path),
                device=str(device),
                licence="Apache-2.0",
            ),
        )

    @property
    def info(self) -> EngineInfo:
        """Who this is; the revision is the beginning of the checkpoint's SHA-256."""
        return self._info

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Compute the image's embedding unless it is the one that is kept.

        Raises:
            Cancelled: the token was cancelled; it is checked before every block of the encoder.
            EngineError: the image is too narrow for SAM, or memory ran out.
        """
        cancel.check()
        if self._key == image.key:
            return
        self._forget()
        side = self._predictor.model.image_encoder.img_size
        if min(image.height, image.width) * side < max(image.height, image.width):
            raise EngineError(
                f"An image of {image.width}×{image.height} pixels is too narrow for SAM.",
                advice="Use GrabCut for it.",
            )
        with self._forgetting_on_failure(), _cancelled_between(self._blocks(), cancel):
            self._predictor.set_image(image.pixels)
        self._key = image.key

    def segment(
        self, image: ImageData, request: SegmentRequest, cancel: CancelToken
    ) -> SegmentResult:
        """Return up to three candidates, by SAM's own estimate of quality, best first.

        One click alone is ambiguous: the candidates are then SAM's three masks for ambiguous
        prompts (whole, part and part of a part).  Otherwise they are its mask for clear prompts
        and the two best ones of those three.  Empty masks and copies are left out.

        Raises:
            PromptError: the prompts lie outside the image or ask for nothing.
            Cancelled: the token was cancelled.
            EngineError: SAM found nothing, memory ran out, or the candidate to refine carries
                logits of another size.
        """
        started = time.perf_counter()
        request.prompts.check(height=image.height, width=image.width)
        self.prepare(image, cancel)
        cancel.check()
        with self._forgetting_on_failure():
            low_res, scores = self._decode(request)
            candidates: list[Candidate] = []
            for index in _order(scores, ambiguous=_is_ambiguous(request)):
                cancel.check()
                mask = Mask.from_array(self._enlarge(low_res[index]))
                if not mask.is_empty and all(mask != other.mask for other in candidates):
                    candidates.append(_candidate(mask, scores[index], low_res[index]))
        if not candidates:
            raise EngineError(
                "SAM found no object at these prompts.", advice="Click elsewhere or draw a box."
            )
        return SegmentResult(
            request_id=request.request_id,
            image_key=image.key,
            candidates=tuple(candidates),
            info=self._info,
            seconds=time.perf_counter() - started,
        )

    def close(self) -> None:
        """Drop the embedding; the network goes with the engine."""
        self._forget()

    @torch.no_grad()
    def _decode(self, request: SegmentRequest) -> tuple[Tensor, list[float]]:
        """Run the prompt encoder and the mask decoder once, for all of SAM's masks.

        Returns:
            (m, h, w) low-resolution logits and m estimates of quality; number 0 is the mask for
            clear prompts, the others are for ambiguous ones.
        """
        predictor, sam = self._predictor, self._predictor.model
        size, device = predictor.original_size, predictor.device
        coords, labels = prompt_points(request.prompts, height=size[0], width=size[1])
        points = box = mask = None
        if len(coords):
            moved = predictor.transform.apply_coords(coords, size)
            points = (
                torch.as_tensor(moved, dtype=torch.float, device=device)[None],
                torch.as_tensor(labels, dtype=torch.int, device=device)[None],
            )
        if request.prompts.box is not None:
            corners = clipped_box(request.prompts, height=size[0], width=size[1])
            moved = predictor.transform.apply_boxes(corners, size)
            box = torch.as_tensor(moved, dtype=torch.float, device=device)
        if request.previous is not None and request.previous.low_res is not None:
            logits = self._checked_logits(request.previous.low_res)
            mask = torch.as_tensor(logits, dtype=torch.float, device=device)[None, None]
        sparse, dense = sam.prompt_encoder(points=points, boxes=box, masks=mask)
        low_res, scores = sam.mask_decoder.predict_masks(
            image_embeddings=predictor.features,
            image_pe=sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
        )
        return low_res[0], scores[0].tolist()

    @torch.no_grad()
    def _enlarge(self, logits: Tensor) -> BoolArray:
        """Return the (H, W) mask of (h, w) logits; one at a time, as large images need much."""
        predictor, sam = self._predictor, self._predictor.model
        full = sam.postprocess_masks(
            logits[None, None], predictor.input_size, predictor.original_size
        )
        return np.asarray((full[0, 0] > sam.mask_threshold).cpu().numpy(), dtype=np.bool_)

    def _checked_logits(self, logits: FloatArray) -> FloatArray:
        wanted = tuple(self._predictor.model.prompt_encoder.mask_input_size)
        if logits.shape != wanted:
            raise EngineError(
                f"The mask to refine carries logits of {logits.shape}; this SAM needs {wanted}.",
                advice="Start anew with a click on the object.",
            )
        return np.array(logits, dtype=np.float32)  # torch warns of arrays that are read-only

    def _blocks(self) -> list[nn.Module]:
        return list(self._predictor.model.image_encoder.blocks)

    def _forget(self) -> None:
        self._key = ""
        self._predictor.reset_image()

    @contextmanager
    def _forgetting_on_failure(self) -> Iterator[None]:
        """Drop the embedding when memory ran out, so that the next request starts clean."""
        try:
            with _clear_errors():
                yield
        except EngineError as error:
            if isinstance(error.__cause__, MemoryError | RuntimeError):
                self._forget()
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
            raise


def prompt_points(
    prompts: PromptSet, *, height: int, width: int
) -> tuple[Points, npt.NDArray[np.int64]]:
    """Return what SAM takes for clicks and scribbles, in the order in which they were given.

    A scribble becomes up to `POINTS_PER_SCRIBBLE` of its points that are far from each other.

    Returns:
        (n, 2) points (x, y) in image pixels and n labels, 1 object and 0 background.
    """
    points: list[tuple[float, float]] = [(click.x, click.y) for click in prompts.clicks]
    labels = [int(click.positive) for click in prompts.clicks]
    for scribble in prompts.scribbles:
        inside = [(x, y) for x, y in scribble.points if 0 <= x < width and 0 <= y < height]
        chosen = spread(np.array(inside, dtype=np.float64), POINTS_PER_SCRIBBLE)
        points.extend((x, y) for x, y in chosen.tolist())
        labels.extend([int(scribble.positive)] * len(chosen))
    coords = np.array(points, dtype=np.float64).reshape(-1, 2)
    return coords, np.array(labels, dtype=np.int64)


def spread(points: Points, count: int) -> Points:
    """Return up to `count` of (n, 2) points, each the farthest from those before it.

    The first is the middle one of the list: the middle of a stroke is its surest part.
    """
    chosen: list[int] = [len(points) // 2]
    distance: Points = np.full(len(points), np.inf)
    while len(chosen) < count:
        last = points[chosen[-1]]
        distance = np.minimum(distance, np.sqrt(((points - last) ** 2).sum(axis=1)))
        farthest = int(np.argmax(distance))
        if distance[farthest] == 0:
            break
        chosen.append(farthest)
    return np.asarray(points[chosen], dtype=np.float64)


def clipped_box(prompts: PromptSet, *, height: int, width: int) -> Points:
    """Return the box's part inside the image as (4,) x0, y0, x1, y1."""
    assert prompts.box is not None
    box = np.array([prompts.box.x0, prompts.box.y0, prompts.box.x1, prompts.box.y1])
    clipped = np.clip(box, 0, (width, height, width, height))
    return np.asarray(clipped, dtype=np.float64)


def _is_ambiguous(request: SegmentRequest) -> bool:
    prompts = request.prompts
    refined = request.previous is not None and request.previous.low_res is not None
    alone = len(prompts.clicks) == 1 and not prompts.scribbles and prompts.box is None
    return alone and not refined


def _order(scores: list[float], *, ambiguous: bool) -> list[int]:
    """Return which masks to offer, best first: three, the clear one only for clear prompts."""
    others = sorted(range(1, len(scores)), key=lambda index: -scores[index])
    if ambiguous:
        return others[:MAX_CANDIDATES]
    return sorted([0, *others[: MAX_CANDIDATES - 1]], key=lambda index: -scores[index])


def _candidate(mask: Mask, score: float, logits: Tensor) -> Candidate:
    low_res = logits.cpu().numpy().astype(np.float32)
    low_res.flags.writeable = False
    return Candidate(mask=mask, score=min(max(score, 0.0), 1.0), low_res=low_res)


@contextmanager
def _cancelled_between(modules: list[nn.Module], cancel: CancelToken) -> Iterator[None]:
    """Check the token before each of the modules runs."""
    hooks = [module.register_forward_pre_hook(lambda *_: cancel.check()) for module in modules]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
    cancel.check()


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Turn what torch raises into one sentence."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or "memory" in str(error):
            raise EngineError(
                "There is not enough memory for SAM.",
                kept="Nothing was changed, and the engine can be used again.",
                advice="Close other programs, use a smaller variant or image, or the CPU.",
            ) from error
        raise EngineError(
            f"SAM failed: {str(error).splitlines()[0][:200]}.",
            kept="Nothing was changed, and the engine can be used again.",
        ) from error
