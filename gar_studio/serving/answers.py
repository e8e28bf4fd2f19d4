"""What a server answers with: JSON, events as they come, and refusals with a sentence."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gar_studio.errors import GarStudioError
from gar_studio.remote.failures import RefusedError, pack, status_of
from gar_studio.remote.wire import Event

_PING_SECONDS: Final = 0.25
"""So often a stream says that it lives, and a client looks whether its answer is still wanted."""

_PING: Final = b": still here\n\n"
_JSON: Final = "application/json"

_READ: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY})
"""Refusals of calls that were read to their end; the rest of others would be taken for a call."""


class EventQueue:
    """Carries events from an engine's thread to a stream on the loop's."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()

    def tell(self, event: Event | None) -> None:
        """Take an event, or None after the last one; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)

    async def take(self) -> Event | None:
        """Return the next event."""
        return await self._events.get()


class EventStream(Response):
    """Server-sent events until the last one, or until the client has gone.

    Each event is one line of JSON; comments in between keep the connection alive.
    """

    media_type = "text/event-stream"

    def __init__(self, first: Event, events: EventQueue, *, ended: Callable[[], None]) -> None:
        """Make a stream.

        Args:
            first: the first event.
            events: the others.
            ended: called when the stream has ended, however it did.
        """
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._first = first
        self._events = events
        self._ended = ended

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        start = {"type": "http.response.start", "status": self.status_code}
        sending = asyncio.create_task(self._send_all(send, start))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            self._ended()

    async def _send_all(self, send: Send, start: dict[str, object]) -> None:
        await send({**start, "headers": self.raw_headers})
        await _send(send, event_bytes(self._first))
        waiting = asyncio.ensure_future(self._events.take())
        try:
            while True:
                done, _ = await asyncio.wait({waiting}, timeout=_PING_SECONDS)
                if not done:
                    await _send(send, _PING)
                    continue
                event = waiting.result()
                if event is None:
                    break
                await _send(send, event_bytes(event))
                waiting = asyncio.ensure_future(self._events.take())
        finally:
            waiting.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def event_bytes(event: Event) -> bytes:
    """Write an event down as server-sent events have it."""
    return b"data: " + msgspec.json.encode(event) + b"\n\n"


def json_answer(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer with a value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type=_JSON)


def refusal(error: GarStudioError) -> Response:
    """Answer with an error: a status, and a sentence in an object called `error`."""
    status = status_of(error)
    answer = json_answer({"error": pack(error)}, status)
    if status not in _READ:
        answer.headers["Connection"] = "close"
    if isinstance(error, RefusedError):
        if error.wait_seconds is not None:
            answer.headers["Retry-After"] = str(error.wait_seconds)
        if error.status is HTTPStatus.UNAUTHORIZED:
            answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
