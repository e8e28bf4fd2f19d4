from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled
from models.gar.config import GARConfig
from models.gar.image_processor import (
    PADDING,
    box_of,
    make_tiles,
    normalise,
    place_on,
    resize_image,
    resize_mask,
)
from models.torch_setup import import_torchvision

SIDE = st.integers(1, 60)


@settings(max_examples=40)
@given(st.tuples(SIDE, SIDE), st.tuples(SIDE, SIDE), st.integers(0, 2**32 - 1))
def test_resizing_has_the_arithmetic_of_torchvision_v1(
    size: tuple[int, int], target: tuple[int, int], seed: int
) -> None:
    import_torchvision()
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms import functional as v1

    pixels = torch.from_numpy(
        np.random.default_rng(seed).integers(0, 256, (3, *size), dtype=np.uint8)
    )
    expected = v1.resize(pixels, list(target), InterpolationMode.BICUBIC, antialias=True)
    assert torch.equal(resize_image(pixels, target, CancelToken()), expected)
    nearest = v1.resize(pixels[:1], list(target), InterpolationMode.NEAREST)
    assert torch.equal(resize_mask(pixels[:1], target), nearest)


def quarters(config: GARConfig) -> tuple[np.ndarray, int]:
    """A square of two by two colours that fills four tiles exactly."""
    size = config.tile_size
    pixels = np.zeros((2 * size, 2 * size, 3), np.uint8)
    pixels[:size, size:] = 60
    pixels[size:, :size] = 120
    pixels[size:, size:] = 180
    return pixels, size


def test_the_thumbnail_comes_first_and_tiles_go_row_by_row(config: GARConfig) -> None:
    pixels, size = quarters(config)
    mask = np.zeros(pixels.shape[:2], bool)
    mask[:size, size:] = True
    stack = make_tiles(pixels, [mask], config=config, max_tiles=4, cancel=CancelToken())
    assert stack.grid == (2, 2)
    assert stack.pixels.shape == (5, 3, size, size)
    assert stack.pixels.dtype == torch.uint8
    centres = stack.pixels[:, 0, size // 2 + 40, size // 2 + 40].tolist()
    assert centres == [180, 0, 60, 120, 180]
    assert stack.touched == (True, False, True, False, False)
    assert stack.mask[2].all()
    assert stack.boxes == ((0.5, 0.0, (2 * size - 1) / (2 * size), (size - 1) / (2 * size)),)


def test_masks_are_merged_but_each_region_keeps_its_box(config: GARConfig) -> None:
    pixels, size = quarters(config)
    masks = [np.zeros(pixels.shape[:2], bool) for _ in range(2)]
    masks[0][10:20, 10:20] = True
    masks[1][size + 10 : size + 30, size + 10 : size + 30] = True
    stack = make_tiles(pixels, masks, config=config, max_tiles=4, cancel=CancelToken())
    assert stack.touched == (True, True, False, False, True)
    assert int(stack.mask[1].sum()) == 100
    assert int(stack.mask[4].sum()) == 400
    assert len(set(stack.boxes)) == 2


def test_a_speck_can_vanish_from_the_thumbnail(config: GARConfig) -> None:
    pixels = np.zeros((1792, 1792, 3), np.uint8)
    mask = np.zeros((1792, 1792), bool)
    mask[1001, 1001] = True
    stack = make_tiles(pixels, [mask], config=config, max_tiles=16, cancel=CancelToken())
    assert not stack.touched[0]
    assert sum(stack.touched) == 1


def test_the_smallest_image(config: GARConfig) -> None:
    pixels = np.full((1, 1, 3), 200, np.uint8)
    mask = np.ones((1, 1), bool)
    stack = make_tiles(pixels, [mask], config=config, max_tiles=4, cancel=CancelToken())
    assert (stack.pixels == 200).all()
    assert stack.mask.all()


def test_boxes_have_inclusive_indices() -> None:
    mask = np.zeros((10, 20), bool)
    mask[3, 5] = True
    assert box_of(mask) == (0.25, 0.3, 0.25, 0.3)
    mask[9, 19] = True
    assert box_of(mask) == (0.25, 0.3, 0.95, 0.9)


def test_pixels_are_normalised_to_minus_one_and_one(config: GARConfig) -> None:
    tile = torch.tensor([0, 255], dtype=torch.uint8).view(1, 1, 2).expand(3, 1, 2)
    assert normalise(tile, config).tolist() == [[[-1.0, 1.0]]] * 3


def test_a_cancel_is_seen_before_the_image_is_resized(config: GARConfig) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        make_tiles(
            np.zeros((8, 8, 3), np.uint8),
            [np.ones((8, 8), bool)],
            config=config,
            max_tiles=4,
            cancel=cancel,
        )


@settings(max_examples=30)
@given(st.integers(1, 90), st.integers(1, 90))
def test_a_letterboxed_photo_lies_whole_and_in_the_middle(height: int, width: int) -> None:
    place = place_on((60, 60), height=height, width=width, letterbox=True)
    assert max(place.height, place.width) == 60
    assert abs(place.height * width - place.width * height) <= max(height, width) / 2
    below, right = 60 - place.top - place.height, 60 - place.left - place.width
    assert 0 <= below - place.top <= 1, "as much grey above as below"
    assert 0 <= right - place.left <= 1


def test_a_letterboxed_photo_keeps_its_aspect_and_its_regions_their_places(
    config: GARConfig,
) -> None:
    boxed = replace(config, letterbox=True)
    size = config.tile_size
    pixels = np.zeros((size // 2, size, 3), np.uint8)
    mask = np.zeros(pixels.shape[:2], bool)
    mask[: size // 4, size // 2 :] = True
    stack = make_tiles(pixels, [mask], config=boxed, max_tiles=1, cancel=CancelToken())
    for picture, region in zip(stack.pixels[:, 0], stack.mask, strict=True):
        assert picture[: size // 4].unique().tolist() == [PADDING]
        assert picture[size // 4 : 3 * size // 4].unique().tolist() == [0]
        assert picture[3 * size // 4 :].unique().tolist() == [PADDING]
        assert region[size // 4 : size // 2, size // 2 :].all()
        assert int(region.sum()) == size // 4 * size // 2
    x_min, y_min, x_max, y_max = stack.boxes[0]
    assert (x_min, y_min) == (0.5, 0.25)
    assert x_max == pytest.approx((size - 1) / size)
    assert y_max == pytest.approx(0.5 - 1 / size)


def test_the_released_models_stretch_a_photo(config: GARConfig) -> None:
    assert not config.letterbox
    pixels = np.full((20, 80, 3), 7, np.uint8)
    mask = np.ones((20, 80), bool)
    stack = make_tiles(pixels, [mask], config=config, max_tiles=1, cancel=CancelToken())
    assert stack.pixels.unique().tolist() == [7]
    assert stack.mask.all()
