"""Words on the canvas: what to do when it is empty, and that something is being computed."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gar_studio.language import tr
from ui import icons, theme

_TITLE_SIZE: Final = 17
_WIDEST: Final = 480.0
_ICON: Final = 48
_ICON_OPACITY: Final = 0.45
_WRAPPED: Final = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)


def paint_message(painter: QPainter, size: QSize, font: QFont, *, title: str, hint: str) -> None:
    """Paint a title with a hint below it in the middle of the widget.

    Args:
        painter: in the widget's logical coordinates.
        size: size of the widget.
        font: the widget's font.
        title: what is the case, in a few words.
        hint: what to do next.  Without title and hint nothing is painted.
    """
    if not (title or hint):
        return
    colours = theme.current()
    width = min(_WIDEST, size.width() - 4.0 * theme.GRID)
    heading = QFont(font)
    heading.setPixelSize(_TITLE_SIZE)
    heading.setWeight(QFont.Weight.DemiBold)
    lines = ((heading, colours.text, title), (font, colours.muted, hint))
    room = QRectF(0, 0, width, 10_000)
    heights = [QFontMetricsF(f).boundingRect(room, _WRAPPED, text).height() for f, _, text in lines]
    left = (size.width() - width) / 2
    top = (size.height() - _ICON - sum(heights) - 3 * theme.GRID) / 2
    painter.setOpacity(_ICON_OPACITY)
    icons.icon("image-outline").paint(painter, round(left), round(top), round(width), _ICON)
    painter.setOpacity(1.0)
    top += _ICON + 2 * theme.GRID
    for (line_font, colour, text), height in zip(lines, heights, strict=True):
        painter.setFont(line_font)
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(left, top, width, height + 1), _WRAPPED, text)
        top += height + theme.GRID


def paint_busy(painter: QPainter, size: QSize, font: QFont, text: str) -> None:
    """Paint a small badge in the lower left corner; it does not move."""
    colours = theme.current()
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text) + 4 * theme.GRID
    height = 3.5 * theme.GRID
    body = QRectF(1.5 * theme.GRID, size.height() - height - 1.5 * theme.GRID, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colours.line))
    painter.setBrush(QColor(colours.panel))
    painter.drawRoundedRect(body, height / 2, height / 2)
    dot = QRectF(body.left() + 1.25 * theme.GRID, body.center().y() - 3.5, 7, 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent))
    painter.drawEllipse(dot)
    painter.setPen(QColor(colours.text))
    painter.setFont(font)
    painter.drawText(
        body.adjusted(2.75 * theme.GRID, 0, -theme.GRID, 0),
        int(Qt.AlignmentFlag.AlignVCenter),
        text,
    )
    painter.restore()


def in_sentences(parts: tuple[str, ...]) -> str:
    """Join what is said, each part with its full stop, for a screen reader."""
    return " ".join(part.rstrip(".") + "." for part in parts if part)


def photo_in_words(size: tuple[int, int], *, regions: int, selected: int) -> str:
    """Say what can be seen of a photo of (columns, rows) pixels, for a screen reader."""
    columns, rows = size
    return tr(
        "Photo of {columns} by {rows} pixels, {regions} regions, {selected} selected.",
        columns=columns,
        rows=rows,
        regions=regions,
        selected=selected,
    )
