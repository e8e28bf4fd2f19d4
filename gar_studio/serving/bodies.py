"""Reads what clients send, no more of it and no longer than the limits allow."""

import asyncio
import time
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from gar_studio.language import tr
from gar_studio.remote.failures import RefusedError
from gar_studio.serving.limits import ServerLimits

CallT = TypeVar("CallT")

_DRAINED_BYTES: Final = 64_000_000
_DRAIN_SECONDS: Final = 5.0
"""So much of a body that is too large is still read, so that its sender gets to read why."""

_LENGTH_DIGITS: Final = 15


async def read_body(request: Request, *, most: int, limits: ServerLimits) -> bytes:
    """Read a body.

    Raises:
        RefusedError: it has no length, is too large, or comes too slowly.
    """
    length = body_length(request)
    if length > most:
        await _drain(request)
        raise RefusedError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            tr(
                "The call has {length:,} bytes; at most {most:,} are taken.",
                length=length,
                most=most,
            ),
        )
    data = bytearray()
    started = time.monotonic()
    chunks = request.stream()
    try:
        while True:
            chunk = await asyncio.wait_for(anext(chunks, None), limits.idle_seconds)
            if chunk is None:
                return bytes(data)
            data += chunk
            late = time.monotonic() - started - limits.idle_seconds
            if late > 0 and len(data) < late * limits.slowest:
                raise TimeoutError  # noqa: TRY301 - it is the same as no byte at all
    except TimeoutError as error:
        raise RefusedError(
            HTTPStatus.REQUEST_TIMEOUT,
            tr(
                "The call came too slowly: {count:,} of {length:,} bytes.",
                count=len(data),
                length=length,
            ),
            advice=tr("Check the network and try again."),
        ) from error
    except ClientDisconnect as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, tr("The client has gone.")) from error


def body_length(request: Request) -> int:
    """Return how many bytes a call has.

    Raises:
        RefusedError: it does not say.
    """
    given = request.headers.get("content-length", "")
    if not (given.isascii() and given.isdecimal()) or len(given) > _LENGTH_DIGITS:
        raise RefusedError(
            HTTPStatus.LENGTH_REQUIRED, tr("The call does not say how long it is (Content-Length).")
        )
    return int(given)


async def read_call(request: Request, kind: type[CallT], limits: ServerLimits) -> CallT:
    """Read a call and check its types.

    Raises:
        RefusedError: it is too large, too slow, no JSON, or not what it should be.
    """
    data = await read_body(request, most=limits.json_bytes, limits=limits)
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            tr("The call is not as it should be: {why}.", why=error),
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(
            HTTPStatus.BAD_REQUEST, tr("The call is no JSON: {why}.", why=error)
        ) from error


async def _drain(request: Request) -> None:
    """Read on for a while without keeping anything."""
    seen = 0
    chunks = request.stream()
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for chunk in chunks:
                seen += len(chunk)
                if seen > _DRAINED_BYTES:
                    return
    except (TimeoutError, ClientDisconnect):
        return
