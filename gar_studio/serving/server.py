"""Puts the server on the network: the address, the token, and the end."""

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from gar_studio.serving.app import Hosts, make_app
from gar_studio.serving.guard import Guard, is_loopback
from gar_studio.serving.limits import ServerLimits

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765

SHORTEST_TOKEN: Final = 16
"""Fewest characters of a token; anybody may try as often as the rate allows."""

_HEAD_BYTES: Final = 16_384
_HEAD_SECONDS: Final = 15.0
"""So long a connection may take until its first call has begun."""

_LAST_SECONDS: Final = 5
"""So long the last answers may take on their way out when the server is shut down."""


class ServerError(GarStudioError):
    """The server cannot be started."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server is.

    Attributes:
        host: a name or an address; 127.0.0.1 is reached from this computer alone.
        port: 0 for any that is free.
        token: what clients have to give; "" for none.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    token: str = ""


class _PatientProtocol(H11Protocol):
    """Closes a connection on which no call begins for a while."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock."""
        super().connection_made(transport)
        self._last: object = self  # no call is
        self.loop.call_later(_HEAD_SECONDS, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle  # None before the first call, which uvicorn's types leave out
        idle = cycle is None or cycle.response_complete
        if not idle or cycle is not self._last:
            self._last = cycle
            self.loop.call_later(_HEAD_SECONDS, self._look)
        elif cycle is None:
            self.send_400_response("No call came in time.")
        else:
            self.transport.close()


class _Server(uvicorn.Server):
    """Tells all who wait for an answer before the connections are closed."""

    def __init__(self, config: uvicorn.Config, hosts: Hosts) -> None:
        super().__init__(config)
        self._hosts = hosts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the engines, then the connections."""
        await asyncio.to_thread(self._hosts.close)
        await super().shutdown(sockets)


class RunningServer:
    """A server between `listen` and `stop`."""

    def __init__(self, place: Place, hosts: Hosts, limits: ServerLimits) -> None:
        """Take the address.

        Raises:
            ServerError: it is taken or not this computer's, or a token is missing or too short.
        """
        check_place(place)
        self._socket = _listen(place)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{_shown(place.host)}:{self.port}"
        guarded = Guard(make_app(hosts, limits), limits=limits, token=place.token)
        config = uvicorn.Config(
            guarded,
            http=_PatientProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=_LAST_SECONDS,
            h11_max_incomplete_event_size=_HEAD_BYTES,
        )
        self._server = _Server(config, hosts)

    def run(self) -> None:
        """Answer calls until `stop`, or an interrupt."""
        # uvicorn raises the signal again once all is closed; the caller has asked for that.
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Stop; may be called from any thread, and before `run`."""
        self._server.should_exit = True


def check_place(place: Place) -> None:
    """Raise `ServerError` where others could reach a server without a good token."""
    if not place.token and not is_loopback(place.host):
        raise ServerError(
            tr(
                "“{host}” can be reached from other computers, and there is no token.",
                host=place.host,
            ),
            advice=tr(
                "Put a long secret into a file and give --token-file, or into GAR_STUDIO_TOKEN."
            ),
        )
    if place.token and (len(place.token) < SHORTEST_TOKEN or not place.token.isascii()):
        raise ServerError(
            tr("A token has at least {count} plain characters.", count=SHORTEST_TOKEN),
            advice=tr("Take a longer one, such as that of “openssl rand -hex 32”."),
        )


def read_token(path: Path) -> str:
    """Read a token's file.

    Raises:
        ServerError: it cannot be read, or is no token.
    """
    try:
        with path.open(encoding="utf-8") as file:
            token = file.read(1025).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerError(
            tr("The token in “{path}” cannot be read: {error}.", path=path, error=error)
        ) from error
    if not token or len(token) > 1024 or any(c.isspace() for c in token):
        raise ServerError(
            tr("“{path}” has no token: one word of at most 1,024 characters.", path=path)
        )
    return token


def stop_with_input(stop: Callable[[], None]) -> None:
    """Call `stop` when standard input ends: the program that started this one is gone then."""

    def wait() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        stop()

    threading.Thread(target=wait, name="stdin", daemon=True).start()


def _listen(place: Place) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            place.host.strip("[]"), place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
        except OSError:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        why: Any = getattr(error, "strerror", None) or error
        raise ServerError(
            tr(
                "The server cannot listen at {host}:{port}: {why}.",
                host=place.host,
                port=place.port,
                why=why,
            ),
            advice=tr("Choose another --port, or stop what uses this one."),
        ) from error
    return listening


def _shown(host: str) -> str:
    if host.strip("[]") in {"0.0.0.0", "::"}:  # noqa: S104 - every address of this computer
        return socket.gethostname()
    return f"[{host.strip('[]')}]" if ":" in host else host
