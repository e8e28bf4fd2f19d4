"""Painting that rows of several lists share."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from ui import theme

BADGE = 24
"""Width and height of a number badge, in pixels."""


@dataclass(frozen=True, slots=True)
class RowColours:
    """Text colours of a row in its present state."""

    primary: QColor
    secondary: QColor


def draw_row_background(
    painter: QPainter, option: QStyleOptionViewItem, *, lit: bool = False
) -> RowColours:
    """Paint a row's background for its state and return the text colours that go with it.

    Args:
        painter: the painter of the row.
        option: Qt's description of the row.
        lit: whether something else points at what the row stands for.
    """
    colours = theme.current()
    state = option.state
    selected = bool(state & QStyle.StateFlag.State_Selected)
    hovered = lit or bool(state & QStyle.StateFlag.State_MouseOver)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if selected or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.selection if selected else colours.hover))
        painter.drawRoundedRect(_inner(option), 4, 4)
    if state & QStyle.StateFlag.State_HasFocus and selected:
        painter.setPen(QColor(colours.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_inner(option).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    primary = QColor(colours.on_selection if selected else colours.text)
    secondary = QColor(colours.on_selection if selected else colours.muted)
    return RowColours(primary, secondary)


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    colour: QColor,
    *,
    right: bool = False,
    bold: bool = False,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> int:
    """Paint one line of text, elided where it does not fit; return its width in pixels."""
    font = QFont(painter.font())
    font.setBold(bold)
    painter.save()
    painter.setFont(font)
    painter.setPen(colour)
    metrics = QFontMetrics(font)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    fitted = metrics.elidedText(text, elide, rect.width())
    painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), fitted)
    painter.restore()
    return metrics.horizontalAdvance(fitted)


def draw_badge(
    painter: QPainter, rect: QRect, number: int, colour: str, *, lit: bool = False
) -> None:
    """Paint a region's number on its colour, in a bright frame if it is lit up."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.current().text if lit else theme.current().line), 1 + lit))
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    font = QFont(painter.font())
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(theme.readable_on(colour)))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), str(number))
    painter.restore()


def _inner(option: QStyleOptionViewItem) -> QRectF:
    rect: QRect = option.rect
    return QRectF(rect).adjusted(0, 1, 0, -1)
