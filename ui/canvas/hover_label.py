"""A small label that says which region is under the pointer."""

from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gar_studio.language import tr
from ui import theme
from ui.canvas.overlay import RegionOverlay

_DELAY: Final = 450
"""Milliseconds that the pointer rests on a region before it is named."""

_AWAY: Final = 18.0
"""Widget pixels from the pointer's tip to the label."""

_WIDEST: Final = 320.0
_PADDING: Final = theme.GRID


class HoverLabel(QWidget):
    """Names a region by number, category and the first words of its caption.

    It lets clicks through, and is put away by them.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self._region: RegionOverlay | None = None
        self._at = QPointF()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY)
        self._timer.timeout.connect(self._appear)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Region under the pointer"))
        self.hide()

    def lines(self) -> tuple[str, str]:
        """Return what it says: number with category, and the caption as far as it fits."""
        region = self._region
        if region is None:
            return ("", "")
        room = _WIDEST - 2 * _PADDING
        title = f"#{region.number}  {region.label}".strip()
        return (
            _fitting(title, self._title_font(), room),
            _fitting(" ".join(region.caption.split()), self.font(), room),
        )

    def follow(self, region: RegionOverlay | None, at: QPointF) -> None:
        """Take note of the region under the pointer, or that there is none.

        Args:
            region: the region.
            at: the pointer, in the parent's coordinates.
        """
        if region is None:
            self.put_away()
            return
        same = self._region is not None and self._region.region_id == region.region_id
        self._at = at
        self._region = region
        if self.isVisible():
            self._place()
            if not same:
                self.update()
        elif not same or not self._timer.isActive():
            self._timer.start()

    def put_away(self) -> None:
        """Hide it until the pointer rests on a region anew."""
        self._timer.stop()
        self._region = None
        self.hide()

    def _appear(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        """Lie beside the pointer, on the side where there is room."""
        self.resize(self.sizeHint())
        room = self._around.size()
        x, y = self._at.x() + _AWAY, self._at.y() + _AWAY
        if x + self.width() > room.width():
            x = self._at.x() - _AWAY - self.width()
        if y + self.height() > room.height():
            y = self._at.y() - _AWAY - self.height()
        self.move(round(max(x, 0.0)), round(max(y, 0.0)))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of its words with a margin."""
        title, caption = self.lines()
        above, below = QFontMetricsF(self._title_font()), QFontMetricsF(self.font())
        width = max(above.horizontalAdvance(title), below.horizontalAdvance(caption))
        height = above.height() + (below.height() if caption else 0.0)
        return QSize(round(width + 2 * _PADDING) + 1, round(height) + _PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the words on a ground of their own."""
        del event
        title, caption = self.lines()
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line), 1.0))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        metrics = QFontMetricsF(self._title_font())
        line = _PADDING / 2 + metrics.ascent()
        painter.setFont(self._title_font())
        painter.setPen(QColor(colours.text))
        painter.drawText(QPointF(_PADDING, line), title)
        if caption:
            painter.setFont(self.font())
            painter.setPen(QColor(colours.muted))
            painter.drawText(QPointF(_PADDING, line + metrics.height()), caption)
        painter.end()

    def _title_font(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font


def _fitting(text: str, font: QFont, room: float) -> str:
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
