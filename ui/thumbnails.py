"""Small pictures of images, made on a thread of their own when they are to be seen."""

import logging
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from gar_studio.engines.protocol import RGBArray
from gar_studio.errors import GarStudioError
from gar_studio.images import read_thumbnail
from ui.workers import Worker

_LOG = logging.getLogger(__name__)

_MOST_WISHES = 64  # more than fit on a screen: what was scrolled past is not worth the time
_KEPT = 1024


class ThumbnailWorker(Worker):
    """Makes thumbnails, those that were wished for last first.

    Signals:
        made: path, and the (h, w, 3) pixels or None if the file cannot be read.
    """

    made = Signal(object, object)

    def __init__(self, side: int) -> None:
        self._side = side
        self._wishes: OrderedDict[Path, None] = OrderedDict()
        self._underway: set[Path] = set()  # being made, or made and not received yet
        super().__init__("thumbnails")

    def wish(self, path: Path) -> None:
        """Ask for an image's thumbnail; one that is underway is not made twice."""
        with self._condition:
            if path in self._underway:
                return
            self._wishes[path] = None
            self._wishes.move_to_end(path)
            while len(self._wishes) > _MOST_WISHES:
                self._wishes.popitem(last=False)
            self._condition.notify_all()

    def received(self, path: Path) -> None:
        """Take note that a thumbnail has arrived: from now on it may be wished for again."""
        with self._condition:
            self._underway.discard(path)

    def cancel(self) -> None:
        """Forget all wishes."""
        self._wishes.clear()

    def _has_work(self) -> bool:
        return bool(self._wishes)

    def _work(self) -> None:
        with self._condition:
            if not self._wishes:
                return
            path, _ = self._wishes.popitem()
            self._underway.add(path)
        pixels: RGBArray | None = None
        try:
            pixels = read_thumbnail(path, self._side)
        except GarStudioError as error:  # it is told when the image is opened
            _LOG.info("no thumbnail: %s", error)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            _LOG.error("no thumbnail of “%s”", path.name, exc_info=error)
        self.made.emit(path, pixels)


class Thumbnails(QObject):
    """Keeps the thumbnails that were made last.

    Signals:
        arrived: path of an image whose thumbnail is there now.
    """

    arrived = Signal(object)

    def __init__(self, side: int) -> None:
        super().__init__()
        self._worker = ThumbnailWorker(side)
        self._kept: OrderedDict[Path, QImage] = OrderedDict()
        self._worker.made.connect(self._take)

    def get(self, path: Path) -> QImage:
        """Return an image's thumbnail, which is null until it has been made."""
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
            return kept
        self._worker.wish(path)
        return QImage()

    def close(self) -> None:
        """Stop the thread."""
        self._worker.close()

    def _take(self, path: Path, pixels: RGBArray | None) -> None:
        self._worker.received(path)
        picture = QImage()
        if pixels is not None:
            height, width = pixels.shape[:2]
            stride = 3 * width
            shown = QImage(pixels.tobytes(), width, height, stride, QImage.Format.Format_RGB888)
            picture = shown.copy()  # the bytes are gone when this returns
        self._kept[path] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(path)
