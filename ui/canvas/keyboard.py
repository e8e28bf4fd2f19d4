"""The canvas without a mouse: arrow keys move a crosshair, Space clicks and draws there."""

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from gar_studio.engines.protocol import RGBArray
from ui.canvas.canvas import Canvas
from ui.canvas.crosshair import Crosshair, Step, out_of_sight, step_of
from ui.canvas.mask_picture import Scene
from ui.canvas.pyramid import Pyramid
from ui.canvas.tools import Pointer, ToolName

_DRAGS: Final = (ToolName.BOX, ToolName.SCRIBBLE, ToolName.BRUSH, ToolName.ERASER)
"""Tools that Space takes hold with, and lets go of at the next time."""


class KeyboardCanvas(Canvas):
    """A canvas whose tools can be used with keys alone; the mouse takes over when it moves.

    The select tool has no crosshair: the list of regions selects, and arrows move the photo.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._crosshair = Crosshair()
        super().__init__(parent)

    @property
    def crosshair(self) -> tuple[float, float] | None:
        """Where the keyboard points, in image pixels, or None while the mouse does."""
        return self._crosshair.place

    def set_image(self, photo: RGBArray | Pyramid | None) -> None:
        """Show another photo; see `Canvas`."""
        self._crosshair.hide()
        super().set_image(photo)

    def set_tool(self, name: ToolName | str) -> None:
        """Take another tool; see `Canvas`."""
        super().set_tool(name)
        if self._tool.name is ToolName.SELECT:
            self._crosshair.hide()

    def paint_over(self, painter: QPainter, scene: Scene) -> bool:
        """Paint what a canvas paints, and the crosshair."""
        complete = super().paint_over(painter, scene)
        self._crosshair.paint(painter, scene.view)
        return complete

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let the mouse point."""
        self._crosshair.hide()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let the mouse point."""
        self._crosshair.hide()
        super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the crosshair, or use the tool where it is."""
        space = event.key() == Qt.Key.Key_Space
        if not self.has_image or self._tool.name is ToolName.SELECT:
            super().keyPressEvent(event)
        elif (step := step_of(event)) is not None:
            self._move(step)
        elif space and self._crosshair.place is not None:
            if not event.isAutoRepeat():
                self._use_tool(negative=_is_negative(event))
        else:
            super().keyPressEvent(event)

    def _move(self, step: Step) -> None:
        size = self.image_size or (1, 1)
        view = self.scene().view
        place = QPointF(*self._crosshair.move(step, view=view, canvas=self.size(), image=size))
        beyond = out_of_sight(self.image_to_widget(place), self.size())
        if not beyond.isNull() and not self._is_fitted:  # a fitted photo is all in sight
            self.pan(-beyond.x(), -beyond.y())
        if self._drawing_with is not None:
            self._tool.move(self._pointed())
        self._report_pointer(self.image_to_widget(place))
        self.update()

    def _use_tool(self, *, negative: bool) -> None:
        """Press and let go; a box or a stroke is let go of at the next time."""
        at = self.image_to_widget(QPointF(*(self._crosshair.place or (0.0, 0.0))))
        if self._drawing_with is None:
            right, left = Qt.MouseButton.RightButton, Qt.MouseButton.LeftButton
            self._drawing_with = right if negative else left
            self._begins_next = False
            self._take(self._tool.press(self._pointed()), at)
            if self._tool.name in _DRAGS:
                self.update()
                return
        pointer = self._pointed()
        self._drawing_with = None
        self._take(self._tool.release(pointer), at)
        self.update()

    def _pointed(self) -> Pointer:
        x, y = self._crosshair.place or (0.0, 0.0)
        negative = self._drawing_with == Qt.MouseButton.RightButton
        pixel = self.devicePixelRatioF() / self.zoom
        return Pointer(x=x, y=y, pixel=pixel, negative=negative)


def _is_negative(event: QKeyEvent) -> bool:
    held = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
    return bool(event.modifiers() & held)
