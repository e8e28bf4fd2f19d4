import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.gar.nano.colours import BASIC_COLOURS, classify, dominant, draw_tone


def test_there_are_the_eleven_basic_colours_of_english() -> None:
    assert set(BASIC_COLOURS) == set(
        "black white gray red orange yellow green blue purple pink brown".split()
    )


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((255, 0, 0), "red"),
        ((0, 0, 255), "blue"),
        ((0, 128, 0), "green"),
        ((255, 255, 0), "yellow"),
        ((255, 165, 0), "orange"),
        ((139, 69, 19), "brown"),  # CSS saddlebrown
        ((255, 192, 203), "pink"),
        ((128, 0, 128), "purple"),
        ((128, 128, 128), "gray"),
        ((255, 255, 255), "white"),
        ((0, 0, 0), "black"),
    ],
)
def test_the_colours_that_css_calls_so_are_called_so(rgb: tuple[int, ...], name: str) -> None:
    assert BASIC_COLOURS[classify(np.uint8(rgb))] == name


@given(st.sampled_from(BASIC_COLOURS), st.integers(0, 10**6))
def test_a_drawn_tone_has_its_name(name: str, seed: int) -> None:
    tone = draw_tone(name, np.random.default_rng(seed))
    assert tone.min() >= 0
    assert tone.max() <= 255
    assert BASIC_COLOURS[classify(tone.astype(np.uint8))] == name


def test_the_dominant_colour_is_that_of_the_masks_pixels() -> None:
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[:, 1:] = (220, 20, 30)
    pixels[0] = (255, 255, 255)
    mask = np.ones((4, 4), dtype=bool)
    assert dominant(pixels, mask) == ("red", 9 / 16)
    mask[:, 1:] = False
    assert dominant(pixels, mask) == ("black", 3 / 4)
