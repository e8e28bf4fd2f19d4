"""Opens, imports and exports, through the usual dialogs or by dropping files on the window."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from gar_studio.errors import GarStudioError
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.exporting import export_project
from gar_studio.formats.report import Report, report_path
from gar_studio.formats.selection import Selection
from gar_studio.gathering import is_large, is_long
from gar_studio.images import SUFFIXES
from gar_studio.language import tr, tr_n
from gar_studio.sample import make_sample_project
from gar_studio.settings import data_folder
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import Opened, add_images, open_target
from ui.controllers.gathering import GatheringController
from ui.controllers.importing import ImportController
from ui.desk import Desk
from ui.exchange_memory import load_memory, save_memory
from ui.panels.export_dialog import ExportDialog, ExportRequest
from ui.panels.task_line import TaskLine

_IMAGES = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
_MANY = 2000  # images and regions that are exported in a moment


class FileController(QObject):
    """What the File menu does."""

    def __init__(self, desk: Desk, window: QWidget, line: TaskLine) -> None:
        super().__init__()
        self._desk = desk
        self._window = window
        self._long = GatheringController(desk, line, self._report)
        self._importing = ImportController(desk, window, line)

    def close_threads(self) -> None:
        """Stop what is under way; the controller is not used afterwards."""
        self._long.close()
        self._importing.close()

    def choose_image(self) -> None:
        """Ask for an image and open it."""
        kinds = tr("Images ({endings})", endings=_IMAGES)
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Open image"), self._here(), kinds)
        if name:
            self.open(Path(name))

    def choose_folder(self) -> None:
        """Ask for a folder and open its images."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Open folder"), self._here())
        if name:
            self.open(Path(name))

    def choose_project(self) -> None:
        """Ask for a project and open it."""
        kinds = tr("Projects ({endings})", endings=f"*{SUFFIX}")
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Open project"), self._here(), kinds)
        if name:
            self.open(Path(name))

    def open_sample(self) -> None:
        """Open the sample project; it is made in the user's own folder if it is not there."""
        try:
            project = make_sample_project(data_folder() / "sample")
        except GarStudioError as error:
            self._desk.failed.emit(error)
        else:
            self.open(project)

    def open(self, target: Path) -> bool:
        """Open an image, a folder or a project; what was open stays open if that fails.

        An image of the open project's own folder, or below it, is added to that project.  A folder
        of many images is read on another thread, and its images appear one after the other.
        """
        if target.is_dir() and is_large(target):
            return self._long.open_folder(target.resolve())
        try:
            if self._belongs_here(target):
                return self._add([target])
            opened = self._reopen(target)
        except GarStudioError as error:
            self._desk.failed.emit(error)
            return False
        self._desk.open_document(opened.document, opened.image_id)
        self._report(opened.problems)
        return True

    def drop(self, paths: Iterable[Path]) -> None:
        """Open what was dropped: several images are added to the project of the first."""
        listed = list(paths)
        if not listed or not self.open(listed[0]):
            return
        rest = [path for path in listed[1:] if path.suffix.lower() in SUFFIXES]
        if is_long(rest):
            self._long.add(tuple(rest))
        elif rest:
            self._add(rest, show=False)

    def choose_import(self) -> None:
        """Ask what to import, and show what that would do."""
        self._importing.choose()

    def choose_export(self) -> None:
        """Ask for format, filters and place, and export; Enter exports as the last time."""
        document = self._desk.document
        if document is None:
            self._desk.told.emit(tr("There is nothing to export yet."))
            return
        memory = load_memory()
        folder = Path(memory.export_folder or document.path.parent)
        dialog = ExportDialog(
            document,
            tuple(form for form in FORMATS.values() if form.export is not None),
            self._window,
            chosen=memory.export_format,
            folder=folder if folder.is_dir() else document.path.parent,
            image_id=self._desk.image_id,
        )
        wanted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if wanted:
            request = dialog.request()
            own = request.path.parent == document.path.parent
            save_memory(
                replace(
                    load_memory(),
                    export_format=request.form.name,
                    export_folder="" if own else str(request.path.parent),
                )
            )
            self._export(request)

    def export(self, path: Path) -> bool:
        """Write the project's labels as COCO; return whether that went well.

        A large project is written on another thread; then it says only that this was begun.
        """
        return self._export(ExportRequest(FORMATS["coco"], path, Selection()))

    def _export(self, request: ExportRequest) -> bool:
        document = self._desk.document
        if document is None:
            return False
        if sum(document.region_counts().values()) + len(document.images()) > _MANY:
            self._long.export(document.path, request, self._tell_export)
            return True
        try:
            report = export_project(
                document.path, request.form, request.path, selection=request.selection
            )
        except GarStudioError as error:
            self._desk.failed.emit(error)
            return False
        self._tell_export(report)
        return True

    def _tell_export(self, report: Report) -> None:
        done = {
            "regions": tr_n("{n} region", "{n} regions", report.regions),
            "images": tr_n("{n} image", "{n} images", report.images),
            "name": report.path.name,
        }
        if not report.losses:
            self._desk.told.emit(tr("Exported {regions} on {images} to {name}.", **done))
            return
        if report.drafts:
            drafts = tr_n("{n} draft", "{n} drafts", report.drafts)
            told = tr(
                "Exported {regions} on {images} to {name}; {drafts} left out.",
                **done,
                drafts=drafts,
            )
        else:
            told = tr(
                "Exported {regions} on {images} to {name}; not all of it fits the format.", **done
            )
        places = (
            "\n".join(
                (
                    f"{count} {tr(loss.value)}.",
                    *(f"  {p}" for p in report.examples.get(loss, ())),
                )
            )
            for loss, count in report.losses.items()
        )
        all_of_it = tr("All of this is in {path}", path=report_path(report.path))
        self._desk.reported.emit(told, "\n".join((*places, all_of_it)))

    def _here(self) -> str:
        document = self._desk.document
        return str(document.path.parent) if document else str(Path.home())

    def _belongs_here(self, target: Path) -> bool:
        document = self._desk.document
        if document is None or document.read_only or target.suffix.lower() not in SUFFIXES:
            return False
        return target.resolve().is_relative_to(document.path.parent.resolve())

    def _reopen(self, target: Path) -> Opened:
        """Open a target; the project that is open has to go first if it is the same file."""
        document = self._desk.document
        same = document is not None and target.resolve() in (
            document.path.resolve(),
            document.path.parent.resolve(),
        )
        if same:
            self._desk.close_document()
        return open_target(target)

    def _add(self, paths: list[Path], *, show: bool = True) -> bool:
        document = self._desk.document
        if document is None:
            return False
        try:
            report = add_images(document, paths)
        except GarStudioError as error:
            self._desk.failed.emit(error)
            return False
        self._report(report.problems)
        if show and report.image_ids:
            self._desk.show_image(report.image_ids[0])
        return bool(report.image_ids)

    def _report(self, problems: tuple[GarStudioError, ...]) -> None:
        if len(problems) == 1:
            self._desk.failed.emit(problems[0])
        elif problems:
            listed = " ".join(problem.what for problem in problems[:3])
            more = len(problems) - len(problems[:3])
            self._desk.failed.emit(
                GarStudioError(
                    tr(
                        "{count} files could not be opened. {listed} And {more} more.",
                        count=len(problems),
                        listed=listed,
                        more=more,
                    )
                    if more
                    else tr(
                        "{count} files could not be opened. {listed}",
                        count=len(problems),
                        listed=listed,
                    ),
                    kept=tr("All others are in the project."),
                )
            )
