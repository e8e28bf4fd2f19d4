"""What a server takes of its clients: sizes, rates, and for how long it waits."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gar_studio.remote import wire

_MOST_CLIENTS: Final = 4096
"""Addresses whose rate is remembered; the one that was silent longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What a server takes.

    Attributes:
        pixels: most pixels of a photo.
        json_bytes: most bytes of a call without a photo.
        kept_bytes: most bytes of photos that are kept between calls; the last one always is.
        arriving_bytes: most bytes of photos that are on their way at once.
        calls: most calls at once.
        waiting: most calls that wait for an engine.
        rate: calls a second of one client, in the long run.
        burst: calls of one client at once.
        idle_seconds: so long nothing may come of a call that is on its way.
        slowest: fewest bytes a second of it, once `idle_seconds` have passed.
    """

    pixels: int = 150_000_000
    json_bytes: int = 16_000_000
    kept_bytes: int = 1_000_000_000
    arriving_bytes: int = 1_000_000_000
    calls: int = 256
    waiting: int = 64
    rate: float = 60.0
    burst: int = 240
    idle_seconds: float = 15.0
    slowest: float = 20_000.0

    def public(self) -> wire.Limits:
        """Return what a client has to know of them."""
        return wire.Limits(self.pixels, self.json_bytes)


class Rates:
    """Counts how often each client calls (a token bucket a client).  For one thread."""

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count a call; return 0, or the seconds after which the client may call again."""
        now = self._clock()
        left, since = self._left.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
