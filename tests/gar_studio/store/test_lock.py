"""One writer a project; the lock goes with its process."""

import sqlite3
from pathlib import Path

import pytest

from gar_studio.store.lock import WriterLock


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    first = WriterLock.acquire(path)
    assert first is not None
    assert WriterLock.acquire(path) is None
    other = WriterLock.acquire(tmp_path / "b.garproj")
    assert other is not None
    other.release()
    first.release()
    again = WriterLock.acquire(path)
    assert again is not None
    again.release()


def test_the_lock_touches_the_project_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    lock = WriterLock.acquire(path)
    assert lock is not None
    lock.release()
    assert not path.exists()


def test_where_no_file_can_be_made_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        WriterLock.acquire(tmp_path / "nowhere" / "a.garproj")
