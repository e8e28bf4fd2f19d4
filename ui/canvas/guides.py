"""Lines that help to aim: a cross through the pointer, and the grid of large pixels."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPen

from ui.canvas.mask_picture import Scene

GRID_FROM: Final = 16.0
"""Device pixels of an image pixel from which on there is a grid."""

_GRID: Final = QColor(128, 128, 128, 70)
_DARK: Final = QColor(0, 0, 0, 140)
_BRIGHT: Final = QColor(255, 255, 255, 170)


def paint_crosshair(painter: QPainter, at: QPointF, size: QSize) -> None:
    """Paint a line across and a line down through a widget point."""
    lines = [QLineF(0, at.y(), size.width(), at.y()), QLineF(at.x(), 0, at.x(), size.height())]
    painter.save()
    for colour, width in ((_DARK, 3.0), (_BRIGHT, 1.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLines(lines)
    painter.restore()


def paint_pixel_grid(painter: QPainter, scene: Scene, image_size: tuple[int, int]) -> None:
    """Paint the borders between the pixels in view, if they are large enough to be told apart."""
    view = scene.view
    if view.scale * scene.ratio < GRID_FROM:
        return
    columns, rows = image_size
    left, top = (max(int(value), 0) for value in view.to_image(0, 0))
    right, bottom = view.to_image(scene.size.width(), scene.size.height())
    right, bottom = min(int(right) + 1, columns), min(int(bottom) + 1, rows)
    low, high = view.to_widget(left, top), view.to_widget(right, bottom)
    lines = []
    for column in range(left, right + 1):
        x, _ = view.to_widget(column, 0)
        lines.append(QLineF(x, low[1], x, high[1]))
    for row in range(top, bottom + 1):
        _, y = view.to_widget(0, row)
        lines.append(QLineF(low[0], y, high[0], y))
    painter.save()
    painter.setPen(QPen(_GRID, 0))
    painter.drawLines(lines)
    painter.restore()
