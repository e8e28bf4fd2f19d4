"""A text field that offers completions for the word at the cursor, not for the whole text."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

_LEAST = 2  # letters of a word before something is offered


class TermField(QLineEdit):
    """A line of words."""

    def __init__(self) -> None:
        super().__init__()
        self._completer: QCompleter | None = None
        self.textEdited.connect(lambda _: self._offer())

    def set_term_completer(self, completer: QCompleter) -> None:
        """Offer what this completer finds for the word at the cursor."""
        self._completer = completer
        completer.setWidget(self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.activated.connect(self._take)

    def event(self, event: QEvent) -> bool:
        """Let Tab take the offer that is best, and Enter the one that is marked."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            offer = self._offer_for(event.key())
            if offer:
                self._hide_offers()
                self._take(offer)
                return True
        return super().event(event)

    def _offer_for(self, key: int) -> str:
        """Return what a key would take of the offers, or ""."""
        completer = self._completer
        popup = completer.popup() if completer is not None else None
        if completer is None or popup is None or not popup.isVisible():
            return ""
        marked = popup.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab) and marked.isValid():
            return str(marked.data(completer.completionRole()))
        return completer.currentCompletion() if key == Qt.Key.Key_Tab else ""

    def _hide_offers(self) -> None:
        popup = self._completer.popup() if self._completer is not None else None
        if popup is not None:
            popup.hide()

    def _word(self) -> tuple[int, str]:
        """Return where the word before the cursor begins, and the word."""
        before = self.text()[: self.cursorPosition()]
        start = before.rfind(" ") + 1
        return start, before[start:]

    def _offer(self) -> None:
        if self._completer is None:
            return
        _, word = self._word()
        self._completer.setCompletionPrefix(word)
        found = self._completer.completionCount()
        alone = found == 1 and self._completer.currentCompletion() == word
        if len(word) < _LEAST or not found or alone:
            self._hide_offers()
        else:
            self._completer.complete()

    def _take(self, chosen: str) -> None:
        start, word = self._word()
        text = self.text()
        self.setText(f"{text[:start]}{chosen}{text[start + len(word) :]}")
        self.setCursorPosition(start + len(chosen))
