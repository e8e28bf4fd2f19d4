"""Turns a photo and its regions' masks into tiles.

Source: gar.md, Image and mask.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import Tensor

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.protocol import CancelToken, RGBArray
from models.gar.config import GARConfig
from models.gar.tiles import Grid, choose_grid

Box = tuple[float, float, float, float]


PADDING = 128
"""The grey beside a photo that keeps its aspect: nearly 0 for the network."""


class Placement(NamedTuple):
    """Where a photo lies on its canvas, in pixels of the canvas."""

    top: int
    left: int
    height: int
    width: int


class TileKey(NamedTuple):
    """All that a tile's features depend on.

    Attributes:
        image: `ImageData.key` of the photo.
        grid: the grid that it was cut into.
        place: which tile it is, 0 for the thumbnail.
        mask: digest of the merged mask in the tile; empty where no region touches it.
    """

    image: str
    grid: Grid
    place: int
    mask: bytes


@dataclass(frozen=True, eq=False)
class ImageTiles:
    """A photo cut up, which does not depend on the regions: tile 0 is the thumbnail.

    Holds a tensor, so it is compared by identity.

    Attributes:
        grid: tiles across and down, without the thumbnail.
        pixels: (1 + tiles, 3, S, S) uint8 RGB on the CPU.
    """

    grid: Grid
    pixels: Tensor


@dataclass(frozen=True, eq=False)
class TileStack:
    """A photo and its merged mask, cut up: tile 0 is the thumbnail, the others go row by row.

    Holds tensors, so it is compared by identity.

    Attributes:
        grid: tiles across and down, without the thumbnail.
        pixels: (1 + tiles, 3, S, S) uint8 RGB on the CPU.
        mask: (1 + tiles, S, S) uint8, 1 where a region is, on the CPU.
        touched: whether a region reaches into the tile.
        boxes: (x_min/W, y_min/H, x_max/W, y_max/H) of each region, from inclusive pixel indices;
            in parts of the canvas where the photo keeps its aspect.
        keys: what each tile's features depend on, or () if nothing of it may be kept.
    """

    grid: Grid
    pixels: Tensor
    mask: Tensor
    touched: tuple[bool, ...]
    boxes: tuple[Box, ...]
    keys: tuple[TileKey, ...] = ()

    @property
    def count(self) -> int:
        """Tiles, the thumbnail among them."""
        return len(self.touched)

    @property
    def is_its_thumbnail(self) -> bool:
        """Whether the only tile is the thumbnail over again, and so has the same features."""
        only = self.count == 2
        return only and all(torch.equal(*part) for part in (self.pixels, self.mask))


def make_tiles(
    pixels: RGBArray,
    masks: Sequence[BoolArray],
    *,
    config: GARConfig,
    max_tiles: int,
    cancel: CancelToken,
) -> TileStack:
    """Cut a photo and the union of its regions' masks into tiles.

    Args:
        pixels: (H, W, 3) uint8 RGB.
        masks: (H, W) bool, one a region, none empty.
        config: the model's settings.
        max_tiles: most tiles beside the thumbnail.
        cancel: checked between the steps.

    Raises:
        Cancelled: the token was cancelled.
    """
    tiles = cut_image(pixels, config=config, max_tiles=max_tiles, cancel=cancel)
    return add_masks(tiles, masks, config=config)


def cut_image(
    pixels: RGBArray, *, config: GARConfig, max_tiles: int, cancel: CancelToken
) -> ImageTiles:
    """Cut an (H, W, 3) photo into its thumbnail and at most `max_tiles` tiles.

    Raises:
        Cancelled: the token was cancelled.
    """
    height, width, _ = pixels.shape
    size = config.tile_size
    grid = choose_grid(width=width, height=height, tile_size=size, max_tiles=max_tiles)
    canvas = (grid.height * size, grid.width * size)
    image = _as_tensor(np.moveaxis(pixels, 2, 0))

    def drawn(on: tuple[int, int]) -> Tensor:
        place = place_on(on, height=height, width=width, letterbox=config.letterbox)
        return _padded(resize_image(image, (place.height, place.width), cancel), place, on, PADDING)

    return ImageTiles(
        grid=grid, pixels=torch.cat([drawn((size, size))[None], _cut(drawn(canvas), grid, size)])
    )


def add_masks(
    tiles: ImageTiles, masks: Sequence[BoolArray], *, config: GARConfig, image_key: str = ""
) -> TileStack:
    """Lay the union of the (H, W) masks over a photo's tiles.

    Args:
        tiles: the photo.
        masks: one a region, of the photo's size, none empty.
        config: the model's settings.
        image_key: `ImageData.key` of the photo; "" if nothing of it may be kept.
    """
    size, grid = config.tile_size, tiles.grid
    merged = _as_tensor(np.logical_or.reduce(masks).view(np.uint8)[None])
    _, height, width = merged.shape
    canvas = (grid.height * size, grid.width * size)

    def drawn(on: tuple[int, int]) -> Tensor:
        place = place_on(on, height=height, width=width, letterbox=config.letterbox)
        return _padded(resize_mask(merged, (place.height, place.width)), place, on, 0)

    mask = torch.cat([drawn((size, size))[None], _cut(drawn(canvas), grid, size)])[:, 0]
    place = place_on(canvas, height=height, width=width, letterbox=config.letterbox)
    touched = tuple(mask.flatten(1).any(1).tolist())
    return TileStack(
        grid=grid,
        pixels=tiles.pixels,
        mask=mask,
        touched=touched,
        boxes=tuple(_placed(box_of(region), place, canvas) for region in masks),
        keys=_keys(mask, touched, grid=grid, image_key=image_key) if image_key else (),
    )


def _keys(
    mask: Tensor, touched: tuple[bool, ...], *, grid: Grid, image_key: str
) -> tuple[TileKey, ...]:
    digests = (
        hashlib.sha256(np.packbits(part.numpy()).tobytes()).digest() if is_touched else b""
        for part, is_touched in zip(mask, touched, strict=True)
    )
    return tuple(TileKey(image_key, grid, i, digest) for i, digest in enumerate(digests))


def resize_image(image: Tensor, size: tuple[int, int], cancel: CancelToken) -> Tensor:
    """Resize (3, H, W) uint8 to `size` (height, width), bicubic with antialias.

    The arithmetic is that of `torchvision.transforms.functional.resize` on uint8 tensors:
    interpolation in float32, clamped, then rounded half to even.  Channel by channel, so that
    a photo of 100 megapixels needs 400 MB and not four times as much on the way.
    """
    channels = []
    for channel in image:
        cancel.check()
        smooth = F.interpolate(
            channel[None, None].to(torch.float32),
            size=size,
            mode="bicubic",
            align_corners=False,
            antialias=True,
        )
        channels.append(smooth[0, 0].clamp_(0, 255).round_().to(torch.uint8))
    return torch.stack(channels)


def resize_mask(mask: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize (1, H, W) uint8 to `size` (height, width) by the nearest pixel."""
    return F.interpolate(mask[None], size=size, mode="nearest")[0]


def place_on(canvas: tuple[int, int], *, height: int, width: int, letterbox: bool) -> Placement:
    """Say where a photo of (height, width) lies on a canvas of (height, width).

    It fills the canvas, or with `letterbox` keeps its aspect and lies in the middle.
    """
    rows, columns = canvas
    if not letterbox:
        return Placement(0, 0, rows, columns)
    scale = min(rows / height, columns / width)
    inner = (max(1, round(height * scale)), max(1, round(width * scale)))
    return Placement((rows - inner[0]) // 2, (columns - inner[1]) // 2, *inner)


def _padded(drawn: Tensor, place: Placement, canvas: tuple[int, int], value: int) -> Tensor:
    if drawn.shape[-2:] == canvas:
        return drawn
    whole = torch.full((drawn.shape[0], *canvas), value, dtype=drawn.dtype)
    rows, columns = (place.top, place.top + place.height), (place.left, place.left + place.width)
    whole[:, slice(*rows), slice(*columns)] = drawn
    return whole


def _placed(box: Box, place: Placement, canvas: tuple[int, int]) -> Box:
    """Turn a box in parts of the photo into one in parts of the canvas."""
    if (place.height, place.width) == canvas:
        return box
    x_min, y_min, x_max, y_max = box
    rows, columns = canvas
    return (
        (place.left + x_min * place.width) / columns,
        (place.top + y_min * place.height) / rows,
        (place.left + x_max * place.width) / columns,
        (place.top + y_max * place.height) / rows,
    )


def normalise(tile: Tensor, config: GARConfig) -> Tensor:
    """Turn uint8 pixels (…, 3, S, S) into float32: (x / 255 − mean) / std by channel."""
    mean = torch.tensor(config.image_mean)[:, None, None]
    std = torch.tensor(config.image_std)[:, None, None]
    return (tile.to(torch.float32) / 255 - mean) / std


def box_of(mask: BoolArray) -> Box:
    """Return (x_min/W, y_min/H, x_max/W, y_max/H) of an (H, W) mask that is not empty.

    The indices are inclusive: a single pixel's box has no extent (gar.md, Feature replay).
    """
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float(columns[-1] / width),
        float(rows[-1] / height),
    )


def _as_tensor(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Tensor:
    # torch warns about read-only arrays, and images are read-only; this copy is the only one.
    return torch.from_numpy(np.array(array, order="C"))


def _cut(canvas: Tensor, grid: Grid, size: int) -> Tensor:
    """Cut (C, rows · S, columns · S) into (tiles, C, S, S), row by row."""
    channels = canvas.shape[0]
    rows = canvas.view(channels, grid.height, size, grid.width, size)
    return rows.permute(1, 3, 0, 2, 4).reshape(grid.tiles, channels, size, size)
