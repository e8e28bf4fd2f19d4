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
from gar_studio.language import tr
from ui import icons
from ui.offer import Offer
from ui.panels.error_details import details

_NOTE_MILLISECONDS = 5000
_COPIED_MILLISECONDS = 1500
_WIDEST = 560
_DETAILS_HEIGHT = 184


class NoticeBar(QFrame):
    """Lies over the lower edge of its parent.

    A note goes by itself; an error stays until it is dismissed or the next one comes, and its
    details can be opened and copied.  An offer stays until it is taken or dismissed, and comes back
    after notes and errors that were told meanwhile.

    Attributes:
        failure: the error in view, or "".
        take: does what is offered.
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
        dismiss.setAccessibleName(tr("Dismiss"))
        dismiss.setToolTip(tr("Dismiss"))
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
        self._timer.timeout.connect(self._give_way)
        self.failure = ""
        self._offer: Offer | None = None
        self._offering = False  # what is in view is what is offered
        parent.installEventFilter(self)
        self.hide()

    def _build_details(self) -> QVBoxLayout:
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(tr("Details of the error"))
        self.details.setFixedHeight(_DETAILS_HEIGHT)
        self.take = _small_button("")
        self.take.setFlat(False)
        self.take.clicked.connect(self._take_offer)
        self.more = _small_button(tr("Details"))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._open_details)
        self.copy = _small_button(tr("Copy"))
        self.copy.setToolTip(tr("Copy the details, for a report"))
        self.copy.clicked.connect(self._copy_details)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.addWidget(self.take)
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
        self._show(error.what, rest, detailed=True)

    def show_note(self, text: str) -> None:
        """Show a short note for a few seconds; an error that is in view stays."""
        if self.failure:
            return
        self._show(text, "")
        self._timer.start(_NOTE_MILLISECONDS)

    def show_offer(self, offer: Offer | None) -> None:
        """Offer something in place of what was offered before; None takes that back."""
        shown = self._offering and self.isVisible()
        self._offer = offer
        if not self.failure and (offer is not None or shown):
            self._give_way()

    def show_report(self, text: str, listed: str) -> None:
        """Show a note that stays, with a list behind “Details”; an error that is in view stays."""
        if self.failure:
            return
        self.details.setPlainText(listed)
        self._show(text, "", detailed=True)

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
        if self._offering:
            self._offer = None
        self._give_way()

    def _give_way(self) -> None:
        """Show what is still offered, or nothing."""
        self.failure = ""
        if self._offer is None:
            self.hide()
        else:
            self._show(self._offer.title, self._offer.detail, offered=self._offer.label)

    def _take_offer(self) -> None:
        offer, self._offer = self._offer, None
        self._give_way()
        if offer is not None:
            offer.take()

    def _show(self, title: str, detail: str, *, offered: str = "", detailed: bool = False) -> None:
        self._timer.stop()
        self.title.setText(title)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.more.setChecked(False)
        self.more.setVisible(detailed)
        self._offering = bool(offered)
        self.take.setText(offered)
        self.take.setVisible(bool(offered))
        self._open_details(opened=False)
        self.show()
        self.raise_()
        self._place()

    def _open_details(self, opened: bool) -> None:
        self.details.setVisible(opened)
        self.copy.setVisible(opened)
        self._place()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText(tr("Copied"))
        QTimer.singleShot(_COPIED_MILLISECONDS, self.copy, lambda: self.copy.setText(tr("Copy")))

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
