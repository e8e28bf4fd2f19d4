"""The thread of one image: a page of its newest answers, and those that are on their way."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget

from gar_studio.annotation.exchange import Exchange
from gar_studio.language import tr
from ui.controllers.conversation import ConversationController
from ui.desk import Desk
from ui.panels.answer_card import LiveCard, UnansweredCard
from ui.panels.card_column import CardColumn
from ui.panels.exchange_card import ExchangeCard

PAGE = 20
"""Answers that are shown at first, and that more are shown by."""

MOST = 40
"""Answers that are shown while new ones come and the reader is at the end; the oldest go behind
“Show earlier answers” then, so that a day's work makes no answer slower than the first."""

_AT_ONCE = 5
"""Cards that are made before anything is shown: as many as fit, so that a thread opens at once."""

_STEP = 3
"""Cards of the page that are made at a time afterwards, between which the window works on."""

_MOST_LIVE = 12
"""Most answers that are shown while they grow; more than these are only counted."""

_AT_END = 24
"""Pixels from the end within which the newest words are kept in view."""


class ThreadView(QScrollArea):
    """Cards for what was asked about the image in view, the oldest on top."""

    def __init__(self, desk: Desk, controller: ConversationController) -> None:
        super().__init__()
        self._desk = desk
        self._controller = controller
        self._cards: dict[int, ExchangeCard] = {}
        self._shown: dict[int, tuple[Exchange, bool]] = {}
        self._left: dict[int, UnansweredCard] = {}
        self._live: dict[int, LiveCard] = {}
        self._image_id: int | None = None
        self._wanted = PAGE
        self._limit = _AT_ONCE  # of the wanted ones, those that are made so far
        self._filling = QTimer(self)
        self._filling.setSingleShot(True)
        self._filling.setInterval(0)
        self._filling.timeout.connect(self._make_more)
        self._count = 0  # answers that the image has
        self._at_end = True
        self._from_end: int | None = None  # the place to keep while earlier answers are put in
        self._notice = ""
        self._build()

    def cards(self) -> tuple[ExchangeCard, ...]:
        """Return the finished answers in view, oldest first."""
        return tuple(self._cards.values())

    def unanswered_cards(self) -> tuple[UnansweredCard, ...]:
        """Return the questions that ended without a word, oldest first."""
        return tuple(self._left.values())

    def live_cards(self) -> tuple[LiveCard, ...]:
        """Return the answers being written, oldest first."""
        return tuple(self._live.values())

    # --- building ---

    def _build(self) -> None:
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Conversation"))
        self.earlier = QPushButton()
        self.earlier.setFlat(True)
        self.earlier.setProperty("density", "small")
        self.earlier.clicked.connect(self.show_earlier)
        self.empty = QLabel()
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self._waiting = QLabel()
        self._waiting.setProperty("role", "muted")
        self._column = CardColumn(self.empty)
        self._arrange()
        self.setWidget(self._column)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._keep_place)
        bar.valueChanged.connect(self._note_place)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Wrap the texts at the new width."""
        super().resizeEvent(event)
        self._column.set_width(self.viewport().width())

    # --- refreshing ---

    def refresh(self) -> None:
        """Bring the cards in line with the document and the answers under way."""
        self._from_end = None
        if self._desk.image_id != self._image_id:
            self._image_id = self._desk.image_id
            self._wanted, self._limit, self._count = PAGE, _AT_ONCE, 0
            self._at_end = True
        self._refresh_exchanges()
        self.refresh_live()

    def refresh_live(self) -> None:
        """Show how far the answers under way are."""
        self._refresh_unanswered()
        answers = self._controller.live_answers(self._desk.image_id)
        started = [answer for answer in answers if answer.started] or list(answers[:1])
        wanted = {answer.request.request_id: answer for answer in started[:_MOST_LIVE]}
        loading = self._controller.loading
        for key in [k for k in self._live if k not in wanted]:
            _remove(self._live.pop(key))
        for key, answer in wanted.items():
            if key in self._live:
                self._live[key].show_live(answer, loading=loading)
            else:
                self._live[key] = LiveCard(self._desk, answer, loading=loading)
                self._at_end = True
        hidden = len(answers) - len(wanted)
        self._waiting.setText(tr("{hidden} more to come", hidden=hidden) if hidden else "")
        self._waiting.setVisible(hidden > 0)
        nothing = not (self._cards or self._live or self._left)
        self.empty.setVisible(nothing)
        self.empty.setText(
            tr("Select regions, then describe them,\nrelate them, or ask a question.")
            if self._desk.regions()
            else tr("Cut out an object first.\nThen it can be described here.")
        )
        self._arrange()

    def refresh_regions(self) -> None:
        """Show the regions' present numbers, colours and categories."""
        for card in (*self._cards.values(), *self._left.values(), *self._live.values()):
            card.refresh_mentions()
        for card in self._cards.values():
            card.refresh_suggestions()

    def leave_out(self, notice: str) -> None:
        """Say on no card what stands above all of them."""
        self._notice = notice
        for card in self._cards.values():
            card.leave_out(notice)

    def show_earlier(self) -> None:
        """Show another page of older answers, and keep in view what is in view."""
        had_focus = self.earlier.hasFocus()
        self._wanted += PAGE
        self._at_end = False
        self._make_more()
        if had_focus and self.earlier.isHidden() and self._cards:
            next(iter(self._cards.values())).copy.setFocus()

    def _refresh_exchanges(self) -> None:
        document, image_id = self._desk.document, self._desk.image_id
        exchanges = document.exchanges(image_id) if document and image_id is not None else ()
        if self._count:
            new = max(0, len(exchanges) - self._count)
            growing = new and (not self._at_end or self._in_use())
            most = self._wanted + new if growing else max(MOST, self._wanted)
            self._wanted = min(self._wanted + new, most)
            self._limit = min(self._limit + new, self._wanted)
        self._count = len(exchanges)
        page = exchanges[-self._limit :]
        wanted = {e.id: (e, document.is_stale(e)) for e in page} if document else {}
        gone = [key for key in self._cards if key not in wanted]
        added = [key for key in wanted if key not in self._cards]
        for key in gone:
            _remove(self._cards.pop(key))
        for key, (exchange, stale) in wanted.items():
            if key not in self._cards:
                self._cards[key] = self._make(exchange, stale=stale)
            elif wanted[key] != self._shown.get(key):
                self._cards[key].show_exchange(exchange, stale=stale)
        self._cards = {key: self._cards[key] for key in wanted}
        self._shown = wanted
        hidden = max(0, len(exchanges) - self._wanted)
        self.earlier.setText(tr("Show earlier answers ({hidden})", hidden=hidden))
        self.earlier.setVisible(hidden > 0)
        if added or gone:
            self._arrange()
            self._column.lay_out()
        if self._limit < min(self._wanted, len(exchanges)):
            self._filling.start()

    def _make_more(self) -> None:
        """Make some more of the cards that are wanted, above those that are there."""
        bar = self.verticalScrollBar()
        self._from_end = bar.maximum() - bar.value()
        self._limit = min(self._limit + _STEP, self._wanted)
        self._refresh_exchanges()

    def _in_use(self) -> bool:
        """Whether somebody writes in a card or is at one with the keyboard."""
        focus = QApplication.focusWidget()
        return any(
            card.editing or (focus is not None and card.isAncestorOf(focus))
            for card in self._cards.values()
        )

    def _arrange(self) -> None:
        """Give the cards their order."""
        cards = (*self._cards.values(), *self._left.values(), *self._live.values())
        self._column.arrange((self.empty, self.earlier, *cards, self._waiting))

    def _make(self, exchange: Exchange, *, stale: bool) -> ExchangeCard:
        document = self._desk.document
        read_only = document.read_only if document else True
        card = ExchangeCard(self._desk, exchange, stale=stale, read_only=read_only)
        card.accepted.connect(self._controller.accept)
        card.retried.connect(self._controller.retry)
        card.deleted.connect(self._controller.delete)
        card.leave_out(self._notice)
        return card

    def _refresh_unanswered(self) -> None:
        wanted = {one.id: one for one in self._controller.unanswered(self._desk.image_id)}
        for key in [k for k, card in self._left.items() if card.unanswered != wanted.get(k)]:
            _remove(self._left.pop(key))
        for key, one in wanted.items():
            if key not in self._left:
                card = self._left[key] = UnansweredCard(self._desk, one)
                card.retried.connect(self._controller.retry_unanswered)
                card.dismissed.connect(self._controller.dismiss)

    # --- keeping the newest words in view, unless the reader has scrolled up ---

    def _note_place(self) -> None:
        bar = self.verticalScrollBar()
        self._from_end = None
        self._at_end = bar.value() >= bar.maximum() - _AT_END

    def _keep_place(self) -> None:
        place = 0 if self._at_end else self._from_end
        if place is not None:
            bar = self.verticalScrollBar()
            bar.blockSignals(True)
            bar.setValue(bar.maximum() - place)
            bar.blockSignals(False)


def _remove(card: QWidget) -> None:
    card.hide()
    card.deleteLater()
