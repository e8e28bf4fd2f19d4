"""A backup is whole, is made while others write, and never costs what was there before."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gar_studio.checking import check_project
from gar_studio.document.commands import SetCaption
from gar_studio.document.document import Document
from gar_studio.engines.protocol import CancelToken, Progress
from gar_studio.errors import Cancelled, StoreError
from gar_studio.store import copying
from gar_studio.store.backup import back_up
from gar_studio.store.opening import open_store
from tests.helpers.projects import add_region, caption, labels_in_file, new_document, seen


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    (tmp_path / "work").mkdir()
    made = new_document(tmp_path / "work" / "a.garproj")
    for number in range(30):
        region = add_region(made, 1)
        made.do(SetCaption(1, region.id, caption("many words " * 90 + str(number))))
    yield made
    made.close()


def opened_copy(path: Path) -> dict[str, object]:
    with closing(Document(open_store(path))) as copy:
        assert not copy.read_only
        found = seen(copy)
        assert copy.undo(1) in {"edit caption", "add region"}, "the history comes along"
        copy.redo(1)
    return found


def test_a_backup_of_an_open_project_is_all_of_it_in_one_file(
    document: Document, tmp_path: Path
) -> None:
    out = tmp_path / "copy é 图.garproj"
    report = back_up(document.path, out)
    assert (report.path, report.images, report.regions) == (out, 2, 30)
    assert report.file_size == out.stat().st_size
    assert {p.name for p in tmp_path.iterdir()} == {"work", out.name}
    assert labels_in_file(out) == labels_in_file(document.path)
    assert opened_copy(out) == seen(document)
    add_region(document, 1)


def test_a_backup_takes_the_place_of_an_older_one(document: Document, tmp_path: Path) -> None:
    out = tmp_path / "b.garproj"
    back_up(document.path, out)
    opened_copy(out)  # leaves a lock file, which is nobody's
    assert check_project(out, quick=True).regions == 30  # may leave an empty log
    add_region(document, 1)
    assert back_up(document.path, out).regions == 31
    assert opened_copy(out) == seen(document)


def test_a_backup_while_somebody_writes_is_one_moment_of_the_project(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each edit adds a region with a caption; a copy from two moments would have a bare one."""
    monkeypatch.setattr(copying, "_PAGES", 1)
    begun, done = threading.Event(), threading.Event()
    reports: list[int] = []

    def copy() -> None:
        def tell(_: Progress) -> None:
            begun.set()

        try:
            reports.append(back_up(document.path, tmp_path / "b.garproj", tell=tell).regions)
        finally:
            done.set()

    thread = threading.Thread(target=copy)
    thread.start()
    assert begun.wait(30)
    while not done.is_set():
        region = add_region(document, 2)
        document.do(SetCaption(2, region.id, caption("more words " * 90)))
        document.undo(2)
        document.undo(2)
    thread.join()
    assert reports == [30]
    assert len(opened_copy(tmp_path / "b.garproj")) > 0


def test_a_backup_that_is_stopped_leaves_what_was_there(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PAGES", 1)
    out, cancel = tmp_path / "b.garproj", CancelToken()
    out.write_bytes(b"older")
    steps: list[Progress] = []

    def tell(progress: Progress) -> None:
        steps.append(progress)
        if len(steps) == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        back_up(document.path, out, cancel=cancel, tell=tell)
    assert len(steps) == 3, "no step was made after it"
    assert steps[0].total > 3
    assert out.read_bytes() == b"older"
    assert {p.name for p in tmp_path.iterdir()} == {"work", "b.garproj"}


@pytest.mark.parametrize("name", ["a.garproj", "a.garproj-wal", "a.garproj-lock", "link", "hard"])
def test_the_project_itself_is_never_replaced(document: Document, name: str) -> None:
    out = document.path.parent / name
    if name == "link":
        out.symlink_to(document.path)
    if name == "hard":
        os.link(document.path, out)
    before = document.path.stat().st_ino
    with pytest.raises(StoreError, match="the project itself"):
        back_up(document.path, out)
    assert document.path.stat().st_ino == before
    add_region(document, 1)


def test_a_project_that_is_open_elsewhere_is_not_replaced(
    document: Document, tmp_path: Path
) -> None:
    other = new_document(tmp_path / "other.garproj")
    with pytest.raises(StoreError, match="open in another window"):
        back_up(document.path, other.path)
    add_region(other, 1)
    crashed = tmp_path / "crashed.garproj"
    for end in ("", "-wal"):
        shutil.copyfile(f"{other.path}{end}", f"{crashed}{end}")
    other.close()
    with pytest.raises(StoreError, match="not closed properly"):
        back_up(document.path, crashed)
    with closing(Document(open_store(crashed))) as opened:
        assert len(opened.regions(1)) == 1


@pytest.mark.parametrize("place", ["no folder/b.garproj", "folder", "x" * 300])
def test_a_place_that_cannot_be_written(document: Document, tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError) as caught:
        back_up(document.path, tmp_path / place)
    assert caught.value.advice
    assert {p.name for p in tmp_path.iterdir()} == {"work", "folder"}


def test_a_damaged_project_gives_no_backup(document: Document, tmp_path: Path) -> None:
    document.close()
    whole = bytearray(document.path.read_bytes())
    whole[len(whole) // 2 : len(whole) // 2 + 4096] = b"\xff" * 4096
    document.path.write_bytes(whole)
    (tmp_path / "b.garproj").write_bytes(b"older")
    with pytest.raises(StoreError, match=r"damaged|malformed"):
        back_up(document.path, tmp_path / "b.garproj")
    assert (tmp_path / "b.garproj").read_bytes() == b"older"


def test_a_project_without_a_log_is_copied_too(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    document = new_document(path)
    add_region(document, 1)
    document.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    assert back_up(path, tmp_path / "b.garproj").regions == 1


def test_a_project_whose_file_was_deleted_can_still_be_copied(
    document: Document, tmp_path: Path
) -> None:
    before = seen(document)
    shutil.rmtree(document.path.parent)
    assert document.copy_to(tmp_path / "b.garproj").regions == 30
    assert opened_copy(tmp_path / "b.garproj") == before
