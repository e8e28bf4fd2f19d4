"""The status line: where the pointer is, what works, and which models answer."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar

from gar_studio.engines.description import Finished
from gar_studio.engines.protocol import EngineInfo
from gar_studio.language import tr
from ui.panels.task_line import TaskLine


class StatusLine(QStatusBar):
    """Shows place and zoom on the left; engines, progress and speed on the right.

    Signals:
        engines_wanted: an engine or the download was clicked, to see the models.
        download_unwanted: the download is to be stopped.
    """

    engines_wanted = Signal()
    download_unwanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.place = QLabel()
        self.zoom = QLabel()
        self.segmenter = self._engine_button(tr("Choose what cuts out"))
        self.describer = self._engine_button(tr("Choose what answers"))
        self.download = self._engine_button(tr("Show the models"))
        self.stop_download = QPushButton(tr("Cancel"))
        self.stop_download.setFlat(True)
        self.stop_download.setProperty("size", "small")
        self.stop_download.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop_download.setAccessibleName(tr("Cancel download"))
        self.stop_download.setToolTip(tr("Stop the download; what has come is kept"))
        self.stop_download.clicked.connect(self.download_unwanted)
        self.speed = QLabel()
        self.progress = QProgressBar()
        self.progress.setFixedWidth(96)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress"))
        self.progress.hide()
        self.place.setMinimumWidth(96)
        self.addWidget(self.zoom)
        self.addWidget(self.place)
        self.task = TaskLine()
        self.upkeep = TaskLine()
        parts = (
            self.task,
            self.upkeep,
            self.download,
            self.stop_download,
            self.speed,
            self.progress,
        )
        for widget in (*parts, self.segmenter, self.describer):
            self.addPermanentWidget(widget)
        self.show_download("")

    def _engine_button(self, tip: str) -> QPushButton:
        button = QPushButton()
        button.setFlat(True)
        button.setProperty("density", "small")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(tip)
        button.clicked.connect(self.engines_wanted)
        return button

    def show_place(self, place: tuple[int, int] | None) -> None:
        """Show the pixel under the pointer."""
        self.place.setText("" if place is None else f"{place[0]}, {place[1]}")

    def show_zoom(self, zoom: float) -> None:
        """Show the zoom, 1.0 being one screen pixel for each image pixel."""
        percent = zoom * 100
        self.zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_segmenter(self, name: str, info: EngineInfo | None, *, busy: bool) -> None:
        """Show who cuts out and whether it is at work."""
        self.segmenter.setText(_engine(tr("Masks"), name, info, tr("working") if busy else ""))

    def show_describer(self, name: str, info: EngineInfo | None, *, state: str) -> None:
        """Show who answers and what it is at."""
        self.describer.setText(_engine(tr("Words"), name, info, state))
        self.describer.setToolTip(
            tr(info.notice) if info and info.notice else tr("Choose what answers")
        )

    def show_download(self, text: str) -> None:
        """Show how far a download is; "" if there is none."""
        self.download.setText(text)
        for widget in (self.download, self.stop_download):
            widget.setVisible(bool(text))

    def show_progress(self, done: int, total: int) -> None:
        """Show progress; a total of 0 hides it and one of -1 means that it is not known."""
        self.progress.setVisible(total != 0)
        self.progress.setRange(0, max(total, 0))
        self.progress.setValue(done)

    def show_speed(self, finished: Finished) -> None:
        """Show how fast the last answer came."""
        if finished.first_token_seconds is None:
            self.speed.clear()
            return
        rest = finished.seconds - finished.first_token_seconds
        rate = (finished.new_tokens - 1) / rest if rest > 0 and finished.new_tokens > 1 else 0.0
        seconds = finished.first_token_seconds
        self.speed.setText(
            tr(
                "first word after {seconds:.1f} s, {rate:.0f} tokens/s",
                seconds=seconds,
                rate=rate,
            )
            if rate
            else tr("first word after {seconds:.1f} s", seconds=seconds)
        )


def _engine(role: str, name: str, info: EngineInfo | None, state: str) -> str:
    engine = (
        tr("{role}: {name} on {device}", role=role, name=info.name, device=info.device)
        if info
        else tr("{role}: {name}", role=role, name=name)
    )
    return tr("{engine}, {state}", engine=engine, state=state) if state else engine
