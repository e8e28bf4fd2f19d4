"""The thread that brings work to the disk: it does, and it ends with the project."""

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from gar_studio.store.opening import open_store
from gar_studio.store.syncer import Syncer
from tests.helpers.projects import add_region, new_document


def sync_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "store-sync"]


def wait_for(what: object, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_the_thread_ends_with_the_project(tmp_path: Path) -> None:
    assert sync_threads() == []
    document = new_document(tmp_path / "a.garproj")
    assert len(sync_threads()) == 1
    document.close()
    assert sync_threads() == []


def test_stopping_waits_for_work_in_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, may_end = threading.Event(), threading.Event()

    class Slow:
        def execute(self, _: str) -> sqlite3.Cursor:
            at_work.set()
            may_end.wait(10)
            raise sqlite3.OperationalError("slow")

        def close(self) -> None: ...

    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: Slow())
    syncer = Syncer(tmp_path / "a.garproj", interval=0.001)
    syncer.start()
    assert at_work.wait(10)
    threading.Timer(0.1, may_end.set).start()
    syncer.stop()
    assert sync_threads() == []


def test_readers_need_no_thread(tmp_path: Path) -> None:
    new_document(tmp_path / "a.garproj").close()
    store = open_store(tmp_path / "a.garproj", read_only=True)
    assert sync_threads() == []
    store.close()


def test_accepted_work_reaches_the_main_file_while_the_project_is_open(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj")
    add_region(document, 1)
    faster = Syncer(document.path, interval=0.01)
    faster.start()

    def has_arrived() -> bool:
        shutil.copyfile(document.path, tmp_path / "copy.garproj")  # without the log beside it
        with closing(sqlite3.connect(tmp_path / "copy.garproj")) as connection:
            try:
                return bool(connection.execute("SELECT COUNT(*) FROM region").fetchone()[0])
            except sqlite3.Error:
                return False

    wait_for(has_arrived)
    faster.stop()
    document.close()


@pytest.mark.parametrize("content", [None, b"no database" * 1000])
def test_a_file_that_is_gone_or_spoilt_does_not_end_in_a_traceback(
    tmp_path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.garproj"
    if content is not None:
        path.write_bytes(content)
    syncer = Syncer(path, interval=0.001)
    syncer.start()
    wait_for(lambda: caplog.records)
    syncer.stop()
    assert "a.garproj" in caplog.text
    assert path.exists() is (content is not None), "nothing is made in its place"
