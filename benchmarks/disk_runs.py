"""Disks that fill up, turn read-only or go away while somebody edits: what is lost, what is said.

Small disks are mounted in memory where that is allowed (as root on Linux).  What needs one is left
out elsewhere; the doubles, a limit of SQLite's and one of the system's, work for everybody.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.edit_storm import content, make_project, picture, step
from gar_studio.document.document import Document
from gar_studio.errors import GarStudioError
from gar_studio.store.opening import open_store

_SEED = 11
_BEFORE, _AFTER, _REFUSED = 60, 40, 8
_PAGE = 4096
_MOST = 5000  # edits until a small disk has to be full


@dataclass
class DiskReport:
    """What came of one kind of trouble.

    Attributes:
        accepted: edits that were accepted.
        lost: of them, those that are in no file afterwards.
        refused: what was said instead of accepting one.
        unclear: what was not said as it should be, or did not work again afterwards.
    """

    accepted: int = 0
    lost: int = 0
    refused: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


class _Work:
    """Somebody who edits a project, and does the same to a twin on a disk without trouble."""

    def __init__(self, project: Path, twin: Path) -> None:
        for path in (project, twin):
            make_project(path)
        self.project = project
        self.twin = twin
        self.report = DiskReport()
        self.document = Document(open_store(project))
        self._same = Document(open_store(twin))
        self._number = 0

    def close(self) -> None:
        self.document.close()
        self._same.close()

    def reopen(self) -> None:
        self.document.close()
        self.document = Document(open_store(self.project))

    def edit(self, count: int) -> int:
        """Edit so many times; return how many edits were refused."""
        refused = 0
        for _ in range(count):
            try:
                step(self.document, _SEED, self._number)
            except GarStudioError as error:
                refused += 1
                self.report.refused.append(str(error))
                self.expect(bool(error.kept and error.advice), f"not clear: {error}")
                self.expect(self._as_twin(), "a refused edit changed the document")
            else:
                self.report.accepted += step(self._same, _SEED, self._number)
            self._number += 1
        return refused

    def try_alone(self, count: int) -> None:
        """Edit where the twin cannot be written to either, so that nothing may be accepted."""
        for number in range(self._number, self._number + count):
            try:
                accepted = step(self.document, _SEED, number)
            except GarStudioError as error:
                self.report.refused.append(str(error))
                self.expect(bool(error.kept and error.advice), f"not clear: {error}")
            else:
                self.expect(not accepted, "an edit was accepted")
            self.expect(self._as_twin(), "a refused edit changed the document")

    def is_refused(self) -> bool:
        """Edit some times; return whether that was refused, and nothing was accepted."""
        before = self.report.accepted
        return self.edit(_REFUSED) > 0 and self.report.accepted == before

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.report.unclear.append(otherwise)

    def compare(self, path: Path) -> None:
        """Compare a project's file with the twin's, and the document with both."""
        if content(path) != content(self.twin):
            self.report.lost = self.report.accepted
        self.expect(self._as_twin(), "the document is not its file")

    def _as_twin(self) -> bool:
        return picture(self.document) == picture(self._same)


def full_disk(folder: Path) -> DiskReport:
    """Fill a small disk, edit on, make room, and edit again."""
    with _small_disk(folder, 8) as disk, _working(disk, folder) as work:
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * 6_000_000)
        for _ in range(_MOST):
            if work.edit(1):
                break
        work.edit(_REFUSED)
        work.expect("full" in " ".join(work.report.refused), "nobody said that the disk is full")
        work.compare(work.project)
        ballast.unlink()
        work.expect(work.edit(_AFTER) == 0, "edits were refused where there was room again")
        work.reopen()
        work.compare(work.project)
        return work.report


def full_file(folder: Path) -> DiskReport:
    """Let SQLite refuse more pages, as on a full disk, and then allow them."""
    with _working(folder, folder) as work:
        work.edit(_BEFORE)
        store = work.document._store._connection
        store.execute("PRAGMA max_page_count = 10")
        work.expect(work.edit(_BEFORE) > 0, "nothing was refused")
        work.expect("full" in " ".join(work.report.refused), "nobody said that the disk is full")
        work.compare(work.project)
        store.execute("PRAGMA max_page_count = 1000000")
        work.expect(work.edit(_AFTER) == 0, "edits were refused where there was room again")
        work.reopen()
        work.compare(work.project)
        return work.report


def failing_writes(folder: Path) -> DiskReport:
    """Let the system refuse to write, as a broken drive does, and then allow it."""
    import resource  # noqa: PLC0415 - not there on Windows

    with _working(folder, folder) as work:
        work.edit(_BEFORE)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_PAGE, before[1]))  # less than any edit writes
        try:
            work.try_alone(_BEFORE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        work.expect(bool(work.report.refused), "nothing was refused")
        work.compare(work.project)
        work.expect(work.edit(_AFTER) == 0, "edits were refused where writing works again")
        work.reopen()
        work.compare(work.project)
        return work.report


def read_only_disk(folder: Path) -> DiskReport:
    """Open a project on a disk that turned read-only, and again when it did not any more."""
    with _small_disk(folder, 8) as disk, _working(disk, folder) as work:
        work.edit(_BEFORE)
        work.document.close()
        _run("mount", "-o", "remount,ro", str(disk))
        work.reopen()
        work.expect(work.document.read_only, "it was opened for writing")
        work.expect("cannot be written" in work.document.notice, "nobody said why")
        work.expect(work.is_refused(), "an edit was accepted")
        work.compare(work.project)
        work.document.close()
        _run("mount", "-o", "remount,rw", str(disk))
        work.reopen()
        work.expect(work.edit(_AFTER) == 0, "edits were refused where there was room again")
        work.reopen()
        work.compare(work.project)
        return work.report


def unmounted_disk(folder: Path) -> DiskReport:
    """Take the disk away from under an open project; a copy saves all of it."""
    with _small_disk(folder, 8) as disk, _working(disk, folder) as work:
        work.edit(_BEFORE)
        _run("umount", "-l", str(disk))
        return _saved_elsewhere(work, folder)


def deleted_folder(folder: Path) -> DiskReport:
    """Delete the folder of an open project; a copy saves all of it."""
    (folder / "disk").mkdir()
    with _working(folder / "disk", folder) as work:
        work.edit(_BEFORE)
        shutil.rmtree(folder / "disk")
        return _saved_elsewhere(work, folder)


def replaced_file(folder: Path) -> DiskReport:
    """Put another file in the place of an open project; a copy saves all of it."""
    with _working(folder, folder) as work:
        work.edit(_BEFORE)
        make_project(folder / "other.garproj")
        (folder / "other.garproj").replace(work.project)
        return _saved_elsewhere(work, folder)


def deleted_log(folder: Path) -> DiskReport:
    """Delete the log of an open project, which holds what was accepted last."""
    with _working(folder, folder) as work:
        work.edit(_BEFORE)
        work.project.with_name(work.project.name + "-wal").unlink()
        return _saved_elsewhere(work, folder)


def moved_file(folder: Path) -> DiskReport:
    """Move the file of an open project away, and back again."""
    with _working(folder, folder) as work:
        work.edit(_BEFORE)
        away = work.project.rename(folder / "away.garproj")
        work.expect(work.is_refused(), "an edit was accepted")
        away.rename(work.project)
        work.expect(work.edit(_AFTER) == 0, "edits were refused where the file is again")
        work.reopen()
        work.compare(work.project)
        return work.report


TROUBLES: dict[str, Callable[[Path], DiskReport]] = {
    "full disk": full_disk,
    "full file": full_file,
    "failing writes": failing_writes,
    "read-only disk": read_only_disk,
    "disk taken away": unmounted_disk,
    "folder deleted": deleted_folder,
    "file replaced": replaced_file,
    "log deleted": deleted_log,
    "file moved and put back": moved_file,
}
NEEDS_MOUNT = frozenset({"full disk", "read-only disk", "disk taken away"})


def can_mount() -> bool:
    """Whether small disks can be mounted here."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    words = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _saved_elsewhere(work: _Work, folder: Path) -> DiskReport:
    """See that edits are refused, and that a copy has all that was accepted before."""
    work.expect(work.is_refused(), "an edit was accepted")
    said = " ".join(work.report.refused)
    work.expect("moved, deleted or replaced" in said, "nobody said that the file is gone")
    saved = folder / "saved.garproj"
    work.document.copy_to(saved)
    work.compare(saved)
    return work.report


@contextmanager
def _working(disk: Path, folder: Path) -> Iterator[_Work]:
    with closing(_Work(disk / "work.garproj", folder / "twin.garproj")) as work:
        yield work


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    disk = folder / "disk"
    disk.mkdir()
    with ExitStack() as undo:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk))
        undo.callback(lambda: os.path.ismount(disk) and _run("umount", "-l", str(disk)))
        yield disk


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
