"""The main window.  It only puts the parts together; what they do is elsewhere."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QShortcut
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QToolBar,
    QWidget,
)

from gar_studio.engines.registry import DEFAULT_SEGMENTER
from gar_studio.engines.shelf import Key
from gar_studio.language import tr
from gar_studio.settings import EngineChoice, Settings, reviewer_name
from ui.actions import fill_menus, fill_tool_bar, make_actions
from ui.canvas import Canvas, ToolName
from ui.controllers.availability import available, history_names
from ui.controllers.canvas import CanvasController
from ui.controllers.conversation import ConversationController
from ui.controllers.drafts import DraftController
from ui.controllers.files import FileController
from ui.controllers.language import LanguageController
from ui.controllers.layout import LayoutController
from ui.controllers.look import LookController
from ui.controllers.menus import MenuController
from ui.controllers.models import ModelsController
from ui.controllers.ordering import OrderingController
from ui.controllers.outline import OutlineController
from ui.controllers.preparation import PreparationController
from ui.controllers.preview import PreviewController
from ui.controllers.proposals import ProposalController
from ui.controllers.review import ReviewController
from ui.controllers.segmentation import SegmentationController
from ui.controllers.settings import (
    BuildDescriber,
    BuildSegmenter,
    SegmenterBuild,
    SettingsController,
)
from ui.controllers.shaping import ShapingController
from ui.controllers.shortcuts import ShortcutController
from ui.controllers.status import StatusController
from ui.controllers.theming import ThemeController
from ui.controllers.upkeep import UpkeepController
from ui.controllers.window import WindowController
from ui.desk import Desk
from ui.panels.category_dialog import CategoryDialog
from ui.panels.conversation_panel import ConversationPanel
from ui.panels.image_panel import ImagePanel
from ui.panels.model_dialog import FIRST_MODEL, ModelDialog
from ui.panels.notice_bar import NoticeBar
from ui.panels.reason_dialog import ask_reason
from ui.panels.region_panel import RegionPanel
from ui.panels.relation_panel import RelationPanel
from ui.panels.status import StatusLine
from ui.panels.welcome import Welcome
from ui.segment_worker import SegmentWorker
from ui.step_names import shown_step
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
        self.models = ModelsController(
            self.settings,
            desk=self.desk,
            masks=self._segment_worker,
            words=self._describe_worker,
            build_segmenter=build_segmenter,
            build_describer=build_describer,
        )
        self._preparation = PreparationController(self.desk, self._segment_worker, self.settings)
        self.status = StatusLine()
        self.files = FileController(self.desk, self, self.status.task)
        self.upkeep = UpkeepController(self.desk, self, self.status.upkeep)
        self.shaping = ShapingController(self.desk)
        self.ordering = OrderingController(self.desk)
        self.review = ReviewController(
            self.desk,
            reviewer=lambda: reviewer_name(self.settings.settings),
            ask_reason=lambda title: ask_reason(title, self),
        )
        self.drafts = DraftController(self.desk)
        self.canvas = Canvas()
        self.canvas_controller = CanvasController(
            self.desk,
            self.canvas,
            segmentation=self.segmentation,
            preview=self.preview,
            proposals=self.proposals,
        )
        self.look = LookController(self.desk, self.canvas, self.settings)
        self.outline = OutlineController(self.desk, self.canvas)
        self.images = ImagePanel(self.desk)
        self.regions = RegionPanel(self.desk)
        self.talk = ConversationPanel(self.desk, self.conversation, self.settings)
        self.relations = RelationPanel(self.desk)
        self.notices = NoticeBar(self.canvas)
        self._status_controller = StatusController(
            self.status,
            desk=self.desk,
            canvas=self.canvas,
            segmenter=self._segment_worker,
            conversation=self.conversation,
            settings=self.settings,
            models=self.models,
        )
        self.layout_controller = LayoutController(self, self.desk, self.files.open)
        self.theming = ThemeController(self.settings, self.desk)
        self.language = LanguageController(self.settings, self.desk)
        self._commands = WindowController(self)
        self._assemble()
        self.actions_by_id = make_actions(self, self.canvas, self._commands.handlers())
        self.welcome = Welcome(self.canvas, self.actions_by_id)
        self._fill_bars()
        names = ("describe", "describe_all", "relate", "stop")
        same: dict[str, QWidget] = {name: getattr(self.talk, name) for name in names}
        self.shortcuts = ShortcutController(self.settings, self.actions_by_id, same)
        self._menus = MenuController(
            self.desk,
            self.actions_by_id,
            canvas=self.canvas,
            regions=self.regions.view,
            images=self.images.view,
        )
        self._add_digit_keys()
        self._connect()
        self.refresh_actions()
        self.layout_controller.restore()

    # --- assembling ---

    def _assemble(self) -> None:
        self.setWindowTitle(_TITLE)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.setCentralWidget(self.canvas)
        self.setStatusBar(self.status)
        self.setAnimated(False)
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        images = self._dock("images", tr("Images"), self.images, left)
        regions = self._dock("regions", tr("Regions"), self.regions, right)
        talk = self._dock("conversation", tr("Conversation"), self.talk, right)
        self.tabifyDockWidget(talk, self._dock("relations", tr("Relations"), self.relations, right))
        talk.raise_()
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks([images, regions], [240, 344], horizontal)
        self.resizeDocks([regions, talk], [232, 488], vertical)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock-{name}")
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _fill_bars(self) -> None:
        menus = fill_menus(self.menuBar(), self.actions_by_id)
        self.layout_controller.add_to_menus(
            menus["&View"], menus["&File"], self.action("next_image")
        )
        bar = QToolBar(tr("Tools"))
        bar.setObjectName("tool-bar")
        bar.setMovable(False)
        fill_tool_bar(bar, self.actions_by_id)
        self.addToolBar(bar)
        tools = QActionGroup(self)
        for name in ToolName:
            tools.addAction(self.action(name.value))
        self.action(self.canvas.tool.value).setChecked(True)
        self.theming.mark(self.actions_by_id)
        self.language.mark(self.actions_by_id)
        self.action("hint").setChecked(self.preview.enabled)

    def _add_digit_keys(self) -> None:
        """Let digits choose a candidate while there are some, and else assign a category."""
        for widget in (self.canvas, self.regions.view):
            for digit in "123456789":
                shortcut = QShortcut(digit, widget)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(lambda key=digit: self._commands.press_digit(key))

    def _connect(self) -> None:
        desk = self.desk
        desk.failed.connect(self.notices.show_error)
        desk.told.connect(self.notices.show_note)
        desk.offered.connect(self.notices.show_offer)
        desk.reported.connect(self.notices.show_report)
        for signal in (
            desk.history_changed,
            desk.exchanges_changed,
            desk.selection_changed,
            desk.project_changed,
            desk.pixels_changed,
            self.segmentation.changed,
            self.proposals.changed,
            self.outline.changed,
            self.conversation.live_changed,
            self.settings.changed,
        ):
            signal.connect(self.refresh_actions)
        self.status.engines_wanted.connect(self.choose_models)
        self.welcome.models_wanted.connect(lambda: self.choose_models(FIRST_MODEL))
        desk.project_changed.connect(self._welcome)
        self.settings.changed.connect(self._welcome)
        self._welcome()
        self.canvas.shape_drawn.connect(self.shaping.draw)
        self._segment_worker.fell_back.connect(self.settings.fall_back)
        self.regions.categories.manage.connect(self.manage_categories)
        self.regions.categories.left.connect(self.canvas.setFocus)
        self.regions.edit_caption.connect(lambda _: self._commands.edit_caption())

    # --- what can be done to the window ---

    def action(self, action_id: str) -> QAction:
        """Return an action by its id in the table."""
        return self.actions_by_id[action_id]

    def open_target(self, target: Path) -> bool:
        """Open an image, a folder or a project; an error is shown, not raised."""
        return self.files.open(target)

    def manage_categories(self) -> None:
        """Show the categories in a dialog."""
        if self.desk.document is not None:
            dialog = CategoryDialog(self.desk, self)
            dialog.exec()
            dialog.deleteLater()

    def choose_models(self, select: Key | None = None) -> None:
        """Show the models: what there is, what is used, and how to get more."""
        dialog = ModelDialog(self.models, self, select=select)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _welcome(self) -> None:
        self.welcome.follow(self.settings.settings, empty=self.desk.document is None)

    def refresh_actions(self) -> None:
        """Enable what can be done now, and name what would be undone."""
        desk, document = self.desk, self.desk.document
        undo, redo = history_names(desk, self.segmentation)
        self.action("undo").setText(
            tr("&Undo {step}", step=shown_step(undo)) if undo else tr("&Undo")
        )
        self.action("redo").setText(
            tr("&Redo {step}", step=shown_step(redo)) if redo else tr("&Redo")
        )
        for action_id, on in self._enabled().items():
            self.action(action_id).setEnabled(on)
        for action_id, on in (self.review.checked() | self.look.checked()).items():
            self.action(action_id).setChecked(on)
        self.action("edit_outline").setChecked(self.outline.region_id is not None)
        title = f"{document.path.stem} – {_TITLE}" if document else _TITLE
        read_only = document is not None and document.read_only
        self.setWindowTitle(tr("{title} (read only)", title=title) if read_only else title)

    def _enabled(self) -> dict[str, bool]:
        general = available(
            self.desk,
            canvas=self.canvas,
            segmentation=self.segmentation,
            proposals=self.proposals,
            conversation=self.conversation,
        )
        parts = (self.shaping, self.review, self.ordering, self.look, self.drafts, self.upkeep)
        for part in parts:
            general |= part.enabled()
        return general

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
        self.layout_controller.keep()
        self.desk.close_document()
        self.conversation.close()
        self.images.close_threads()
        self.models.close()
        self.files.close_threads()
        self.upkeep.close_threads()
        for worker in (self._segment_worker, self._describe_worker, self._loader):
            worker.close()
        super().closeEvent(event)
