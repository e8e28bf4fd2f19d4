"""The threads on which models are listed, fetched and tried out."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import Signal

from gar_studio.engines import catalogue
from gar_studio.engines.catalogue import DownloadProgress, ModelEntry, OwnModel
from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.shelf import Key, shelf
from gar_studio.engines.trial import TrialResult
from gar_studio.errors import Cancelled
from ui.workers import Worker, as_known_error

_REPORT_SECONDS: Final = 0.1
"""Progress is told at most ten times a second."""

_PATIENCE_SECONDS: Final = 3.0
"""So long a window that closes waits for a thread that hangs on the network."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """Something to be listed: all there is, or what one path is for."""

    own: tuple[OwnModel, ...] = ()
    path: str = ""


class ShelfWorker(Worker):
    """Lists models: it reads disks, so that the window does not have to wait for them.

    Signals:
        listed: `Shelf`.
        recognised: what was asked about, and its `ModelEntry` or None.
        failed: `GarStudioError`.
    """

    listed = Signal(object)
    recognised = Signal(str, object)
    failed = Signal(object)

    def __init__(self) -> None:
        self._wishes: deque[_Wish] = deque()
        super().__init__("model-shelf")

    def look(self, own: Sequence[OwnModel]) -> None:
        """Ask for the list; wishes for an older one are dropped."""
        with self._condition:
            self._wishes = deque(wish for wish in self._wishes if wish.path)
            self._wishes.append(_Wish(own=tuple(own)))
            self._condition.notify_all()

    def recognise(self, path: str) -> None:
        """Ask what a folder, a file or a hub id is for."""
        with self._condition:
            self._wishes.append(_Wish(path=path))
            self._condition.notify_all()

    def cancel(self) -> None:
        """Forget all wishes."""
        with self._condition:
            self._wishes.clear()

    def _has_work(self) -> bool:
        return bool(self._wishes)

    def _work(self) -> None:
        with self._condition:
            if not self._wishes:
                return
            wish = self._wishes.popleft()
        try:
            if wish.path:
                self.recognised.emit(wish.path, catalogue.recognise(wish.path))
            else:
                self.listed.emit(shelf(wish.own))
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            self.failed.emit(as_known_error(error))


@dataclass(frozen=True, slots=True)
class _Download:
    entry: ModelEntry
    cancel: CancelToken = field(default_factory=CancelToken)


class DownloadWorker(Worker):
    """Fetches models, one after the other; what is cut off or stopped goes on at the next wish.

    Signals carry the model's `Key` and:
        progressed: `DownloadProgress`.
        finished: where it is, a `Path`.
        stopped: nothing more.
        failed: `GarStudioError`.
    """

    progressed = Signal(object, object)
    finished = Signal(object, object)
    stopped = Signal(object)
    failed = Signal(object, object)

    def __init__(self) -> None:
        self._queue: deque[_Download] = deque()
        self._current: _Download | None = None
        super().__init__("downloads")

    def fetch(self, entry: ModelEntry) -> None:
        """Ask for a model."""
        with self._condition:
            self._queue.append(_Download(entry))
            self._condition.notify_all()

    def stop(self, key: Key) -> None:
        """Stop fetching a model, or take it out of those that wait."""
        with self._condition:
            waiting = [job for job in self._queue if _key(job.entry) == key]
            for job in waiting:
                self._queue.remove(job)
            if self._current is not None and _key(self._current.entry) == key:
                self._current.cancel.cancel()
        for _ in waiting:
            self.stopped.emit(key)

    def cancel(self) -> None:
        """Stop what is under way and drop what waits; what came is kept."""
        with self._condition:
            self._queue.clear()
            if self._current is not None:
                self._current.cancel.cancel()

    def close(self) -> None:
        """Stop; a thread that hangs on the network is left behind: it only adds to a file."""
        with self._condition:
            self._stopping = True
            self.cancel()
            self._condition.notify_all()
        self._thread.join(_PATIENCE_SECONDS)

    def _has_work(self) -> bool:
        return bool(self._queue)

    def _work(self) -> None:
        with self._condition:
            if not self._queue:
                return
            job = self._current = self._queue.popleft()
        key = _key(job.entry)
        try:
            source = catalogue.catalogue_of(job.entry.model)
            where = source.download(job.entry.model, progress=self._tell(key), cancel=job.cancel)
        except Cancelled:
            self.stopped.emit(key)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            self.failed.emit(key, as_known_error(error))
        else:
            self.finished.emit(key, Path(where))
        finally:
            with self._condition:
                self._current = None

    def _tell(self, key: Key) -> Callable[[DownloadProgress], None]:
        told = -_REPORT_SECONDS

        def tell(now: DownloadProgress) -> None:
            nonlocal told
            time = monotonic()
            if time - told >= _REPORT_SECONDS or now.done >= now.total:
                told = time
                self.progressed.emit(key, now)

        return tell


@dataclass(frozen=True, slots=True)
class _Trial:
    key: Key
    run: Callable[[CancelToken], TrialResult]
    cancel: CancelToken = field(default_factory=CancelToken)


class TrialWorker(Worker):
    """Builds an engine, asks it one small thing and frees it again.

    Signals carry the model's `Key` and:
        finished: `TrialResult`.
        stopped: nothing more.
        failed: `GarStudioError`.
    """

    finished = Signal(object, object)
    stopped = Signal(object)
    failed = Signal(object, object)

    def __init__(self) -> None:
        self._wish: _Trial | None = None
        self._current: _Trial | None = None
        super().__init__("model-trial")

    def attempt(self, key: Key, run: Callable[[CancelToken], TrialResult]) -> None:
        """Ask for a trial; the one under way is stopped."""
        with self._condition:
            if self._current is not None:
                self._current.cancel.cancel()
            self._wish = _Trial(key, run)
            self._condition.notify_all()

    def cancel(self) -> None:
        """Stop the trial under way at its next check, or one that has not begun at once."""
        with self._condition:
            dropped, self._wish = self._wish, None
            if self._current is not None:
                self._current.cancel.cancel()
        if dropped is not None:
            self.stopped.emit(dropped.key)

    def _has_work(self) -> bool:
        return self._wish is not None

    def _work(self) -> None:
        with self._condition:
            job, self._wish = self._wish, None
            self._current = job
        if job is None:
            return
        try:
            self.finished.emit(job.key, job.run(job.cancel))
        except Cancelled:
            self.stopped.emit(job.key)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            self.failed.emit(job.key, as_known_error(error))
        finally:
            with self._condition:
                self._current = None


def _key(entry: ModelEntry) -> Key:
    return entry.engine, entry.weights
