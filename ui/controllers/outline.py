"""Edits the outline of a region by its vertices."""

from PySide6.QtCore import QObject, Signal

from gar_studio.annotation.region import Region
from gar_studio.errors import GarStudioError
from gar_studio.language import mark
from ui.canvas import Canvas
from ui.canvas.vertices import Rings
from ui.desk import Desk

_DETAIL = 1.5
"""Widget pixels that an outline may lie away from its mask."""


class OutlineController(QObject):
    """Shows the selected region's outline while it is edited; each change is one undo step.

    Attributes:
        region_id: the region whose outline is edited, or None.
    """

    changed = Signal()

    def __init__(self, desk: Desk, canvas: Canvas) -> None:
        super().__init__()
        self._desk = desk
        self._canvas = canvas
        self._mask_version: object = None
        self.region_id: int | None = None
        canvas.outline_changed.connect(self._redraw)
        desk.image_changed.connect(self.end)
        desk.regions_changed.connect(self._follow)
        desk.selection_changed.connect(self._follow)

    def begin(self) -> None:
        """Edit the outline of the selected region, or end it if it is edited already."""
        document = self._desk.document
        if self.region_id is not None:
            self.end()
        elif document is not None and not document.read_only and len(self._desk.selection) == 1:
            self.region_id = self._desk.selection[0]
            self._show()
            self.changed.emit()

    def end(self) -> bool:
        """Put the outline away; return whether one was edited."""
        edited = self.region_id is not None
        self.region_id = None
        self._canvas.set_outline(())
        if edited:
            self.changed.emit()
        return edited

    def _region(self) -> Region | None:
        return next((r for r in self._desk.regions() if r.id == self.region_id), None)

    def _show(self) -> None:
        from gar_studio.annotation.shaping import outlines  # noqa: PLC0415 - loads OpenCV

        region = self._region()
        if region is None:
            self.end()
            return
        self._mask_version = region.mask.version
        tolerance = max(_DETAIL / self._canvas.zoom, 0.5)
        self._canvas.set_outline(outlines(region.mask, tolerance=tolerance), of=region.id)

    def _follow(self) -> None:
        """Go with what others do to the region: undo, brush, another selection."""
        if self.region_id is None:
            return
        region = self._region()
        if region is None or self._desk.selection != (self.region_id,):
            self.end()
        elif region.mask.version != self._mask_version:
            self._show()

    def _redraw(self, before: Rings, after: Rings) -> None:
        from gar_studio.annotation.shaping import redraw  # noqa: PLC0415 - loads OpenCV
        from gar_studio.document.mask_commands import ReshapeRegions  # noqa: PLC0415

        desk, region = self._desk, self._region()
        if region is None or desk.image_id is None:
            return
        try:
            mask = redraw(region.mask, before, after)
        except GarStudioError as error:
            desk.failed.emit(error)
            self._show()
            return
        self._mask_version = mask.version  # the vertices stay where the person put them
        if not desk.do(ReshapeRegions(desk.image_id, ((region.id, mask),), mark("edit outline"))):
            self._show()
