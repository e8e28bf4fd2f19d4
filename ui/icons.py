"""Material Design Icons in the text's colour, whatever the theme is at the time of painting."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from ui import theme

_FILES = "materialdesignicons6-webfont"
_FILL = 0.92
"""Share of the icon's square that the glyph's em takes."""


class _GlyphEngine(QIconEngine):
    """Paints one glyph, asking for the colours at each repaint."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        size = max(1, round(min(rect.width(), rect.height()) * _FILL))
        painter.save()
        font = QFont(_font_family())
        font.setPixelSize(size)
        painter.setFont(font)
        painter.setPen(QColor(_colour(mode, state)))
        glyph = chr(_glyphs()[self._name])
        painter.drawText(QRectF(rect), int(Qt.AlignmentFlag.AlignCenter), glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        if size.isEmpty():  # asked for by buttons that have no room yet
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name)


def icon(name: str) -> QIcon:
    """Return a Material Design icon that follows the theme.

    Args:
        name: the icon's name without its family, such as "cursor-default-outline".

    Raises:
        KeyError: there is no such icon in the installed font.
    """
    _glyphs()[name]
    return QIcon(_GlyphEngine(name))


def _fonts() -> Path:
    """Return where qtawesome keeps its fonts.

    The package itself is not imported: it brings all of Qt's bindings a second time and thirteen
    fonts, which is a third of the time until the window is there.
    """
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("qtawesome, which brings the icons, is not installed")
    return Path(spec.origin).parent / "fonts"


@cache
def _glyphs() -> dict[str, int]:
    """Return the code points of all icons by name."""
    (file,) = _fonts().glob(f"{_FILES}-charmap-*.json")
    listed = json.loads(file.read_text(encoding="utf-8"))
    return {name: int(code, 16) for name, code in listed.items()}


@cache
def _font_family() -> str:
    (file,) = (path for path in _fonts().glob(f"{_FILES}-*.ttf"))
    number = QFontDatabase.addApplicationFont(str(file))
    return QFontDatabase.applicationFontFamilies(number)[0]


def _colour(mode: QIcon.Mode, state: QIcon.State) -> str:
    colours = theme.current()
    if mode == QIcon.Mode.Disabled:
        return colours.disabled
    if mode == QIcon.Mode.Selected or state == QIcon.State.On:
        return colours.on_selection
    return colours.text
