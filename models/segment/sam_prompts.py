"""What a SAM network takes for clicks, boxes, scribbles and an earlier mask."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.protocol import FloatArray
from gar_studio.engines.segmentation import SegmentRequest

_SURE = 10.0
"""The logit of a pixel that lies well inside a mask; trained decoders give about as much."""

POINTS_PER_SCRIBBLE = 6
"""Most clicks that one scribble becomes."""

Points: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SamPrompts:
    """A request as numbers.  Holds arrays, so it is compared by identity.

    Attributes:
        points: (n, 2) float64 (x, y) in image pixels.
        labels: (n,) int64, 1 on the object and 0 beside it.
        box: (4,) float64 x0, y0, x1, y1 inside the image, or None.
        logits: (h, w) float32 low-resolution logits of the mask to refine, or None.
        ambiguous: whether one click alone was given, which may mean a whole or a part.
    """

    points: Points
    labels: npt.NDArray[np.int64]
    box: Points | None
    logits: FloatArray | None
    ambiguous: bool


def sam_prompts(request: SegmentRequest, *, height: int, width: int) -> SamPrompts:
    """Return the prompts of a request about an image of this size."""
    prompts, previous = request.prompts, request.previous
    points, labels = prompt_points(prompts, height=height, width=width)
    logits = None if previous is None else previous.low_res
    alone = len(prompts.clicks) == 1 and not prompts.scribbles and prompts.box is None
    box = None if prompts.box is None else clipped_box(prompts, height=height, width=width)
    return SamPrompts(points, labels, box, logits, ambiguous=alone and logits is None)


def with_earlier_mask(
    prompts: SamPrompts, mask: Mask, *, shape: tuple[int, int], frame: tuple[int, int]
) -> SamPrompts:
    """Return the prompts with a mask to refine that comes without logits.

    Args:
        prompts: the clicks that change it.
        mask: in the image's pixels.
        shape: (h, w) of the network's logits.
        frame: (rows, columns) of image pixels that they cover, the image at the top left.
    """
    whole = np.zeros(frame, dtype=np.uint8)
    whole[: mask.height, : mask.width] = 255 * mask.to_array()
    covered = cv2.resize(whole, shape[::-1], interpolation=cv2.INTER_AREA)
    logits = np.asarray((covered / np.float32(127.5) - 1) * _SURE, dtype=np.float32)
    return replace(prompts, logits=logits, ambiguous=False)


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
