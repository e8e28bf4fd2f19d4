"""Enlarged masks: torch's own, bit for bit, whatever the size and the logits."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from segment_anything.modeling import Sam
from torch.nn import functional

from gar_studio.engines.protocol import FloatArray
from models.segment import sam_enlarge
from models.segment.sam_enlarge import enlarged, enlarged_above


def interpolated(logits: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """What the libraries call."""
    full = functional.interpolate(logits[None, None], size, mode="bilinear", align_corners=False)
    return full[0, 0]


def noise(seed: int, shape: tuple[int, int], scale: float = 1.0) -> torch.Tensor:
    values = np.random.default_rng(seed).normal(0, scale, shape)
    return torch.from_numpy(values.astype(np.float32))


def blobs(seed: int, shape: tuple[int, int]) -> torch.Tensor:
    """Logits as SAM makes them: flat far from the borders of a few discs."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    values = np.full(shape, -12.0)
    for _ in range(3):
        y, x = random.uniform(0, shape[0]), random.uniform(0, shape[1])
        radius = random.uniform(0.05, 0.4) * min(shape)
        values = np.maximum(values, 12 * np.tanh((radius - np.hypot(rows - y, columns - x)) / 4))
    return torch.from_numpy(values.astype(np.float32))


def assert_same(logits: torch.Tensor, size: tuple[int, int], threshold: float = 0.0) -> None:
    found = enlarged_above(logits, size, threshold)
    wanted = (interpolated(logits, size) > threshold).numpy()
    assert found.shape == size
    assert found.dtype == np.bool_
    assert np.array_equal(found, wanted)


SIDES = st.integers(1, 90)
TARGETS = st.one_of(st.integers(1, 200), st.integers(129, 700))


@settings(max_examples=150, deadline=None)
@given(
    shape=st.tuples(SIDES, SIDES),
    size=st.tuples(TARGETS, TARGETS),
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([1e-38, 1e-30, 1e-3, 1.0, 30.0, 1e30, 3e37]),
    threshold=st.sampled_from([0.0, 1.0, -1.0, 0.5]),
)
@example(shape=(1, 1), size=(200, 200), seed=0, scale=1.0, threshold=0.0)
@example(shape=(2, 70), size=(650, 140), seed=0, scale=1.0, threshold=0.0)
@example(shape=(40, 40), size=(160, 160), seed=0, scale=1.0, threshold=0.0)
@example(shape=(40, 33), size=(64, 64), seed=0, scale=1.0, threshold=0.0)
def test_noise_is_enlarged_as_torch_does(
    shape: tuple[int, int], size: tuple[int, int], seed: int, scale: float, threshold: float
) -> None:
    assert_same(noise(seed, shape, scale), size, threshold)


@settings(max_examples=150, deadline=None)
@given(
    shape=st.tuples(SIDES, SIDES),
    size=st.tuples(TARGETS, TARGETS),
    seed=st.integers(0, 2**32 - 1),
    step=st.sampled_from([1.0, 0.25, 2.0**-24]),
    threshold=st.sampled_from([0.0, 1.0, -1.0]),
)
def test_values_exactly_at_the_threshold_and_near_it_fall_as_torchs(
    shape: tuple[int, int], size: tuple[int, int], seed: int, step: float, threshold: float
) -> None:
    steps = np.random.default_rng(seed).integers(-2, 3, shape)
    logits = torch.from_numpy((threshold + step * steps).astype(np.float32))
    assert_same(logits, size, threshold)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(8, 90), st.integers(8, 90)),
    size=st.tuples(st.integers(129, 900), st.integers(129, 900)),
    seed=st.integers(0, 2**32 - 1),
    threshold=st.sampled_from([0.0, 1.0, -1.0]),
    sign=st.sampled_from([1, -1]),
)
def test_objects_and_holes_are_enlarged_as_torch_does(
    shape: tuple[int, int], size: tuple[int, int], seed: int, threshold: float, sign: int
) -> None:
    assert_same(sign * blobs(seed, shape), size, threshold)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("place", [3, 20, 36])
def test_a_border_from_side_to_side_has_two_sides(turns: int, place: int) -> None:
    half = np.full((40, 40), -5.0, dtype=np.float32)
    half[place:] = 5
    logits = torch.from_numpy(np.ascontiguousarray(np.rot90(half, turns)))
    assert_same(logits, (500, 700))


@pytest.mark.parametrize("value", [0.0, -0.0, 1e-45, -1e-45, 5.0, -5.0, 1.0, 3.4e38, -3.4e38])
@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_a_flat_map_is_enlarged_as_torch_does(value: float, threshold: float) -> None:
    assert_same(torch.full((20, 30), value), (333, 250), threshold)


@pytest.mark.parametrize("size", [(1500, 2000), (2000, 1500), (1500, 140), (1024, 1024)])
def test_sams_two_steps_are_taken_at_their_full_size(size: tuple[int, int]) -> None:
    scale = 1024 / max(size)
    inner = int(size[0] * scale + 0.5), int(size[1] * scale + 0.5)

    class Outline:
        img_size = 1024

    class Bare:
        image_encoder: Any = Outline

    for logits in (blobs(1, (256, 256)), noise(2, (256, 256))):
        whole = Sam.postprocess_masks(Bare(), logits[None, None], inner, size)[0, 0]
        square = enlarged(logits, (1024, 1024))
        found = enlarged_above(square[: inner[0], : inner[1]], size)
        assert np.array_equal(found, (whole > 0).numpy())


def test_a_mask_is_found_without_asking_torch_for_all_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    logits, size = blobs(3, (64, 80)), (600, 750)
    wanted = (interpolated(logits, size) > 0).numpy()
    sam_enlarge._axis(64, 600)
    sam_enlarge._axis(80, 750)
    asked: list[tuple[int, int]] = []

    def small(values: torch.Tensor, to: tuple[int, int]) -> torch.Tensor:
        asked.append(to)
        assert to != size
        return interpolated(values, to)

    monkeypatch.setattr(sam_enlarge, "enlarged", small)
    found = enlarged_above(logits, size)
    assert np.array_equal(found, wanted)
    assert found.flags.f_contiguous


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(SIDES, SIDES),
    more=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    seed=st.integers(0, 2**32 - 1),
)
def test_single_pixels_have_torchs_own_values(
    shape: tuple[int, int], more: tuple[int, int], seed: int
) -> None:
    size = max(shape[0], 129) + more[0], max(shape[1], 129) + more[1]
    logits, random = noise(seed, shape), np.random.default_rng(seed)
    y, x = random.integers(0, size[0], 40), random.integers(0, size[1], 40)
    values: FloatArray = logits.numpy()
    found = sam_enlarge._exact(values, size, y, x)
    assert np.array_equal(found, interpolated(logits, size).numpy()[y, x])


@settings(max_examples=60, deadline=None)
@given(source=st.integers(1, 1100), more=st.integers(0, 3000))
def test_an_axis_has_torchs_weights(source: int, more: int) -> None:
    target = max(source, 129) + more
    axis = sam_enlarge._axis(source, target)
    ramp = torch.arange(source, dtype=torch.float32)[:, None].repeat(1, 2)
    wanted = interpolated(ramp, (target, 2))[:, 0].numpy()
    padded = np.pad(ramp[:, 0].numpy(), 1, mode="edge")
    found = np.concatenate([block.weights @ padded[block.values] for block in axis.blocks])
    assert np.allclose(found, wanted, rtol=1e-6, atol=1e-6)
    assert [block.pixels.start for block in axis.blocks] == list(
        range(0, target, sam_enlarge._BLOCK)
    )


def test_what_torch_computes_in_another_type_is_left_to_it() -> None:
    logits = noise(4, (20, 20)).double()
    found = enlarged_above(logits, (300, 300))
    assert np.array_equal(found, (interpolated(logits, (300, 300)) > 0).numpy())
