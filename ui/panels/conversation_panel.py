"""The conversation about the image in view: questions, streaming answers, drafts."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gar_studio.engines.description import MAX_REGIONS
from gar_studio.language import tr
from ui.controllers.asking import too_many
from ui.controllers.conversation import ConversationController
from ui.controllers.settings import SettingsController
from ui.desk import Desk
from ui.panels.answer_card import LiveCard
from ui.panels.exchange_card import ExchangeCard
from ui.panels.flow import FlowLayout
from ui.panels.question_bar import QuestionBar
from ui.panels.thread_view import ThreadView


class ConversationPanel(QWidget):
    """Shows one thread an image, and asks."""

    def __init__(
        self, desk: Desk, controller: ConversationController, settings: SettingsController
    ) -> None:
        super().__init__()
        self._desk = desk
        self._controller = controller
        self.answers = ThreadView(desk, controller)
        self.bar = QuestionBar(desk, settings)
        self.question, self.ask = self.bar.line, self.bar.ask
        self._build()
        self.bar.asked.connect(self._ask)
        self.bar.changed.connect(self._refresh_buttons)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        desk.exchanges_changed.connect(self._refresh_exchanges)
        desk.image_changed.connect(self.refresh)
        desk.regions_changed.connect(self._refresh_regions)
        desk.categories_changed.connect(self._refresh_regions)
        desk.selection_changed.connect(self._refresh_buttons)
        controller.live_changed.connect(self._refresh_live)
        controller.info_changed.connect(self._refresh_notice)
        controller.info_changed.connect(self._refresh_live)
        self._refresh_notice()
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(344, 420)

    def answer_text(self) -> str:
        """Return all answers in view as people read them, for tests and the demo."""
        labels = [card.answer for card in (*self.cards(), *self.live_cards())]
        document = self._desk.document
        if document is None or self._desk.image_id is None:
            return ""
        return "\n".join(document.shown(self._desk.image_id, label.stored) for label in labels)

    def cards(self) -> tuple[ExchangeCard, ...]:
        """Return the finished answers in view, oldest first."""
        return self.answers.cards()

    def live_cards(self) -> tuple[LiveCard, ...]:
        """Return the answers being written, oldest first."""
        return self.answers.live_cards()

    def focus_question(self) -> None:
        """Put the cursor into the question."""
        self.question.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.question.selectAll()

    # --- building ---

    def _build(self) -> None:
        self.notice = QLabel()
        self.notice.setProperty("role", "warning")
        self.notice.setWordWrap(True)
        self.notice.setContentsMargins(8, 0, 8, 0)
        self.limit = QLabel()
        self.limit.setProperty("role", "warning")
        self.limit.setWordWrap(True)
        self.limit.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(8)
        layout.addWidget(self.notice)
        layout.addWidget(self.answers, 1)
        layout.addWidget(self._build_buttons())
        layout.addWidget(self.limit)
        layout.addWidget(self.bar)

    def _build_buttons(self) -> QWidget:
        controller = self._controller
        self.describe = _button(
            tr("Describe"), tr("Describe each selected region"), controller.describe
        )
        self.relate = _button(
            tr("Relate"), tr("Say how two to five selected regions relate"), controller.relate
        )
        self.describe_all = _button(
            tr("Describe all"),
            tr("Describe every region without caption or draft"),
            controller.describe_all,
        )
        self.stop = _button(
            tr("Stop"), tr("Stop answering; the words so far are kept"), controller.stop
        )
        self.progress = QLabel()
        self.progress.setProperty("role", "muted")
        buttons = QWidget()
        row = FlowLayout(buttons)
        row.setContentsMargins(8, 0, 8, 0)
        for widget in (self.describe, self.relate, self.describe_all, self.stop, self.progress):
            row.addWidget(widget)
        return buttons

    # --- refreshing ---

    def refresh(self) -> None:
        """Bring the cards in line with the document and the answers under way."""
        self._soon.stop()
        self.answers.refresh()
        self._refresh_buttons()

    def _refresh_exchanges(self) -> None:
        # An answer that ends is written, then shown: two short turns of the window instead of a
        # long one, so that nothing that a person does meanwhile has to wait.
        if self._controller.keeping:
            self._soon.start()
        else:
            self.refresh()

    def _refresh_regions(self) -> None:
        self.answers.refresh_regions()
        self._refresh_buttons()

    def _refresh_live(self) -> None:
        if self._soon.isActive():
            return  # with the answer that has just ended
        self.answers.refresh_live()
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        ready = self._desk.document is not None and not self._desk.document.read_only
        selected = len(self._desk.selection)
        question = self.question.text().strip()
        limit = too_many(self._desk, question)
        self.limit.setText(limit)
        self.limit.setVisible(bool(limit))
        self.describe.setEnabled(ready and selected > 0)
        self.relate.setEnabled(ready and 1 < selected <= MAX_REGIONS)
        self.ask.setEnabled(ready and bool(question) and not limit)
        self._refresh_progress(ready=ready)

    def _refresh_progress(self, *, ready: bool) -> None:
        busy = self._controller.busy
        without = len(self._controller.undescribed()) if ready else 0
        self.describe_all.setText(
            tr("Describe all ({without})", without=without) if without else tr("Describe all")
        )
        self.describe_all.setEnabled(without > 0)
        self.describe_all.setVisible(not busy)
        self.stop.setVisible(busy)
        done, total = self._controller.progress
        self.progress.setText(tr("{done} of {total} answered", done=done, total=total))
        self.progress.setVisible(busy and total > 1)

    def _refresh_notice(self) -> None:
        info = self._controller.info
        notice = info.notice if info else ""
        self.notice.setText(f"⚠ {tr(notice)}")
        self.notice.setVisible(bool(notice))
        self.answers.leave_out(notice)

    def _ask(self, shown: str) -> None:
        if self._controller.ask(shown) and shown == self.question.text():
            self.question.clear()


def _button(text: str, tip: str, action: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.clicked.connect(action)
    return button
