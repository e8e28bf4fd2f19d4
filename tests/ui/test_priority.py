"""Engines run below the window, and never take Python's lock for long."""

import os
import sys
import threading

import pytest

from ui.priority import put_window_first, step_back
from ui.workers import ImageLoader


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux knows it by thread")
def test_a_worker_runs_below_the_window() -> None:
    here = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    loader = ImageLoader()
    try:
        native = loader._thread.native_id
        assert native is not None
        loader.look_ahead([])  # wakes it, so that it has begun
        for _ in range(200):
            if os.getpriority(os.PRIO_PROCESS, native) > here:
                break
            threading.Event().wait(0.01)
        assert os.getpriority(os.PRIO_PROCESS, native) > here
        assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == here
    finally:
        loader.close()


def test_where_it_is_forbidden_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError("sandbox")

    monkeypatch.setattr(os, "setpriority", forbidden, raising=False)
    step_back()


def test_the_lock_changes_hands_within_a_millisecond() -> None:
    before = sys.getswitchinterval()
    try:
        put_window_first()
        assert sys.getswitchinterval() <= 0.001
    finally:
        sys.setswitchinterval(before)
