"""Number badges: text on its own opaque ground, so that they read the same on any photo."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from ui import theme
from ui.canvas.runs import ByteArray, MaskRuns

HEIGHT: Final = 20
_PADDING = 6.0
_RING = 2.0
_CORNER = 6.0
_TEXT_SIZE = 12
_LONGEST_LABEL = 160.0
_ANCHOR_GRID = 32
"""Side of the coarse drawing in which a badge's place is looked for."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge shows.

    Attributes:
        number: the region's number on the screen.
        label: words beside it, or "".
        colour: "#rrggbb", the ground; the text is black or white, whichever reads better.
        strong: whether it belongs to a selected or hovered region.
    """

    number: int
    label: str
    colour: str
    strong: bool


class BadgePainter:
    """Draws badges and keeps their pictures."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[Badge, float, str], QImage] = {}

    def picture(self, badge: Badge, *, ratio: float, font: QFont) -> QImage:
        """Return a badge's picture; its size in logical pixels is `size / ratio`."""
        key = (badge, ratio, font.family())
        if key not in self._pictures:
            if len(self._pictures) > 4096:
                self._pictures.clear()
            self._pictures[key] = _draw(badge, ratio, font)
        return self._pictures[key]


def _draw(badge: Badge, ratio: float, font: QFont) -> QImage:
    font = QFont(font)
    font.setPixelSize(_TEXT_SIZE)
    font.setBold(True)
    metrics = QFontMetricsF(font)
    label = metrics.elidedText(badge.label, Qt.TextElideMode.ElideRight, _LONGEST_LABEL)
    text = f"{badge.number}  {label}" if label else str(badge.number)
    inner = max(metrics.horizontalAdvance(text) + 2 * _PADDING, HEIGHT - 2 * _RING)
    size = QSize(int(np.ceil((inner + 2 * _RING) * ratio)), int(np.ceil(HEIGHT * ratio)))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    body = QRectF(0, 0, size.width() / ratio, HEIGHT).adjusted(_RING, _RING, -_RING, -_RING)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    text_colour = theme.readable_on(badge.colour)
    # A ring parts the ground from the photo; a strong badge has a bright one inside it.
    dark = theme.luminance(badge.colour) < 0.03
    painter.setBrush(QColor("#FFFFFF" if dark and not badge.strong else "#000000"))
    painter.drawRoundedRect(body.adjusted(-_RING, -_RING, _RING, _RING), _CORNER, _CORNER)
    if badge.strong:
        painter.setBrush(QColor("#FFFFFF"))
        half = _RING * 0.75
        painter.drawRoundedRect(body.adjusted(-half, -half, half, half), _CORNER - 1, _CORNER - 1)
    painter.setBrush(QColor(badge.colour))
    painter.drawRoundedRect(body, _CORNER - _RING, _CORNER - _RING)
    painter.setFont(font)
    painter.setPen(QPen(QColor(text_colour)))
    painter.drawText(body, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.end()
    return image


def anchor(
    runs: MaskRuns, *, left: float, top: float, right: float, bottom: float
) -> QPointF | None:
    """Return the image point deepest inside the part of a mask that lies in a rectangle.

    Args:
        runs: the mask.
        left: first image column of the rectangle; the others likewise, right and bottom exclusive.
        top: see `left`.
        right: see `left`.
        bottom: see `left`.

    Returns:
        The point, or None where the mask has no pixel in the rectangle.
    """
    x, y, width, height = runs.box
    left, top = max(left, x), max(top, y)
    right, bottom = min(right, x + width), min(bottom, y + height)
    if left >= right or top >= bottom:
        return None
    scale = min(1.0, _ANCHOR_GRID / max(right - left, bottom - top))
    u, v = int(left * scale), int(top * scale)
    columns, rows = int(np.ceil(right * scale)) - u, int(np.ceil(bottom * scale)) - v
    drawn = runs.raster(scale, left=u, top=v, width=columns, height=rows)
    deepest = _deepest(drawn)
    if deepest is None:
        return None
    return QPointF((u + deepest[0] + 0.5) / scale, (v + deepest[1] + 0.5) / scale)


def _deepest(drawn: ByteArray) -> tuple[int, int] | None:
    """Return (column, row) of the pixel that survives most erosions, near the others' middle."""
    inside = np.pad(drawn, 1)
    if not inside.any():
        return None
    while True:
        core = inside[1:-1, 1:-1]
        eroded = core & inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
        if not eroded.any():
            break
        inside = np.pad(eroded, 1)
    rows, columns = np.nonzero(inside[1:-1, 1:-1])
    distance = (rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2
    nearest = int(distance.argmin())
    return (int(columns[nearest]), int(rows[nearest]))
