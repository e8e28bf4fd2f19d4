"""The look is readable in both themes, and whatever paints itself follows a change of theme."""

import re
from dataclasses import asdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.theme import THEMES, Theme

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


def text_pairs(colours: Theme) -> list[tuple[str, str]]:
    """Every (text, background) that the style sheet and the canvas put together."""
    grounds = ("canvas", "panel", "raised", "hover")
    pairs = [
        *product(["text"], [*grounds, "pressed"]),
        *product(["muted"], ["canvas", "panel", "raised"]),
        *product(["error", "accent"], ["canvas", "panel"]),
        *product(["on_accent"], ["accent", "accent_hover"]),
        ("on_selection", "selection"),
    ]
    values = asdict(colours)
    return [(values[text], values[ground]) for text, ground in pairs]


@pytest.mark.parametrize("name", THEMES)
def test_all_text_has_a_contrast_of_at_least_4_5(name):
    for text, ground in text_pairs(THEMES[name]):
        assert theme.contrast(text, ground) >= 4.5, (text, ground)


@pytest.mark.parametrize("name", THEMES)
def test_signs_on_markers_can_be_read(name):
    colours = THEMES[name]
    assert theme.contrast("#FFFFFF", colours.positive) >= 4.5
    assert theme.contrast("#FFFFFF", colours.negative) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_disabled_text_is_weaker_than_muted_but_there(name):
    colours = THEMES[name]
    disabled = theme.contrast(colours.disabled, colours.panel)
    assert 2.0 <= disabled < theme.contrast(colours.muted, colours.panel)


def test_the_canvas_is_the_end_of_the_scale():
    dark, light = THEMES["dark"], THEMES["light"]
    assert theme.luminance(dark.canvas) < theme.luminance(dark.panel)
    assert theme.luminance(dark.panel) < theme.luminance(dark.raised)
    assert theme.luminance(light.canvas) > theme.luminance(light.panel)


def test_contrast_is_that_of_wcag():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@given(COLOURS)
def test_black_or_white_reads_on_every_colour(colour):
    assert theme.contrast(theme.readable_on(colour), colour) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_has_every_token_filled_in_and_its_images(name):
    sheet = theme.style_sheet(THEMES[name])
    assert "$" not in sheet.split("*/", 1)[1]
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert not QImage(path).isNull(), path


def test_applying_a_theme_changes_palette_and_widgets(qapp, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    button = QPushButton("Describe")
    button.setProperty("primary", True)
    layout.addWidget(button)
    layout.addWidget(QLabel("words"))
    window.show()
    for name in ("light", "dark"):
        colours = theme.apply_theme(qapp, name)
        assert theme.current() is colours
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(colours.panel)
        assert QColor(button.grab().toImage().pixel(6, 6)) == QColor(colours.accent)
    assert qapp.font().pixelSize() == 13


def test_an_unknown_theme_is_refused(qapp):
    before = theme.current()
    with pytest.raises(KeyError):
        theme.apply_theme(qapp, "sepia")
    assert theme.current() is before
