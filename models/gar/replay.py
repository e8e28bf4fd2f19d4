"""RoI-aligned feature replay: a region's box, read out of the tiles' features once more.

Source: arXiv 2510.18876, Section 3.2, and gar.md, RoI-aligned feature replay.  RoIAlign (arXiv
1703.06870, Section 3) with a fixed sampling ratio is linear in the map, and its bilinear weights
are products of one factor for the row and one for the column.  So the whole of it is two small
matrix products, `rows @ map @ columns.T`, without a compiled operator.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from models.gar.config import ReplayScaling
from models.gar.image_processor import Box
from models.gar.tiles import Grid

SAMPLES_PER_BIN = 2
"""Sampling points in a bin, along one side (gar.md: sampling ratio 2)."""

SPATIAL_SCALE = {ReplayScaling.RELEASED: 1 / 28, ReplayScaling.EXACT: 1.0}
"""What RoIAlign multiplies feature coordinates with.  1/28 is the pixels of a visual token: the
released code applies it to boxes that are in feature coordinates already, and the released
weights were trained so (gar.md, Two scalings)."""


def stitch(features: Tensor, grid: Grid) -> Tensor:
    """Put the tiles' features together to one map.

    Args:
        features: (tiles, T·T, C), row by row, without the thumbnail.
        grid: tiles across and down.

    Returns:
        (T · grid.height, T · grid.width, C).
    """
    tiles, tokens, channels = features.shape
    side = int(tokens**0.5)
    if tiles != grid.tiles or side * side != tokens:
        raise ValueError(f"{tiles} tiles of {tokens} features do not fill a grid of {grid}.")
    rows = features.view(grid.height, grid.width, side, side, channels)
    return rows.transpose(1, 2).reshape(grid.height * side, grid.width * side, channels)


def replay(feature_map: Tensor, boxes: Sequence[Box], *, side: int, scale: float) -> Tensor:
    """Read each box out of the map with RoIAlign (`aligned=True`), in float32.

    Args:
        feature_map: (H, W, C).
        boxes: (x_min, y_min, x_max, y_max) of each region, in 0…1 of the image.
        side: output features along one side.
        scale: what feature coordinates are multiplied with, see `SPATIAL_SCALE`.

    Returns:
        (regions, side · side, C) float32, row by row.
    """
    height, width, channels = feature_map.shape
    values = feature_map.to(torch.float32)
    corners = torch.tensor(boxes, dtype=torch.float64).view(-1, 4).unbind(1)
    x_min, y_min, x_max, y_max = corners
    rows = axis_weights(y_min * height * scale, y_max * height * scale, length=height, out=side)
    columns = axis_weights(x_min * width * scale, x_max * width * scale, length=width, out=side)
    replayed = []
    for by_row, by_column in zip(rows.to(values.device), columns.to(values.device), strict=True):
        lines = (by_row @ values.flatten(1)).view(side, width, channels)
        replayed.append((by_column @ lines).reshape(side * side, channels))
    return torch.stack(replayed)


def axis_weights(start: Tensor, end: Tensor, *, length: int, out: int) -> Tensor:
    """Return the weights (N, out, length) float32 of RoIAlign along one axis.

    Args:
        start: (N,) float64, where each box begins, in feature coordinates.
        end: (N,) float64, where it ends.
        length: features along the axis.
        out: bins along the axis.

    A sampling point further than one feature outside the map counts as zero; one that is closer
    takes the border's value.  Positions are computed in float64 and rounded once.
    """
    points = out * SAMPLES_PER_BIN
    steps = (torch.arange(points, dtype=torch.float64) + 0.5) / points
    # aligned=True: the centres of features lie at .5
    position = start[:, None] - 0.5 + steps * (end - start)[:, None]
    inside = (position >= -1.0) & (position <= length)
    position = position.clamp(0.0, length - 1)
    low = position.floor().long()
    high = (low + 1).clamp(max=length - 1)
    fraction = position - low
    weights = torch.zeros(*position.shape, length, dtype=torch.float64)
    weights.scatter_add_(2, low[..., None], (1 - fraction)[..., None])
    weights.scatter_add_(2, high[..., None], fraction[..., None])
    weights *= inside[..., None]
    return weights.view(-1, out, SAMPLES_PER_BIN, length).mean(2).to(torch.float32)
