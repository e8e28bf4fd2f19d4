"""A line for a path, with a button that opens the usual dialog."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from gar_studio.language import tr


class PathField(QWidget):
    """Text and button.

    Signals:
        changed: there is another path, which is typed to its end or was chosen.

    Attributes:
        line: the text.
        choose: the button.
    """

    changed = Signal()

    def __init__(self, name: str, ask: Callable[[Path], str]) -> None:
        """Make the field.

        Args:
            name: for screen readers.
            ask: opens a dialog at a path and returns what was chosen, or "".
        """
        super().__init__()
        self._ask = ask
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.editingFinished.connect(self.changed)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setAutoDefault(False)
        self.choose.setAccessibleName(tr("Choose: {name}", name=name))
        self.choose.clicked.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.choose)
        self.setFocusProxy(self.line)

    @property
    def path(self) -> Path | None:
        """The path, or None where there is no text."""
        text = self.line.text().strip()
        return Path(text).expanduser() if text else None

    def put(self, path: Path) -> None:
        """Show another path."""
        self.line.setText(str(path))

    def _choose(self) -> None:
        name = self._ask(self.path or Path.home())
        if name:
            self.line.setText(name)
            self.changed.emit()
