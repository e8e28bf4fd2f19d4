"""How far something is that takes a while, with a way out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from gar_studio.language import tr


class TaskLine(QWidget):
    """Words, a bar and a button; it is hidden while there is nothing to tell.

    Signals:
        cancelled: the button was pressed.
    """

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._what = ""
        self.text = QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedWidth(128)
        self.bar.setTextVisible(False)
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setProperty("size", "small")
        self.cancel.setFlat(True)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.clicked.connect(self.cancelled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.text, self.bar, self.cancel):
            layout.addWidget(widget)
        self.hide()

    def begin(self, what: str) -> None:
        """Tell what is done now; how much it is may not be known yet."""
        self.bar.setAccessibleName(what)
        self.cancel.setAccessibleName(tr("Cancel: {what}", what=what))
        self.bar.setRange(0, 0)
        self._what = what
        self.text.setText(tr("{what}…", what=what))
        self.show()

    def show_progress(self, done: int, total: int) -> None:
        """Tell how far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        text = tr("{what}: {done:,} of {total:,}", what=self._what, done=done, total=total)
        self.text.setText(text)
