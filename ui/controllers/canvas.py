"""Keeps the canvas in line with the desk and with the object that is being cut out."""

from PySide6.QtCore import QObject

from gar_studio.annotation.prompts import Prompt
from gar_studio.language import tr
from ui.canvas import Canvas, RegionOverlay, ToolName
from ui.canvas.tools import Sweep
from ui.controllers.object_queue import ObjectQueue
from ui.controllers.preview import PreviewController
from ui.controllers.proposals import ProposalController
from ui.controllers.segmentation import SegmentationController
from ui.desk import Desk


class CanvasController(QObject):
    """Shows what the desk has, and passes on what is done on the canvas."""

    def __init__(
        self,
        desk: Desk,
        canvas: Canvas,
        *,
        segmentation: SegmentationController,
        preview: PreviewController,
        proposals: ProposalController,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._canvas = canvas
        self._segmentation = segmentation
        self._preview = preview
        self._proposals = proposals
        self._queue = ObjectQueue(desk, segmentation, self._add_prompt)
        desk.pixels_changed.connect(self._show_pixels)
        desk.regions_changed.connect(self._show_regions)
        desk.categories_changed.connect(self._show_regions)
        desk.selection_changed.connect(lambda: canvas.set_selection(frozenset(desk.selection)))
        desk.hovered_changed.connect(canvas.set_hovered)
        segmentation.changed.connect(self._show_object)
        preview.changed.connect(lambda: canvas.set_hint(preview.mask))
        proposals.changed.connect(self._show_proposals)
        canvas.prompt_added.connect(self._add_prompt)
        canvas.next_begun.connect(self._queue.begin)
        canvas.prompt_moved.connect(
            lambda prompt, moved, done: segmentation.move_prompt(prompt, moved, done=done)
        )
        canvas.prompt_removed.connect(segmentation.remove_prompt)
        canvas.place_pointed.connect(preview.point)
        canvas.proposal_clicked.connect(proposals.show)
        canvas.region_clicked.connect(self._click_region)
        canvas.swept.connect(self._select_in)
        canvas.background_clicked.connect(lambda: desk.select(()))
        canvas.region_hovered.connect(desk.hover)
        self._show_pixels()

    def set_tool(self, name: ToolName) -> None:
        """Take a tool in hand."""
        self._canvas.set_tool(name)

    def _show_pixels(self) -> None:
        desk, canvas = self._desk, self._canvas
        canvas.set_image(desk.pyramid)
        canvas.set_busy(False)
        if desk.image_error is not None:
            error = desk.image_error
            canvas.set_message(error.what, f"{error.kept} {error.advice}".strip())
        elif desk.image_id is not None and desk.image is None:
            canvas.set_message("", "")
            canvas.set_busy(tr("Opening…"))
        elif desk.document is None:
            canvas.set_message("", "")  # the welcome lies there
        else:
            canvas.set_message(tr("No images in this project"), tr("Open a photo or drop one here"))
        self._show_regions()

    def _show_regions(self) -> None:
        document, image_id = self._desk.document, self._desk.image_id
        visible = self._desk.image is not None and document is not None
        words = (
            {
                r.id: document.shown(image_id, r.caption.text)
                for r in self._desk.regions()
                if r.caption
            }
            if visible and document is not None and image_id is not None
            else {}
        )
        self._canvas.set_regions(
            RegionOverlay(
                region_id=region.id,
                number=number,
                mask=region.mask,
                colour=region.colour,
                label=document.category(region.category_id).name if document else "",
                visible=not region.hidden,
                caption=words.get(region.id, ""),
            )
            for number, region in enumerate(self._desk.regions() if visible else (), start=1)
        )

    def _add_prompt(self, prompt: Prompt) -> None:
        if not self._proposals.searching:
            self._proposals.clear()
        self._segmentation.add_prompt(prompt)

    def _show_proposals(self) -> None:
        proposals = self._proposals
        masks = [candidate.mask for candidate in proposals.found]
        self._canvas.set_proposals(masks, current=proposals.current)
        done, total = proposals.progress
        busy = tr("Looking for objects…")
        if total:
            busy = tr("Looking for objects… {percent} %", percent=100 * done // total)
        self._canvas.set_busy(busy if proposals.searching else False)

    def _show_object(self) -> None:
        segmentation = self._segmentation
        self._canvas.set_prompts(segmentation.prompts)
        candidate = segmentation.candidate
        self._canvas.set_candidate(candidate.mask if candidate else None)
        self._canvas.set_busy(tr("Cutting out…") if segmentation.waiting else False)

    def _select_in(self, sweep: Sweep) -> None:
        """Select the regions that lie in a box, or add them to the selection."""
        x0, y0, x1, y1 = sweep.box
        if not self._canvas.regions_shown:
            return
        inside = [
            region.id
            for region in self._desk.regions()
            if not region.hidden
            and x0 <= region.mask.box[0]
            and y0 <= region.mask.box[1]
            and region.mask.box[0] + region.mask.box[2] <= x1
            and region.mask.box[1] + region.mask.box[3] <= y1
        ]
        before = self._desk.selection if sweep.toggle else ()
        self._desk.select([*before, *inside])

    def _click_region(self, region_id: int, toggle: bool) -> None:
        if toggle:
            self._desk.toggle(region_id)
        else:
            self._desk.select([region_id])
