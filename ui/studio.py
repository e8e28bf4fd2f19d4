"""The main window.  It only puts the parts together; what they do is elsewhere."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QMainWindow,
    QMessageBox,
    QToolBar,
    QWidget,
)

from gar_studio import __version__
from gar_studio.document.commands import DeleteRegions
from gar_studio.engines.registry import DEFAULT_SEGMENTER
from gar_studio.settings import EngineChoice, Settings
from ui import theme
from ui.actions import fill_menus, fill_tool_bar, make_actions
from ui.canvas import Canvas, ToolName
from ui.controllers.availability import available, history_names
from ui.controllers.canvas import CanvasController
from ui.controllers.conversation import ConversationController
from ui.controllers.files import FileController
from ui.controllers.layout import LayoutController
from ui.controllers.outline import OutlineController
from ui.controllers.preparation import PreparationController
from ui.controllers.preview import PreviewController
from ui.controllers.proposals import ProposalController
from ui.controllers.segmentation import SegmentationController
from ui.controllers.settings import (
    BuildDescriber,
    BuildSegmenter,
    SegmenterBuild,
    SettingsController,
)
from ui.controllers.shaping import ShapingController
from ui.controllers.status import StatusController
from ui.desk import Desk
from ui.panels.caption_dialog import edit_caption
from ui.panels.category_dialog import CategoryDialog
from ui.panels.conversation_panel import ConversationPanel
from ui.panels.engine_dialog import EngineDialog
from ui.panels.image_panel import ImagePanel
from ui.panels.notice_bar import NoticeBar
from ui.panels.palette import Palette
from ui.panels.region_panel import RegionPanel
from ui.panels.shortcut_dialog import ShortcutDialog
from ui.panels.status import StatusLine
from ui.segment_worker import SegmentWorker
from ui.workers import DescribeWorker, ImageLoader

_TITLE = "GAR Studio"


class Studio(QMainWindow):
    """Canvas in the middle, images on the left, regions and conversation on the right.

    Args:
        settings: which engines to use, how much to ask of them, and the look.
        build_segmenter: called on the segmentation thread when a mask is first wanted.
        build_describer: called on the describing thread when words are first wanted.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        build_segmenter: BuildSegmenter,
        build_describer: BuildDescriber,
    ) -> None:
        super().__init__()
        masks, words = settings.segmenter, settings.describer
        spare = EngineChoice(DEFAULT_SEGMENTER)
        self._loader = ImageLoader()
        self._segment_worker = SegmentWorker(
            SegmenterBuild(masks, build_segmenter),
            fallback=None if masks == spare else SegmenterBuild(spare, build_segmenter),
        )
        self._describe_worker = DescribeWorker(partial(build_describer, words.name, words.options))
        self.desk = Desk(self._loader)
        self.segmentation = SegmentationController(self.desk, self._segment_worker)
        self.preview = PreviewController(self.desk, self._segment_worker, self.segmentation)
        self.preview.enabled = settings.hint
        self.proposals = ProposalController(self.desk, self._segment_worker, self.segmentation)
        self.conversation = ConversationController(
            self.desk,
            self._describe_worker,
            max_tiles=settings.max_tiles,
            max_new_tokens=settings.max_new_tokens,
        )
        self.settings = SettingsController(
            settings,
            desk=self.desk,
            segmentation=self.segmentation,
            conversation=self.conversation,
            build_segmenter=build_segmenter,
            build_describer=build_describer,
        )
        self._preparation = PreparationController(self.desk, self._segment_worker, self.settings)
        self.files = FileController(self.desk, self)
        self.shaping = ShapingController(self.desk)
        self.canvas = Canvas()
        self.canvas_controller = CanvasController(
            self.desk,
            self.canvas,
            segmentation=self.segmentation,
            preview=self.preview,
            proposals=self.proposals,
        )
        self.outline = OutlineController(self.desk, self.canvas)
        self.images = ImagePanel(self.desk)
        self.regions = RegionPanel(self.desk)
        self.talk = ConversationPanel(self.desk, self.conversation)
        self.notices = NoticeBar(self.canvas)
        self.status = StatusLine()
        self._status_controller = StatusController(
            self.status,
            desk=self.desk,
            canvas=self.canvas,
            segmenter=self._segment_worker,
            conversation=self.conversation,
            settings=self.settings,
        )
        self._layout = LayoutController(self, self.desk, self.files.open)
        self._assemble()
        self.actions_by_id = make_actions(self, self.canvas, self._handlers())
        self._fill_bars()
        self._add_digit_keys()
        self._connect()
        self._refresh_actions()
        self._layout.restore()

    # --- assembling ---

    def _assemble(self) -> None:
        self.setWindowTitle(_TITLE)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.setCentralWidget(self.canvas)
        self.setStatusBar(self.status)
        self.setAnimated(False)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        images = self._dock("Images", self.images, left)
        regions = self._dock("Regions", self.regions, right)
        talk = self._dock("Conversation", self.talk, right)
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks([images, regions], [240, 344], horizontal)
        self.resizeDocks([regions, talk], [232, 488], vertical)

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock-{title.lower()}")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "open_image": self.files.choose_image,
            "open_folder": self.files.choose_folder,
            "open_project": self.files.choose_project,
            "next_image": lambda: self.desk.step_image(1),
            "previous_image": lambda: self.desk.step_image(-1),
            "export": self.files.choose_export,
            "quit": self.close,
            "undo": lambda: self.segmentation.undo() or self.desk.undo(),
            "redo": lambda: self.segmentation.redo() or self.desk.redo(),
            "select_all": lambda: self.desk.select(r.id for r in self.desk.regions()),
            "delete": self._delete,
            "zoom_in": self.canvas.zoom_in,
            "zoom_out": self.canvas.zoom_out,
            "fit": self.canvas.fit,
            "actual_size": self.canvas.actual_size,
            "hint": self._switch_hint,
            "dark": self._switch_theme,
            "layout": self._layout.reset,
            "select": lambda: self._take_tool(ToolName.SELECT),
            "point": lambda: self._take_tool(ToolName.POINT),
            "box": lambda: self._take_tool(ToolName.BOX),
            "scribble": lambda: self._take_tool(ToolName.SCRIBBLE),
            "brush": lambda: self._take_tool(ToolName.BRUSH),
            "eraser": lambda: self._take_tool(ToolName.ERASER),
            "outline": lambda: self._take_tool(ToolName.OUTLINE),
            "avoid": self._switch_avoiding,
            "larger": lambda: self.canvas.change_brush(1),
            "smaller": lambda: self.canvas.change_brush(-1),
            **self.shaping.handlers(),
            "edit_outline": self.outline.begin,
            "accept": self._accept,
            "discard": self._discard,
            "refine": self.segmentation.refine,
            "everything": self.proposals.find,
            "accept_all": self.proposals.accept_all,
            "next_mask": self.proposals.step,
            "describe": self.conversation.describe,
            "relate": self.conversation.relate,
            "ask": self.talk.focus_question,
            "stop": self.conversation.stop,
            "caption": self._edit_caption,
            "categories": self.manage_categories,
            "engines": self.choose_engines,
            "commands": lambda: Palette(self.actions_by_id, self).exec(),
            "shortcuts": lambda: ShortcutDialog(self).exec(),
            "about": self._about,
        }

    def _fill_bars(self) -> None:
        menus = fill_menus(self.menuBar(), self.actions_by_id)
        self._layout.add_to_menus(menus["&View"], menus["&File"], self.action("next_image"))
        bar = QToolBar("Tools")
        bar.setObjectName("tool-bar")
        bar.setMovable(False)
        fill_tool_bar(bar, self.actions_by_id)
        self.addToolBar(bar)
        tools = QActionGroup(self)
        for name in ToolName:
            tools.addAction(self.action(name.value))
        self.action(self.canvas.tool.value).setChecked(True)
        self.action("dark").setChecked(theme.current().name == "dark")
        self.action("hint").setChecked(self.preview.enabled)

    def _add_digit_keys(self) -> None:
        """Let digits choose a candidate while there are some, and else assign a category."""
        for widget in (self.canvas, self.regions.view):
            for digit in "123456789":
                shortcut = QShortcut(digit, widget)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(lambda key=digit: self._press_digit(key))

    def _connect(self) -> None:
        desk = self.desk
        desk.failed.connect(self.notices.show_error)
        desk.told.connect(self.notices.show_note)
        for signal in (
            desk.history_changed,
            desk.selection_changed,
            desk.project_changed,
            desk.pixels_changed,
            self.segmentation.changed,
            self.proposals.changed,
            self.outline.changed,
            self.conversation.live_changed,
        ):
            signal.connect(self._refresh_actions)
        self.status.engines_wanted.connect(self.choose_engines)
        self.canvas.shape_drawn.connect(self.shaping.draw)
        self._segment_worker.fell_back.connect(self.settings.fall_back)
        self.regions.categories.manage.connect(self.manage_categories)
        self.regions.edit_caption.connect(lambda _: self._edit_caption())

    # --- what the actions do, where it is about the window itself ---

    def action(self, action_id: str) -> QAction:
        """Return an action by its id in the table."""
        return self.actions_by_id[action_id]

    def open_target(self, target: Path) -> bool:
        """Open an image, a folder or a project; an error is shown, not raised."""
        return self.files.open(target)

    def manage_categories(self) -> None:
        """Show the categories in a dialog."""
        if self.desk.document is not None:
            CategoryDialog(self.desk, self).exec()

    def choose_engines(self) -> None:
        """Let a person choose what cuts out and what answers."""
        dialog = EngineDialog(self.settings.settings, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.settings.choose_engines(
                dialog.masks.choice(),
                dialog.words.choice(),
                max_tiles=dialog.max_tiles(),
                ahead=dialog.ahead(),
            )

    def _switch_hint(self) -> None:
        self.preview.enabled = self.action("hint").isChecked()
        self.preview.clear()
        self.settings.choose_hint(wanted=self.preview.enabled)

    def _take_tool(self, name: ToolName) -> None:
        self.canvas_controller.set_tool(name)
        self.action(name.value).setChecked(True)
        self.canvas.setFocus()
        self._refresh_actions()

    def _accept(self) -> None:
        if self.canvas.finish_outline():
            return
        if self.proposals.found and not self.segmentation.active:
            self.proposals.accept()
        else:
            self.segmentation.accept()

    def _switch_avoiding(self) -> None:
        self.desk.avoids_regions = self.action("avoid").isChecked()

    def _delete(self) -> None:
        desk = self.desk
        if self.canvas.take_back_corner() or self.canvas.remove_under_pointer():
            return
        if self.proposals.found:
            self.proposals.drop()
        elif desk.image_id is not None and desk.selection:
            desk.do(DeleteRegions(desk.image_id, desk.selection))

    def _discard(self) -> None:
        if self.canvas.cancel_draft():
            return
        if self.proposals.active:
            self.proposals.clear()
        elif self.outline.end():
            return
        elif self.segmentation.active:
            self.segmentation.clear()
        else:
            self.desk.select(())

    def _press_digit(self, digit: str) -> None:
        if self.segmentation.candidates:
            self.segmentation.choose(int(digit) - 1)
        elif not self.regions.categories.assign_key(digit):
            self.desk.told.emit(f"No category has the key {digit}.")

    def _edit_caption(self) -> None:
        if len(self.desk.selection) == 1:
            edit_caption(self.desk, self.desk.selection[0], self)

    def _switch_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        wanted: Literal["dark", "light"] = "light" if theme.current().name == "dark" else "dark"
        theme.apply_theme(app, wanted)
        self.settings.choose_theme(wanted)
        self.action("dark").setChecked(wanted == "dark")
        self.desk.regions_changed.emit()

    def _about(self) -> None:
        QMessageBox.about(
            self,
            f"About {_TITLE}",
            f"<b>{_TITLE} {__version__}</b><p>Click objects, let SAM cut them out and GAR describe "
            "them, export COCO.<p>Code: Apache-2.0. Models have licences of their own.",
        )

    def _refresh_actions(self) -> None:
        desk, document = self.desk, self.desk.document
        undo, redo = history_names(desk, self.segmentation)
        self.action("undo").setText(f"&Undo {undo}".strip())
        self.action("redo").setText(f"&Redo {redo}".strip())
        enabled = available(
            desk,
            canvas=self.canvas,
            segmentation=self.segmentation,
            proposals=self.proposals,
            conversation=self.conversation,
        )
        for action_id, on in (enabled | self.shaping.enabled()).items():
            self.action(action_id).setEnabled(on)
        self.action("edit_outline").setChecked(self.outline.region_id is not None)
        name = f"{document.path.stem} – " if document else ""
        state = " (read only)" if document and document.read_only else ""
        self.setWindowTitle(f"{name}{_TITLE}{state}")

    # --- Qt's events ---

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open the files that were dropped."""
        self.files.drop(
            Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()
        )

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stop the workers and close the project; everything accepted is in it already."""
        self._layout.keep()
        self.desk.close_document()
        self.images.close_threads()
        for worker in (self._segment_worker, self._describe_worker, self._loader):
            worker.close()
        super().closeEvent(event)
