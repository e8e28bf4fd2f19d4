"""The conversation about the image in view: questions, streaming answers, drafts."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.exchange import Exchange
from ui.controllers.conversation import ConversationController
from ui.desk import Desk
from ui.panels.answer_card import ExchangeCard, LiveCard


class _Column(QWidget):
    """As high as its wrapped texts are at the width it gets, and no higher."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """See Qt: its own hint wraps every text at the narrowest width, which is too high."""
        return QSize(0, 0)


class ConversationPanel(QWidget):
    """Shows one thread an image, and asks."""

    def __init__(self, desk: Desk, controller: ConversationController) -> None:
        super().__init__()
        self._desk = desk
        self._controller = controller
        self._cards: dict[int, ExchangeCard] = {}
        self._shown: dict[int, tuple[Exchange, bool]] = {}
        self._live: dict[int, LiveCard] = {}
        self._image_id: int | None = None
        self._build()
        desk.exchanges_changed.connect(self.refresh)
        desk.image_changed.connect(self.refresh)
        desk.regions_changed.connect(self._refresh_mentions)
        desk.selection_changed.connect(self._refresh_buttons)
        controller.live_changed.connect(self.refresh)
        controller.info_changed.connect(self._refresh_notice)
        controller.info_changed.connect(self._refresh_live)
        self._refresh_notice()
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(344, 420)

    def answer_text(self) -> str:
        """Return all answers in view as people read them, for tests and the demo."""
        labels = [card.answer for card in (*self._cards.values(), *self._live.values())]
        document = self._desk.document
        if document is None or self._desk.image_id is None:
            return ""
        return "\n".join(document.shown(self._desk.image_id, label.stored) for label in labels)

    def cards(self) -> tuple[ExchangeCard, ...]:
        """Return the finished answers in view, oldest first."""
        return tuple(self._cards.values())

    def live_cards(self) -> tuple[LiveCard, ...]:
        """Return the answers being written, oldest first."""
        return tuple(self._live.values())

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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(8)
        layout.addWidget(self.notice)
        layout.addWidget(self._build_thread(), 1)
        layout.addLayout(self._build_buttons())
        layout.addLayout(self._build_question())

    def _build_thread(self) -> QScrollArea:
        self._thread = QVBoxLayout()
        self._thread.setContentsMargins(0, 0, 0, 0)
        self._thread.setSpacing(8)
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        content = _Column()
        column = QVBoxLayout(content)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(8)
        column.addWidget(self._empty, 1)
        column.addLayout(self._thread)
        column.addStretch(0)
        self.scroll = QScrollArea()
        self.scroll.setWidget(content)
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setAccessibleName("Conversation")
        self._at_end = True
        bar = self.scroll.verticalScrollBar()
        bar.rangeChanged.connect(self._keep_end)
        bar.valueChanged.connect(self._note_place)
        return self.scroll

    def _build_buttons(self) -> QHBoxLayout:
        self.describe = QPushButton("Describe")
        self.describe.setToolTip("Describe each selected region (D)")
        self.describe.clicked.connect(self._controller.describe)
        self.relate = QPushButton("Relate")
        self.relate.setToolTip("Say how two to five selected regions relate (R)")
        self.relate.clicked.connect(self._controller.relate)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop answering; the words so far are kept (Ctrl+.)")
        self.stop.clicked.connect(self._controller.stop)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 0, 8, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.describe)
        buttons.addWidget(self.relate)
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        return buttons

    def _build_question(self) -> QHBoxLayout:
        self.question = QLineEdit()
        self.question.setAccessibleName("Question")
        self.question.setPlaceholderText("Ask: What colour is #1?")
        self.question.returnPressed.connect(self._ask)
        self.question.textChanged.connect(self._refresh_buttons)
        self.ask = QPushButton("Ask")
        self.ask.setProperty("primary", True)
        self.ask.setToolTip("Ask about the regions named, or the selected ones (Enter)")
        self.ask.clicked.connect(self._ask)
        asking = QHBoxLayout()
        asking.setContentsMargins(8, 0, 8, 0)
        asking.setSpacing(8)
        asking.addWidget(self.question, 1)
        asking.addWidget(self.ask)
        return asking

    # --- refreshing ---

    def refresh(self) -> None:
        """Bring the cards in line with the document and the answers under way."""
        if self._desk.image_id != self._image_id:
            self._image_id = self._desk.image_id
            self._at_end = True
        self._refresh_exchanges()
        self._refresh_live()
        empty = not self._cards and not self._live
        self._empty.setVisible(empty)
        self._empty.setText(
            "Select regions, then describe them,\nrelate them, or ask a question."
            if self._desk.regions()
            else "Cut out an object first.\nThen it can be described here."
        )
        self._refresh_buttons()

    def _refresh_exchanges(self) -> None:
        document, image_id = self._desk.document, self._desk.image_id
        exchanges = document.exchanges(image_id) if document and image_id is not None else ()
        wanted = {e.id: (e, document.is_stale(e)) for e in exchanges} if document else {}
        for key in [k for k in self._cards if wanted.get(k) != self._shown.get(k)]:
            self._remove(self._cards.pop(key))
        for place, (key, (exchange, stale)) in enumerate(wanted.items()):
            if key not in self._cards:
                read_only = document.read_only if document else True
                card = ExchangeCard(self._desk, exchange, stale=stale, read_only=read_only)
                card.accepted.connect(self._controller.accept)
                card.deleted.connect(self._controller.delete)
                card.leave_out(self._notice)
                self._cards[key] = card
                self._thread.insertWidget(place, card)
        self._cards = {key: self._cards[key] for key in wanted}
        self._shown = wanted

    def _refresh_live(self) -> None:
        answers = self._controller.live_answers(self._desk.image_id)
        wanted = {answer.request.request_id: answer for answer in answers}
        loading = self._controller.loading
        for key in [k for k in self._live if k not in wanted]:
            self._remove(self._live.pop(key))
        for key, answer in wanted.items():
            if key in self._live:
                self._live[key].show_live(answer, loading=loading)
            else:
                self._live[key] = LiveCard(self._desk, answer, loading=loading)
                self._thread.addWidget(self._live[key])
                self._at_end = True

    def _refresh_mentions(self) -> None:
        for card in (*self._cards.values(), *self._live.values()):
            card.refresh_mentions()

    def _refresh_buttons(self) -> None:
        ready = self._desk.document is not None and not self._desk.document.read_only
        selected = len(self._desk.selection)
        self.describe.setEnabled(ready and selected > 0)
        self.relate.setEnabled(ready and selected > 1)
        self.ask.setEnabled(ready and bool(self.question.text().strip()))
        self.stop.setVisible(self._controller.busy)

    def _refresh_notice(self) -> None:
        self.notice.setText(f"⚠ {self._notice}")
        self.notice.setVisible(bool(self._notice))
        for card in self._cards.values():
            card.leave_out(self._notice)

    @property
    def _notice(self) -> str:
        """What the reader has to know about the engine that answers now."""
        info = self._controller.info
        return info.notice if info else ""

    def _remove(self, card: QWidget) -> None:
        self._thread.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _ask(self) -> None:
        if self._controller.ask(self.question.text()):
            self.question.clear()

    # --- keeping the newest words in view, unless the reader has scrolled up ---

    def _note_place(self) -> None:
        bar = self.scroll.verticalScrollBar()
        self._at_end = bar.value() >= bar.maximum() - 24

    def _keep_end(self) -> None:
        if self._at_end:
            bar = self.scroll.verticalScrollBar()
            bar.blockSignals(True)
            bar.setValue(bar.maximum())
            bar.blockSignals(False)
