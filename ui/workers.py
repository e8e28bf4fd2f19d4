"""The threads that own engines.  Requests go in, frozen results come out as Qt signals."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gar_studio.engines.batch import describe_many
from gar_studio.engines.description import Describer, DescribeRequest, Finished
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import EngineError, EngineGoneError, GarStudioError
from gar_studio.images import read_image
from gar_studio.language import tr
from ui.decoded import Decoded, DecodedImages, stamp_of
from ui.priority import step_back

_LOG = logging.getLogger(__name__)


def as_known_error(error: Exception) -> GarStudioError:
    """Return an error of ours as it is and any other one as an `EngineError`, which is logged."""
    if isinstance(error, GarStudioError):
        return error
    _LOG.error("unexpected error in a worker", exc_info=error)
    known = EngineError(
        tr(
            "Something unexpected went wrong: {name}: {error}.",
            name=type(error).__name__,
            error=error,
        ),
        kept=tr("Your labels are safe; only this request was dropped."),
        advice=tr("Try again; if it happens again, report it with the log."),
    )
    known.__cause__ = error
    return known


class Worker(QObject):
    """A thread that waits for work and owns whatever does it.

    Signals are emitted on the worker's thread and, because receivers live on the UI thread,
    delivered there through its event queue.
    """

    busy_changed = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._condition = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cancel what is under way, stop the thread and wait for it."""
        with self._condition:
            self._stopping = True
            self.cancel()
            self._condition.notify_all()
        self._thread.join()

    def cancel(self) -> None:
        """Cancel what is under way."""
        raise NotImplementedError

    def _has_work(self) -> bool:
        raise NotImplementedError

    def _work(self) -> None:
        """Take one piece of work (the condition is not held) and do it."""
        raise NotImplementedError

    def _free(self) -> None:
        """Free what the thread owns, on the thread itself."""

    def _run(self) -> None:
        step_back()
        try:
            while True:
                with self._condition:
                    self._condition.wait_for(lambda: self._stopping or self._has_work())
                    if self._stopping:
                        return
                self.busy_changed.emit(True)
                try:
                    self._work()
                finally:
                    self.busy_changed.emit(False)
        finally:
            self._free()


class ImageLoader(Worker):
    """Decodes images away from the UI thread; the latest wish wins, and neighbours come after it.

    An image that was decoded ahead is there at once.
    """

    loaded = Signal(object, object)  # Path, Decoded
    failed = Signal(object, object)  # Path, GarStudioError

    def __init__(self) -> None:
        self._wish: Path | None = None
        self._ahead: deque[Path] = deque()
        self._decoded = DecodedImages()
        super().__init__("image-loader")

    def load(self, path: Path) -> None:
        """Ask for an image."""
        with self._condition:
            self._wish = path
            self._ahead.clear()
            self._condition.notify_all()

    def look_ahead(self, paths: Sequence[Path]) -> None:
        """Decode images that may be wanted next, the likeliest first."""
        with self._condition:
            self._ahead = deque(paths)
            self._condition.notify_all()

    def cancel(self) -> None:
        """Forget the wish."""
        self._wish = None
        self._ahead.clear()

    def _has_work(self) -> bool:
        return self._wish is not None or bool(self._ahead)

    def _work(self) -> None:
        with self._condition:
            wish, self._wish = self._wish, None
            ahead = self._ahead.popleft() if wish is None and self._ahead else None
        if wish is not None:
            self._load(wish)
        elif ahead is not None and ahead not in self._decoded:
            self._prefetch(ahead)

    def _load(self, path: Path) -> None:
        try:
            stamp = stamp_of(path)
            decoded = self._decoded.get(path) or Decoded.of(read_image(path), ahead=False)
            self._decoded.put(path, stamp, decoded)  # the way back is as short
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            self.failed.emit(path, as_known_error(error))
        else:
            self.loaded.emit(path, decoded)

    def _prefetch(self, path: Path) -> None:
        try:
            stamp = stamp_of(path)
            self._decoded.put(path, stamp, Decoded.of(read_image(path), ahead=True))
        except GarStudioError as error:  # it is told when the image is opened
            _LOG.info("not decoded ahead: %s", error)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            _LOG.error("“%s” was not decoded ahead", path.name, exc_info=error)


class EngineWorker(Worker):
    """A worker that owns an engine, built at the first wish and closed on the thread itself."""

    ready = Signal(object)  # EngineInfo
    unloaded = Signal()  # there is no engine now; the next wish builds one

    def __init__(self, build: Callable[[], Any], name: str) -> None:
        self._build = build
        self._outdated = False
        self._unload_wanted = False
        self._engine: Any = None
        super().__init__(name)

    def replace(self, build: Callable[[], Any]) -> None:
        """Drop all requests and use another engine from now on; the present one is closed."""
        self.cancel()
        with self._condition:
            self._build = build
            self._outdated = True
            self._condition.notify_all()

    def unload(self) -> None:
        """Free the engine after the request under way; the next request builds it again."""
        with self._condition:
            self._unload_wanted = True
            self._condition.notify_all()

    def _has_work(self) -> bool:
        return self._outdated or self._unload_wanted

    def _work(self) -> None:
        with self._condition:
            unwanted = self._outdated or self._unload_wanted
            self._outdated = self._unload_wanted = False
        if unwanted:
            self._free()
            self.unloaded.emit()

    def _ready_engine(self) -> Any:  # noqa: ANN401 - Segmenter or Describer
        if self._engine is None:
            self._engine = self._build()
            self.ready.emit(self._engine.info)
        return self._engine

    def _forget(self, error: GarStudioError) -> None:
        """Free an engine that is gone; the next wish builds it anew."""
        if isinstance(error, EngineGoneError):
            self._free()
            self.unloaded.emit()

    def _free(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()


@dataclass(frozen=True, eq=False)
class _DescribeJob:
    image: ImageData
    requests: tuple[DescribeRequest, ...]
    cancel: CancelToken = field(default_factory=CancelToken)


class DescribeWorker(EngineWorker):
    """Owns the describer, which is built at the first wish.  Requests are answered in turn."""

    loading = Signal()
    started = Signal(int)  # request id
    progressed = Signal(int, object)  # request id, DescribeEvent
    failed = Signal(int, object)  # request id, GarStudioError

    def __init__(self, build: Callable[[], Describer]) -> None:
        self._queue: deque[_DescribeJob] = deque()
        self._current: _DescribeJob | None = None
        super().__init__(build, "describer")

    def submit(self, image: ImageData, *requests: DescribeRequest) -> None:
        """Ask for words; requests that come in one call are answered together."""
        with self._condition:
            self._queue.append(_DescribeJob(image, requests))
            self._condition.notify_all()

    def _answer(self, engine: Describer, job: _DescribeJob, waiting: list[int]) -> None:
        """Answer a job's requests; those that end are taken out of `waiting`."""
        begun = set[int]()
        cancels = [job.cancel] * len(job.requests)
        for index, event in describe_many(engine, job.image, job.requests, cancels):
            request_id = job.requests[index].request_id
            if request_id not in begun:
                begun.add(request_id)
                self.started.emit(request_id)
            self.progressed.emit(request_id, event)
            if isinstance(event, Finished):
                waiting.remove(request_id)

    def cancel(self) -> None:
        """Stop the answers under way and drop those that wait."""
        with self._condition:
            self._queue.clear()
            if self._current is not None:
                self._current.cancel.cancel()

    def _has_work(self) -> bool:
        return super()._has_work() or bool(self._queue)

    def _work(self) -> None:
        super()._work()
        with self._condition:
            if not self._queue:
                return
            job = self._current = self._queue.popleft()
        waiting = [request.request_id for request in job.requests]
        try:
            if self._engine is None:
                self.loading.emit()
            engine: Describer = self._ready_engine()
            self._answer(engine, job, waiting)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            known = as_known_error(error)
            for request_id in waiting:
                self.failed.emit(request_id, known)
            self._forget(known)
        finally:
            with self._condition:
                self._current = None
