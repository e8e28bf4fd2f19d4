"""Counts as bars: names on the left, numbers at the ends."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gar_studio.language import tr, tr_list
from ui import theme

_ROW, _BAR, _NAME = 24, 12, 168
_MOST = 30
"""Rows at most; the rest is told in one."""


class BarChart(QWidget):
    """One bar a row.

    Args:
        rows: names and counts, in the order shown.
    """

    def __init__(self, title: str, rows: tuple[tuple[str, int], ...]) -> None:
        super().__init__()
        left = rows[_MOST:]
        rest = (
            ((tr("{count} more", count=len(left)), sum(count for _, count in left)),)
            if left
            else ()
        )
        self.rows = (*rows[:_MOST], *rest)
        told = tr_list(f"{name} {count:,}" for name, count in self.rows)
        self.setAccessibleName(title)
        self.setAccessibleDescription(told)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a row a count."""
        return QSize(480, _ROW * max(len(self.rows), 1))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint names, bars and counts."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        most = max((count for _, count in self.rows), default=0)
        figures = max((metrics.horizontalAdvance(f"{n:,}") for _, n in self.rows), default=0.0)
        room = self.width() - _NAME - 24 - figures
        for row, (name, count) in enumerate(self.rows):
            top = row * _ROW
            painter.setPen(QColor(colours.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, _NAME)
            line = QRectF(0, top, _NAME, _ROW)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), shown)
            length = room * count / most if most else 0.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            place = QRectF(_NAME + 12, top + (_ROW - _BAR) / 2, max(length, 1.0), _BAR)
            painter.drawRoundedRect(place, 3, 3)
            painter.setPen(QColor(colours.muted))
            ends = QRectF(place.right() + 8, top, figures + 8, _ROW)
            painter.drawText(ends, int(Qt.AlignmentFlag.AlignVCenter), f"{count:,}")
        painter.end()
