"""Short notes and errors over the canvas, instead of boxes that stop the work."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gar_studio.errors import GarStudioError
from ui import icons

_NOTE_MILLISECONDS = 5000
_WIDEST = 560


class NoticeBar(QFrame):
    """Lies over the lower edge of its parent.

    A note goes by itself; an error stays until it is dismissed or the next one comes.

    Attributes:
        failure: the error in view, or "".
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLabel()
        self.title.setWordWrap(True)
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setProperty("role", "muted")
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        dismiss = QToolButton()
        dismiss.setIcon(icons.icon("close"))
        dismiss.setAccessibleName("Dismiss")
        dismiss.setToolTip("Dismiss")
        dismiss.clicked.connect(self._dismiss)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.title)
        texts.addWidget(self.detail)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.addLayout(texts, 1)
        layout.addWidget(dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.failure = ""
        parent.installEventFilter(self)
        self.hide()

    def show_error(self, error: GarStudioError) -> None:
        """Show what happened, what was kept and what to do."""
        self.failure = str(error)
        rest = " ".join(part for part in (error.kept, error.advice) if part)
        self._show(error.what, rest, stays=True)

    def show_note(self, text: str) -> None:
        """Show a short note for a few seconds; an error that is in view stays."""
        if self.failure:
            return
        self._show(text, "", stays=False)

    @property
    def text(self) -> str:
        """All that the bar says."""
        return f"{self.title.text()} {self.detail.text()}".strip()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the parent's size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _dismiss(self) -> None:
        self.failure = ""
        self.hide()

    def _show(self, title: str, detail: str, *, stays: bool) -> None:
        self._timer.stop()
        self.title.setText(title)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        if not stays:
            self._timer.start(_NOTE_MILLISECONDS)
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        width = min(_WIDEST, parent.width() - 32)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(
            (parent.width() - width) // 2, parent.height() - height - 16, width, height
        )
