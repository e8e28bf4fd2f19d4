"""One question with its answer, which can be accepted, edited, copied, asked again or deleted."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from gar_studio.annotation.exchange import Exchange
from gar_studio.engines.description import Task
from gar_studio.language import tr
from ui import icons
from ui.controllers.categories import assign_category
from ui.desk import Desk
from ui.panels.answer_card import AnswerCard
from ui.panels.flow import FlowLayout
from ui.panels.suggestions import CategorySuggestions, suggested_names


class ExchangeCard(AnswerCard):
    """A finished answer: a draft, or accepted."""

    accepted = Signal(object, object)  # Exchange, the person's wording (str) or None
    retried = Signal(object)  # Exchange
    deleted = Signal(object)  # Exchange

    def __init__(self, desk: Desk, exchange: Exchange, *, stale: bool, read_only: bool) -> None:
        super().__init__(desk, Task(exchange.task), exchange.region_ids, exchange.question)
        self.exchange = exchange
        self._said = ""
        self._stale = stale
        self._editor: QPlainTextEdit | None = None
        self.suggestions = CategorySuggestions()
        self.suggestions.chosen.connect(self._assign)
        self.notice = QLabel()
        self.notice.setProperty("role", "warning")
        self.notice.setWordWrap(True)
        self.body.addWidget(self.suggestions)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._build_buttons())
        for button in (self.accept, self.edit, self.retry, self.delete):
            button.setEnabled(not read_only)
        self.show_exchange(exchange, stale=stale)

    @property
    def editing(self) -> bool:
        """Whether the answer is being put into a person's own words."""
        return self._editor is not None

    def _build_buttons(self) -> QWidget:
        buttons = QWidget()
        self._row = FlowLayout(buttons, spacing=4)
        self.accept = self._button(tr("Accept"), tr("Take this answer over as it is"), self._accept)
        self.edit = self._button(tr("Edit"), tr("Put it into your own words"), self._edit)
        self.cancel = self._button(
            tr("Cancel"), tr("Leave the answer as it was (Esc)"), self._leave
        )
        self.copy = self._button(tr("Copy"), tr("Copy this answer"), self._copy, "content-copy")
        self.retry = self._button(tr("Retry"), tr("Ask the same again"), self._retry, "refresh")
        self.delete = self._button(
            tr("Delete"), tr("Delete this answer (can be undone)"), self._delete, "delete-outline"
        )
        self.source = QLabel()
        self.source.setProperty("role", "muted")
        self._row.addWidget(self.source)
        return buttons

    def show_exchange(self, exchange: Exchange, *, stale: bool) -> None:
        """Show the answer as it is now; words that are being written stay in their field."""
        self.exchange = exchange
        self._stale = stale
        self.answer.set_stored(exchange.answer)
        self.state.setText(_state(exchange, stale=stale))
        self.state.setProperty("role", "error" if stale else "muted")
        self.state.style().unpolish(self.state)
        self.state.style().polish(self.state)
        self.source.setText(exchange.provenance.model)
        self.leave_out(self._said)
        self._show_buttons()
        self.refresh_suggestions()

    def leave_out(self, said: str) -> None:
        """Show what the reader has to know, but for what stands above all cards already."""
        self._said = said
        left = self.exchange.notice.removeprefix(said).strip()
        self.notice.setText(f"⚠ {tr(left)}")
        self.notice.setVisible(bool(left))

    def refresh_suggestions(self) -> None:
        """Offer categories, as long as the region has none and its mask is the one described."""
        offered = () if self._stale else suggested_names(self._desk, self.exchange)
        self.suggestions.offer(offered)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Leave the text field with Esc, and take its wording over with Ctrl+Enter."""
        if event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                self._leave()
                return True
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._accept()
                return True
        return super().eventFilter(watched, event)

    # --- what the buttons do ---

    def _button(self, text: str, tip: str, action: object, icon: str = "") -> QPushButton:
        button = QPushButton("" if icon else text)
        if icon:
            button.setIcon(icons.icon(icon))
        button.setProperty("density", "icon" if icon else "small")
        button.setFlat(True)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tip)
        button.clicked.connect(action)
        self._row.addWidget(button)
        return button

    def _show_buttons(self) -> None:
        editing = self.editing
        self.accept.setText(tr("Save") if editing else tr("Accept"))
        self.accept.setAccessibleName(self.accept.text())
        tip = (
            tr("Keep this wording (Ctrl+Enter)")
            if editing
            else tr("Take this answer over as it is")
        )
        self.accept.setToolTip(tip)
        self.accept.setVisible(editing or not self.exchange.accepted)
        self.cancel.setVisible(editing)
        for button in (self.edit, self.copy, self.retry, self.delete):
            button.setVisible(not editing)

    def _accept(self) -> None:
        if self._editor is None:
            self.accepted.emit(self.exchange, None)
            return
        before, document = self.exchange, self._desk.document
        text = self._editor.toPlainText().strip()
        self.accepted.emit(before, text)
        same = document is not None and text == document.shown(before.image_id, before.answer)
        if same or self.exchange != before:  # else it was refused, and the words stay in the field
            self._leave()

    def _copy(self) -> None:
        document = self._desk.document
        if document is not None:
            text = document.shown(self.exchange.image_id, self.exchange.answer)
            QGuiApplication.clipboard().setText(text)
            self._desk.told.emit(tr("The answer was copied."))

    def _retry(self) -> None:
        self.retried.emit(self.exchange)

    def _delete(self) -> None:
        self.deleted.emit(self.exchange)

    def _assign(self, name: str) -> None:
        assign_category(self._desk, self.exchange.region_ids, name)

    def _edit(self) -> None:
        """Turn the answer into a text field; Ctrl+Enter or Save takes the wording over."""
        document = self._desk.document
        if self._editor is not None or document is None:
            return
        editor = self._editor = QPlainTextEdit()
        editor.setPlainText(document.shown(self.exchange.image_id, self.exchange.answer))
        editor.setAccessibleName(tr("Answer in your own words"))
        editor.setTabChangesFocus(True)
        editor.setMinimumHeight(88)
        editor.installEventFilter(self)
        self.body.replaceWidget(self.answer, editor)
        self.answer.hide()
        self._show_buttons()
        editor.show()  # only a visible widget takes the focus
        editor.setFocus()

    def _leave(self) -> None:
        """Put the answer back in the text field's place."""
        editor, self._editor = self._editor, None
        if editor is None:
            return
        self.body.replaceWidget(editor, self.answer)
        editor.hide()
        editor.deleteLater()
        self.answer.show()
        self._show_buttons()
        self.edit.setFocus()


def _state(exchange: Exchange, *, stale: bool) -> str:
    if stale:
        return tr("stale: the mask has changed")
    if not exchange.accepted:
        drafts = {
            "length": tr("draft, cut at its limit"),
            "cancelled": tr("draft, stopped"),
            "failed": tr("draft, broken off"),
        }
        return drafts.get(exchange.reason, tr("draft"))
    return tr("accepted, edited") if exchange.provenance.edited else tr("accepted")
