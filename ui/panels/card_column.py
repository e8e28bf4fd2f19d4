"""Widgets one under the other, each as high as its texts are at the column's width."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QMargins, QObject, QRect, Qt
from PySide6.QtWidgets import QWidget

_MARGINS = QMargins(8, 4, 8, 4)
_SPACING = 8
_SAID = Qt.WidgetAttribute.WA_WState_ExplicitShowHide


class CardColumn(QWidget):
    """Lays out a long thread in the time of the card that changed.

    Qt's box layouts ask every card for its height at several widths, dozens of times, whenever a
    word is added to one of them.  Here a card is asked again only when it, or the width, has
    changed.  The height follows from the cards; the width is given by `set_width`.

    Args:
        filling: takes what height is left over in the parent.
    """

    def __init__(self, filling: QWidget) -> None:
        super().__init__()
        self._order: tuple[QWidget, ...] = ()
        self._filling = filling
        self._heights: dict[QWidget, tuple[int, int]] = {}  # the width, and the height at it

    def arrange(self, widgets: Sequence[QWidget]) -> None:
        """Hold these widgets, in this order; those that are new are shown, others let go."""
        order = tuple(widgets)
        if order == self._order:
            return
        for widget in set(self._order).difference(order):
            widget.removeEventFilter(self)
            self._heights.pop(widget, None)
        for widget in (one for one in order if one.parentWidget() is not self):
            hidden = widget.isHidden() and widget.testAttribute(_SAID)  # all begin hidden
            widget.setParent(self)
            widget.installEventFilter(self)
            widget.setVisible(not hidden)
        self._order = order
        self.updateGeometry()
        self._lay_out_soon()

    def set_width(self, width: int) -> None:
        """Be so wide, and as high as the cards are then."""
        self.resize(width, self.height())
        self.lay_out()

    def lay_out(self) -> None:
        """Give all widgets their places now, so that no frame shows them squeezed."""
        shown = [widget for widget in self._order if not widget.isHidden()]
        inside = max(0, self.width() - _MARGINS.left() - _MARGINS.right())
        heights = {widget: self._height(widget, inside) for widget in shown}
        free = self._room() - self._total(list(heights.values()))
        if self._filling in heights and free > 0:
            heights[self._filling] += free
        y = _MARGINS.top()
        for widget, height in heights.items():
            widget.setGeometry(QRect(_MARGINS.left(), y, inside, height))
            y += height + _SPACING
        self.resize(self.width(), self._total(list(heights.values())))

    def event(self, event: QEvent) -> bool:
        """Lay out anew when a widget has become higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.lay_out()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Notice which widget has changed."""
        match event.type():
            case QEvent.Type.LayoutRequest | QEvent.Type.StyleChange | QEvent.Type.FontChange:
                assert isinstance(watched, QWidget)
                self._heights.pop(watched, None)
                self._lay_out_soon()
            case QEvent.Type.ShowToParent | QEvent.Type.HideToParent:
                self._lay_out_soon()
        return False

    def _lay_out_soon(self) -> None:
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))  # Qt keeps only one

    def _height(self, widget: QWidget, width: int) -> int:
        known = self._heights.get(widget)
        if known is None or known[0] != width:
            wraps = widget.hasHeightForWidth()
            height = widget.heightForWidth(width) if wraps else widget.sizeHint().height()
            known = self._heights[widget] = width, max(height, widget.minimumHeight())
        return known[1]

    def _total(self, heights: Sequence[int]) -> int:
        gaps = _SPACING * max(0, len(heights) - 1)
        return _MARGINS.top() + sum(heights) + gaps + _MARGINS.bottom()

    def _room(self) -> int:
        parent = self.parentWidget()
        return parent.height() if parent is not None else 0
