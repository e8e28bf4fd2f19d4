"""The mask that a click would give, shown under the pointer before there is a click."""

from PySide6.QtCore import QObject, Signal

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.protocol import EngineInfo
from gar_studio.engines.segmentation import SegmentRequest, SegmentResult
from ui.controllers.segmentation import SegmentationController
from ui.desk import Desk
from ui.segment_worker import SegmentWorker


class PreviewController(QObject):
    """Asks for the mask under the pointer while nothing is being cut out.

    Only engines that encode an image are asked, and only about an image that is encoded: then a
    mask takes no longer than a blink.

    Attributes:
        mask: what a click would give, or None.
        enabled: whether a person wants it.
    """

    changed = Signal()

    def __init__(
        self, desk: Desk, worker: SegmentWorker, segmentation: SegmentationController
    ) -> None:
        super().__init__()
        self._desk = desk
        self._worker = worker
        self._segmentation = segmentation
        self._engine: EngineInfo | None = None
        self._prepared = ""
        self._least_id = 0
        self.mask: Mask | None = None
        self.enabled = True
        worker.ready.connect(self._take_engine)
        worker.prepared.connect(self._take_prepared)
        worker.previewed.connect(self._take_result)
        desk.image_changed.connect(self.clear)
        segmentation.changed.connect(self._clear_if_active)

    def point(self, place: tuple[float, float] | None) -> None:
        """Take note of where the pointer is in the image; None if no click is to be expected."""
        image = self._desk.image
        if place is None or image is None or not self._is_ready(image.key):
            self.clear()
            return
        if not self._least_id:
            self._least_id = self._segmentation.take_id()
        prompts = PromptSet(clicks=(Click(*place),))
        request = SegmentRequest(self._segmentation.take_id(), image.key, prompts, most=1)
        self._worker.preview(image, request)

    def clear(self) -> None:
        """Show nothing, whatever comes of what was asked."""
        self._least_id = 0
        if self.mask is not None:
            self.mask = None
            self.changed.emit()

    def _is_ready(self, key: str) -> bool:
        wanted = self.enabled and not self._segmentation.active
        encodes = self._engine is not None and self._engine.encodes
        return wanted and encodes and self._prepared == key

    def _take_engine(self, info: EngineInfo) -> None:
        self._engine = info
        self._prepared = ""

    def _take_prepared(self, key: str) -> None:
        if self._desk.image is not None and key == self._desk.image.key:
            self._prepared = key

    def _take_result(self, result: SegmentResult) -> None:
        if self._least_id and result.request_id > self._least_id:
            self.mask = result.candidates[0].mask
            self.changed.emit()

    def _clear_if_active(self) -> None:
        if self._segmentation.active:
            self.clear()
