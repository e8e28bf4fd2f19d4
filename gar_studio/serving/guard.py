"""Lets calls in, or says why not, before anything of them is read."""

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gar_studio.language import tr
from gar_studio.remote.failures import RefusedError
from gar_studio.serving.answers import refusal
from gar_studio.serving.limits import Rates, ServerLimits

_OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Guard:
    """Checks who calls and how often.

    A page in a browser may reach a server on the same computer, under a name of its own choosing
    even.  So calls that a page makes (they have an `Origin`) are refused, and without a token
    calls under any name but this computer's own.
    """

    def __init__(self, app: ASGIApp, *, limits: ServerLimits, token: str) -> None:
        self._app = app
        self._limits = limits
        self._token = token.encode()
        self._rates = Rates(limits.rate, limits.burst)
        self._calls = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call in or refuse it."""
        if scope["type"] != "http":
            return
        try:
            self._check(Headers(scope=scope), scope)
        except RefusedError as error:
            await refusal(error)(scope, receive, send)
            return
        self._calls += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._calls -= 1

    def _check(self, headers: Mapping[str, str], scope: Scope) -> None:
        if "origin" in headers:
            raise RefusedError(
                HTTPStatus.FORBIDDEN, tr("Pages in a browser may not call this server.")
            )
        client = scope.get("client")
        wait = self._rates.wait(client[0] if client else "")
        if wait > 0:
            raise RefusedError(
                HTTPStatus.TOO_MANY_REQUESTS,
                tr("Too many calls: at most {rate:g} a second.", rate=self._limits.rate),
                advice=tr("Call less often."),
                wait_seconds=max(1, round(wait)),
            )
        if self._token:
            self._check_token(headers.get("authorization", ""))
        elif _name_of(headers.get("host", "")) not in _OWN_NAMES:
            raise RefusedError(
                HTTPStatus.MISDIRECTED_REQUEST,
                tr("Without a token this server answers to 127.0.0.1 and localhost only."),
            )
        if self._calls >= self._limits.calls:
            raise RefusedError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                tr("The server is busy: {count} calls are under way.", count=self._calls),
                advice=tr("Try again in a moment."),
                wait_seconds=1,
            )

    def _check_token(self, given: str) -> None:
        scheme, _, token = given.partition(" ")
        known = hmac.compare_digest(token.strip().encode(), self._token)
        if scheme.lower() != "bearer" or not known:
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                tr("The token is missing or wrong."),
                advice=tr("Give the one that the server was started with."),
            )


def is_loopback(host: str) -> bool:
    """Return whether an address is reached from this computer alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _name_of(host: str) -> str:
    """Return a Host header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
