"""Tells the status line what the engines are at."""

from PySide6.QtCore import QObject

from gar_studio.engines.protocol import EngineInfo
from gar_studio.language import tr
from ui.canvas import Canvas
from ui.controllers.conversation import ConversationController
from ui.controllers.models import ModelsController
from ui.controllers.settings import SettingsController
from ui.desk import Desk
from ui.panels.model_texts import progress_text
from ui.panels.status import StatusLine
from ui.segment_worker import SegmentWorker


class StatusController(QObject):
    """Between engines and status line."""

    def __init__(
        self,
        line: StatusLine,
        *,
        desk: Desk,
        canvas: Canvas,
        segmenter: SegmentWorker,
        conversation: ConversationController,
        settings: SettingsController,
        models: ModelsController,
    ) -> None:
        super().__init__(line)  # it goes with the line: late signals find neither
        self._line = line
        self._desk = desk
        self._conversation = conversation
        self._settings = settings
        self._models = models
        self._segmenter = settings.settings.segmenter
        self._segmenter_info: EngineInfo | None = None
        self._segmenter_busy = False
        canvas.cursor_moved.connect(line.show_place)
        canvas.zoom_changed.connect(line.show_zoom)
        segmenter.ready.connect(self._take_segmenter)
        segmenter.unloaded.connect(self._forget_segmenter)
        segmenter.busy_changed.connect(self._take_busy)
        conversation.info_changed.connect(self._show_describer)
        conversation.live_changed.connect(self._show_describer)
        conversation.speed_changed.connect(line.show_speed)
        settings.changed.connect(self._take_settings)
        models.downloads_changed.connect(self._show_download)
        line.download_unwanted.connect(self._stop_download)
        line.show_zoom(canvas.zoom)
        self._show_segmenter()
        self._show_describer()

    def _take_settings(self) -> None:
        chosen = self._settings.settings.segmenter
        if chosen != self._segmenter:
            self._segmenter, self._segmenter_info = chosen, None
        self._show_segmenter()
        self._show_describer()

    def _take_segmenter(self, info: EngineInfo) -> None:
        self._segmenter_info = info
        self._show_segmenter()

    def _forget_segmenter(self) -> None:
        self._segmenter_info = None
        self._show_segmenter()

    def _take_busy(self, busy: bool) -> None:
        self._segmenter_busy = busy
        self._show_segmenter()

    def _show_download(self) -> None:
        fetching = self._models.fetching
        text = f"{fetching[0].offer.entry.name}: {progress_text(fetching[0])}" if fetching else ""
        more = f" (+{len(fetching) - 1})" if len(fetching) > 1 else ""
        self._line.show_download(text + more)

    def _stop_download(self) -> None:
        if self._models.fetching:
            self._models.stop_download(self._models.fetching[0].offer.key)

    def _show_segmenter(self) -> None:
        self._line.show_segmenter(
            self._segmenter.name, self._segmenter_info, busy=self._segmenter_busy
        )

    def _show_describer(self) -> None:
        conversation = self._conversation
        state = tr("ready") if conversation.info else tr("loads when first asked")
        done = total = 0
        if conversation.loading:
            state, total = tr("loading"), -1
        elif conversation.busy:
            state, total = tr("answering"), -1
            for live in conversation.live_answers(self._desk.image_id):
                if live.progress is not None and not live.text:
                    state = tr(live.progress.stage)
                    done, total = live.progress.done, live.progress.total
                    break
        self._line.show_describer(
            self._settings.settings.describer.name, conversation.info, state=state
        )
        self._line.show_progress(done, total)
