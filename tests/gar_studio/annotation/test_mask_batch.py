"""Many masks at once are what each would be alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mask_batch import masks_from
from gar_studio.errors import MaskError
from tests.helpers.masks import BoolArray, mask_arrays


def alone(height: int, width: int, counts: bytes) -> Mask | None:
    """Read it as what somebody else wrote; None unless it is in the one form of its mask."""
    try:
        mask = Mask.from_coco((height, width), counts)
    except MaskError:
        return None
    return mask if mask.counts == counts else None


@given(st.lists(mask_arrays(), max_size=12))
def test_sound_masks(arrays: list[BoolArray]) -> None:
    masks = [Mask.from_array(array) for array in arrays]
    found = masks_from([(m.height, m.width, m.counts) for m in masks])
    assert found == masks
    assert [m.area for m in found if m] == [int(array.sum()) for array in arrays]


characters = st.integers(48, 111) | st.integers(48, 79) | st.integers(0, 255)
strings = st.lists(characters, max_size=12).map(bytes)
sizes = st.sampled_from([1, 2, 3, 4, 16, 100])


@given(st.lists(st.tuples(sizes, sizes, strings), max_size=8), mask_arrays(), st.integers(0, 8))
@settings(max_examples=500)
def test_broken_ones_do_not_harm_their_neighbours(
    broken: list[tuple[int, int, bytes]], array: BoolArray, place: int
) -> None:
    sound = Mask.from_array(array)
    stored = [*broken[:place], (sound.height, sound.width, sound.counts), *broken[place:]]
    assert masks_from(stored) == [alone(*one) for one in stored]


def test_more_than_fit_into_one_go() -> None:
    masks = [Mask.from_box(x % 30, 1, x % 30 + 3, 9, height=20, width=40) for x in range(5000)]
    assert masks_from([(m.height, m.width, m.counts) for m in masks]) == masks


def test_a_size_beyond_the_limit_is_refused() -> None:
    assert masks_from([(10**6, 10**6, b"0")]) == [None]
