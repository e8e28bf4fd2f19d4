"""Objects that the engine found by itself, to be kept one by one or all at once."""

from PySide6.QtCore import QObject, Signal

from gar_studio.annotation.prompts import Box
from gar_studio.document.commands import AddRegions
from gar_studio.engines.protocol import EngineInfo, Progress
from gar_studio.engines.segmentation import Candidate, EverythingRequest, SegmentResult
from gar_studio.errors import GarStudioError
from gar_studio.language import tr, tr_n
from ui.controllers.segmentation import SegmentationController, provenance_of
from ui.desk import Desk
from ui.segment_worker import SegmentWorker


class ProposalController(QObject):
    """Holds what was found and not kept yet.

    Attributes:
        found: the proposals, best first.
        current: index of the one that Enter keeps.
        searching: whether the engine is still looking.
        progress: how far it is, (done, total).
    """

    changed = Signal()

    def __init__(
        self, desk: Desk, worker: SegmentWorker, segmentation: SegmentationController
    ) -> None:
        super().__init__()
        self._desk = desk
        self._worker = worker
        self._segmentation = segmentation
        self._request_id = 0
        self._info: EngineInfo | None = None
        self._prompt = ""
        self.found: tuple[Candidate, ...] = ()
        self.current = 0
        self.searching = False
        self.progress = (0, 0)
        worker.finished.connect(self._take_result)
        worker.failed.connect(self._take_failure)
        worker.progressed.connect(self._take_progress)
        desk.image_changed.connect(self.clear)

    @property
    def active(self) -> bool:
        """Whether there is something to keep or to wait for."""
        return self.searching or bool(self.found)

    def find(self) -> None:
        """Look for all objects: in the box that was drawn last, or else in the whole image."""
        image, document = self._desk.image, self._desk.document
        if image is None or document is None or document.read_only:
            return
        box = self._segmentation.prompts.box
        self._segmentation.clear()
        self._begin(box)
        request = EverythingRequest(self._request_id, image.key, box)
        self._worker.everything(image, request)

    def step(self, by: int = 1) -> None:
        """Light up the next proposal."""
        if self.found:
            self.current = (self.current + by) % len(self.found)
            self.changed.emit()

    def show(self, index: int) -> None:
        """Light up one of the proposals."""
        self.current = index
        self.changed.emit()

    def drop(self) -> None:
        """Leave the proposal in view out."""
        self._take_out(self.current)

    def accept(self) -> None:
        """Make a region of the proposal in view."""
        if self.found and self._keep((self.found[self.current],)):
            self._take_out(self.current)

    def accept_all(self) -> None:
        """Make regions of all proposals, as one step that can be undone."""
        if self.found and self._keep(self.found):
            self.clear()

    def clear(self) -> None:
        """Drop all proposals, or stop looking."""
        if self.searching:
            self._worker.drop_everything()
        self._forget()

    def _begin(self, box: Box | None) -> None:
        self.found, self.current, self.progress = (), 0, (0, 0)
        self._request_id = self._segmentation.take_id()
        self._prompt = "everything" if box is None else "everything in a box"
        self.searching = True
        self.changed.emit()

    def _forget(self) -> None:
        self.found, self.current = (), 0
        self.searching = False
        self._request_id = 0
        self.changed.emit()

    def _keep(self, chosen: tuple[Candidate, ...]) -> bool:
        image_id = self._desk.image_id
        if image_id is None or self._info is None:
            return False
        masks = [self._desk.without_others(one.mask) for one in chosen]
        kept = tuple(mask for mask in masks if not mask.is_empty)
        if not kept:
            self._desk.told.emit(tr("Other regions have all of this; nothing was kept."))
            return True
        changes = self._desk.do(AddRegions(image_id, kept, provenance_of(self._info, self._prompt)))
        self._desk.select(change.row.id for change in changes)
        return bool(changes)

    def _take_out(self, index: int) -> None:
        self.found = self.found[:index] + self.found[index + 1 :]
        self.current = min(index, max(len(self.found) - 1, 0))
        self.changed.emit()

    def _take_result(self, result: SegmentResult) -> None:
        if not self._request_id or result.request_id != self._request_id:
            return
        self.searching = False
        self.found, self._info = result.candidates, result.info
        self.changed.emit()
        count = len(self.found)
        self._desk.told.emit(
            tr_n(
                "{n} object found: Enter keeps it.",
                "{n} objects found: Enter keeps the one lit up, Shift+Enter all, N shows the next.",
                count,
            )
            if count
            else tr("No object was found.")
        )

    def _take_progress(self, request_id: int, progress: Progress) -> None:
        if self._request_id and request_id == self._request_id:
            self.progress = (progress.done, progress.total)
            self.changed.emit()

    def _take_failure(self, request_id: int, error: GarStudioError) -> None:
        if self._request_id and request_id == self._request_id:
            self._forget()
            self._desk.failed.emit(error)
