"""Asks for one line: why, or who."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

from gar_studio.language import tr

_WIDTH = 420
_TOP = 64  # pixels below the window's upper edge


class ReasonDialog(QDialog):
    """A field in front of the window; Enter takes it, Escape leaves all as it was."""

    def __init__(
        self,
        title: str,
        parent: QWidget,
        *,
        name: str = "",
        about: str = "",
        text: str = "",
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(title)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self.field = QLineEdit()
        self.field.setPlaceholderText(about or tr("Why? (may be left empty)"))
        self.field.setAccessibleName(name or tr("Reason"))
        self.field.setMaxLength(500)
        self.field.setText(text)
        self.field.selectAll()
        self.field.returnPressed.connect(self.accept)
        hint = QLabel(tr("Enter to confirm, Esc to leave it"))
        hint.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(self.field)
        layout.addWidget(hint)
        self.resize(min(_WIDTH, parent.width() - 32), self.sizeHint().height())
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + _TOP)
        self.field.setFocus()


def ask_reason(title: str, parent: QWidget) -> str | None:
    """Ask, and return the reason, "" for none, or None if the person thought better of it."""
    return _answer(ReasonDialog(title, parent))


def ask_reviewer(account: str, name: str, parent: QWidget) -> str | None:
    """Ask for a reviewer's name; "" stands for that of the account.

    Args:
        account: the name of the account.
        name: the name so far, or "".
        parent: the window.
    """
    about = tr("{account} (the name of this account)", account=account) if account else tr("Nobody")
    title = tr("Who reviews?")
    return _answer(ReasonDialog(title, parent, name=tr("Reviewer's name"), about=about, text=name))


def _answer(dialog: ReasonDialog) -> str | None:
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    return " ".join(dialog.field.text().split())
