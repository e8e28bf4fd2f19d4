"""A field that takes the keys pressed in it as a value, instead of acting on them."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit

from gar_studio.language import tr


class KeyField(QKeySequenceEdit):
    """Takes one key with its modifiers.

    Signals:
        pressed: the key's portable name, such as "Ctrl+K".
        given_up: Esc was pressed; it stays the way out of everything.
    """

    pressed = Signal(str)
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)
        self.setAccessibleName(tr("New keys"))
        self.setFixedWidth(160)
        self.keySequenceChanged.connect(self._take)

    def begin(self) -> None:
        """Wait for the next key."""
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        """Keep Tab as a key, too; Esc gives up."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.given_up.emit()
            return True
        return super().event(event)

    def _take(self, sequence: QKeySequence) -> None:
        if not sequence.isEmpty():
            self.pressed.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))
