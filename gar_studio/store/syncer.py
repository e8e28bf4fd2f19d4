"""Brings committed work from the write-ahead log to the disk, away from the UI thread."""

import logging
import sqlite3
import threading
from pathlib import Path

_LOG = logging.getLogger(__name__)


class Syncer:
    """Checkpoints a project's write-ahead log once a second on a thread of its own.

    Commits use `synchronous=NORMAL` and wait for no disk; the checkpoint syncs the log first.
    So a killed process loses nothing and a power cut at most the last interval.
    """

    def __init__(self, path: Path, *, interval: float = 1.0) -> None:
        self._path = path
        self._interval = interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-sync", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        # "rw": a project that was moved away meanwhile is not made anew.
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        try:
            connection = sqlite3.connect(uri, uri=True, timeout=5, isolation_level=None)
        except sqlite3.Error as error:
            _LOG.warning("no checkpoints of %s: %s", self._path.name, error)
            return
        try:
            while not self._stop.wait(self._interval):
                try:
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                except sqlite3.Error as error:
                    # The log still holds everything; the next round tries again.
                    _LOG.warning("checkpoint of %s put off: %s", self._path.name, error)
        finally:
            connection.close()
