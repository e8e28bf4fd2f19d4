"""A thread for what takes longer than a moment and is neither masks nor words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtCore import Signal

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled
from ui.workers import Worker, as_known_error

Task: TypeAlias = Callable[[CancelToken, Callable[[object], None]], object]
"""Does the work on the thread, checks the token now and then, and tells how far it is."""


@dataclass(frozen=True, eq=False)
class _Job:
    number: int
    task: Task
    cancel: CancelToken = field(default_factory=CancelToken)


class TaskWorker(Worker):
    """Does one task at a time; a new one takes the place of the one before.

    Signals:
        told: a task's number, and what it told.
        finished: a task's number, and what it returned.
        failed: a task's number, and `GarStudioError`.
        stopped: number of a task that was cancelled.
    """

    told = Signal(int, object)
    finished = Signal(int, object)
    failed = Signal(int, object)
    stopped = Signal(int)

    def __init__(self) -> None:
        self._number = 0
        self._waiting: _Job | None = None
        self._current: _Job | None = None
        super().__init__("tasks")

    def start(self, task: Task) -> int:
        """Do a task, after the one under way has stopped; return its number."""
        with self._condition:
            self.cancel()
            self._number += 1
            self._waiting = _Job(self._number, task)
            self._condition.notify_all()
            return self._number

    def cancel(self) -> None:
        """Stop the task under way and drop the one that waits."""
        with self._condition:
            dropped, self._waiting = self._waiting, None
            if self._current is not None:
                self._current.cancel.cancel()
        if dropped is not None:
            self.stopped.emit(dropped.number)

    def _has_work(self) -> bool:
        return self._waiting is not None

    def _work(self) -> None:
        with self._condition:
            job, self._waiting = self._waiting, None
            self._current = job
        if job is None:
            return
        try:
            result = job.task(job.cancel, lambda value: self.told.emit(job.number, value))
        except Cancelled:
            self.stopped.emit(job.number)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread lives on
            self.failed.emit(job.number, as_known_error(error))
        else:
            self.finished.emit(job.number, result)
        finally:
            with self._condition:
                self._current = None
