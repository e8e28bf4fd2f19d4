"""Colours of regions and categories: safe for colour-blind eyes first, then endless."""

import math
from functools import lru_cache

OKABE_ITO = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
    "#000000",
)
"""Okabe and Ito, "Color Universal Design" (2008)."""

_GOLDEN_ANGLE = math.radians(137.50776405003785)
_LIGHTNESS, _CHROMA = 0.72, 0.13


@lru_cache(maxsize=4096)
def region_colour(index: int) -> str:
    """Return the colour of the `index`-th region or category, counted from 0, as "#RRGGBB".

    The eight Okabe–Ito colours come first, then hues a golden angle apart at equal OKLCH
    lightness and chroma.  Of those, some beyond the 250th are equal after rounding to 8 bits.
    """
    if index < len(OKABE_ITO):
        return OKABE_ITO[index]
    return oklch_to_hex(_LIGHTNESS, _CHROMA, (index - len(OKABE_ITO)) * _GOLDEN_ANGLE)


def oklch_to_hex(lightness: float, chroma: float, hue: float) -> str:
    """Convert OKLCH (lightness and chroma in 0…1, hue in radians) to "#RRGGBB", clipped to sRGB.

    Source: B. Ottosson, "A perceptual color space for image processing" (2020).
    """
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(_encode_srgb(value) * 255):02X}" for value in linear)


def _encode_srgb(linear: float) -> float:
    """Apply the transfer curve of IEC 61966-2-1 to a linear value, clipped to 0…1."""
    value = min(max(linear, 0.0), 1.0)
    if value <= 0.0031308:
        return 12.92 * value
    return float(1.055 * value ** (1 / 2.4) - 0.055)
