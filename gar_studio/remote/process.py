"""An engine in a process of its own, so that no crash of it takes the window with it."""

import contextlib
import secrets
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Final

import msgspec

from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.description import Describer
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import Cancelled, EngineError
from gar_studio.language import tr
from gar_studio.remote import failures
from gar_studio.remote.client import Connection
from gar_studio.remote.describer import RemoteDescriber
from gar_studio.remote.segmenter import RemoteSegmenter
from gar_studio.remote.wire import Failure
from gar_studio.serving.order import Order, Ready

_MODULE: Final = "gar_studio.serving.child"
_LAST_SECONDS: Final = 10.0
"""So long a process may take to end before it is killed."""

_KILLED: Final = 137
"""Exit status that shells give for SIGKILL; Windows has no signals."""


def build_apart(kind: EngineKind, name: str, options: EngineOptions) -> Segmenter | Describer:
    """Build an engine in a process of its own.

    Raises:
        EngineError: the process cannot be started, or the engine not be built in it.
    """
    process = EngineProcess(Order(kind, name, replace(options, own_process=False), _token()))
    connection = ProcessConnection(process)
    if kind is EngineKind.SEGMENT:
        return RemoteSegmenter(connection)
    return RemoteDescriber(connection)


class EngineProcess:
    """A process that serves one engine to this one.

    Attributes:
        url: where it is.
        token: what it asks for.
    """

    def __init__(self, order: Order) -> None:
        """Start it and wait until its engine is built.

        Raises:
            EngineError: it cannot be started, or its engine not be built.
        """
        self.token = order.token
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-m", _MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            raise EngineError(
                tr("A process for the model cannot be started: {why}.", why=error.strerror),
                advice=tr("Close other programs, or let the model run in the window's process."),
            ) from error
        try:
            self.url = self._hand_over(order)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def why_gone(self) -> str:
        """Say how it ended, or "" if it has not."""
        try:
            status = self._process.wait(1.0)  # the connection may break just before the end
        except subprocess.TimeoutExpired:
            return ""
        if status in {-signal.SIGKILL, _KILLED}:
            return tr("The model's process was killed, most likely because the memory was full.")
        return tr("The model's process has ended (status {status}).", status=status)

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):  # it has ended already
            self._process.stdin.close()
        try:
            self._process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _hand_over(self, order: Order) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = b""
        if not line:
            raise EngineError(
                self.why_gone() or tr("The model's process does not answer."),
                advice=tr("Choose a smaller model, or fewer bits."),
            )
        answer = msgspec.json.decode(line, type=Ready | Failure)
        if isinstance(answer, Ready):
            return answer.url
        error = failures.unpack(answer)
        assert not isinstance(error, Cancelled)
        raise error


class ProcessConnection(Connection):
    """A connection to a process that ends with it.

    Attributes:
        process: the other side.
    """

    def __init__(self, process: EngineProcess) -> None:
        super().__init__(process.url, token=process.token, why_gone=process.why_gone)
        self.process = process

    def close(self) -> None:
        """Close the connections and end the process."""
        super().close()
        self.process.close()


def _token() -> str:
    return secrets.token_urlsafe(32)
