"""Imports labels of other programs: a plan first, then all of it, on another thread."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import GarStudioError
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.importing import ImportResult, apply_import, plan_import
from gar_studio.formats.plan import ImportPlan
from gar_studio.formats.table import Format, Tell
from gar_studio.language import tr, tr_n
from gar_studio.workspace import open_project
from ui.desk import Desk
from ui.exchange_memory import load_memory, save_memory
from ui.panels.import_dialog import ImportDialog
from ui.panels.task_line import TaskLine
from ui.task_worker import Task, TaskWorker

_STEP = 20  # images between two signs of life


class ImportController(QObject):
    """The dialog, and the work that it asks for.

    The project is off the desk while labels are written into it, so that nobody else writes; it
    comes back with the same image in view.
    """

    def __init__(self, desk: Desk, window: QWidget, line: TaskLine) -> None:
        super().__init__()
        self._desk = desk
        self._window = window
        self._line = line
        self._worker: TaskWorker | None = None
        self._number = 0
        self._dialog: ImportDialog | None = None
        self._back: tuple[Path, int | None] | None = None

    def close(self) -> None:
        """Stop the thread; the controller is not used afterwards."""
        self._back = None
        if self._worker is not None:
            self._worker.close()

    def choose(self) -> None:
        """Show the dialog."""
        document = self._desk.document
        if document is None or document.read_only:
            self._desk.told.emit(tr("Open a project that can be changed first, or its folder."))
            return
        memory = load_memory()
        folder = Path(memory.import_folder or document.path.parent)
        forms = tuple(form for form in FORMATS.values() if form.open is not None)
        dialog = ImportDialog(forms, self._window, chosen=memory.import_format, folder=folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.asked.connect(self._plan)
        dialog.accepted.connect(self._import)
        dialog.rejected.connect(self._drop)
        self._dialog = dialog
        dialog.open()

    # --- the plan ---

    def _plan(self) -> None:
        dialog, document = self._dialog, self._desk.document
        if dialog is None or document is None or dialog.source.path is None:
            return
        source = dialog.source.path
        photos = dialog.photos.path or source.parent
        self._start(partial(_read, document.path, dialog.chosen, (source, photos)))

    def _drop(self) -> None:
        self._dialog = None
        self._number = 0
        if self._worker is not None:
            self._worker.cancel()

    # --- the work ---

    def _import(self) -> None:
        dialog, document = self._dialog, self._desk.document
        self._dialog = None
        if dialog is None or document is None or dialog.plan is None:
            return
        source = dialog.source.path
        memory = replace(load_memory(), import_format=dialog.chosen.name)
        if source is not None:
            memory = replace(memory, import_folder=str(source.parent))
        save_memory(memory)
        self._back = (document.path, self._desk.image_id)
        self._desk.close_document()
        self._line.begin(tr("Importing"))
        self._line.cancelled.connect(self._cancel)
        self._start(partial(_write, self._back[0], dialog.plan))

    def _cancel(self) -> None:
        if self._worker is not None:
            self._worker.cancel()

    def _reopen(self) -> None:
        """Put the project back on the desk."""
        self._line.hide()
        self._line.cancelled.disconnect(self._cancel)
        back, self._back = self._back, None
        if back is None or self._desk.document is not None:
            return
        try:
            document = open_project(back[0])
        except GarStudioError as error:
            self._desk.failed.emit(error)
            return
        images = document.images()
        first = images[0].id if images else None
        self._desk.open_document(document, back[1] if back[1] is not None else first)

    # --- the thread ---

    def _start(self, task: Task) -> None:
        if self._worker is None:
            self._worker = TaskWorker()
            self._worker.told.connect(self._tell)
            self._worker.finished.connect(self._finish)
            self._worker.failed.connect(self._fail)
            self._worker.stopped.connect(self._stop)
        self._number = self._worker.start(task)

    def _tell(self, number: int, value: object) -> None:
        if number != self._number or not isinstance(value, tuple):
            return
        if self._back is not None:
            self._line.show_progress(*value)
        elif self._dialog is not None:
            self._dialog.show_progress(*value)

    def _finish(self, number: int, result: object) -> None:
        if number != self._number:
            return
        if isinstance(result, ImportPlan) and self._dialog is not None:
            self._dialog.show_plan(result)
        elif isinstance(result, ImportResult):
            self._reopen()
            regions = tr_n("{n} region", "{n:,} regions", result.regions)
            self._desk.told.emit(
                tr("Imported {regions}. Each image can be undone by itself.", regions=regions)
            )

    def _fail(self, number: int, error: GarStudioError) -> None:
        if number != self._number:
            return
        if self._back is not None:
            self._reopen()
            self._desk.failed.emit(error)
        elif self._dialog is not None:
            self._dialog.show_error(error)

    def _stop(self, number: int) -> None:
        if number == self._number and self._back is not None:
            self._reopen()
            self._desk.told.emit(tr("The import was stopped; nothing was written."))


def _teller(cancel: CancelToken, tell: Callable[[object], None]) -> Tell:
    def step(done: int, total: int) -> None:
        cancel.check()
        if done % _STEP == 0:
            tell((done, total))

    return step


def _read(
    project: Path,
    form: Format,
    paths: tuple[Path, Path],  # of the labels, and of the folder of photos
    cancel: CancelToken,
    tell: Callable[[object], None],
) -> ImportPlan:
    assert form.open is not None, "only such formats are offered"
    incoming = form.open(*paths)
    document = open_project(project, read_only=True)
    try:
        return plan_import(document, incoming, paths[1], _teller(cancel, tell))
    finally:
        document.close()


def _write(
    project: Path, plan: ImportPlan, cancel: CancelToken, tell: Callable[[object], None]
) -> ImportResult:
    document = open_project(project)
    try:
        return apply_import(document, plan, _teller(cancel, tell))
    finally:
        document.close()
