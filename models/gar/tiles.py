"""Which grid of tiles an image is cut into: Perception-LM's rule.

Source: gar.md, Image and mask; `tile_grid` of the golden index has the rule's answers.
"""

import math
from typing import NamedTuple


class Grid(NamedTuple):
    """Tiles across and down."""

    width: int
    height: int

    @property
    def tiles(self) -> int:
        """Number of tiles."""
        return self.width * self.height


def choose_grid(*, width: int, height: int, tile_size: int, max_tiles: int) -> Grid:
    """Return the grid for an image of `width` × `height` pixels.

    If some grid of at most `max_tiles` tiles holds the image without making it smaller, the one
    in which the image, scaled up with its aspect kept, gets the largest short side wins; of
    equals, the last one in `_grids_by_aspect`'s order.  Otherwise the grid with the closest
    aspect ratio that is not wider than the image (landscape) or not taller (portrait) wins,
    with as many tiles as that ratio allows.
    """
    if max_tiles == 1:
        return Grid(1, 1)
    by_aspect = _grids_by_aspect(max_tiles)
    best: Grid | None = None
    best_side = 0.0
    for grid in (grid for grids in by_aspect.values() for grid in grids):
        if grid.width * tile_size < width or grid.height * tile_size < height:
            continue
        side = _short_side(grid, width=width, height=height, tile_size=tile_size)
        if best is None or side >= best_side:
            best, best_side = grid, side
    return best if best is not None else _closest(by_aspect, width=width, height=height)


def _grids_by_aspect(max_tiles: int) -> dict[float, list[Grid]]:
    """Return every grid by its aspect ratio, from the most tiles down, narrow ones first."""
    by_aspect: dict[float, list[Grid]] = {}
    for count in range(max_tiles, 0, -1):
        for across in range(1, count + 1):
            if count % across == 0:
                grid = Grid(across, count // across)
                by_aspect.setdefault(grid.width / grid.height, []).append(grid)
    return by_aspect


def _short_side(grid: Grid, *, width: int, height: int, tile_size: int) -> float:
    """Return the image's short side when it fills the grid with its aspect kept.

    Float arithmetic and the floor are part of the rule: they decide ties.
    """
    scale = width / height
    factor = min(grid.width * tile_size / width, grid.height * tile_size / height)
    if scale > 1.0:
        return float(math.floor(factor * width / scale))
    if scale < 1.0:
        return float(math.floor(factor * height * scale))
    return factor * height


def _closest(by_aspect: dict[float, list[Grid]], *, width: int, height: int) -> Grid:
    aspect = width / height
    if aspect >= 1:
        ratio = min((r for r in by_aspect if r <= aspect), key=lambda r: abs(r - aspect))
        return max(by_aspect[ratio], key=lambda grid: grid.width)
    ratio = min((r for r in by_aspect if r > aspect), key=lambda r: abs(1 / r - 1 / aspect))
    return max(by_aspect[ratio], key=lambda grid: grid.height)
