"""One question with its answer: streaming, a draft, or accepted."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.exchange import Exchange
from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.description import Task
from ui.controllers.conversation import LiveAnswer
from ui.desk import Desk
from ui.panels.mention_label import MentionLabel

_TITLES = {Task.DESCRIBE: "Describe", Task.RELATE: "Relate", Task.ASK: "Ask"}


class AnswerCard(QFrame):
    """Common look of a card: a head with the regions, the question, and the answer."""

    def __init__(self, desk: Desk, task: Task, region_ids: tuple[int, ...], question: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._desk = desk
        self._task = task
        self._region_ids = region_ids
        self._question_text = question
        self.head = MentionLabel(desk)
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.question = MentionLabel(desk)
        self.question.setProperty("role", "question")
        self.answer = MentionLabel(desk)
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(12, 8, 12, 8)
        self.body.setSpacing(6)
        self.body.addLayout(top)
        self.body.addWidget(self.question)
        self.body.addWidget(self.answer)
        # Only now: a widget without a parent that is made visible is a window of its own.
        self.question.setVisible(bool(question))
        self.refresh_mentions()

    def refresh_mentions(self) -> None:
        """Show the regions' present numbers and colours."""
        chips = " ".join(stored_mention(region_id) for region_id in self._region_ids)
        self.head.set_stored(f"{_TITLES[self._task]}  {chips}")
        self.question.set_stored(self._question_text)


class LiveCard(AnswerCard):
    """An answer that is still being written."""

    def __init__(self, desk: Desk, live: LiveAnswer, *, loading: bool) -> None:
        request = live.request
        ids = tuple(region.region_id for region in request.regions)
        super().__init__(desk, request.task, ids, request.question)
        self.show_live(live, loading=loading)

    def show_live(self, live: LiveAnswer, *, loading: bool) -> None:
        """Show the words so far, or what the engine is at before the first one."""
        self.answer.set_stored(live.text)
        self.answer.setVisible(bool(live.text))
        if live.text:
            self.state.setText("writing")
        elif live.progress is not None:
            self.state.setText(f"{live.progress.stage} {live.progress.done}/{live.progress.total}")
        else:
            waiting = "loading the model" if loading else "waiting"
            self.state.setText("starting" if live.started else waiting)


class ExchangeCard(AnswerCard):
    """A finished answer, which can be accepted, edited, or deleted."""

    accepted = Signal(object, object)  # Exchange, the person's wording (str) or None
    deleted = Signal(object)  # Exchange

    def __init__(self, desk: Desk, exchange: Exchange, *, stale: bool, read_only: bool) -> None:
        super().__init__(desk, Task(exchange.task), exchange.region_ids, exchange.question)
        self.exchange = exchange
        self._editor: QPlainTextEdit | None = None
        self.answer.set_stored(exchange.answer)
        self.state.setText(_state(exchange, stale=stale))
        self.state.setProperty("role", "error" if stale else "muted")
        self.notice = QLabel()
        self.notice.setProperty("role", "warning")
        self.notice.setWordWrap(True)
        self.body.addWidget(self.notice)
        self.leave_out("")
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.accept = self._button(row, "Accept", "Take this answer over as it is", self._accept)
        self.edit = self._button(row, "Edit", "Put it into your own words", self._edit)
        self.delete = self._button(
            row, "Delete", "Delete this answer (can be undone)", self._delete
        )
        row.addStretch(1)
        source = QLabel(exchange.provenance.model)
        source.setProperty("role", "muted")
        row.addWidget(source)
        self.body.addWidget(self._buttons)
        self.accept.setVisible(not exchange.accepted)
        for button in (self.accept, self.edit, self.delete):
            button.setEnabled(not read_only)

    def leave_out(self, said: str) -> None:
        """Show what the reader has to know, but for what stands above all cards already."""
        left = self.exchange.notice.removeprefix(said).strip()
        self.notice.setText(f"⚠ {left}")
        self.notice.setVisible(bool(left))

    def _button(self, row: QHBoxLayout, text: str, tip: str, action: object) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("size", "small")
        button.setFlat(True)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {self.head.text()}")
        button.clicked.connect(action)
        row.addWidget(button)
        return button

    def refresh_mentions(self) -> None:
        """Show the regions' present numbers and colours, in the answer too."""
        super().refresh_mentions()
        self.answer.set_stored(self.answer.stored)

    def _accept(self) -> None:
        self.accepted.emit(self.exchange, None)

    def _delete(self) -> None:
        self.deleted.emit(self.exchange)

    def _edit(self) -> None:
        """Turn the answer into a text field; Ctrl+Enter or Save takes the wording over."""
        document = self._desk.document
        if self._editor is not None or document is None:
            return
        editor = self._editor = QPlainTextEdit()
        editor.setPlainText(document.shown(self.exchange.image_id, self.exchange.answer))
        editor.setAccessibleName("Answer in your own words")
        editor.setMinimumHeight(88)
        self.body.replaceWidget(self.answer, editor)
        self.answer.hide()
        self.accept.setText("Save")
        self.accept.setToolTip("Keep this wording (Ctrl+Enter)")
        self.accept.setShortcut(QKeySequence("Ctrl+Return"))
        self.accept.show()
        self.accept.clicked.disconnect()
        self.accept.clicked.connect(
            lambda: self.accepted.emit(self.exchange, editor.toPlainText().strip())
        )
        self.edit.hide()
        editor.show()  # only a visible widget takes the focus
        editor.setFocus()


def _state(exchange: Exchange, *, stale: bool) -> str:
    if stale:
        return "stale: the mask has changed"
    words = []
    if exchange.accepted:
        words.append("accepted")
    if exchange.provenance.edited:
        words.append("edited")
    if not exchange.accepted:
        words.append(
            {"length": "draft, cut at its limit", "cancelled": "draft, stopped"}.get(
                exchange.reason, "draft"
            )
        )
    return ", ".join(words)
