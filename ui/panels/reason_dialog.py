"""Asks why: one line, which may be left empty."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QVBoxLayout, QWidget

_WIDTH = 420
_TOP = 64  # pixels below the window's upper edge


class ReasonDialog(QDialog):
    """A field in front of the window; Enter takes it, Escape leaves all as it was."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAccessibleName(title)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Why? (may be left empty)")
        self.field.setAccessibleName("Reason")
        self.field.setMaxLength(500)
        self.field.returnPressed.connect(self.accept)
        hint = QLabel("Enter to confirm, Esc to leave it")
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
    dialog = ReasonDialog(title, parent)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    return " ".join(dialog.field.text().split())
