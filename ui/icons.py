"""Material Design Icons in the text's colour, whatever the theme is at the time of painting."""

import qtawesome
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from ui import theme

_FAMILY = "mdi6"
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
        painter.setFont(qtawesome.font(_FAMILY, size))
        painter.setPen(QColor(_colour(mode, state)))
        glyph = qtawesome.charmap(f"{_FAMILY}.{self._name}")
        painter.drawText(QRectF(rect), int(Qt.AlignmentFlag.AlignCenter), glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
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
    name = name.removeprefix(f"{_FAMILY}.")
    qtawesome.charmap(f"{_FAMILY}.{name}")
    return QIcon(_GlyphEngine(name))


def _colour(mode: QIcon.Mode, state: QIcon.State) -> str:
    colours = theme.current()
    if mode == QIcon.Mode.Disabled:
        return colours.disabled
    if mode == QIcon.Mode.Selected or state == QIcon.State.On:
        return colours.on_selection
    return colours.text
