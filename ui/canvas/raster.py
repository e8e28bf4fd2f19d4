"""Turns a drawn mask into a coloured image with an outline of constant width on the screen."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from ui import theme
from ui.canvas.runs import ByteArray

Field: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

FILL_ALPHA: Final = 0.40
SELECTED_ALPHA: Final = 0.10
_HOVERED_MORE: Final = 0.22
WIDEST_MARGIN: Final = 4
"""What the thickest outline needs around a mask, for each device pixel of a logical one."""

HATCH: Final = 6
"""Device pixels of a stripe of the preview's hatching."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one mask looks.

    Attributes:
        fill: "#rrggbb" inside.
        alpha: opacity of the fill.
        line: "#rrggbb" of the outline.
        casing: "#rrggbb" on both sides of the outline, to part it from any photo.
        casing_alpha: opacity of the casing.
        weight: thickness of the outline; 1 is about two logical pixels.
        lined: whether there is an outline.
        hatched: whether the fill is striped: a mask that is not accepted yet.
    """

    fill: str
    alpha: float
    line: str
    casing: str
    casing_alpha: float
    weight: float = 1.0
    lined: bool = True
    hatched: bool = False


@lru_cache(maxsize=4096)
def region_style(
    colour: str,
    *,
    selected: bool,
    hovered: bool,
    opacity: float = FILL_ALPHA,
    lined: bool = True,
    edited: bool = False,
) -> Style:
    """Return the look of a region in one of its states.

    A selected region is hardly filled: whoever judges it has to see the photo's own colours.

    Args:
        colour: "#rrggbb" of the region.
        selected: whether it is selected.
        hovered: whether it is pointed at.
        opacity: of the fill of a region in neither state; 0 for no fill.
        lined: whether such a region has an outline.
        edited: whether its outline is drawn by its vertices, and so not here.
    """
    alpha = min(opacity + _HOVERED_MORE, 1.0) if hovered and opacity else opacity
    if selected:
        alpha = min(alpha, SELECTED_ALPHA + _HOVERED_MORE if hovered else SELECTED_ALPHA)
    fill = _mixed(colour, "#FFFFFF", 0.25) if hovered else colour
    if edited:
        return Style(colour, SELECTED_ALPHA, line=fill, casing=fill, casing_alpha=0.0, lined=False)
    if selected:
        return Style(fill, alpha, line="#FFFFFF", casing="#000000", casing_alpha=0.9, weight=1.5)
    dark = theme.luminance(colour) < 0.03
    casing = "#FFFFFF" if dark else "#000000"
    casing_alpha = 0.8 if hovered else 0.5
    return Style(
        fill, alpha, line=fill, casing=casing, casing_alpha=casing_alpha, lined=lined or hovered
    )


def preview_style(colour: str) -> Style:
    """Return the look of a mask that is not accepted yet."""
    return Style(
        colour, 0.55, line=colour, casing="#FFFFFF", casing_alpha=0.9, weight=1.5, hatched=True
    )


def hint_style(colour: str) -> Style:
    """Return the look of a mask that a click would give."""
    return Style(colour, 0.25, line=colour, casing="#000000", casing_alpha=0.5)


def outline_radius(style: Style, ratio: float) -> int:
    """Return the radius to soften a mask with, for `ratio` device pixels per logical pixel."""
    return max(1, round(style.weight * ratio))


def margin(radius: int) -> int:
    """Return the device pixels around a mask that its outline needs."""
    return 2 * radius


def soften(mask: ByteArray, radius: int) -> Field:
    """Blur a drawn mask with a tent, so that its outline is where the result is one half.

    Args:
        mask: (H, W) uint8 of 0 and 1, with `margin(radius)` pixels to spare on each side.
        radius: half width of the two boxes that make the tent, in device pixels.

    Returns:
        (H, W) uint8 or uint16, from 0 to (2 · radius + 1)⁴.
    """
    small = _full_value(radius) <= np.iinfo(np.uint8).max
    field: Field = mask.astype(np.uint8) if small else mask.astype(np.uint16)
    for axis in (0, 1, 0, 1):
        field = _box_sum(field, radius=radius, axis=axis)
    return field


def colour_image(field: Field, style: Style, radius: int) -> QImage:
    """Colour a softened mask.

    Args:
        field: result of `soften`.
        style: the colours.
        radius: what `soften` was called with.

    Returns:
        Premultiplied ARGB image of the field's size.
    """
    height, width = field.shape
    colours = np.take(_table(style, _full_value(radius)), field)
    if style.hatched:
        stripe = (np.arange(height)[:, None] + np.arange(width)[None, :]) // HATCH % 2
        faint = replace(style, alpha=style.alpha / 4)
        between = np.take(_table(faint, _full_value(radius)), field)
        colours = np.where(stripe == 1, between, colours)
    # The copy belongs to Qt; the array would be gone with this frame.
    return QImage(
        colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
    ).copy()


def _full_value(radius: int) -> int:
    """Return the value of `soften` deep inside a mask."""
    return (2 * radius + 1) ** 4


@lru_cache(maxsize=512)
def _table(style: Style, full: int) -> npt.NDArray[np.uint32]:
    """Return the premultiplied colour for each value of a softened mask."""
    share = np.arange(full + 1) / full
    away = np.abs(share - 0.5)
    layers = (
        (style.fill, style.alpha * _ramp(share, 0.35, 0.65)),
        (style.casing, style.casing_alpha * (1 - _ramp(away, 0.40, 0.48))),
        (style.line, 1 - _ramp(away, 0.20, 0.38)),
    )
    result = np.zeros((full + 1, 4))
    for colour, alpha in layers if style.lined else layers[:1]:
        rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        source = np.concatenate([alpha[:, None], alpha[:, None] * rgb], axis=1)
        result = source + result * (1 - alpha[:, None])
    channels = np.rint(result * 255).astype(np.uint32)
    packed: npt.NDArray[np.uint32] = (channels << np.array([24, 16, 8, 0], dtype=np.uint32)).sum(
        axis=1, dtype=np.uint32
    )
    return packed


def _ramp(value: npt.NDArray[np.float64], low: float, high: float) -> npt.NDArray[np.float64]:
    return np.clip((value - low) / (high - low), 0.0, 1.0)


def _box_sum(field: Field, *, radius: int, axis: int) -> Field:
    result = field.copy()
    turned, source = (result, field) if axis == 0 else (result.T, field.T)
    for shift in range(1, radius + 1):
        turned[shift:] += source[:-shift]
        turned[:-shift] += source[shift:]
    return result


def _mixed(one: str, other: str, share: float) -> str:
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)
