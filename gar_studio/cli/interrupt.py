"""Ctrl+C as a wish to stop, not as a crash."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from gar_studio.engines.protocol import CancelToken


@contextmanager
def cancelled_by_interrupt(token: CancelToken) -> Iterator[None]:
    """Cancel `token` on the first Ctrl+C within the block; a second one ends the program."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        token.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
