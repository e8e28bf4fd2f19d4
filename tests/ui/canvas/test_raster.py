"""Outlines keep their width on the screen, and every state of a region looks different."""

import numpy as np
import pytest

from gar_studio.annotation.colours import OKABE_ITO, region_colour
from ui import theme
from ui.canvas import raster
from ui.canvas.raster import preview_style, region_style

STATES = [(selected, hovered) for selected in (False, True) for hovered in (False, True)]


def coloured(mask, style, ratio=1.0):
    """Premultiplied (H, W, 4) array in the order blue, green, red, alpha."""
    radius = raster.outline_radius(style, ratio)
    image = raster.colour_image(raster.soften(mask, radius), style, radius)
    flat = np.frombuffer(image.constBits(), dtype=np.uint8)
    return flat.reshape(image.height(), image.width(), 4).astype(int)


def square(side=40, margin=20):
    return np.pad(np.ones((side, side), dtype=np.uint8), margin)


def test_inside_is_the_colour_at_forty_percent_and_far_outside_nothing():
    picture = coloured(square(), region_style("#FF0000", selected=False, hovered=False))
    assert picture[40, 40].tolist() == [0, 0, 102, 102]
    assert not picture[5].any()


@pytest.mark.parametrize("colour", OKABE_ITO)
def test_the_four_states_and_the_preview_all_differ(colour):
    styles = [region_style(colour, selected=s, hovered=h) for s, h in STATES]
    pictures = [coloured(square(), style) for style in (*styles, preview_style("#4DA3FF"))]
    for i, one in enumerate(pictures):
        for other in pictures[:i]:
            assert np.abs(one - other).max() > 40


def test_the_hovered_region_is_lit_up():
    calm, lit = (
        coloured(square(), region_style("#0072B2", selected=False, hovered=hovered))[40, 40, 3]
        for hovered in (False, True)
    )
    assert lit > calm + 40


def test_the_selected_outline_is_bright_with_dark_on_both_sides():
    picture = coloured(square(), region_style("#E69F00", selected=True, hovered=False))
    across = picture[40, :30]  # from outside, over the outline at column 20, to the inside
    opaque = across[across[:, 3] > 200]
    brightness = opaque[:, :3].mean(axis=1)
    bright = np.flatnonzero(brightness > 220)
    assert 2 <= len(bright) <= 5
    assert brightness[: bright[0]].min() < 60
    assert brightness[bright[-1] + 1 :].min() < 60


@pytest.mark.parametrize("index", range(20))
@pytest.mark.parametrize("photo", ["#000000", "#FFFFFF", "#808080"])
def test_an_outline_stands_out_from_any_photo(index, photo):
    style = region_style(region_colour(index), selected=False, hovered=False)
    laid = coloured(square(), style)[40, :30]
    ground = int(photo[1:3], 16)
    seen = laid[:, 2::-1] + ground * (255 - laid[:, 3:]) / 255
    names = ["#" + "".join(f"{round(value):02X}" for value in pixel) for pixel in seen]
    assert max(theme.contrast(name, photo) for name in names) >= 2.0


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_the_outline_grows_with_the_screen_and_stays_in_the_margin(ratio):
    for selected, hovered in STATES:
        style = region_style("#009E73", selected=selected, hovered=hovered)
        spare = raster.margin(raster.outline_radius(style, ratio))
        assert spare <= raster.WIDEST_MARGIN * np.ceil(ratio)
        across = coloured(square(margin=spare + 1), style, ratio)[30, :, 3]
        assert across[0] == 0
        line = np.count_nonzero(across[: spare + 20] > 180)
        assert 1.5 * ratio <= line <= 6 * ratio


def test_holes_have_an_outline_too():
    ring = square()
    ring[32:48, 32:48] = 0
    picture = coloured(ring, region_style("#009E73", selected=False, hovered=False))
    assert not picture[40, 40].any()
    assert picture[40, 31, 3] == 255


def test_the_preview_is_striped():
    row = coloured(square(), preview_style("#4DA3FF"))[40, 30:50, 3]
    assert len(set(row.tolist())) == 2
