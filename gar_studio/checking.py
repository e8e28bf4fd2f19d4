"""Reads a project from end to end and says what is not as it should be.  Changes nothing."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from gar_studio.document.edits import decode_step
from gar_studio.engines.protocol import CancelToken, Progress
from gar_studio.errors import StoreError
from gar_studio.image_files import FileState, state_of
from gar_studio.language import mark, tr
from gar_studio.store import inspection, rows
from gar_studio.store.inspection import Finding, Kind
from gar_studio.store.opening import connect_to_read

_MOST = 100
"""Findings of one kind that are told; the others are counted."""

_INSTRUCTIONS = 100_000
"""Of SQLite's machine between two looks at whether it is still wanted: some milliseconds."""

_EVERY = 50  # photos between two words about how far it is
_EVERY_STEP = 1000  # of the history

_RELINK = mark("Put it back, or find it with “Look for missing photos” or “gar-studio relink”.")
_FILES = {
    FileState.MISSING: (Kind.MISSING, mark("There is no such file; its labels are kept."), _RELINK),
    FileState.CHANGED: (
        Kind.CHANGED,
        mark("The file is another one than was labelled; the masks may not fit."),
        mark("Put the old file back, or open the image and accept the new one."),
    ),
    FileState.UNREADABLE: (
        Kind.UNREADABLE,
        mark("The file cannot be read."),
        mark("Check that it is a photo and that you may read it."),
    ),
}


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What came of checking a project.

    Attributes:
        path: the project's file.
        images: how many it has.
        regions: how many it has.
        quick: whether the bytes of the photos were not compared.
        findings: at most a hundred of each kind.
        left_out: how many more there are, by kind.
    """

    path: Path
    images: int
    regions: int
    quick: bool
    findings: tuple[Finding, ...]
    left_out: tuple[tuple[Kind, int], ...]

    @property
    def sound(self) -> bool:
        """Whether all is well."""
        return not self.findings


def check_project(
    path: Path,
    *,
    quick: bool = False,
    cancel: CancelToken | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> CheckReport:
    """Check a project's file and its photos, as they are at this moment.

    Args:
        path: the project's file; a window may be writing to it.
        quick: look at the sizes of the photos, but not at their bytes.
        cancel: checked all the time.
        tell: told how far it is.

    Raises:
        Cancelled: it is not wanted any more.
        StoreError: the file is missing, no project, made by a newer version, or so damaged that
            it does not open.
    """
    connection, newer = connect_to_read(path)
    with closing(connection):
        if newer:
            raise StoreError(
                tr("A newer version of GAR Studio made “{name}”.", name=path.name),
                advice=tr("Update, then check it."),
            )
        check = _Check(connection, path.parent, cancel or CancelToken(), tell, quick=quick)
        return check.run(path)


@dataclass
class _Check:
    """One run; it holds what the looks share."""

    connection: sqlite3.Connection
    folder: Path
    cancel: CancelToken
    tell: Callable[[Progress], None]
    quick: bool
    found: list[Finding] = field(default_factory=list)
    counts: Counter[Kind] = field(default_factory=Counter)

    def run(self, path: Path) -> CheckReport:
        # The file cannot be written to through this connection; its index of words can be read
        # only through a table, which needs the right to make temporary ones.
        self.connection.execute("PRAGMA temp_store = MEMORY")
        self.connection.execute("PRAGMA query_only = OFF")
        self.connection.set_progress_handler(lambda: self.cancel.cancelled, _INSTRUCTIONS)
        self.connection.execute("BEGIN")  # one moment of the project
        images, regions = self._count("image"), self._count("region")
        for stage, look in (
            (mark("Reading the file"), lambda: inspection.file_itself(self.connection)),
            (mark("Looking for orphans"), lambda: inspection.orphans(self.connection)),
            (mark("Checking categories"), lambda: inspection.categories(self.connection)),
            (mark("Checking ids"), lambda: inspection.ids(self.connection)),
            (mark("Checking images"), lambda: inspection.images(self.connection)),
            (mark("Checking answers"), lambda: inspection.exchanges(self.connection)),
            (mark("Checking relations"), lambda: inspection.relations(self.connection)),
            (mark("Checking regions"), lambda: self._regions(regions)),
            (mark("Checking the history"), self._history),
            (mark("Checking the search"), lambda: inspection.caption_index(self.connection)),
            (mark("Checking photos"), lambda: self._photos(images)),
        ):
            self._look(stage, look)
        more = {kind: count - _MOST for kind, count in self.counts.items() if count > _MOST}
        return CheckReport(
            path, images, regions, self.quick, tuple(self.found), tuple(more.items())
        )

    def _look(self, stage: str, look: Callable[[], Iterator[Finding]]) -> None:
        """Take what a look finds; one that fails is a finding, and keeps nobody from the next."""
        self.cancel.check()
        self.tell(Progress(stage, 0, 0))
        try:
            for finding in look():
                self._take(finding)
        except (*rows.SQLITE_ERRORS, *rows.DAMAGE) as error:
            self.cancel.check()
            meaning = tr("Part of the file cannot be read: {error}.", error=error)
            self._take(Finding(Kind.FILE, stage, meaning, inspection.BACKUP))

    def _take(self, finding: Finding) -> None:
        self.counts[finding.kind] += 1
        if self.counts[finding.kind] <= _MOST:
            self.found.append(finding)

    def _count(self, table: str) -> int:
        try:
            found = self.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
        except rows.SQLITE_ERRORS:
            self.cancel.check()
            return 0  # the looks will say why
        return int(found[0])

    def _regions(self, total: int) -> Iterator[Finding]:
        return inspection.regions(self.connection, self._teller(mark("Checking regions"), total))

    def _history(self) -> Iterator[Finding]:
        tell = self._teller(mark("Checking the history"), self._count("history"))
        for number, row in enumerate(self.connection.execute("SELECT * FROM history")):
            if number % _EVERY_STEP == 0:
                tell(number)
            try:
                decode_step(row["edits"], str(row["name"]))
            except StoreError as error:
                where = f"step {row['id']} “{row['name']}”"
                yield Finding(Kind.HISTORY, where, error.what, inspection.BACKUP)

    def _photos(self, total: int) -> Iterator[Finding]:
        tell = self._teller(mark("Checking photos"), total)
        for number, row in enumerate(self.connection.execute(rows.IMAGES)):
            if number % _EVERY == 0:
                tell(number)
            try:
                image = rows.image_from(row)
            except rows.DAMAGE:
                continue  # it was found before
            state = state_of(image, self.folder, read=not self.quick, check=self.cancel.check)
            if state in _FILES:
                kind, meaning, advice = _FILES[state]
                yield Finding(kind, image.path, meaning, advice)

    def _teller(self, stage: str, total: int) -> Callable[[int], None]:
        def tell(done: int) -> None:
            self.cancel.check()
            self.tell(Progress(stage, done, total))

        return tell
