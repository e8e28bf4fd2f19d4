"""Clicks, boxes and scribbles on the photo.  Their shape tells + from −, not only their colour."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from gar_studio.annotation.prompts import Box, Click, Prompt, PromptSet, Scribble
from ui import theme
from ui.canvas.grips import corners
from ui.canvas.tools import Outline, Stroke, Sweep
from ui.canvas.view import ViewTransform

_RADIUS: Final = 8.0
_SIGN: Final = 4.0
_DARK: Final = QColor(0, 0, 0, 190)
_BRIGHT: Final = QColor("#FFFFFF")
_CORNER: Final = 5.0
_HALO: Final = 13.0
_VEIL: Final = 120
"""How opaque a stroke of the brush is while it is drawn, of 255."""


def paint_prompts(
    painter: QPainter,
    prompts: PromptSet,
    draft: Prompt | None,
    view: ViewTransform,
    *,
    held: Prompt | None = None,
) -> None:
    """Paint all prompts, and the one that is being drawn.

    Args:
        painter: in the widget's logical coordinates.
        prompts: in image pixels.
        draft: what a drag has drawn so far, or None.
        view: image to widget.
        held: the prompt that is pointed at or dragged; it is marked.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = draft if isinstance(draft, Box) else prompts.box
    if box is not None:
        _paint_box(painter, box, view)
    strokes = [*prompts.scribbles, *([draft] if isinstance(draft, Scribble) else [])]
    for scribble in strokes:
        _paint_scribble(painter, scribble, view)
    for click in prompts.clicks:
        _paint_sign(painter, QPointF(*view.to_widget(click.x, click.y)), click.positive)
    if isinstance(held, Box):
        _paint_corners(painter, held, view)
    elif held is not None:
        x, y = (held.x, held.y) if isinstance(held, Click) else held.points[0]
        _paint_halo(painter, QPointF(*view.to_widget(x, y)))
    painter.restore()


def paint_sweep(painter: QPainter, sweep: Sweep, view: ViewTransform) -> None:
    """Paint the box that is drawn around what is to be selected."""
    x0, y0, x1, y1 = sweep.box
    place = QRectF(QPointF(*view.to_widget(x0, y0)), QPointF(*view.to_widget(x1, y1)))
    accent = QColor(theme.current().accent)
    painter.save()
    painter.setPen(QPen(accent, 1.0))
    accent.setAlpha(40)
    painter.setBrush(accent)
    painter.drawRect(place)
    painter.restore()


def paint_stroke(painter: QPainter, stroke: Stroke, view: ViewTransform) -> None:
    """Paint a stroke of the brush as it will cover the photo, or of the eraser.

    Args:
        painter: in the widget's logical coordinates.
        stroke: in image pixels.
        view: image to widget.
    """
    path = _path([QPointF(*view.to_widget(x, y)) for x, y in stroke.points])
    colour = QColor(_sign_colour(not stroke.erase))
    colour.setAlpha(_VEIL)
    pen = QPen(colour, max(2 * stroke.radius * view.scale, 1.0))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)
    painter.restore()


def paint_outline(
    painter: QPainter, outline: Outline, pointer: QPointF | None, view: ViewTransform
) -> None:
    """Paint an outline that is not closed yet, its first corner marked, on to the pointer.

    Args:
        painter: in the widget's logical coordinates.
        outline: in image pixels.
        pointer: where the next corner would be, or None.
        view: image to widget.
    """
    points = [QPointF(*view.to_widget(x, y)) for x, y in outline.points]
    path = _path([*points, *([pointer] if pointer is not None else [])])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 4.0), (_BRIGHT, 2.0)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
    painter.setPen(QPen(_DARK, 1.5))
    painter.setBrush(_sign_colour(not outline.erase))
    painter.drawEllipse(points[0], _CORNER, _CORNER)
    painter.restore()


def paint_brush(painter: QPainter, centre: QPointF, radius: float) -> None:
    """Paint the brush's rim around the pointer.

    Args:
        painter: in the widget's logical coordinates.
        centre: the pointer.
        radius: in the widget's logical pixels.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 3.0), (_BRIGHT, 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(centre, radius, radius)
    painter.restore()


def _path(points: list[QPointF]) -> QPainterPath:
    path = QPainterPath(points[0])
    for point in points[1:]:
        path.lineTo(point)
    if len(points) == 1:
        path.lineTo(points[0] + QPointF(0.01, 0.0))  # a path of one point is not drawn
    return path


def _paint_box(painter: QPainter, box: Box, view: ViewTransform) -> None:
    corners = QRectF(
        QPointF(*view.to_widget(box.x0, box.y0)), QPointF(*view.to_widget(box.x1, box.y1))
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 4.0), (_BRIGHT, 2.0)):
        pen = QPen(colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(corners)


def _paint_corners(painter: QPainter, box: Box, view: ViewTransform) -> None:
    painter.setPen(QPen(_DARK, 1.5))
    painter.setBrush(_BRIGHT)
    for x, y in corners(box):
        middle = QPointF(*view.to_widget(x, y))
        reach = QPointF(_CORNER, _CORNER)
        painter.drawRect(QRectF(middle - reach, middle + reach))


def _paint_halo(painter: QPainter, centre: QPointF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 4.0), (_BRIGHT, 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(centre, _HALO, _HALO)


def _paint_scribble(painter: QPainter, scribble: Scribble, view: ViewTransform) -> None:
    points = [QPointF(*view.to_widget(x, y)) for x, y in scribble.points]
    if not points:
        return
    path = _path(points)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_DARK, 8.0), (_BRIGHT, 6.0), (_sign_colour(scribble.positive), 4.0)):
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
    _paint_sign(painter, points[0], scribble.positive)


def _paint_sign(painter: QPainter, centre: QPointF, positive: bool) -> None:
    """Paint a plus in a circle, or a minus in a square."""
    body = QRectF(centre.x() - _RADIUS, centre.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    rings = ((_DARK, 2.5), (_BRIGHT, 1.5), (_sign_colour(positive), 0.0))
    for colour, spread in rings:
        painter.setBrush(colour)
        grown = body.adjusted(-spread, -spread, spread, spread)
        if positive:
            painter.drawEllipse(grown)
        else:
            shrink = 1.0
            painter.drawRoundedRect(grown.adjusted(shrink, shrink, -shrink, -shrink), 3, 3)
    pen = QPen(_BRIGHT, 2.0)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    x, y = centre.x(), centre.y()
    painter.drawLine(QLineF(x - _SIGN, y, x + _SIGN, y))
    if positive:
        painter.drawLine(QLineF(x, y - _SIGN, x, y + _SIGN))


def _sign_colour(positive: bool) -> QColor:
    colours = theme.current()
    return QColor(colours.positive if positive else colours.negative)
