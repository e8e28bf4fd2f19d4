"""What the window's actions do, where more than one part of it is concerned."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from gar_studio import __version__
from gar_studio.document.commands import DeleteRegions
from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from gar_studio.settings import account_name, reviewer_name
from gar_studio.statistics import measure
from ui.canvas import ToolName
from ui.panels.caption_dialog import edit_caption
from ui.panels.palette import Palette
from ui.panels.reason_dialog import ask_reviewer
from ui.panels.statistics_dialog import StatisticsDialog

if TYPE_CHECKING:
    from ui.studio import Studio

_TITLE = "GAR Studio"


class WindowController(QObject):
    """Says which part of the window does what an action asks for."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio = studio

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {
            "open_image": self._studio.files.choose_image,
            "open_folder": self._studio.files.choose_folder,
            "open_project": self._studio.files.choose_project,
            "open_sample": self._studio.files.open_sample,
            "next_image": lambda: self._studio.desk.step_image(1),
            "previous_image": lambda: self._studio.desk.step_image(-1),
            "import": self._studio.files.choose_import,
            "export": self._studio.files.choose_export,
            **self._studio.upkeep.handlers(),
            "quit": self._studio.close,
            "undo": self._undo,
            "redo": self._redo,
            "select_all": lambda: self._studio.desk.select(
                r.id for r in self._studio.desk.regions() if not r.hidden
            ),
            "delete": self._delete,
            "zoom_in": self._studio.canvas.zoom_in,
            "zoom_out": self._studio.canvas.zoom_out,
            "fit": self._studio.canvas.fit,
            "actual_size": self._studio.canvas.actual_size,
            "hint": self._switch_hint,
            **self._studio.theming.handlers(),
            **self._studio.language.handlers(),
            "layout": self._studio.layout_controller.reset,
            **{name.value: partial(self._take_tool, name) for name in ToolName},
            "avoid": self._switch_avoiding,
            "larger": lambda: self._studio.canvas.change_brush(1),
            "smaller": lambda: self._studio.canvas.change_brush(-1),
            **self._studio.shaping.handlers(),
            **self._studio.review.handlers(),
            **self._studio.look.handlers(),
            **self._studio.ordering.handlers(),
            **self._studio.drafts.handlers(),
            "edit_outline": self._studio.outline.begin,
            "accept": self._accept,
            "discard": self._discard,
            "refine": self._studio.segmentation.refine,
            "everything": self._studio.proposals.find,
            "accept_all": self._studio.proposals.accept_all,
            "next_mask": self._studio.proposals.step,
            "describe": self._studio.conversation.describe,
            "describe_all": self._studio.conversation.describe_all,
            "relate": self._studio.conversation.relate,
            "ask": self._studio.talk.focus_question,
            "stop": self._studio.conversation.stop,
            "caption": self.edit_caption,
            "assign": self._studio.regions.categories.focus_field,
            "categories": self._studio.manage_categories,
            "statistics": self._show_statistics,
            "reviewer": self._choose_reviewer,
            "models": self._studio.choose_models,
            "commands": lambda: Palette(self._studio.actions_by_id, self._studio).exec(),
            "shortcuts": lambda: self._studio.shortcuts.show_sheet(self._studio),
            "about": self._about,
        }

    def _undo(self) -> None:
        if not self._studio.segmentation.undo():
            self._studio.desk.undo()

    def _redo(self) -> None:
        if not self._studio.segmentation.redo():
            self._studio.desk.redo()

    def _switch_hint(self) -> None:
        self._studio.preview.enabled = self._studio.action("hint").isChecked()
        self._studio.preview.clear()
        self._studio.settings.choose_hint(wanted=self._studio.preview.enabled)

    def _take_tool(self, name: ToolName) -> None:
        self._studio.canvas_controller.set_tool(name)
        self._studio.action(name.value).setChecked(True)
        self._studio.canvas.setFocus()
        self._studio.refresh_actions()

    def _accept(self) -> None:
        if self._studio.canvas.finish_outline():
            return
        if self._studio.proposals.found and not self._studio.segmentation.active:
            self._studio.proposals.accept()
        else:
            self._studio.segmentation.accept()

    def _switch_avoiding(self) -> None:
        self._studio.desk.avoids_regions = self._studio.action("avoid").isChecked()

    def _delete(self) -> None:
        desk = self._studio.desk
        if self._studio.canvas.take_back_corner() or self._studio.canvas.remove_under_pointer():
            return
        if self._studio.proposals.found:
            self._studio.proposals.drop()
        elif desk.image_id is not None and desk.selection:
            desk.do(DeleteRegions(desk.image_id, desk.selection))

    def _discard(self) -> None:
        if self._studio.canvas.cancel_draft():
            return
        if self._studio.proposals.active:
            self._studio.proposals.clear()
        elif self._studio.outline.end():
            return
        elif self._studio.segmentation.active:
            self._studio.segmentation.clear()
        else:
            self._studio.desk.select(())

    def press_digit(self, digit: str) -> None:
        """Choose a candidate while there are some, and else assign a category."""
        if self._studio.segmentation.candidates:
            self._studio.segmentation.choose(int(digit) - 1)
        elif not self._studio.regions.categories.assign_key(digit):
            self._studio.desk.told.emit(tr("No category has the key {digit}.", digit=digit))

    def edit_caption(self) -> None:
        """Let a person write the words of the selected region."""
        if len(self._studio.desk.selection) == 1:
            edit_caption(self._studio.desk, self._studio.desk.selection[0], self._studio)

    def _show_statistics(self) -> None:
        desk = self._studio.desk
        if desk.document is None:
            return
        try:
            figures = measure(desk.document)
        except GarStudioError as error:
            desk.failed.emit(error)
            return
        StatisticsDialog(desk, figures, self._studio).exec()

    def _choose_reviewer(self) -> None:
        settings = self._studio.settings
        name = ask_reviewer(account_name(), settings.settings.reviewer, self._studio)
        if name is not None:
            settings.choose_reviewer(name)
            shown = reviewer_name(settings.settings)
            self._studio.desk.told.emit(
                tr("Verdicts are given by {shown} now.", shown=shown)
                if shown
                else tr("Verdicts bear no name now.")
            )

    def _about(self) -> None:
        QMessageBox.about(
            self._studio,
            tr("About {title}", title=_TITLE),
            tr(
                "<b>{title} {version}</b><p>Click objects, let SAM cut them out "
                "and GAR describe them, export COCO.<p>Code: Apache-2.0. Models "
                "have licences of their own.",
                title=_TITLE,
                version=__version__,
            ),
        )
