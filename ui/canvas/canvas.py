"""The canvas: a photo with its regions, and the tools that draw on it."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.protocol import RGBArray
from ui import theme
from ui.canvas.mask_picture import MaskPicture, Scene
from ui.canvas.overlay import OverlayLayer, RegionOverlay
from ui.canvas.prompt_layer import paint_brush, paint_outline, paint_prompts, paint_stroke
from ui.canvas.raster import preview_style
from ui.canvas.tools import (
    BrushSize,
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
from ui.canvas.viewport import Viewport

_EDGE_REACH: Final = 16.0
"""Widget pixels outside the photo at which a click still means its edge."""

_LAST_PIXEL: Final = 1 / 64
"""Clamped points lie this far before the right and lower edge, so that they are inside."""

_NOTCH: Final = 120
"""What Qt calls one notch of the wheel."""

_PICTURE_TIME: Final = 0.025
"""Seconds of one paint event that pictures of masks may take."""


class Canvas(Viewport):
    """Shows a photo with regions, prompts and a candidate; reports what people do on it.

    It owns no annotation: the window gives it values to show and listens to its signals.

    Signals:
        prompt_added: a `Click`, `Box` or `Scribble` in image pixels, inside the image.
        shape_drawn: a `Stroke` of brush or eraser, or a closed `Outline`.
        region_clicked: region id, and whether Ctrl was held.
        background_clicked: a click that hit no region, with the select tool.
        region_hovered: region id or None, with the select tool.
    """

    prompt_added = Signal(object)
    shape_drawn = Signal(object)
    region_clicked = Signal(int, bool)
    background_clicked = Signal()
    region_hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlays = OverlayLayer()
        self._candidate: MaskPicture | None = None
        self._prompts = PromptSet()
        self._brush = BrushSize()
        self._tools = make_tools(self._brush)
        self._tool: Tool = self._tools[ToolName.POINT]
        self._drawing_with: Qt.MouseButton | None = None
        self._pointer_at: QPointF | None = None
        self._selection: frozenset[int] = frozenset()
        self._lit: int | None = None
        self._under_pointer: int | None = None
        # A right click is a prompt here; without this the main window would open its menu.
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAccessibleName("Image canvas")
        self._describe()

    # What is shown

    def set_image(self, pixels: RGBArray | None) -> None:
        """Show another photo, fitted, or none.  Regions, prompts and candidate are cleared.

        Args:
            pixels: (H, W, 3) uint8 RGB that does not change any more; referenced, not copied.
        """
        self.cancel_draft()
        self._prompts, self._candidate = PromptSet(), None
        self._selection, self._lit = frozenset(), None
        self.set_regions(())
        self._light_up()
        super().set_image(pixels)
        self._describe()

    def set_regions(self, regions: Iterable[RegionOverlay]) -> None:
        """Show these regions; what did not change since the last call is not drawn anew."""
        self._overlays.set_regions(regions)
        shown = {region.region_id for region in self._overlays.regions if region.visible}
        if self._under_pointer not in shown:
            self._hover(None)
        self._describe()
        self.update()

    def set_selection(self, selection: frozenset[int]) -> None:
        """Show these regions as selected."""
        self._selection = selection
        self._light_up()
        self._describe()

    def set_hovered(self, region_id: int | None) -> None:
        """Light a region up because it is pointed at elsewhere."""
        self._lit = region_id
        self._light_up()

    def set_prompts(self, prompts: PromptSet) -> None:
        """Show these clicks, box and scribbles."""
        self._prompts = prompts
        self.update()

    def set_candidate(self, mask: Mask | None) -> None:
        """Show a mask that is not accepted yet, or none."""
        if mask is None:
            self._candidate = None
        elif self._candidate is None or self._candidate.mask.version != mask.version:
            self._candidate = MaskPicture(mask)
        self.update()

    def set_message(self, title: str, hint: str) -> None:
        """Say this in the middle while there is no photo."""
        super().set_message(title, hint)
        self._describe()

    def settle(self) -> None:
        """Finish at once what is done in slices otherwise, for a screenshot or a test."""
        super().settle()
        self._overlays.draw_all(self.scene())

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
            self._hover(None)
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

    def cancel_draft(self) -> bool:
        """Drop the box or stroke that is being dragged; returns whether there was one."""
        had_one = self._tool.draft is not None
        self._tool.cancel()
        self._drawing_with = None
        self.update()
        return had_one

    # Painting

    def paint_over(self, painter: QPainter, scene: Scene) -> bool:
        """Paint regions, candidate, numbers and prompts, in this order."""
        complete = self._overlays.paint(painter, scene, seconds=_PICTURE_TIME)
        if self._candidate is not None and self._candidate.is_visible(scene):
            style = preview_style(theme.current().preview)
            if not self._candidate.is_current(scene, style):
                self._candidate.draw(scene, style)
            self._candidate.paint(painter, scene)
        self._overlays.paint_badges(painter, scene, self.font())
        draft = self._tool.draft
        prompt = None if isinstance(draft, Stroke | Outline) else draft
        paint_prompts(painter, self._prompts, prompt, scene.view)
        if isinstance(draft, Stroke):
            paint_stroke(painter, draft, scene.view)
        elif isinstance(draft, Outline):
            paint_outline(painter, draft, self._pointer_at, scene.view)
        if self._brushes and self._pointer_at is not None and not self.is_panning:
            radius = self._brush.radius * scene.view.scale
            paint_brush(painter, self._pointer_at, radius)
        return complete

    @property
    def _brushes(self) -> bool:
        return self._tool.name in (ToolName.BRUSH, ToolName.ERASER)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin panning, or give the press to the tool."""
        super().mousePressEvent(event)
        if self.is_panning or self._drawing_with or not self.has_image:
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._drawing_with = event.button()
            self._take(self._tool.press(self._pointer(event)), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pan, draw or hover."""
        super().mouseMoveEvent(event)
        if self._drawing_with and not self.is_panning:
            self._tool.move(self._pointer(event))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End panning, or give the release to the tool."""
        super().mouseReleaseEvent(event)
        if event.button() == self._drawing_with:
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
        self._hover(None)
        self.update()

    def pointer_at(self, position: QPointF) -> None:
        """Light up the region under the pointer, if the tool is one that picks regions."""
        self._pointer_at = position
        if self._brushes or self._tool.draft is not None:
            self.update()
        if self._tool.hovers and not self.is_panning:
            self._hover(self._region_at(position))

    def idle_cursor(self) -> Qt.CursorShape:
        """Return the tool's pointer, or a hand over a region that can be picked."""
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

    def _take(self, outcome: Outcome, position: QPointF) -> None:
        """Pass on what the tool made of an event."""
        if isinstance(outcome, Pick):
            region_id = self._region_at(position)
            if region_id is not None:
                self.region_clicked.emit(region_id, outcome.toggle)
            else:
                self.background_clicked.emit()
        elif isinstance(outcome, Stroke | Outline):
            self.shape_drawn.emit(outcome)
        elif outcome is not None:
            self.prompt_added.emit(outcome)

    def _region_at(self, position: QPointF) -> int | None:
        """Return the region whose number or mask is at a widget point, or None."""
        badge = self._overlays.badge_at(position)
        if badge is not None:
            return badge
        point = self.widget_to_image(position)
        return self._overlays.region_at(point.x(), point.y())

    def _hover(self, region_id: int | None) -> None:
        if region_id != self._under_pointer:
            self._under_pointer = region_id
            self._light_up()
            self.refresh_cursor()
            self.region_hovered.emit(region_id)

    def _light_up(self) -> None:
        hovered = self._under_pointer if self._under_pointer is not None else self._lit
        self._overlays.set_states(selection=self._selection, hovered=hovered)
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader what can be seen."""
        if self.image_size is None:
            sentences = (part.rstrip(".") + "." for part in self._message if part)
            self.setAccessibleDescription(" ".join(sentences))
            return
        columns, rows = self.image_size
        self.setAccessibleDescription(
            f"Photo of {columns} by {rows} pixels, {len(self._overlays.regions)} regions, "
            f"{len(self._selection)} selected."
        )
