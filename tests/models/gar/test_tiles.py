import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.gar.tiles import choose_grid
from models.torch_setup import import_torchvision
from tests.models.gar.conftest import GOLDEN

INDEX = json.loads((GOLDEN / "class_token" / "index.json").read_text(encoding="utf-8"))
GRIDS = [
    (size, limit, tuple(grid))
    for size, by_limit in INDEX["tile_grid"].items()
    for limit, grid in by_limit.items()
]


@pytest.mark.parametrize(("size", "limit", "grid"), GRIDS)
def test_the_released_rule(size: str, limit: str, grid: tuple[int, int]) -> None:
    width, height = map(int, size.split("x"))
    found = choose_grid(width=width, height=height, tile_size=448, max_tiles=int(limit))
    assert tuple(found) == grid


@given(
    width=st.integers(1, 13_000),
    height=st.integers(1, 13_000),
    limit=st.sampled_from([1, 2, 4, 9, 16, 36]),
)
def test_the_rule_is_that_of_transformers(width: int, height: int, limit: int) -> None:
    import_torchvision()
    from transformers.models.perception_lm.image_processing_perception_lm import (
        PerceptionLMImageProcessor,
    )

    theirs = PerceptionLMImageProcessor(max_num_tiles=limit)
    expected = (1, 1)
    if limit > 1:
        sizes = {"img_width": width, "img_height": height, "tile_size": 448}
        expected = theirs._fit_image_to_canvas(**sizes) or theirs._find_closest_aspect_ratio(
            **sizes
        )
    assert tuple(choose_grid(width=width, height=height, tile_size=448, max_tiles=limit)) == (
        expected
    )


@given(width=st.integers(1, 100_000), height=st.integers(1, 100_000), limit=st.integers(1, 40))
def test_never_more_tiles_than_allowed(width: int, height: int, limit: int) -> None:
    grid = choose_grid(width=width, height=height, tile_size=448, max_tiles=limit)
    assert 1 <= grid.tiles <= limit
    assert grid.tiles == grid.width * grid.height
