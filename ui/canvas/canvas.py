"""The canvas: a photo with its regions, and the tools that draw on it."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.protocol import RGBArray
from ui.canvas.grips import Hand, grip_at
from ui.canvas.mask_picture import Scene
from ui.canvas.prompt_layer import paint_brush, paint_outline, paint_prompts, paint_stroke
from ui.canvas.stage import Stage
from ui.canvas.tools import (
    BrushSize,
    BrushTool,
    Outline,
    OutlineTool,
    Pick,
    Pointer,
    Stroke,
    Tool,
    ToolName,
    make_tools,
)
from ui.canvas.tools.base import Outcome
from ui.canvas.vertices import Rings, VertexHand

_EDGE_REACH: Final = 16.0
"""Widget pixels outside the photo at which a click still means its edge."""

_LAST_PIXEL: Final = 1 / 64
"""Clamped points lie this far before the right and lower edge, so that they are inside."""

_NOTCH: Final = 120
"""What Qt calls one notch of the wheel."""

_PROMPT_TOOLS: Final = (ToolName.SELECT, ToolName.POINT, ToolName.BOX, ToolName.SCRIBBLE)
"""Tools that take hold of prompts."""


class Canvas(Stage):
    """Shows a photo with regions, prompts and a candidate; reports what people do on it.

    It owns no annotation: the window gives it values to show and listens to its signals.

    Signals:
        prompt_added: a `Click`, `Box` or `Scribble` in image pixels, inside the image.
        prompt_moved: a prompt as it was before a drag, as it is now, and whether the drag is over.
        prompt_removed: a prompt that is to go.
        place_pointed: (x, y) in image pixels where a click would ask for an object, or None.
        outline_changed: rings of the outline that is edited, before and after a change.
        proposal_clicked: index of a proposal, with the select tool.
        shape_drawn: a `Stroke` of brush or eraser, or a closed `Outline`.
        region_clicked: region id, and whether Ctrl was held.
        background_clicked: a click that hit no region, with the select tool.
    """

    prompt_added = Signal(object)
    prompt_moved = Signal(object, object, bool)
    prompt_removed = Signal(object)
    place_pointed = Signal(object)
    outline_changed = Signal(object, object)
    proposal_clicked = Signal(int)
    shape_drawn = Signal(object)
    region_clicked = Signal(int, bool)
    background_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hand = Hand()
        self._vertices = VertexHand()
        self._brush = BrushSize()
        self._tools = make_tools(self._brush)
        self._tool: Tool = self._tools[ToolName.POINT]
        self._drawing_with: Qt.MouseButton | None = None
        self._pointer_at: QPointF | None = None
        # A right click is a prompt here; without this the main window would open its menu.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAccessibleName("Image canvas")

    def set_image(self, pixels: RGBArray | None) -> None:
        """Drop the drag that is going on, and show another photo or none; see `Stage`."""
        self.cancel_draft()
        self._hand.point(None)
        super().set_image(pixels)

    def set_prompts(self, prompts: PromptSet) -> None:
        """Show these clicks, box and scribbles; one of them may lie under the pointer now."""
        super().set_prompts(prompts)
        if self._pointer_at is not None and self._hand.moved is None:
            self._hold(self._pointer_at)

    @property
    def outline(self) -> Rings:
        """The outline that is edited; no ring if there is none."""
        return self._vertices.rings

    def set_outline(self, rings: Rings) -> None:
        """Show an outline to be edited by its vertices, or none."""
        self._vertices.show(rings)
        self.refresh_cursor()
        self.update()

    # Tools

    @property
    def tool(self) -> ToolName:
        """The tool in use."""
        return self._tool.name

    def set_tool(self, name: ToolName | str) -> None:
        """Take another tool; a drag that is going on is dropped.

        Raises:
            ValueError: there is no such tool.
        """
        self.cancel_draft()
        self._tool = self._tools[ToolName(name)]
        if not self._tool.hovers:
            self.light(None)
        self.refresh_cursor()

    @property
    def brush_radius(self) -> float:
        """Radius of brush and eraser in image pixels."""
        return self._brush.radius

    def change_brush(self, steps: float) -> None:
        """Make brush and eraser larger, or smaller."""
        self._brush.change(steps)
        self.update()

    def finish_outline(self) -> bool:
        """Close the outline that is being drawn; return whether there was one."""
        if not isinstance(self._tool, OutlineTool) or self._tool.draft is None:
            return False
        self._take(self._tool.finish(), QPointF())
        self.update()
        return True

    def take_back_corner(self) -> bool:
        """Drop the last corner of the outline that is being drawn; return whether there was one."""
        taken = isinstance(self._tool, OutlineTool) and self._tool.take_back()
        self.update()
        return taken

    def remove_under_pointer(self) -> bool:
        """Take the prompt or vertex under the pointer away; return whether there was one."""
        changed = self._vertices.remove()
        if changed is not None:
            self.outline_changed.emit(*changed)
            self.update()
            return True
        prompt = self._hand.take()
        if prompt is not None:
            self.prompt_removed.emit(prompt)
        return prompt is not None

    def cancel_draft(self) -> bool:
        """Drop the drag that is going on; returns whether there was one."""
        dragged = self._hand.let_go()
        had_vertex = self._vertices.cancel()
        had_one = had_vertex or self._tool.draft is not None or dragged is not None
        self._tool.cancel()
        if dragged is not None:
            self.prompt_moved.emit(dragged[0], dragged[0], True)
        self._drawing_with = None
        self.update()
        return had_one

    # Painting

    def paint_over(self, painter: QPainter, scene: Scene) -> bool:
        """Paint regions, candidate, numbers and prompts, in this order."""
        complete = self.paint_masks(painter, scene)
        draft = self._tool.draft
        prompt = None if isinstance(draft, Stroke | Outline) else draft
        held = self._hand.marked
        paint_prompts(painter, self._object.prompts, prompt, scene.view, held=held)
        self._vertices.paint(painter, scene.view)
        if isinstance(draft, Stroke):
            paint_stroke(painter, draft, scene.view)
        elif isinstance(draft, Outline):
            paint_outline(painter, draft, self._pointer_at, scene.view)
        if self._brushes and self._pointer_at is not None and not self.is_panning:
            paint_brush(painter, self._pointer_at, self._brush.radius * scene.view.scale)
        return complete

    @property
    def _brushes(self) -> bool:
        return isinstance(self._tool, BrushTool)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin panning, or give the press to the tool."""
        super().mousePressEvent(event)
        if self.is_panning or self._drawing_with or not self.has_image:
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._pointer_at = event.position()
            self._hold(event.position())
            right = event.button() == Qt.MouseButton.RightButton
            if right and self.remove_under_pointer():
                return
            pointer = self._pointer(event)
            if not right and (self._vertices.press(pointer.x, pointer.y) or self._hand.press()):
                self.update()
                return
            self._drawing_with = event.button()
            self._take(self._tool.press(self._pointer(event)), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan, draw or hover."""
        super().mouseMoveEvent(event)
        if self._vertices.drags:
            pointer = self._pointer(event)
            self._vertices.drag(pointer.x, pointer.y)
            self.update()
        elif self._hand.moved is not None:
            self._drag(self._pointer(event))
        elif self._drawing_with and not self.is_panning:
            self._tool.move(self._pointer(event))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End panning, or give the release to the tool."""
        super().mouseReleaseEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        if left and (self._vertices.drags or self._hand.moved is not None):
            self._let_go()
        elif event.button() == self._drawing_with:
            self._drawing_with = None
            self._take(self._tool.release(self._pointer(event)), event.position())
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom; with Shift held, change the size of brush and eraser."""
        if self._brushes and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turned = event.angleDelta().y() or event.angleDelta().x()
            self.change_brush(turned / _NOTCH)
            event.accept()
            return
        super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Report that nothing is pointed at any more."""
        super().leaveEvent(event)
        self._pointer_at = None
        self.light(None)
        self.place_pointed.emit(None)
        self.update()

    def pointer_at(self, position: QPointF) -> None:
        """Light up the region under the pointer, if the tool is one that picks regions."""
        self._pointer_at = position
        if self._brushes or self._tool.draft is not None:
            self.update()
        if self._hand.moved is not None or self._vertices.drags:
            return
        self._hold(position)
        if self._tool.hovers and not self.is_panning:
            self.light(self.region_under(position))
        if self._tool.name is ToolName.POINT:
            self.place_pointed.emit(self._place_at(position))

    def idle_cursor(self) -> Qt.CursorShape:
        """Return the tool's pointer, or a hand over what can be picked or dragged."""
        if self._vertices.under is not None:
            return Qt.CursorShape.CrossCursor
        if self._hand.grip is not None:
            return Qt.CursorShape.SizeAllCursor
        if self._under_pointer is not None:
            return Qt.CursorShape.PointingHandCursor
        return self._tool.cursor

    def _pointer(self, event: QMouseEvent) -> Pointer:
        columns, rows = self.image_size or (1, 1)
        point = self.widget_to_image(event.position())
        pixel = self.devicePixelRatioF() / self.zoom
        reach = _EDGE_REACH * pixel
        right = Qt.MouseButton.RightButton in (event.button(), self._drawing_with)
        modifiers = event.modifiers()
        return Pointer(
            x=min(max(point.x(), 0.0), columns - _LAST_PIXEL),
            y=min(max(point.y(), 0.0), rows - _LAST_PIXEL),
            inside=(-reach <= point.x() < columns + reach and -reach <= point.y() < rows + reach),
            pixel=pixel,
            negative=right or bool(modifiers & Qt.KeyboardModifier.AltModifier),
            toggle=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            secondary=right,
        )

    def _place_at(self, position: QPointF) -> tuple[float, float] | None:
        """Return the image point of a widget point if a click there would be a new one."""
        columns, rows = self.image_size or (0, 0)
        point = self.widget_to_image(position)
        inside = 0 <= point.x() < columns and 0 <= point.y() < rows
        return point.toTuple() if inside and self._hand.grip is None else None

    # Prompts that are taken hold of

    def _hold(self, position: QPointF) -> None:
        """Mark the prompt or vertex under a widget point."""
        vertex = self._vertices.point(position, self.scene().view)
        grip = None
        if (
            self._vertices.under is None
            and self._tool.name in _PROMPT_TOOLS
            and self._tool.draft is None
            and not self.is_panning
        ):
            grip = grip_at(self._object.prompts, position, self.scene().view)
        if self._hand.point(grip) or vertex:
            self.refresh_cursor()
            self.update()

    def _drag(self, pointer: Pointer) -> None:
        moved = self._hand.drag(pointer.x, pointer.y)
        if moved is not None:
            self.prompt_moved.emit(*moved, False)

    def _let_go(self) -> None:
        changed = self._vertices.let_go()
        if changed is not None:
            self.outline_changed.emit(*changed)
        moved = self._hand.let_go()
        if moved is not None and moved[0] != moved[1]:
            self.prompt_moved.emit(*moved, True)
        self.update()

    def _take(self, outcome: Outcome, position: QPointF) -> None:
        """Pass on what the tool made of an event."""
        if isinstance(outcome, Pick):
            point = self.widget_to_image(position)
            proposal = self._object.proposal_at(point.x(), point.y())
            if proposal is not None:
                self.proposal_clicked.emit(proposal)
                return
            region_id = self.region_under(position)
            if region_id is not None:
                self.region_clicked.emit(region_id, outcome.toggle)
            else:
                self.background_clicked.emit()
        elif isinstance(outcome, Stroke | Outline):
            self.shape_drawn.emit(outcome)
        elif outcome is not None:
            self.prompt_added.emit(outcome)
