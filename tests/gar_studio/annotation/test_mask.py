"""Masks: what goes in comes out, and nothing that others wrote can do harm."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from gar_studio.annotation.mask import MAX_PIXELS, Mask, parse_counts
from gar_studio.errors import MaskError
from tests.helpers.masks import BoolArray, mask_arrays, mask_pairs


@given(mask_arrays())
def test_pixels_survive_the_round_trip(array: BoolArray) -> None:
    mask = Mask.from_array(array)
    back = mask.to_array()
    assert back.dtype == np.bool_
    assert back.shape == array.shape == mask.size
    assert np.array_equal(back, array)
    assert back.flags.writeable
    assert back.flags.c_contiguous


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.bool_])
def test_every_nonzero_element_is_foreground(dtype: type) -> None:
    array = np.array([[0, 1, 0], [2, 0, 5]], dtype=dtype)
    assert np.array_equal(Mask.from_array(array).to_array(), array != 0)


def test_strided_views_are_taken_as_they_look() -> None:
    array = np.arange(48).reshape(6, 8) % 3 == 0
    for view in (array.T, array[::-1, ::2], np.asfortranarray(array)):
        assert np.array_equal(Mask.from_array(view).to_array(), view)


@given(mask_pairs())
def test_equal_exactly_when_the_pixels_are(pair: tuple[BoolArray, BoolArray]) -> None:
    first, second = (Mask.from_array(array) for array in pair)
    same = np.array_equal(*pair)
    assert (first == second) is same
    assert (first.version == second.version) is same
    assert first == Mask.from_array(pair[0].copy())
    assert hash(first) == hash(Mask.from_array(pair[0].copy()))


def test_equal_counts_of_another_shape_are_another_mask() -> None:
    tall, wide = Mask.empty(height=6, width=2), Mask.empty(height=2, width=6)
    assert tall.counts == wide.counts
    assert tall != wide
    assert tall.version != wide.version


@given(mask_arrays())
def test_area_and_box_agree_with_numpy(array: BoolArray) -> None:
    mask = Mask.from_array(array)
    assert mask.area == int(array.sum())
    assert mask.is_empty is (not array.any())
    if not array.any():
        assert mask.box == (0, 0, 0, 0)
        return
    ys, xs = np.nonzero(array)
    x, y = int(xs.min()), int(ys.min())
    assert mask.box == (x, y, int(xs.max()) - x + 1, int(ys.max()) - y + 1)


@given(mask_arrays())
def test_what_is_written_passes_the_check_of_what_is_read(array: BoolArray) -> None:
    height, width = array.shape
    for mask in (
        Mask.from_array(array),
        Mask.from_runs(
            parse_counts(Mask.from_array(array).counts).tolist(), height=height, width=width
        ),
    ):
        assert Mask(height=height, width=width, counts=mask.counts) == mask


@given(mask_arrays())
def test_agrees_with_pycocotools(array: BoolArray) -> None:
    mask = Mask.from_array(array)
    theirs = coco_mask.encode(np.asfortranarray(array.astype(np.uint8)))
    assert mask.to_coco() == {"size": list(theirs["size"]), "counts": theirs["counts"].decode()}
    assert isinstance(mask.to_coco()["counts"], str)
    assert np.array_equal(coco_mask.decode(mask.to_coco_bytes()).astype(bool), array)
    assert Mask.from_coco(mask.size, theirs["counts"]) == mask
    assert Mask.from_coco(mask.size, theirs["counts"].decode()) == mask


def _runs(array: BoolArray) -> list[int]:
    """Run lengths by the definition: down the columns, background first."""
    runs, value = [0], False
    for pixel in array.flatten(order="F"):
        if pixel != value:
            runs.append(0)
            value = bool(pixel)
        runs[-1] += 1
    return runs


@given(mask_arrays())
def test_run_lengths_go_down_the_columns_and_start_with_background(array: BoolArray) -> None:
    height, width = array.shape
    mask = Mask.from_array(array)
    assert list(parse_counts(mask.counts)) == _runs(array)
    assert Mask.from_runs(_runs(array), height=height, width=width) == mask


@given(mask_arrays(), st.data())
def test_empty_runs_in_between_make_no_difference(array: BoolArray, data: st.DataObject) -> None:
    height, width = array.shape
    runs = _runs(array)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(runs) - 1))
        split = data.draw(st.integers(0, runs[at]))
        runs[at : at + 1] = [split, 0, runs[at] - split]
    assert Mask.from_runs(runs, height=height, width=width) == Mask.from_array(array)


@given(mask_pairs(), mask_arrays())
def test_union_and_intersection(pair: tuple[BoolArray, BoolArray], third: BoolArray) -> None:
    a, b = (Mask.from_array(array) for array in pair)
    # Equality holds only if the merged run lengths are in the one form that encoding gives.
    assert a.union(b) == Mask.from_array(pair[0] | pair[1])
    assert a.intersection(b) == Mask.from_array(pair[0] & pair[1])
    assert a.union() == a.intersection() == a
    assert a.union(b, a) == a.union(b)
    other = Mask.from_array(third)
    if other.size != a.size:
        with pytest.raises(MaskError, match=r"cannot be combined"):
            a.union(b, other)
        with pytest.raises(MaskError, match=r"cannot be combined"):
            a.intersection(other)


def test_box_masks_are_cut_off_at_the_image() -> None:
    mask = Mask.from_box(-3, 1, 2, 99, height=4, width=5)
    expected = np.zeros((4, 5), dtype=bool)
    expected[1:, :2] = True
    assert np.array_equal(mask.to_array(), expected)
    assert Mask.from_box(7, 0, 9, 4, height=4, width=5).is_empty


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0), (3,), (2, 2, 3), ()])
def test_arrays_that_are_no_mask_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MaskError):
        Mask.from_array(np.zeros(shape))


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (-2, 5), (-3, -3), (10**9, 10**9), (1, 10**18)])
def test_absurd_sizes_are_refused_before_anything_is_allocated(size: tuple[int, int]) -> None:
    height, width = size
    with pytest.raises(MaskError):
        Mask.from_coco(size, b"1")
    with pytest.raises(MaskError):
        Mask.from_runs([max(height * width, 0)], height=height, width=width)
    with pytest.raises(MaskError):
        Mask.empty(height=height, width=width)
    with pytest.raises(MaskError):
        Mask.from_box(0, 0, 1, 1, height=height, width=width)


def test_a_huge_but_allowed_mask_from_a_few_characters_costs_few_bytes() -> None:
    height, width = 20_000, MAX_PIXELS // 20_000
    counts = Mask.from_runs([7, MAX_PIXELS - 7], height=height, width=width).counts
    tracemalloc.start()
    mask = Mask.from_coco((height, width), counts)
    assert mask.area == MAX_PIXELS - 7
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert mask.box == (0, 0, width, height)


@pytest.mark.parametrize(
    ("size", "counts"),
    [
        ((2, 2), b""),  # no runs at all
        ((2, 2), b"3"),  # one pixel short
        ((2, 2), b"5"),  # one pixel over
        ((2, 2), b"T"),  # the value goes on, but the string ends
        ((2, 2), b"\x00"),
        ((2, 2), b"4\x00"),
        ((2, 2), b"4 "),
        ((2, 2), b"4\xff"),
        ((2, 2), b"4p"),  # the first character above the code's range
        ((2, 2), b"PPPPPPPPPPPPPPPPPPPP0"),  # a value of a hundred bits
        ((2, 2), b"oooooo1"),  # a run of thousands of millions
        ((2, 2), b"O"),  # a negative run
        ((2, 2), b"5O"),  # five and minus one
        ((3, 5), "é"),  # not ASCII: must not be read as some other character
        ((3, 5), "\ud800"),
        ((2, 2), "４"),
    ],
)
def test_malformed_run_lengths_are_refused(size: tuple[int, int], counts: str | bytes) -> None:
    with pytest.raises(MaskError):
        Mask.from_coco(size, counts)


@given(
    st.binary(max_size=40)
    | st.binary(max_size=40).map(lambda data: bytes(48 + byte % 64 for byte in data)),
    st.tuples(st.integers(-1, 6), st.integers(-1, 6)),
)
@settings(max_examples=500)
@example(b"04", (2, 2))
def test_random_bytes_give_a_mask_that_fills_its_size_or_one_error(
    counts: bytes, size: tuple[int, int]
) -> None:
    try:
        mask = Mask.from_coco(size, counts)
    except MaskError:
        return
    assert mask.to_array().shape == size
    assert Mask.from_array(mask.to_array()) == mask


@pytest.mark.timeout(60)
def test_a_mebibyte_of_rubbish_is_refused() -> None:
    rubbish = np.random.default_rng(1).integers(48, 112, 1 << 20, dtype=np.uint8).tobytes()
    for counts in (rubbish, b"o" * (1 << 20), b"0" * (1 << 20), b"\x00" * (1 << 20)):
        with pytest.raises(MaskError):
            Mask.from_coco((1000, 1000), counts)


@pytest.mark.parametrize(
    "runs", [[], [3], [5], [-1, 5], [5, -1], [10**30], [2**32 + 4], [2**31, -(2**31) + 4]]
)
def test_runs_that_do_not_fill_the_mask_are_refused(runs: list[int]) -> None:
    with pytest.raises(MaskError):
        Mask.from_runs(runs, height=2, width=2)


@pytest.mark.parametrize("counts", [b"", b"3", b"T", b"\xff", b"5O", b"oooooo1", b"4" + b"1" * 9])
def test_not_even_the_plain_constructor_takes_run_lengths_that_do_harm(counts: bytes) -> None:
    """pycocotools trusts what it is given, and a project file may come from anybody."""
    with pytest.raises(MaskError):
        Mask(2, 2, counts)


def test_masks_cannot_be_changed() -> None:
    mask = Mask.empty(height=2, width=3)
    with pytest.raises(AttributeError):
        mask.height = 5  # type: ignore[misc]
    mask.to_array()[:] = True
    assert mask.is_empty
