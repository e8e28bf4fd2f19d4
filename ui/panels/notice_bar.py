"""Short notes and errors over the canvas, instead of boxes that stop the work."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.errors import GarStudioError
from ui import icons
from ui.panels.error_details import details

_NOTE_MILLISECONDS = 5000
_COPIED_MILLISECONDS = 1500
_WIDEST = 560
_DETAILS_HEIGHT = 184


class NoticeBar(QFrame):
    """Lies over the lower edge of its parent.

    A note goes by itself; an error stays until it is dismissed or the next one comes, and its
    details can be opened and copied.

    Attributes:
        failure: the error in view, or "".
        more: opens the details.
        details: all that is known of the error.
        copy: puts the details on the clipboard.
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
        texts.addLayout(self._build_details())
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

    def _build_details(self) -> QVBoxLayout:
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName("Details of the error")
        self.details.setFixedHeight(_DETAILS_HEIGHT)
        self.more = _small_button("Details")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._open_details)
        self.copy = _small_button("Copy")
        self.copy.setToolTip("Copy the details, for a report")
        self.copy.clicked.connect(self._copy_details)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.addWidget(self.more)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.addLayout(buttons)
        column.addWidget(self.details)
        return column

    def show_error(self, error: GarStudioError) -> None:
        """Show what happened, what was kept and what to do."""
        self.failure = str(error)
        rest = " ".join(part for part in (error.kept, error.advice) if part)
        self.details.setPlainText(details(error))
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
        self.more.setChecked(False)
        self.more.setVisible(stays)
        self._open_details(opened=False)
        if not stays:
            self._timer.start(_NOTE_MILLISECONDS)
        self.show()
        self.raise_()
        self._place()

    def _open_details(self, opened: bool) -> None:
        self.details.setVisible(opened)
        self.copy.setVisible(opened)
        self._place()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText("Copied")
        QTimer.singleShot(_COPIED_MILLISECONDS, self.copy, lambda: self.copy.setText("Copy"))

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None, "it lies over the canvas"
        width = min(_WIDEST, parent.width() - 32)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        height = min(height, parent.height() - 32)
        self.setGeometry(
            (parent.width() - width) // 2, parent.height() - height - 16, width, height
        )


def _small_button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("size", "small")
    button.setFlat(True)
    return button
