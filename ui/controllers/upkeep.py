"""Checks and backs up the project, and finds photos again, while the window goes on."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from gar_studio.annotation.region import ImageRecord
from gar_studio.checking import CheckReport, check_project
from gar_studio.document.image_commands import AcceptImageFile, RelinkImages
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from gar_studio.errors import GarStudioError
from gar_studio.images import read_facts
from gar_studio.language import tr, tr_n
from gar_studio.relinking import Relinking, Survey, find_again, survey
from gar_studio.store.backup import back_up
from gar_studio.store.copying import BackupReport
from gar_studio.store.project import SUFFIX
from ui.desk import Desk
from ui.offer import Offer
from ui.panels.check_dialog import CheckDialog
from ui.panels.task_line import TaskLine
from ui.task_worker import Task, TaskWorker


class UpkeepController(QObject):
    """One task at a time, with its progress in the status line.

    When a project opens, it looks whether the photos are there, and for those that are not in the
    project's folder, without a word unless there is something to tell.
    """

    def __init__(self, desk: Desk, window: QWidget, line: TaskLine) -> None:
        super().__init__()
        self._desk = desk
        self._window = window
        self._line = line
        self._worker = TaskWorker()
        self._number = 0
        self._owed = False  # whether it has to be looked for photos after the task under way
        self._looking = False  # for photos, which concerns the project that is open
        self._done: Callable[[object], None] = lambda _: None
        self._stopped = ""
        line.cancelled.connect(self._worker.cancel)
        desk.project_changed.connect(self._take_project)
        desk.photo_differs.connect(self._offer_file)
        desk.image_changed.connect(self._withdraw_file)
        self._file_offered = False
        self._worker.told.connect(self._tell)
        self._worker.finished.connect(self._finish)
        self._worker.failed.connect(self._fail)
        self._worker.stopped.connect(self._stop)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {"check": self.check, "backup": self.choose_backup, "relink": self.choose_search}

    def enabled(self) -> dict[str, bool]:
        """Return by action id whether it can be taken now."""
        document = self._desk.document
        there = document is not None
        writable = document is not None and not document.read_only
        return {"check": there, "backup": there, "relink": writable}

    def close_threads(self) -> None:
        """Stop what is under way; the controller is not used afterwards."""
        self._worker.close()

    # --- check and backup ---

    def check(self) -> None:
        """Check the project and its photos, and show what was found."""
        document = self._desk.document
        if document is not None:
            self._begin(
                tr("Checking the project"),
                lambda cancel, tell: check_project(document.path, cancel=cancel, tell=tell),
                self._show_check,
                stopped=tr("The check was stopped."),
            )

    def choose_backup(self) -> None:
        """Ask for a file name and copy the project there."""
        document = self._desk.document
        if document is None:
            return
        proposed = document.path.with_name(f"{document.path.stem} backup{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Back up project"),
            str(proposed),
            tr("Projects ({endings})", endings=f"*{SUFFIX}"),
        )
        if name:
            path = Path(name)
            self.back_up(path if path.suffix else path.with_suffix(SUFFIX))

    def back_up(self, path: Path) -> None:
        """Copy the project as it is now to a file."""
        document = self._desk.document
        if document is None:
            return
        if not document.read_only and not document.in_place:
            try:  # only the window has it still, and on this thread
                self._tell_backup(document.copy_to(path))
            except GarStudioError as error:
                self._desk.failed.emit(error)
            return
        project = document.path
        self._begin(
            tr("Backing up"),
            lambda cancel, tell: back_up(project, path, cancel=cancel, tell=tell),
            self._tell_backup,
            stopped=tr("The backup was stopped; nothing was written."),
        )

    def _show_check(self, report: object) -> None:
        assert isinstance(report, CheckReport)
        dialog = CheckDialog(report, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _tell_backup(self, report: object) -> None:
        assert isinstance(report, BackupReport)
        self._desk.told.emit(
            tr(
                "Backed up to {name} (images: {images:,}, regions: {regions:,}).",
                name=report.path.name,
                images=report.images,
                regions=report.regions,
            )
        )

    # --- photos that are not where they were ---

    def choose_search(self) -> None:
        """Ask for a folder and look for missing photos in it."""
        document = self._desk.document
        if document is None:
            return
        name = QFileDialog.getExistingDirectory(
            self._window, tr("Folder where the photos are now"), str(document.path.parent)
        )
        if name:
            self.search(Path(name))

    def search(self, folder: Path) -> None:
        """Look for missing photos in a folder, and take those that are found."""
        document = self._desk.document
        if document is not None:
            self._begin(
                tr("Looking for photos"),
                partial(_look, document.images(), document.path.parent, (folder,)),
                partial(self._take_found, asked=True),
                stopped=tr("Looking for photos was stopped."),
                looking=True,
            )

    def _take_project(self) -> None:
        """Look whether the photos of a project that was just opened are there."""
        self._file_offered = False
        self._desk.offered.emit(None)
        if self._number and not self._looking:
            self._owed = True  # a check or a backup goes on to its end first
            return
        self._worker.cancel()
        self._end()
        document = self._desk.document
        if document is None or not document.images():
            return
        folder = document.path.parent
        look = partial(_look, document.images(), folder, (folder,))
        self._begin("", look, partial(self._take_found, asked=False), looking=True)

    def _take_found(self, result: object, *, asked: bool) -> None:
        assert isinstance(result, tuple)
        lost, found = result
        assert isinstance(lost, Survey)
        assert isinstance(found, Relinking)
        document = self._desk.document
        if document is None or not lost.lost:
            if asked:
                self._desk.told.emit(tr("Every photo is where it was."))
            return
        there = {image_id for image_id, _ in found.paths}
        missing = [image for image in lost.missing if image.id not in there]
        changed = [image for image in lost.changed if image.id not in there]
        if document.read_only:
            if lost.missing:
                self._desk.told.emit(_missing(len(lost.missing)))
            return
        if found.paths and asked:
            self._relink(found.paths, missing)
        elif found.paths:
            self._desk.offered.emit(
                Offer(
                    tr_n(
                        "1 photo was moved or renamed.",
                        "{n:,} photos were moved or renamed.",
                        len(found.paths),
                    ),
                    tr("The same content was found under other names. All labels are kept.")
                    + _rest(missing),
                    tr("Link again"),
                    partial(self._relink, found.paths, missing),
                )
            )
        elif missing:
            self._offer_search(missing)
        elif changed:
            self._offer_changed(changed)

    def _relink(self, paths: tuple[tuple[int, str], ...], missing: list[ImageRecord]) -> None:
        if self._desk.do(RelinkImages(paths)):
            self._desk.told.emit(
                tr_n("1 photo is linked again.", "{n:,} photos are linked again.", len(paths))
            )
        if missing:
            self._offer_search(missing)

    def _offer_search(self, missing: list[ImageRecord]) -> None:
        first = missing[0].path
        self._desk.offered.emit(
            Offer(
                _missing(len(missing)),
                tr(
                    "The first is “{first}”. All labels are kept. Choose the "
                    "folder where they are now; they are found by their content.",
                    first=first,
                ),
                tr("Choose folder…"),
                self.choose_search,
            )
        )

    def _offer_changed(self, changed: list[ImageRecord]) -> None:
        first = changed[0]
        if first.id == self._desk.image_id:
            return  # it is told with its pixels
        self._desk.offered.emit(
            Offer(
                tr_n(
                    "1 photo is not the one that was labelled.",
                    "{n:,} photos are not those that were labelled.",
                    len(changed),
                ),
                tr(
                    "The first is “{path}”. All masks are kept, but may not fit any more.",
                    path=first.path,
                ),
                tr("Show it"),
                partial(self._desk.show_image, first.id),
            )
        )

    # --- a photo that is not the one labelled ---

    def _offer_file(self, image: ImageData) -> None:
        document, image_id = self._desk.document, self._desk.image_id
        if document is None or image_id is None:
            return
        record = document.image(image_id)
        fits = (image.height, image.width) == (record.height, record.width)
        if document.read_only or (not fits and document.regions(image_id)):
            if fits:
                self._desk.told.emit(
                    tr("“{path}” has changed; its masks may not fit.", path=record.path)
                )
            return  # the canvas says what is the case
        self._file_offered = True
        self._desk.offered.emit(
            Offer(
                tr("“{path}” has changed since it was added.", path=record.path),
                tr(
                    "Its masks are kept, but may not fit any more. Put the old "
                    "file back, or accept the new one."
                )
                if fits
                else tr(
                    "It has {width}×{height} pixels now. It has no masks, so the "
                    "new file can be accepted.",
                    width=image.width,
                    height=image.height,
                ),
                tr("Accept new file"),
                partial(self._accept_file, image_id),
            )
        )

    def _withdraw_file(self) -> None:
        """The photo in view is another one now."""
        if self._file_offered:
            self._file_offered = False
            self._desk.offered.emit(None)

    def _accept_file(self, image_id: int) -> None:
        document = self._desk.document
        if document is None:
            return
        try:
            facts = read_facts(document.image_path(image_id))
        except GarStudioError as error:
            self._desk.failed.emit(error)
        else:
            self._desk.do(AcceptImageFile(image_id, facts))

    # --- the task under way ---

    def _begin(
        self,
        what: str,
        task: Task,
        done: Callable[[object], None],
        *,
        stopped: str = "",
        looking: bool = False,
    ) -> None:
        if self._number and not self._looking:
            self._desk.told.emit(tr("One thing at a time: wait until it is done, or cancel it."))
            return
        self._done, self._stopped, self._looking = done, stopped, looking
        self._number = self._worker.start(task)
        if what:
            self._line.begin(what)

    def _tell(self, number: int, value: object) -> None:
        if number == self._number and isinstance(value, Progress) and value.total:
            self._line.show_progress(value.done, value.total)

    def _end(self) -> None:
        self._number = 0
        self._line.hide()

    def _finish(self, number: int, result: object) -> None:
        if number == self._number:
            self._end()
            self._done(result)
            self._pay()

    def _fail(self, number: int, error: GarStudioError) -> None:
        if number == self._number:
            self._end()
            self._desk.failed.emit(error)
            self._pay()

    def _stop(self, number: int) -> None:
        if number == self._number:
            told = self._stopped
            self._end()
            if told:
                self._desk.told.emit(told)
            self._pay()

    def _pay(self) -> None:
        """Look for the photos of a project that was opened during the task."""
        if self._owed:
            self._owed = False
            self._take_project()


def _look(
    images: tuple[ImageRecord, ...],
    project_folder: Path,
    search: Iterable[Path],
    cancel: CancelToken,
    tell: Callable[[Progress], None],
) -> tuple[Survey, Relinking]:
    lost = survey(images, project_folder, cancel=cancel, tell=tell)
    found = find_again(
        lost.lost,
        images,
        project_folder=project_folder,
        search=search if lost.lost else (),
        cancel=cancel,
        tell=tell,
    )
    return lost, found


def _missing(count: int) -> str:
    return tr_n("1 photo is missing.", "{n:,} photos are missing.", count)


def _rest(missing: list[ImageRecord]) -> str:
    if not missing:
        return ""
    count = len(missing)
    return " " + tr_n("1 photo is still missing.", "{n:,} photos are still missing.", count)
