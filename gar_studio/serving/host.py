"""The thread that owns a server's engine.  What a person waits for goes before what can wait.

While an image is encoded or everything is looked for, the engine checks its token now and then;
whatever is more urgent and about another image goes first there, as in the window's own thread.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from http import HTTPStatus
from itertools import count
from typing import Generic, TypeVar

from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import CancelToken, EngineInfo, YieldingToken
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import Cancelled, EngineGoneError
from gar_studio.language import tr
from gar_studio.remote.failures import RefusedError, pack
from gar_studio.remote.wire import Done, Event

EngineT = TypeVar("EngineT", bound=Segmenter | Describer)

Tell = Callable[[Event | None], None]
"""Takes an event of a job, and None after the last one.  Called on the engine's thread."""


class Rank(IntEnum):
    """Kinds of work, the most urgent first."""

    SOON = 0  # a click, a question
    PREPARE = 1
    EVERYTHING = 2


@dataclass(frozen=True, eq=False)
class Job(Generic[EngineT]):
    """One call.

    Attributes:
        rank: how urgent it is.
        image: key of the photo that it is about.
        work: does it, telling its events.
        tell: takes the events.
        cancel: cancelled when nobody waits for it any more.
    """

    rank: Rank
    image: str
    work: Callable[[EngineT, CancelToken, Tell], None]
    tell: Tell
    cancel: CancelToken = field(default_factory=CancelToken)


class EngineHost(Generic[EngineT]):
    """Owns one engine, builds it on its own thread, and does one job after the other."""

    def __init__(self, build: Callable[[], EngineT], *, name: str, most_waiting: int = 64) -> None:
        self._build = build
        self._most_waiting = most_waiting
        self._condition = threading.Condition()
        self._numbers = count()
        self._waiting: dict[tuple[Rank, int], Job[EngineT]] = {}
        self._running: list[Job[EngineT]] = []
        self._closing = False
        self._info: EngineInfo | None = None
        self._failure: BaseException | None = None
        self._built = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> EngineInfo:
        """Build the engine and return who it is.

        Raises:
            EngineError: it cannot be built.
        """
        self._thread.start()
        self._built.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self.info

    @property
    def info(self) -> EngineInfo:
        """Who the engine is; after `start`."""
        assert self._info is not None
        return self._info

    def submit(self, job: Job[EngineT]) -> None:
        """Take a job.

        Raises:
            RefusedError: too many wait already, or the server is being shut down.
        """
        with self._condition:
            if self._closing:
                raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, _going().what)
            if len(self._waiting) >= self._most_waiting:
                raise RefusedError(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    tr("The engine is busy: {count} calls wait.", count=len(self._waiting)),
                    advice=tr("Try again in a moment."),
                    wait_seconds=1,
                )
            self._waiting[job.rank, next(self._numbers)] = job
            self._condition.notify_all()

    def drop(self, job: Job[EngineT]) -> None:
        """Stop a job for which nobody waits any more; one that has not begun is taken out."""
        job.cancel.cancel()
        with self._condition:
            self._waiting = {key: one for key, one in self._waiting.items() if one is not job}

    def close(self) -> None:
        """Tell all who wait that the server goes, stop, and free the engine."""
        with self._condition:
            self._closing = True
            left = [*self._running, *self._waiting.values()]
            self._waiting.clear()
            self._condition.notify_all()
        for job in left:
            job.tell(pack(_going()))
            job.tell(None)
            job.cancel.cancel()
        self._thread.join()

    def _run(self) -> None:
        try:
            engine = self._build()
        except BaseException as error:  # noqa: BLE001 - `start` raises it
            self._failure = error
            self._built.set()
            return
        self._info = engine.info
        self._built.set()
        try:
            while (job := self._next()) is not None:
                self._do(engine, job)
        finally:
            engine.close()

    def _next(self) -> Job[EngineT] | None:
        with self._condition:
            self._condition.wait_for(lambda: self._closing or self._waiting)
            return None if self._closing else self._take(lambda _: True)

    def _take(self, may: Callable[[Job[EngineT]], bool]) -> Job[EngineT] | None:
        """Take the most urgent job out of those that wait; the condition is held."""
        fitting = [key for key, job in self._waiting.items() if may(job)]
        if not fitting:
            return None
        job = self._waiting.pop(min(fitting))
        self._running.append(job)
        return job

    def _do(self, engine: EngineT, job: Job[EngineT]) -> None:
        """Do a job and tell how it ended; never raises."""
        outermost = len(self._running) == 1
        token = (
            YieldingToken(job.cancel, lambda: self._serve(engine, job)) if outermost else job.cancel
        )
        event: Event
        try:
            job.cancel.check()
            job.work(engine, token, job.tell)
            event = Done()
        except Cancelled as stopped:
            event = pack(stopped)
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread lives on
            event = pack(error)
        finally:
            with self._condition:
                self._running.remove(job)
        job.tell(event)
        job.tell(None)

    def _serve(self, engine: EngineT, slow: Job[EngineT]) -> None:
        """Do what is more urgent than a job that takes long, and does not wait for it.

        A client whose image is being encoded asks about another one only if a person does.
        """
        if slow.rank is Rank.SOON:
            return

        def may(job: Job[EngineT]) -> bool:
            if slow.rank is Rank.EVERYTHING:
                return job.rank < slow.rank
            return job.rank <= slow.rank and job.image != slow.image

        while True:
            with self._condition:
                job = None if self._closing else self._take(may)
            if job is None:
                return
            self._do(engine, job)


def _going() -> EngineGoneError:
    return EngineGoneError(
        tr("The server is being shut down."),
        kept=tr("The words so far were kept."),
        advice=tr("Ask again when it is back."),
    )
