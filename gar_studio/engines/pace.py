"""How fast a download is, and how long it will take."""

from collections import deque
from collections.abc import Callable
from time import monotonic

_WINDOW_SECONDS = 10.0
_LEAST_SECONDS = 1.0


class Pace:
    """Reckons from the last ten seconds, so that a slow start or a stall is soon forgotten.

    Args:
        clock: returns seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, done: int) -> None:
        """Take down that so many bytes are here now."""
        now = self._clock()
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()  # a file was begun anew
        self._seen.append((now, done))
        while self._seen[0][0] < now - _WINDOW_SECONDS and len(self._seen) > 2:
            self._seen.popleft()

    @property
    def speed(self) -> float | None:
        """Bytes in a second, or None as long as too little is known."""
        if not self._seen:
            return None
        (start, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - start) if end - start >= _LEAST_SECONDS else None

    def seconds_left(self, total: int) -> float | None:
        """Return how long the rest of `total` bytes takes, or None if that is not known."""
        speed = self.speed
        return (total - self._seen[-1][1]) / speed if speed else None
