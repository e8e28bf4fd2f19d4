"""Presets become questions about the regions that are selected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.presets import DEFAULT_PRESETS, MAX_NAME, MAX_TEXT, Preset, fill


@pytest.mark.parametrize(
    ("numbers", "question"),
    [
        ((2,), "What colour is #2?"),
        ((2, 1), "What colour is #2 and #1?"),
        ((3, 1, 2), "What colour is #3, #1 and #2?"),
    ],
)
def test_the_selected_regions_are_named_in_their_order(
    numbers: tuple[int, ...], question: str
) -> None:
    filled = fill(Preset("Colour", "What colour is #n?"), numbers)
    assert (filled.text, filled.complete) == (question, True)


def test_what_is_to_be_filled_in_is_selected() -> None:
    filled = fill(Preset("Words", "Describe #n in [10] words."), (12,))
    assert filled.text == "Describe #12 in 10 words."
    assert filled.text[filled.start :][: filled.length] == "10"
    assert not filled.complete


def test_without_a_selection_the_region_is_to_be_filled_in() -> None:
    filled = fill(Preset("Colour", "What colour is #n?"), ())
    assert filled.text == "What colour is #?"
    assert filled.text[filled.start :][: filled.length] == "#"
    assert not filled.complete


@pytest.mark.parametrize(
    ("name", "text"),
    [("", "x"), (" ", "x"), ("x", " "), ("x" * (MAX_NAME + 1), "x"), ("x", "x" * (MAX_TEXT + 1))],
)
def test_a_preset_has_bounds(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        Preset(name, text)


def test_the_usual_ones_have_names_of_their_own() -> None:
    assert len({preset.name for preset in DEFAULT_PRESETS}) == len(DEFAULT_PRESETS) == 9


@given(
    st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
    st.lists(st.integers(1, 99), max_size=3),
)
def test_the_part_to_fill_in_lies_in_the_question(text: str, numbers: list[int]) -> None:
    filled = fill(Preset("x", text), numbers)
    assert 0 <= filled.start <= filled.start + filled.length <= len(filled.text)
