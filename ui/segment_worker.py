"""The thread that owns the segmenter.  What a person waits for goes before what is made ahead.

Encoding an image takes seconds on a CPU, everything else tenths of a second.  So an encoder under
way lets whatever is more urgent go first between two of its blocks, and goes on afterwards: no
click waits for another image's embedding, and no embedding that was begun is lost.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import Signal

from gar_studio.engines.protocol import CancelToken, ImageData, Progress, YieldingToken
from gar_studio.engines.segmentation import (
    EverythingRequest,
    Segmenter,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import Cancelled, GarStudioError, MemoryShortageError
from gar_studio.images import read_image
from ui.workers import EngineWorker, as_known_error

_LOG = logging.getLogger(__name__)


class _Rank(IntEnum):
    """Kinds of work, the most urgent first."""

    CLICK = 0
    PREPARE = 1
    PREVIEW = 2
    EVERYTHING = 3


@dataclass(frozen=True, eq=False)
class _Job:
    """What is to be done about an image.

    Attributes:
        rank: how urgent it is; None for an image that will be opened soon.
        image: what it is about.
        request: what is asked; None only encodes the image.
        wanted: cancelled when the answer is not wanted any more.
        encoding: cancelled when the embedding is not wanted any more either.
    """

    rank: _Rank | None
    image: ImageData
    request: SegmentRequest | EverythingRequest | None = None
    wanted: CancelToken = field(default_factory=CancelToken)
    encoding: CancelToken = field(default_factory=CancelToken)

    @property
    def request_id(self) -> int:
        """The request's number; 0 if there is none."""
        return self.request.request_id if self.request is not None else 0


class SegmentWorker(EngineWorker):
    """Owns the segmenter, which is built at the first wish.  The latest request wins.

    If an engine cannot be built, or has not the memory that it needs, the one before it does what
    was asked, and `fell_back` says why.

    Signals:
        finished: `SegmentResult` of a click or of everything.
        first_found: `SegmentResult` with the best candidate of a click, before all are there.
        previewed: `SegmentResult` of a preview.
        prepared: key of an image that clicks can be asked about at once now.
        progressed: request id and `Progress`, while everything is looked for.
        failed: request id (0: preparing) and `GarStudioError`.
        fell_back: `GarStudioError` of the engine that is not used any more, and what builds the
            one that is used from now on.
    """

    finished = Signal(object)
    first_found = Signal(object)
    previewed = Signal(object)
    prepared = Signal(str)
    progressed = Signal(int, object)
    failed = Signal(int, object)
    fell_back = Signal(object, object)

    def __init__(
        self, build: Callable[[], Segmenter], *, fallback: Callable[[], Segmenter] | None = None
    ) -> None:
        """Start the thread.

        Args:
            build: makes the engine, on the thread.
            fallback: makes another one, should that fail.
        """
        self._fallback = fallback
        self._worked: Callable[[], Segmenter] | None = None  # what built the last engine
        self._waiting: dict[_Rank, _Job] = {}
        self._ahead: deque[Path] = deque()
        self._running: list[_Job] = []  # the last one is at work, those before it let it go first
        super().__init__(build, "segmenter")

    # --- wishes, from the UI thread ---

    def submit(self, image: ImageData, request: SegmentRequest) -> None:
        """Ask for masks; an earlier request that is not done yet is dropped."""
        with self._condition:
            self._waiting.pop(_Rank.PREVIEW, None)
            self._drop_running(_Rank.CLICK, _Rank.PREVIEW)
            self._put(_Job(_Rank.CLICK, image, request))

    def preview(self, image: ImageData, request: SegmentRequest) -> None:
        """Ask for masks if nothing else is asked; of previews that wait only the latest is kept."""
        with self._condition:
            if _Rank.CLICK not in self._waiting:
                self._put(_Job(_Rank.PREVIEW, image, request))

    def everything(self, image: ImageData, request: EverythingRequest) -> None:
        """Ask for all objects; clicks go before it."""
        with self._condition:
            self._drop_running(_Rank.EVERYTHING)
            self._put(_Job(_Rank.EVERYTHING, image, request))

    def prepare(self, image: ImageData, *, build: bool = True) -> None:
        """Let the segmenter look at the image in view ahead of the first click.

        Args:
            image: the image.
            build: whether it is built for that, if it is not yet.
        """
        with self._condition:
            self._ahead.clear()
            if build or self._engine is not None:
                self._put(_Job(_Rank.PREPARE, image))

    def prepare_ahead(self, paths: Sequence[Path]) -> None:
        """Let the segmenter look at images that will be opened soon, when nothing else is to do."""
        with self._condition:
            self._ahead = deque(paths)
            self._condition.notify_all()

    def drop(self) -> None:
        """Drop clicks and previews; an image that is being encoded is encoded to the end."""
        self._drop(_Rank.CLICK, _Rank.PREVIEW)

    def drop_everything(self) -> None:
        """Stop looking for everything."""
        self._drop(_Rank.EVERYTHING)

    def cancel(self) -> None:
        """Drop all requests and stop encoding."""
        with self._condition:
            self._waiting.clear()
            self._ahead.clear()
            for job in self._running:
                job.wanted.cancel()
                job.encoding.cancel()

    def replace(self, build: Callable[[], Segmenter]) -> None:
        """Drop all requests and use another engine; the present one is what is fallen back to."""
        with self._condition:
            self._fallback = self._worked or self._fallback or self._build
        super().replace(build)

    def _drop(self, *ranks: _Rank) -> None:
        with self._condition:
            for rank in ranks:
                self._waiting.pop(rank, None)
            self._drop_running(*ranks)

    def _put(self, job: _Job) -> None:
        assert job.rank is not None
        self._waiting[job.rank] = job
        self._condition.notify_all()

    def _drop_running(self, *ranks: _Rank) -> None:
        for job in self._running:
            if job.rank in ranks:
                job.wanted.cancel()

    # --- work, on the thread ---

    def _has_work(self) -> bool:
        return super()._has_work() or bool(self._waiting) or bool(self._ahead)

    def _work(self) -> None:
        super()._work()
        with self._condition:
            job = self._next()
            path = self._ahead.popleft() if job is None and self._ahead else None
        if job is not None:
            self._do(job)
        elif path is not None:
            self._look_ahead(path)

    def _next(self) -> _Job | None:
        return self._waiting.pop(min(self._waiting)) if self._waiting else None

    def _look_ahead(self, path: Path) -> None:
        try:
            if not self._ready_engine().info.encodes:
                return
            image = read_image(path)
        except Exception as error:  # noqa: BLE001  it is told when the image is opened
            _LOG.warning("“%s” was not prepared ahead: %s", path.name, error)
            return
        self._do(_Job(None, image))

    def _do(self, job: _Job) -> None:
        """Do a job and tell of it; never raises."""
        with self._condition:
            self._running.append(job)
        try:
            self._answer(job)
        except Cancelled:
            return
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            self._take_failure(job, as_known_error(error))
        finally:
            with self._condition:
                self._running.remove(job)

    def _answer(self, job: _Job) -> None:
        engine: Segmenter = self._ready_engine()
        outermost = len(self._running) == 1
        serve = self._serve_others if outermost else _nothing
        engine.prepare(job.image, YieldingToken(job.encoding, serve))
        if job.rank is not None:
            self.prepared.emit(job.image.key)
        if job.request is None:
            return
        job.wanted.check()
        if isinstance(job.request, EverythingRequest):
            cancel = YieldingToken(job.wanted, self._serve_any if outermost else _nothing)
            result = engine.everything(job.image, job.request, cancel, self._tell_progress(job))
        else:
            tell = self._tell_first(job) if job.rank is _Rank.CLICK else None
            result = engine.segment(job.image, job.request, job.wanted, tell)
        job.wanted.check()
        signal = self.previewed if job.rank is _Rank.PREVIEW else self.finished
        signal.emit(result)

    def _tell_first(self, job: _Job) -> Callable[[SegmentResult], None]:
        def tell(result: SegmentResult) -> None:
            if not job.wanted.cancelled:
                self.first_found.emit(result)

        return tell

    def _tell_progress(self, job: _Job) -> Callable[[Progress], None]:
        return lambda progress: self.progressed.emit(job.request_id, progress)

    def _ready_engine(self) -> Segmenter:
        build = self._build
        engine: Segmenter = super()._ready_engine()
        self._worked = build
        return engine

    def _serve_others(self) -> None:
        """Between two blocks of an encoder: do what is asked about other images."""
        self._serve(lambda job: job.image.key != self._running[0].image.key)

    def _serve_any(self) -> None:
        """Between two batches of everything: do whatever is more urgent."""
        self._serve(lambda job: job.rank is not _Rank.EVERYTHING)

    def _serve(self, may: Callable[[_Job], bool]) -> None:
        while True:
            with self._condition:
                ranks = [rank for rank, job in self._waiting.items() if may(job)]
                if self._stopping or self._outdated or not ranks:
                    return
                job = self._waiting.pop(min(ranks))
            self._do(job)

    def _take_failure(self, job: _Job, error: GarStudioError) -> None:
        built = self._engine is not None
        self._forget(error)
        if job.rank is None:
            _LOG.warning("an image was not prepared ahead: %s", error)
        elif not built or isinstance(error, MemoryShortageError):
            self._fall_back(job, error)
        else:
            self.failed.emit(job.request_id, error)

    def _fall_back(self, job: _Job, error: GarStudioError) -> None:
        """Use the engine before this one, and let it do the job."""
        with self._condition:
            build, self._fallback, self._worked = self._fallback, None, None
            if self._outdated:  # another engine was chosen in the meantime
                return
            if build is not None:
                self._build = build
                if job.rank is not None:
                    self._waiting.setdefault(job.rank, _Job(job.rank, job.image, job.request))
        if build is None:
            self.failed.emit(job.request_id, error)
            return
        self._free()
        self.fell_back.emit(error, build)


def _nothing() -> None:
    """Let nothing go first."""
