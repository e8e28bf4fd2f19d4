"""Lets the segmenter look at images before the first click: the one in view and the next ones."""

from PySide6.QtCore import QObject

from ui.controllers.settings import SettingsController
from ui.desk import Desk
from ui.segment_worker import SegmentWorker


class PreparationController(QObject):
    """Prepares an image when it opens, and then those that a person will come to.

    An engine without weights has nothing to encode: it is not loaded for that.
    """

    def __init__(self, desk: Desk, worker: SegmentWorker, settings: SettingsController) -> None:
        super().__init__()
        self._desk = desk
        self._worker = worker
        self._settings = settings
        desk.pixels_changed.connect(self._prepare)
        settings.segmenter_changed.connect(self._prepare)
        worker.prepared.connect(self._look_ahead)

    def _prepare(self) -> None:
        if self._desk.image is not None:
            weights = self._settings.settings.segmenter.options.model
            self._worker.prepare(self._desk.image, build=bool(weights))

    def _look_ahead(self, key: str) -> None:
        image, ahead = self._desk.image, self._settings.settings.ahead
        if image is not None and key == image.key and ahead:
            self._worker.prepare_ahead(self._desk.next_images(ahead))
