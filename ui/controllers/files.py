"""Opens and exports, through the usual dialogs or by dropping files on the window."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from gar_studio.errors import GarStudioError
from gar_studio.formats.coco import CocoReport, export_coco
from gar_studio.gathering import is_large, is_long
from gar_studio.images import SUFFIXES
from gar_studio.sample import make_sample_project
from gar_studio.settings import data_folder
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import Opened, add_images, open_target
from ui.controllers.gathering import GatheringController
from ui.desk import Desk
from ui.panels.task_line import TaskLine

_IMAGES = "Images (" + " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES)) + ")"
_MANY = 2000  # images and regions that are exported in a moment
_PROJECTS = f"Projects (*{SUFFIX})"


class FileController(QObject):
    """What the File menu does."""

    def __init__(self, desk: Desk, window: QWidget, line: TaskLine) -> None:
        super().__init__()
        self._desk = desk
        self._window = window
        self._long = GatheringController(desk, line, self._report)

    def close_threads(self) -> None:
        """Stop what is under way; the controller is not used afterwards."""
        self._long.close()

    def choose_image(self) -> None:
        """Ask for an image and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open image", self._here(), _IMAGES)
        if name:
            self.open(Path(name))

    def choose_folder(self) -> None:
        """Ask for a folder and open its images."""
        name = QFileDialog.getExistingDirectory(self._window, "Open folder", self._here())
        if name:
            self.open(Path(name))

    def choose_project(self) -> None:
        """Ask for a project and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open project", self._here(), _PROJECTS)
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

    def choose_export(self) -> None:
        """Ask for a file name and export COCO."""
        document = self._desk.document
        if document is None:
            self._desk.told.emit("There is nothing to export yet.")
            return
        proposed = document.path.with_suffix(".json")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Export COCO", str(proposed), "COCO (*.json)"
        )
        if name:
            path = Path(name)
            self.export(path if path.suffix else path.with_suffix(".json"))

    def export(self, path: Path) -> bool:
        """Write the project's labels as COCO; return whether that went well.

        A large project is written on another thread; then it says only that this was begun.
        """
        document = self._desk.document
        if document is None:
            return False
        if sum(document.region_counts().values()) + len(document.images()) > _MANY:
            self._long.export(document.path, path, self._tell_export)
            return True
        try:
            report = export_coco(document, path)
        except GarStudioError as error:
            self._desk.failed.emit(error)
            return False
        self._tell_export(report)
        return True

    def _tell_export(self, report: CocoReport) -> None:
        left_out = f"; {report.drafts} drafts left out" if report.drafts else ""
        self._desk.told.emit(
            f"Exported {_counted(report.regions, 'region')} on "
            f"{_counted(report.images, 'image')} to {report.path.name}{left_out}."
        )

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
            more = f" And {len(problems) - 3} more." if len(problems) > 3 else ""
            self._desk.failed.emit(
                GarStudioError(
                    f"{len(problems)} files could not be opened. {listed}{more}",
                    kept="All others are in the project.",
                )
            )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
