"""Colours and widget styles.  The photo is the only loud thing on the screen."""

from dataclasses import asdict, dataclass
from importlib import resources
from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

GRID: Final = 8
"""Pixels that gaps and paddings are multiples (or halves) of."""

TEXT_SIZE: Final = 13
"""Height of ordinary text in logical pixels."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one look, each "#rrggbb".

    Attributes:
        name: "dark" or "light".
        canvas: behind the photo; the end of the scale.
        panel: docks, bars, dialogs; one step from the canvas.
        raised: what can be typed into or pressed, and menus.
        hover: under the pointer.
        pressed: while the button is down; also the slim scrollbar's handle.
        line: the few hairlines that a gap cannot replace.
        text: ordinary text and icons.
        muted: secondary text.
        disabled: text of what cannot be used now.
        accent: the one colour: primary actions, focus, progress, links.
        accent_hover: `accent` under the pointer.
        on_accent: text on `accent` and `accent_hover`.
        selection: selected rows and checked buttons.
        on_selection: text on `selection`.
        error: text that says what failed.
        warning: text that has to be known before the rest is read.
        positive: marker of what belongs to the object.
        negative: marker of what does not.
        preview: a mask that is not accepted yet.
    """

    name: str
    canvas: str
    panel: str
    raised: str
    hover: str
    pressed: str
    line: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    on_selection: str
    error: str
    warning: str
    positive: str = "#007A58"
    negative: str = "#C0392B"
    preview: str = "#4DA3FF"


DARK: Final = Theme(
    name="dark",
    canvas="#121316",
    panel="#1C1E22",
    raised="#282B31",
    hover="#343840",
    pressed="#454A54",
    line="#303339",
    text="#E4E6EA",
    muted="#A2A8B3",
    disabled="#6A707B",
    accent="#6CA8FF",
    accent_hover="#8ABAFF",
    on_accent="#0B1526",
    selection="#26456F",
    on_selection="#F3F7FF",
    error="#FF8F85",
    warning="#E8B84A",
)

LIGHT: Final = Theme(
    name="light",
    canvas="#FFFFFF",
    panel="#F1F2F4",
    raised="#FFFFFF",
    hover="#E3E6EA",
    pressed="#C5CAD2",
    line="#DADDE2",
    text="#1D2026",
    muted="#565D68",
    disabled="#9AA0AA",
    accent="#1F5FC4",
    accent_hover="#184EA3",
    on_accent="#FFFFFF",
    selection="#D3E3FB",
    on_selection="#0F2A55",
    error="#B3261E",
    warning="#805300",
)

THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT)}


class _Applied:
    """The look in use; widgets that paint themselves ask for it at each repaint."""

    theme: Theme = DARK


def current() -> Theme:
    """Return the colours in use."""
    return _Applied.theme


def resolved(look: str) -> str:
    """Return "dark" or "light" for a look; "system" asks the desktop, and dark is the default."""
    if look != "system":
        return look
    light = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
    return "light" if light else "dark"


def apply_theme(app: QApplication, name: str) -> Theme:
    """Give the whole application one look: style, palette, font and style sheet.

    Every widget receives `QEvent.StyleChange` and repaints.  Call it first before any window is
    made: the size of the text is taken over by windows that come later.

    Args:
        app: the application.
        name: "dark", "light", or "system" for that of the desktop.

    Returns:
        The colours now in use.

    Raises:
        KeyError: there is no theme of that name.
    """
    theme = THEMES[resolved(name)]
    _Applied.theme = theme
    font = app.font()
    font.setPixelSize(TEXT_SIZE)
    app.setStyle("Fusion")
    app.setFont(font)
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))
    return theme


def style_sheet(theme: Theme) -> str:
    """Return the application's style sheet in a theme's colours."""
    folder = resources.files("resources") / "theme"
    template = Template((folder / "studio.qss").read_text(encoding="utf-8"))
    return template.substitute(asdict(theme), images=str(folder).replace("\\", "/"))


def palette(theme: Theme) -> QPalette:
    """Return a theme as Qt's palette, for whatever the style sheet leaves alone."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.panel,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.on_selection,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Light: theme.hover,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.canvas,
        role.Shadow: theme.canvas,
        role.Accent: theme.accent,
    }
    result = QPalette()
    for name, colour in colours.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.hover))
    return result


def luminance(colour: str) -> float:
    """Return the relative luminance (0…1) of "#rrggbb" (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (1…21) of two colours (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(background: str) -> str:
    """Return black or white, whichever reads better; the contrast is at least 4.58 on anything.

    The worst background has a luminance of √(1.05·0.05) − 0.05, where both reach √21.
    """
    return max("#000000", "#FFFFFF", key=lambda text: contrast(text, background))
