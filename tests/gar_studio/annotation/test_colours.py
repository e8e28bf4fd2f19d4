"""Colours: safe for colour-blind eyes first, then endless and far apart."""

import math
import re

import pytest

from gar_studio.annotation.colours import oklch_to_hex, region_colour


def test_the_eight_colours_of_okabe_and_ito_come_first() -> None:
    # Okabe and Ito's table, in RGB.
    table = [
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (240, 228, 66),
        (0, 114, 178),
        (213, 94, 0),
        (204, 121, 167),
        (0, 0, 0),
    ]
    assert [region_colour(i) for i in range(8)] == [
        f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in table
    ]


def test_a_hundred_regions_have_a_hundred_colours() -> None:
    colours = [region_colour(i) for i in range(100)]
    assert len(set(colours)) == 100
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in colours)


def test_neighbours_in_order_are_far_apart_in_hue() -> None:
    def rgb(colour: str) -> tuple[int, ...]:
        return tuple(bytes.fromhex(colour[1:]))

    for i in range(8, 200):
        assert math.dist(rgb(region_colour(i)), rgb(region_colour(i + 1))) > 100


@pytest.mark.parametrize(
    ("lch", "colour"),
    [
        ((0.0, 0.0, 0.0), "#000000"),
        ((1.0, 0.0, 0.0), "#FFFFFF"),
        # Ottosson's table of sRGB's primaries in OKLCH.
        ((0.62796, 0.25768, math.radians(29.234)), "#FF0000"),
        ((0.86644, 0.29483, math.radians(142.495)), "#00FF00"),
        ((0.45201, 0.31321, math.radians(264.052)), "#0000FF"),
    ],
)
def test_the_conversion_agrees_with_known_colours(
    lch: tuple[float, float, float], colour: str
) -> None:
    ours, known = bytes.fromhex(oklch_to_hex(*lch)[1:]), bytes.fromhex(colour[1:])
    assert all(abs(a - b) <= 1 for a, b in zip(ours, known, strict=True))
