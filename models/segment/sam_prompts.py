"""What a SAM network takes for clicks, boxes, scribbles and an earlier mask."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet, Scribble
from gar_studio.engines.protocol import FloatArray
from gar_studio.engines.segmentation import SegmentRequest

_SURE = 10.0
"""The logit of a pixel that lies well inside a mask; trained decoders give about as much."""

POINTS_PER_SCRIBBLE = 6
"""Most clicks that one scribble becomes."""

STROKE_WIDTH = 4
"""How wide a scribble is drawn into a mask prompt, in its pixels.

As wide as one cell of the image's embedding, to which the network shrinks the prompt.
"""

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


def with_scribbles(
    prompts: SamPrompts,
    scribbles: Iterable[Scribble],
    *,
    shape: tuple[int, int],
    frame: tuple[int, int],
    size: tuple[int, int],
) -> SamPrompts:
    """Return the prompts with scribbles as a mask prompt.

    Each is a line `STROKE_WIDTH` pixels of the logits wide with round ends: the pixels whose
    centres lie near enough are surely part of the object, or surely not; a later scribble covers
    an earlier one.  Of all other pixels a scribble says nothing, so that they are 0: neither.
    Points outside the image are left out, and what lies beside the image stays 0.

    Args:
        prompts: the other prompts, with no mask prompt.
        scribbles: in image pixels.
        shape: (h, w) of the network's logits.
        frame: (rows, columns) of image pixels that they cover, the image at the top left.
        size: (height, width) of the image.
    """
    height, width = size
    scale = np.array([shape[1] / frame[1], shape[0] / frame[0]])
    logits = np.zeros(shape, dtype=np.float32)
    for scribble in scribbles:
        line = scale * _inside(scribble, height=height, width=width)
        ends = line[1:] if len(line) > 1 else line
        for start, end in zip(line, ends, strict=False):
            _draw_line(logits, start, end, _SURE if scribble.positive else -_SURE)
    logits[np.arange(shape[0]) + 0.5 >= height * scale[1]] = 0
    logits[:, np.arange(shape[1]) + 0.5 >= width * scale[0]] = 0
    return replace(prompts, logits=logits, ambiguous=False)


def _draw_line(logits: FloatArray, start: Points, end: Points, value: float) -> None:
    """Set the pixels of (h, w) logits whose centres lie near the line between two (x, y)."""
    reach = STROKE_WIDTH / 2
    left, top = np.maximum(np.floor(np.minimum(start, end) - reach), 0).astype(int)
    right, bottom = np.ceil(np.maximum(start, end) + reach).astype(int)
    part = logits[top:bottom, left:right]
    y, x = np.indices(part.shape) + 0.5
    x, y = x + left - start[0], y + top - start[1]
    along_x, along_y = end - start
    length = along_x**2 + along_y**2
    share = np.clip((x * along_x + y * along_y) / length, 0, 1) if length else 0.0
    part[np.hypot(x - share * along_x, y - share * along_y) <= reach] = value


def _inside(scribble: Scribble, *, height: int, width: int) -> Points:
    """Return the (n, 2) points (x, y) of a scribble that lie inside the image."""
    inside = [(x, y) for x, y in scribble.points if 0 <= x < width and 0 <= y < height]
    return np.array(inside, dtype=np.float64).reshape(-1, 2)


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
        chosen = spread(_inside(scribble, height=height, width=width), POINTS_PER_SCRIBBLE)
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
