"""Opens folders of many photos, and exports large projects, while the window goes on."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import GarStudioError, ImageError
from gar_studio.formats.exporting import export_project
from gar_studio.formats.report import Report
from gar_studio.gathering import Batch, gather
from gar_studio.language import tr
from gar_studio.workspace import open_project, project_of
from ui.desk import Desk
from ui.panels.export_dialog import ExportRequest
from ui.panels.task_line import TaskLine
from ui.task_worker import Task, TaskWorker


class GatheringController(QObject):
    """One long task at a time, with its progress in the status line.

    What was read before a task is cancelled stays in the project.
    """

    def __init__(
        self, desk: Desk, line: TaskLine, report: Callable[[tuple[GarStudioError, ...]], None]
    ) -> None:
        """Take charge of the line.

        Args:
            desk: where projects are opened.
            line: shows the progress.
            report: tells which files could not be opened.
        """
        super().__init__()
        self._desk = desk
        self._line = line
        self._report = report
        self._worker = TaskWorker()
        self._number = 0
        self._project: Path | None = None  # that photos are read for
        self._opening = False
        self._problems: list[GarStudioError] = []
        self._read = (0, 0)
        self._exported: Callable[[Report], None] = lambda _: None
        line.cancelled.connect(self._worker.cancel)
        desk.project_changed.connect(self._drop_if_another)
        self._worker.told.connect(self._take)
        self._worker.finished.connect(self._finish)
        self._worker.failed.connect(self._fail)
        self._worker.stopped.connect(self._stop)

    def close(self) -> None:
        """Stop the thread; the controller is not used afterwards."""
        self._worker.close()

    @property
    def busy(self) -> bool:
        """Whether a task is under way."""
        return bool(self._number)

    # --- photos ---

    def open_folder(self, folder: Path) -> bool:
        """Open a folder's project, made when missing, and add the photos that it has not yet.

        The first photo is shown as soon as it is read.
        """
        project = project_of(folder)
        if project.exists() and not self._open(project):
            return False
        document = self._desk.document
        if project.exists() and document is not None and document.read_only:
            return True
        return self._gather(folder, project)

    def add(self, paths: tuple[Path, ...]) -> bool:
        """Add many files to the project that is open."""
        document = self._desk.document
        return document is not None and self._gather(paths, document.path)

    def _open(self, project: Path) -> bool:
        document = self._desk.document
        if document is not None and document.path == project:
            return True
        try:
            opened = open_project(project, create=True)
        except GarStudioError as error:
            self._desk.failed.emit(error)
            return False
        images = opened.images()
        self._opening = True
        self._desk.open_document(opened, images[0].id if images else None)
        self._opening = False
        return True

    def _gather(self, source: Path | tuple[Path, ...], project: Path) -> bool:
        document = self._desk.document
        here = document is not None and document.path == project
        known = frozenset(image.path for image in document.images()) if document and here else None
        self._project = project
        self._problems.clear()
        self._read = (0, 0)
        folder, known = project.parent, known or frozenset()
        self._begin(tr("Reading photos"), partial(_read_all, source, folder, known))
        return True

    def _take(self, number: int, value: object) -> None:
        if number != self._number:
            return
        if isinstance(value, Batch):
            self._add(value)
        elif isinstance(value, tuple):
            self._line.show_progress(*value)

    def _add(self, batch: Batch) -> None:
        self._problems.extend(batch.problems)
        self._read = (batch.done, batch.total)
        self._line.show_progress(*self._read)
        assert self._project is not None
        if not batch.found or not self._open(self._project):
            return
        document = self._desk.document
        assert document is not None
        try:
            records = document.add_images(batch.found)
        except GarStudioError as error:
            self._worker.cancel()
            self._desk.failed.emit(error)
            return
        if self._desk.image_id is None:
            self._desk.show_image(records[0].id)

    # --- export ---

    def export(self, project: Path, request: ExportRequest, done: Callable[[Report], None]) -> None:
        """Write a project's labels as they are in its file now."""
        self._project = None
        self._exported = done
        self._begin(tr("Exporting"), partial(_export, project, request))

    # --- the task under way ---

    def _begin(self, what: str, task: Task) -> None:
        self._number = self._worker.start(task)
        self._line.begin(what)

    def _drop_if_another(self) -> None:
        """Stop reading photos for a project that is not open any more."""
        document = self._desk.document
        gone = document is None or document.path != self._project
        if self._project is not None and not self._opening and gone:
            self._end()
            self._worker.cancel()

    def _end(self) -> None:
        self._number = 0
        self._project = None
        self._line.hide()

    def _finish(self, number: int, result: object) -> None:
        if number != self._number:
            return
        project, problems = self._project, tuple(self._problems)
        self._end()
        if isinstance(result, Report):
            self._exported(result)
            return
        document = self._desk.document
        self._report(problems)
        if project is not None and (document is None or document.path != project):
            self._desk.failed.emit(
                ImageError(
                    tr(
                        "There are no images that can be opened in “{parent}”.",
                        parent=project.parent,
                    ),
                    advice=tr("Open a folder with JPEG, PNG, TIFF, WebP, BMP or GIF files."),
                )
            )

    def _fail(self, number: int, error: GarStudioError) -> None:
        if number == self._number:
            self._end()
            self._desk.failed.emit(error)

    def _stop(self, number: int) -> None:
        if number != self._number:
            return
        done, total = self._read
        reading = self._project is not None
        self._end()
        if not reading:
            self._desk.told.emit(tr("The export was stopped; nothing was written."))
        elif total:
            self._desk.told.emit(
                tr(
                    "Stopped after {done:,} of {total:,} photos. Open the folder "
                    "again for the rest.",
                    done=done,
                    total=total,
                )
            )


def _read_all(
    source: Path | tuple[Path, ...],
    folder: Path,
    known: frozenset[str],
    cancel: CancelToken,
    tell: Callable[[object], None],
) -> None:
    for batch in gather(source, project_folder=folder, known=known, cancel=cancel):
        tell(batch)


def _export(
    project: Path, request: ExportRequest, cancel: CancelToken, tell: Callable[[object], None]
) -> Report:
    def step(done: int, total: int) -> None:
        cancel.check()
        tell((done, total))

    return export_project(
        project, request.form, request.path, selection=request.selection, tell=step
    )
