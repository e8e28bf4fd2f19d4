"""One writer a project: a lock that the system drops when the process dies, however it dies."""

import sqlite3
from pathlib import Path
from typing import Self


class WriterLock:
    """Holds an exclusive transaction on a small file beside the project.

    SQLite's file locks are released by the system with the process, so a crash leaves no stale
    lock behind, on every platform.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def acquire(cls, project: Path) -> Self | None:
        """Take the lock of `project`, or return None if another process (or window) has it.

        Raises:
            sqlite3.OperationalError: the lock file cannot be made, as in a read-only folder.
        """
        connection = sqlite3.connect(
            project.with_name(project.name + "-lock"), timeout=0, isolation_level=None
        )
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            connection.close()
            if "locked" in str(error):
                return None
            raise
        return cls(connection)

    def release(self) -> None:
        """Give the lock back."""
        self._connection.close()
