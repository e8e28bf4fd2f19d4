"""What holds for every test: hypothesis' profile, and no thread is left behind."""

import os
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# The networks of the tests are so small that sharing their work out costs more than it saves.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile(
    "studio",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("studio")

_WARNINGS_OF_OTHERS = (
    # Pillow tells of damaged metadata, which the tests write on purpose.
    r"ignore::UserWarning:PIL\.",
    # pycocotools' compiled decoder meets NumPy 2's wish for another signature.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning",
)

_ROOMS = ("gar_studio", "ui", "models", "main", "tests")
_PATIENCE_SECONDS = 3.0


def pytest_configure(config: pytest.Config) -> None:
    """Let through warnings of third parties that nobody here can do anything about."""
    for line in _WARNINGS_OF_OTHERS:
        config.addinivalue_line("filterwarnings", line)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running which it, or the studio, has started.

    Daemon threads of other packages (progress monitors, for example) do not count, nor do the
    stand-ins that Python keeps for threads it did not start, such as Qt's.
    """
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + _PATIENCE_SECONDS
    while (leaked := _leaked(before)) and time.monotonic() < end:
        time.sleep(0.01)
    if leaked:
        names = ", ".join(f"“{thread.name}” ({_origin(thread)})" for thread in leaked)
        pytest.fail(f"the test left threads running: {names}")


def _leaked(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before
        and not isinstance(thread, threading._DummyThread)
        and (not thread.daemon or _origin(thread).partition(".")[0] in _ROOMS)
    ]


def _origin(thread: threading.Thread) -> str:
    """Return the module of the thread's class, or of the function that it runs."""
    if type(thread) is not threading.Thread:
        return type(thread).__module__
    target = getattr(thread, "_target", None)
    return str(getattr(target, "__module__", "unknown"))
