import inspect

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gar.config import ReplayScaling
from models.gar.image_processor import Box
from models.gar.replay import SPATIAL_SCALE, replay, stitch
from models.gar.tiles import Grid
from models.torch_setup import import_torchvision

FRACTION = st.floats(0, 1, width=32)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    xs, ys = sorted([draw(FRACTION), draw(FRACTION)]), sorted([draw(FRACTION), draw(FRACTION)])
    return (xs[0], ys[0], xs[1], ys[1])


def reference(feature_map: torch.Tensor, box: Box, *, side: int, scale: float) -> torch.Tensor:
    """RoIAlign in Python, of torchvision; its compiled operator is not there on every machine.

    It clamps what lies far outside the map, which the compiled operator counts as zero.
    """
    import_torchvision()
    from torchvision.ops.roi_align import _roi_align

    height, width, channels = feature_map.shape
    x0, y0, x1, y1 = box
    roi = torch.tensor([[0, x0 * width, y0 * height, x1 * width, y1 * height]])
    channels_first = feature_map.permute(2, 0, 1)[None].contiguous()
    out = inspect.unwrap(_roi_align)(channels_first, roi, scale, side, side, 2, True)
    return out[0].permute(1, 2, 0).reshape(side * side, channels)


@settings(max_examples=60)
@given(
    st.lists(boxes(), min_size=1, max_size=3),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([1.0, 1 / 28, 0.5]),
)
def test_two_matrix_products_are_roi_align(
    regions: list[Box], height: int, width: int, scale: float
) -> None:
    feature_map = torch.randn(height, width, 3, generator=torch.Generator().manual_seed(0))
    found = replay(feature_map, regions, side=4, scale=scale)
    assert found.shape == (len(regions), 16, 3)
    for region, values in zip(regions, found, strict=True):
        expected = reference(feature_map, region, side=4, scale=scale)
        torch.testing.assert_close(values, expected, atol=2e-4, rtol=1e-3)


def test_the_exact_scaling_reads_the_box_itself() -> None:
    rows = torch.arange(32.0)[:, None, None].expand(32, 32, 1)
    exact = replay(rows, [(0.0, 0.25, 1.0, 0.75)], side=16, scale=SPATIAL_SCALE["exact"])
    lines = exact.view(16, 16)
    # 16 bins over rows 8…24, of one row each: bin i is centred on row 8 + i.
    torch.testing.assert_close(lines[:, 3], torch.arange(8.0, 24.0))


def test_the_released_scaling_is_a_second_shrinking() -> None:
    feature_map = torch.randn(16, 16, 2)
    box = (0.1, 0.2, 0.9, 0.8)
    twice = replay(feature_map, [box], side=4, scale=SPATIAL_SCALE[ReplayScaling.RELEASED])
    shrunk = tuple(value / 28 for value in box)
    once = replay(feature_map, [shrunk], side=4, scale=SPATIAL_SCALE[ReplayScaling.EXACT])
    torch.testing.assert_close(twice, once)
    assert not torch.allclose(twice, replay(feature_map, [box], side=4, scale=1.0))


def test_what_lies_far_outside_the_map_counts_as_zero() -> None:
    values = replay(torch.ones(4, 4, 1), [(0.0, 0.0, 2.0, 1.0)], side=4, scale=1.0)
    # Bins of two columns each; sampling points at .0, 1.0 | 2.0, 3.0 | 4.0, 5.0 | 6.0, 7.0.
    assert values.view(4, 4)[0].tolist() == [1.0, 1.0, 0.5, 0.0]


def test_half_precision_maps_are_read_in_float32() -> None:
    feature_map = torch.randn(16, 16, 2).to(torch.bfloat16)
    assert replay(feature_map, [(0, 0, 1, 1)], side=4, scale=1.0).dtype == torch.float32


def test_stitching_puts_tiles_side_by_side_row_by_row() -> None:
    tiles = torch.arange(6).view(6, 1, 1).expand(6, 4, 1).clone()
    tiles[4, :, 0] = torch.tensor([40, 41, 42, 43])
    stitched = stitch(tiles, Grid(3, 2))[..., 0]
    assert stitched.tolist() == [
        [0, 0, 1, 1, 2, 2],
        [0, 0, 1, 1, 2, 2],
        [3, 3, 40, 41, 5, 5],
        [3, 3, 42, 43, 5, 5],
    ]
    with pytest.raises(ValueError, match="do not fill"):
        stitch(tiles, Grid(2, 2))
