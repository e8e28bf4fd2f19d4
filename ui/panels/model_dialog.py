"""One place for models: what there is, fetching it, using it, trying it, and what is loaded."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gar_studio.engines.shelf import Key, Offer
from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from gar_studio.system_memory import resident_bytes
from ui.controllers.models import ModelsController
from ui.panels.model_details import ModelDetails
from ui.panels.model_list import OWN, ModelList
from ui.panels.model_texts import error_text, loaded_text
from ui.panels.own_model import OwnModelPage

FIRST_MODEL: Final[Key] = ("gar", "HaochenWang/GAR-1B")
"""What “Get models…” shows first."""

_SIZE: Final = QSize(944, 656)
_MEMORY_MILLISECONDS: Final = 2000


class ModelDialog(QDialog):
    """A list on the left, the chosen model on the right, and below what is loaded.

    What is chosen holds at once; there is nothing to save.  A download goes on when the dialog is
    closed, and a test run ends.
    """

    def __init__(
        self, models: ModelsController, parent: QWidget, *, select: Key | None = None
    ) -> None:
        super().__init__(parent)
        self._models = models
        self.setWindowTitle(tr("Models"))
        self.list = ModelList(models)
        self.details = ModelDetails(models)
        self.own = OwnModelPage(models)
        self.loaded = QLabel()
        self.loaded.setWordWrap(True)
        self.loaded.setProperty("role", "muted")
        self.unload = _button(tr("Unload"), models.unload)
        self.unload.setToolTip(
            tr("Free the memory; a model is loaded again when it is next needed")
        )
        self.close_button = _button(tr("Close"), self.close)
        self._pages = QStackedWidget()
        self.problems = QLabel()
        self.problems.setWordWrap(True)
        self.problems.setProperty("role", "error")
        self.problems.hide()
        self.waiting = QLabel(tr("Looking at what is there…"))
        self.waiting.setWordWrap(True)
        self.waiting.setProperty("role", "muted")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self.waiting, _scrolled(self.details), _scrolled(self.own)):
            self._pages.addWidget(page)
        self._assemble()
        self._timer = QTimer(self)
        self._timer.setInterval(_MEMORY_MILLISECONDS)
        self._timer.timeout.connect(self._show_loaded)
        self.list.chosen.connect(self._show_page)
        self.own.added.connect(self.list.choose)
        models.listed.connect(self._fill)
        models.look_failed.connect(self._take_failure)
        models.changed.connect(self._refresh)
        self.list.choose(select or self._used())
        if models.shelf is not None:
            self._fill()
        models.look()
        self._show_loaded()

    def _assemble(self) -> None:
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self.list, 2)
        body.addWidget(self._pages, 3)
        footer = QHBoxLayout()
        footer.setSpacing(8)
        footer.addWidget(self.loaded, 1)
        footer.addWidget(self.unload)
        footer.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(body, 1)
        layout.addWidget(self.problems)
        layout.addLayout(footer)
        parent = self.parentWidget()
        assert parent is not None, "it belongs to the window"
        self.resize(_SIZE.boundedTo(parent.size() - QSize(32, 32)))
        self.list.setFocus()

    # --- what is shown ---

    def _offers(self) -> tuple[Offer, ...]:
        return self._models.shelf.offers if self._models.shelf is not None else ()

    def _used(self) -> Key | None:
        return next((offer.key for offer in self._offers() if self._models.in_use(offer)), None)

    def _fill(self) -> None:
        shelf = self._models.shelf
        assert shelf is not None
        self.own.show_engines(shelf.engines)
        self.list.show_offers(shelf.offers)
        self._show_problems(shelf.problems)
        self._refresh()

    def _take_failure(self, error: GarStudioError) -> None:
        self.waiting.clear()
        self._show_problems((error,))

    def _show_problems(self, problems: Sequence[GarStudioError]) -> None:
        self.problems.setText("\n".join(error_text(problem) for problem in problems))
        self.problems.setVisible(bool(problems))

    def _show_page(self, key: Key) -> None:
        if key == OWN:
            self._pages.setCurrentIndex(2)
            return
        for offer in self._offers():
            if offer.key == key:
                self.details.show_offer(offer)
                self._pages.setCurrentIndex(1)

    def _refresh(self) -> None:
        self.list.refresh(self._offers())
        key = self.list.current_key()
        if key is not None:
            self._show_page(key)
        self._show_loaded()

    def _show_loaded(self) -> None:
        loaded = self._models.loaded
        self.loaded.setText(loaded_text(loaded, resident_bytes()))
        self.unload.setEnabled(bool(loaded))

    # --- Qt's events ---

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Begin to watch the memory."""
        self._models.in_view = True
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Stop watching, and end a test run; a download goes on."""
        self._models.in_view = False
        self._timer.stop()
        self._models.stop_trial()
        super().hideEvent(event)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
