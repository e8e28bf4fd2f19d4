"""The look that all answers share, and answers that are not there yet."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.description import Task
from gar_studio.language import mark, tr
from ui.controllers.answers import LiveAnswer, Unanswered
from ui.desk import Desk
from ui.panels.mention_label import MentionLabel

_TITLES = {Task.DESCRIBE: mark("Describe"), Task.RELATE: mark("Relate"), Task.ASK: mark("Ask")}
_MOST_CHIPS = 12
"""Most regions that a card names in its head."""


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
        chips = " ".join(stored_mention(one) for one in self._region_ids[:_MOST_CHIPS])
        more = " …" if len(self._region_ids) > _MOST_CHIPS else ""
        self.head.set_stored(f"{tr(_TITLES[self._task])}  {chips}{more}")
        self.question.set_stored(self._question_text)
        self.answer.set_stored(self.answer.stored)


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
            self.state.setText(tr("writing"))
        elif live.progress is not None:
            stage = tr(live.progress.stage)
            self.state.setText(f"{stage} {live.progress.done}/{live.progress.total}")
        else:
            waiting = tr("loading the model") if loading else tr("waiting")
            self.state.setText(tr("starting") if live.started else waiting)


class UnansweredCard(AnswerCard):
    """A question, or several of one kind, that ended without a word."""

    retried = Signal(object)  # Unanswered
    dismissed = Signal(object)  # Unanswered

    def __init__(self, desk: Desk, one: Unanswered) -> None:
        super().__init__(desk, one.task, one.region_ids, one.question)
        self.unanswered = one
        self.answer.hide()
        self.state.setText(tr("failed") if one.failed else tr("stopped"))
        self.state.setProperty("role", "error" if one.failed else "muted")
        why = QLabel(one.why)
        why.setWordWrap(True)
        why.setProperty("role", "muted")
        self.body.addWidget(why)
        count = len(one.groups)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.retry = QPushButton(
            tr("Retry") if count == 1 else tr("Retry all {count}", count=count)
        )
        self.retry.setToolTip(tr("Ask the same again"))
        self.retry.clicked.connect(lambda: self.retried.emit(self.unanswered))
        self.dismiss = QPushButton(tr("Dismiss"))
        self.dismiss.setToolTip(tr("Take this card away"))
        self.dismiss.clicked.connect(lambda: self.dismissed.emit(self.unanswered))
        for button in (self.retry, self.dismiss):
            button.setProperty("density", "small")
            button.setFlat(True)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
