"""The canvas: a photo with its regions, and the tools that draw on it."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.protocol import RGBArray
from gar_studio.language import tr
from ui.canvas.grips import Hand, grip_at
from ui.canvas.guides import paint_crosshair
from ui.canvas.hover_label import HoverLabel
from ui.canvas.mask_picture import Scene
from ui.canvas.minimap import Minimap
from ui.canvas.pointing import pointer_of
from ui.canvas.prompt_layer import (
    paint_brush,
    paint_outline,
    paint_prompts,
    paint_stroke,
    paint_sweep,
)
from ui.canvas.pyramid import Pyramid
from ui.canvas.stage import Stage
from ui.canvas.tools import (
    BrushSize,
    BrushTool,
    Outline,
    OutlineTool,
    Pick,
    Pointer,
    Stroke,
    Sweep,
    Tool,
    ToolName,
    make_tools,
)
from ui.canvas.tools.base import Outcome
from ui.canvas.vertices import Rings, VertexHand

_NOTCH: Final = 120
"""What Qt calls one notch of the wheel."""

_PROMPT_TOOLS: Final = (ToolName.SELECT, ToolName.POINT, ToolName.BOX, ToolName.SCRIBBLE)
"""Tools that take hold of prompts."""


class Canvas(Stage):
    """Shows a photo with regions, prompts and a candidate; reports what people do on it.

    It owns no annotation: the window gives it values to show and listens to its signals.

    Signals:
        prompt_added: a `Click`, `Box` or `Scribble` in image pixels, inside the image.
        next_begun: a `Click` with Shift held: the mask so far is kept, and this begins another.
        prompt_moved: a prompt as it was before a drag, as it is now, and whether the drag is over.
        prompt_removed: a prompt that is to go.
        place_pointed: (x, y) in image pixels where a click would ask for an object, or None.
        outline_changed: rings of the outline that is edited, before and after a change.
        proposal_clicked: index of a proposal, with the select tool.
        shape_drawn: a `Stroke` of brush or eraser, or a closed `Outline`.
        region_clicked: region id, and whether Ctrl or Shift was held.
        background_clicked: a click that hit no region, with the select tool.
        swept: a `Sweep`: a box drawn with the select tool.
        menu_wanted: where on the canvas a menu is asked for.
    """

    prompt_added = Signal(object)
    next_begun = Signal(object)
    prompt_moved = Signal(object, object, bool)
    prompt_removed = Signal(object)
    place_pointed = Signal(object)
    outline_changed = Signal(object, object)
    proposal_clicked = Signal(int)
    shape_drawn = Signal(object)
    region_clicked = Signal(int, bool)
    background_clicked = Signal()
    swept = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hand = Hand()
        self._vertices = VertexHand()
        self._brush = BrushSize()
        self._tools = make_tools(self._brush)
        self._tool: Tool = self._tools[ToolName.POINT]
        self._drawing_with: Qt.MouseButton | None = None
        self._begins_next = False
        self._pointer_at: QPointF | None = None
        self._crossed = False
        self.minimap = Minimap(self)
        self.hover_label = HoverLabel(self)
        self.view_changed.connect(self.hover_label.put_away)
        self.region_hovered.connect(lambda r: self.hover_label.put_away() if r is None else None)
        self.setAccessibleName(tr("Image canvas"))

    def set_image(self, photo: RGBArray | Pyramid | None) -> None:
        """Drop the drag that is going on, and show another photo or none; see `Stage`."""
        self.cancel_draft()
        self._hand.point(None)
        super().set_image(photo)

    def set_prompts(self, prompts: PromptSet) -> None:
        """Show these clicks, box and scribbles; one of them may lie under the pointer now."""
        super().set_prompts(prompts)
        if self._pointer_at is not None and self._hand.moved is None:
            self._hold(self._pointer_at)

    @property
    def outline(self) -> Rings:
        """The outline that is edited; no ring if there is none."""
        return self._vertices.rings

    def set_outline(self, rings: Rings, *, of: int | None = None) -> None:
        """Show an outline to be edited by its vertices, or none.

        Args:
            rings: in image pixels.
            of: id of the region whose outline it is.
        """
        self._vertices.show(rings)
        self._overlays.set_edited(of if rings else None)
        self.refresh_cursor()
        self.update()

    def set_crosshair(self, *, wanted: bool) -> None:
        """Draw lines through the pointer with every tool; with the box tool they are always."""
        self._crossed = wanted
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
        prompt = None if isinstance(draft, Stroke | Outline | Sweep) else draft
        held = self._hand.marked
        paint_prompts(painter, self._object.prompts, prompt, scene.view, held=held)
        self._vertices.paint(painter, scene.view)
        if isinstance(draft, Stroke):
            paint_stroke(painter, draft, scene.view)
        elif isinstance(draft, Outline):
            paint_outline(painter, draft, self._pointer_at, scene.view)
        elif isinstance(draft, Sweep):
            paint_sweep(painter, draft, scene.view)
        crossed = self._crossed or self._tool.name is ToolName.BOX
        if crossed and self._pointer_at is not None and not self.is_panning:
            paint_crosshair(painter, self._pointer_at, self.size())
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
        self.hover_label.put_away()
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
            self._begins_next = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for a menu: by its key, or by the right button with the select tool.

        With the other tools a right click is a prompt, and the window must not open a menu either.
        """
        event.accept()
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if self.has_image and (by_key or self._tool.name is ToolName.SELECT):
            self.cancel_draft()  # the menu takes the release of the button
            self.menu_wanted.emit(event.pos())

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
        if self._brushes or self._crossed or self._tool.name is ToolName.BOX:
            self.update()
        if self._tool.draft is not None:
            self.update()
        if self._hand.moved is not None or self._vertices.drags:
            return
        self._hold(position)
        if self._tool.hovers and not self.is_panning:
            self.light(self.region_under(position))
            self.hover_label.follow(self._overlays.region(self._under_pointer), position)
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
        return pointer_of(
            event,
            self.widget_to_image(event.position()),
            image_size=self.image_size or (1, 1),
            pixel=self.devicePixelRatioF() / self.zoom,
            drawing_with=self._drawing_with,
            selecting=self._tool.name is ToolName.SELECT,
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
            if outcome.keep and region_id in self._selection:
                return
            if region_id is not None:
                self._tool.cancel()  # only a drag from the ground draws a box
                self.region_clicked.emit(region_id, outcome.toggle)
            elif not outcome.toggle:
                self.background_clicked.emit()
        elif isinstance(outcome, Sweep):
            self.swept.emit(outcome)
        elif isinstance(outcome, Stroke | Outline):
            self.shape_drawn.emit(outcome)
        elif isinstance(outcome, Click) and outcome.positive and self._begins_next:
            self.next_begun.emit(outcome)
        elif outcome is not None:
            self.prompt_added.emit(outcome)
