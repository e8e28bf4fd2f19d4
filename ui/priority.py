"""The window's thread goes first: engines run below it, and Python's lock changes hands sooner."""

import logging
import os
import sys
import threading
from typing import Final

_LOG = logging.getLogger(__name__)

_NICENESS: Final = 5
_SWITCH_SECONDS: Final = 0.001


def put_window_first() -> None:
    """Let threads that wait for Python's lock have it after 1 ms instead of 5 ms.

    With two engines at work an event would wait for two such turns, which is a lost frame.
    """
    sys.setswitchinterval(min(_SWITCH_SECONDS, sys.getswitchinterval()))


def step_back() -> None:
    """Let the calling thread, and those that it starts, run below the window's.

    Where all processors are busy the window still draws at once.  Linux knows a priority for each
    thread; elsewhere nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
    except OSError as error:  # a sandbox may forbid it, and nothing is lost but smoothness
        _LOG.info("the thread keeps its priority: %s", error)
