"""Relations as arrows from region to region."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

_HEAD: Final = 10.0
_GAP: Final = 16.0
"""Widget pixels between a region's number and the arrow's end."""

_BEND: Final = 0.12
"""How far an arrow bends aside, in parts of its length: the way there and the way back differ."""

_LONGEST: Final = 220
_DARK: Final = QColor(0, 0, 0, 170)
_BRIGHT: Final = QColor(255, 255, 255, 230)
_CALM: Final = 150  # opacity of an arrow that is not lit, of 255


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation.

    Attributes:
        start: id of the subject.
        end: id of an object.
        text: the predicate.
    """

    start: int
    end: int
    text: str


def paint_arrows(
    painter: QPainter,
    arrows: Iterable[Arrow],
    place: Callable[[int], QPointF | None],
    *,
    lit: int | None,
    font: QFont,
) -> None:
    """Paint the arrows whose two regions are shown.

    Args:
        painter: in the widget's logical coordinates.
        arrows: the relations.
        place: returns the widget point of a region, or None if it is not shown.
        lit: a region that is pointed at; its arrows stand out.
        font: of the predicates.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for arrow in arrows:
        start, end = place(arrow.start), place(arrow.end)
        if start is not None and end is not None:
            _paint(
                painter, start, end, arrow.text, strong=lit in (arrow.start, arrow.end), font=font
            )
    painter.restore()


def _paint(
    painter: QPainter, start: QPointF, end: QPointF, text: str, *, strong: bool, font: QFont
) -> None:
    dx, dy = end.x() - start.x(), end.y() - start.y()
    length = math.hypot(dx, dy)
    if length < 3 * _GAP:
        return
    across = QPointF(-dy, dx) * _BEND
    middle = (start + end) / 2 + across
    first = _towards(start, middle, _GAP)
    last = _towards(end, middle, _GAP)
    path = QPainterPath(first)
    path.quadTo(middle, last)
    bright = QColor(_BRIGHT)
    if not strong:
        bright.setAlpha(_CALM)
    for pen in (QPen(_DARK, 4.0 if strong else 3.5), QPen(bright, 2.0 if strong else 1.5)):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    _paint_head(painter, last, middle, bright)
    _paint_text(painter, path.pointAtPercent(0.5), text, strong=strong, font=font)


def _towards(point: QPointF, other: QPointF, distance: float) -> QPointF:
    step = other - point
    length = math.hypot(step.x(), step.y()) or 1.0
    return point + step * (distance / length)


def _paint_head(painter: QPainter, tip: QPointF, origin: QPointF, colour: QColor) -> None:
    angle = math.atan2(tip.y() - origin.y(), tip.x() - origin.x())
    wings = [
        tip - QPointF(math.cos(angle + turn), math.sin(angle + turn)) * _HEAD
        for turn in (-0.42, 0.42)
    ]
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, *wings]))


def _paint_text(
    painter: QPainter, middle: QPointF, text: str, *, strong: bool, font: QFont
) -> None:
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST)
    width, height = metrics.horizontalAdvance(shown) + 12, metrics.height() + 4
    place = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 220 if strong else 160))
    painter.drawRoundedRect(place, 4, 4)
    painter.setFont(font)
    painter.setPen(_BRIGHT)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), shown)
