"""Masks of all objects: SAM asked at every point of a grid (Kirillov et al. 2023, Appendix B).

The steps and their numbers are those of `segment_anything.SamAutomaticMaskGenerator` without
crops.  Masks become run lengths at once, so that only a few are ever held in full.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, PromptSet
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from gar_studio.engines.segmentation import Candidate, EverythingRequest
from gar_studio.errors import EngineError
from gar_studio.language import mark, tr
from models.segment.embeddings import Embedding
from models.segment.sam_network import SamNetwork
from models.segment.sam_prompts import Points

STAGE = mark("looking for objects")
MAX_POINTS_PER_SIDE = 128

_ON_GPU = 64
_ON_CPU = 4
"""Points that are decoded together; on CPUs more of them take longer each and are told later."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which masks are kept.

    Attributes:
        quality: SAM's own estimate of the overlap with an object has to be larger.
        stability: least overlap of the masks that a higher and a lower threshold give.
        offset: by how much those thresholds lie higher and lower, in logits.
        overlap: of two masks whose boxes overlap more, only the better one is kept.
    """

    quality: float = 0.88
    stability: float = 0.95
    offset: float = 1.0
    overlap: float = 0.7


RELEASED_LIMITS = Limits()
"""The generator's own limits, for the released networks."""


def find_everything(
    network: SamNetwork,
    embedding: Embedding,
    image: ImageData,
    request: EverythingRequest,
    *,
    limits: Limits,
    cancel: CancelToken,
    progress: Callable[[Progress], None],
) -> tuple[Candidate, ...]:
    """Return the masks that a grid of points finds, best first; there may be none.

    The candidates carry no logits: hundreds of them would take more memory than the network.

    Raises:
        PromptError: the box lies outside the image.
        EngineError: the grid has no points or too many.
        Cancelled: the token was cancelled; it is checked before every batch and every mask.
    """
    points = grid(request, height=image.height, width=image.width)
    at_once = _ON_CPU if network.device.type == "cpu" else _ON_GPU
    found: list[Candidate] = []
    progress(Progress(STAGE, 0, len(points)))
    for start in range(0, len(points), at_once):
        cancel.check()
        some = points[start : start + at_once]
        logits, scores = network.decode_points(
            embedding, some, height=image.height, width=image.width
        )
        for index in torch.nonzero(scores.flatten() > limits.quality).flatten().tolist():
            cancel.check()
            mask = _stable_mask(network, logits.flatten(0, 1)[index], image, limits)
            if mask is not None:
                found.append(Candidate(mask, float(scores.flatten()[index])))
        progress(Progress(STAGE, min(start + at_once, len(points)), len(points)))
    corners = np.array([_corners(one.mask) for one in found], dtype=np.float32).reshape(-1, 4)
    order = suppress(corners, np.array([one.score for one in found]), limits.overlap)
    best = (found[index] for index in order)
    return tuple(Candidate(one.mask, min(max(one.score, 0.0), 1.0)) for one in best)


def grid(request: EverythingRequest, *, height: int, width: int) -> Points:
    """Return (n, 2) points (x, y) in pixels, row by row, in the middles of equal parts.

    Raises:
        PromptError: the box lies outside the image.
        EngineError: the grid has no points or too many.
    """
    count = request.points_per_side
    if not 1 <= count <= MAX_POINTS_PER_SIDE:
        raise EngineError(
            tr("A grid of {count} points a side cannot be looked at.", count=count),
            advice=tr(
                "Use 1 to {max_points_per_side} points a side.",
                max_points_per_side=MAX_POINTS_PER_SIDE,
            ),
        )
    box = request.box or Box(0, 0, width, height)
    PromptSet(box=box).check(height=height, width=width)
    x0, y0 = max(box.x0, 0), max(box.y0, 0)
    x1, y1 = min(box.x1, width), min(box.y1, height)
    half = 1 / (2 * count)
    places = np.linspace(half, 1 - half, count)
    x, y = np.meshgrid(places * (x1 - x0) + x0, places * (y1 - y0) + y0)
    return np.stack((x.ravel(), y.ravel()), axis=1)


def suppress(
    corners: npt.NDArray[np.float32], scores: npt.NDArray[np.float64], overlap: float
) -> list[int]:
    """Return which boxes to keep, best first: none that overlaps a better one too much.

    Counts like `torchvision.ops.nms`, whose compiled code is not there beside every torch.

    Args:
        corners: (n, 4) left, top, right and bottom in pixels.
        scores: (n,) what is better.
        overlap: greatest intersection over union of two boxes that are kept.
    """
    left, top, right, bottom = corners.T
    area = (right - left) * (bottom - top)
    waiting = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(waiting):
        best, waiting = int(waiting[0]), waiting[1:]
        kept.append(best)
        wide = np.minimum(right[best], right[waiting]) - np.maximum(left[best], left[waiting])
        high = np.minimum(bottom[best], bottom[waiting]) - np.maximum(top[best], top[waiting])
        common = np.maximum(wide, 0) * np.maximum(high, 0)
        with np.errstate(invalid="ignore"):  # boxes without an area overlap nothing
            shares = common / (area[best] + area[waiting] - common)
        waiting = waiting[~(shares.astype(np.float64) > overlap)]
    return kept


def _stable_mask(
    network: SamNetwork, logits: Tensor, image: ImageData, limits: Limits
) -> Mask | None:
    """Return the mask of (h, w) logits unless it is empty or hangs on the threshold."""
    size = {"height": image.height, "width": image.width}
    small, large = (
        np.float32(np.count_nonzero(network.enlarge(logits, **size, offset=offset)))
        for offset in (limits.offset, -limits.offset)
    )
    if large == 0 or small / large < np.float32(limits.stability):
        return None
    mask = Mask.from_array(network.enlarge(logits, **size))
    return None if mask.is_empty else mask


def _corners(mask: Mask) -> tuple[int, int, int, int]:
    """Return the first and the last column and row: left, top, right, bottom."""
    x, y, width, height = mask.box
    return x, y, x + width - 1, y + height - 1
