"""A describer that is elsewhere."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    StopReason,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData
from gar_studio.engines.request_check import check_request
from gar_studio.errors import EngineError
from gar_studio.language import tr
from gar_studio.remote.client import Connection
from gar_studio.remote.identity import engine_of, placed, same_engine
from gar_studio.remote.wire import (
    MOST_REQUESTS,
    Anew,
    Delta,
    DescribeCall,
    End,
    Event,
    Told,
    WireQuestion,
    unpack_event,
)

_STOP_SECONDS: Final = 5.0
"""So long a server may take to end an answer that is not wanted any more."""


class RemoteDescriber:
    """Answers by asking a server; see `gar_studio.engines.description.BatchDescriber`.

    Attributes:
        connection: to the server.
    """

    def __init__(self, connection: Connection) -> None:
        """Get to know the server.

        Raises:
            EngineError: it cannot be reached or used, or has no describer.
        """
        self.connection = connection
        self._theirs = engine_of(
            connection,
            lambda server: server.describer,
            EngineError(
                tr("The server at {address} only cuts out.", address=connection.address),
                advice=tr("Start it with a describer, or choose another one."),
            ),
        )

    @property
    def info(self) -> EngineInfo:
        """Who answers, and where."""
        return placed(self._theirs, self.connection.address)

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        """Yield progress and text as the server sends them, then exactly one `Finished`."""
        for _, event in self.describe_many(image, [request], [cancel]):
            yield event

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Yield (index of the request, event); see `BatchDescriber.describe_many`.

        Raises:
            EngineGoneError: the server does not answer, or not any more.
            RequestError, MaskError, EngineError: see `Describer.describe`.
        """
        for request in requests:
            check_request(image, request)
        for first in range(0, len(requests), MOST_REQUESTS):
            part = slice(first, first + MOST_REQUESTS)
            asked = _Asked(self.connection, requests[part], cancels[part], grouped=grouped)
            for index, event in asked.answers(image, self._theirs):
                yield first + index, event

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class _Asked:
    """One call: what has come of it, and what was stopped."""

    def __init__(
        self,
        connection: Connection,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool,
    ) -> None:
        self._connection = connection
        self._requests = requests
        self._cancels = cancels
        self._grouped = grouped
        self._started = time.monotonic()
        self._texts = [""] * len(requests)
        self._live = set(range(len(requests)))
        self._first: dict[int, float] = {}  # seconds to the first words, as they came here
        self._stopped: dict[int, float] = {}

    def answers(self, image: ImageData, engine: EngineInfo) -> Iterator[tuple[int, DescribeEvent]]:
        """Send the call and yield what comes."""
        yield from self._cancelled_before()
        if not self._live:
            return
        with self._connection.stream("/v1/describe", image, self._call) as (opened, events):
            same_engine(engine, opened.engine, self._connection.address)
            for event in events:
                self._stop_unwanted(opened.stream)
                if isinstance(event, Told | Delta | Anew | End):
                    yield from self._take(event)
                yield from self._give_up()
                if not self._live:
                    return
        if self._live:
            raise EngineError(tr("The server stopped without an end."))

    def _call(self, image: str) -> DescribeCall:
        questions = tuple(WireQuestion.of(request) for request in self._requests)
        return DescribeCall(image, questions, self._grouped)

    def _take(self, event: Event) -> Iterator[tuple[int, DescribeEvent]]:
        assert isinstance(event, Told | Delta | Anew | End)
        index = event.index
        if index not in self._live:
            return
        said = unpack_event(event)
        match said:
            case TextDelta():
                self._texts[index] += said.text
                self._first.setdefault(index, time.monotonic() - self._started)
            case Finished():
                self._live.discard(index)
                seconds = time.monotonic() - self._started
                first = self._first.get(index)
                said = replace(said, first_token_seconds=first, seconds=seconds)
        if isinstance(event, Anew):
            self._texts[index] = ""
        yield index, said

    def _cancelled_before(self) -> Iterator[tuple[int, DescribeEvent]]:
        """End all at once where nothing is wanted any more; the server ends the others."""
        if all(cancel.cancelled for cancel in self._cancels):
            for index in sorted(self._live):
                yield index, self._end(index)
            self._live.clear()

    def _stop_unwanted(self, stream: str) -> None:
        for index in sorted(self._live - self._stopped.keys()):
            if self._cancels[index].cancelled:
                self._stopped[index] = time.monotonic()
                self._connection.stop(stream, index)

    def _give_up(self) -> Iterator[tuple[int, DescribeEvent]]:
        """End what the server does not end although it was told to."""
        now = time.monotonic()
        for index in sorted(self._live & self._stopped.keys()):
            if now - self._stopped[index] > _STOP_SECONDS:
                self._live.discard(index)
                yield index, self._end(index)

    def _end(self, index: int) -> Finished:
        seconds = time.monotonic() - self._started
        return Finished(self._texts[index], StopReason.CANCELLED, 0, None, seconds)
