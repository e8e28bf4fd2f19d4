"""A question below the tree of categories: what deleting or merging would touch, and the go."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from gar_studio.annotation.region import Category
from gar_studio.language import tr
from ui.panels.category_bar import CategoryField


class CategoryQuestion(QFrame):
    """Asks before something is deleted or merged; Esc gives it up.

    Attributes:
        text: the question.
        target: what to merge into; hidden where there is nothing to choose.
        go: the button that does it.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._act: Callable[[], object] | None = None
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.target = CategoryField()
        self.target.setAccessibleName(tr("Category to merge into"))
        self.target.line.returnPressed.connect(self._go)
        self.target.line.textChanged.connect(self._refresh)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.setAutoDefault(False)
        self.go.clicked.connect(self._go)
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.close_question)
        for widget in (self.target.line, self.go, cancel):
            widget.installEventFilter(self)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.target, 1)
        row.addStretch(0)
        row.addWidget(self.go)
        row.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        layout.addWidget(self.text)
        layout.addLayout(row)
        self.hide()

    @property
    def chosen(self) -> str:
        """The target: the one that is written out, or the only one that has what was typed."""
        typed = self.target.currentText()
        return typed if self.target.categories.row_of(typed) >= 0 else self._only_with(typed)

    def ask(
        self,
        text: str,
        verb: str,
        act: Callable[[], object],
        *,
        targets: tuple[Category, ...] = (),
    ) -> None:
        """Show a question.

        Args:
            text: what is asked, with what it touches.
            verb: what the button says.
            act: called when a person says so.
            targets: what can be merged into; none where nothing is to be chosen.
        """
        self._act = act
        self.text.setText(text)
        self.setAccessibleName(text)
        self.go.setText(verb)
        self.target.categories.show(targets)
        self.target.choose("")
        self.target.setVisible(bool(targets))
        self.target.line.setPlaceholderText(tr("Category to merge into"))
        self.show()
        self._refresh()
        (self.target.line if targets else self.go).setFocus()

    def close_question(self) -> None:
        """Give the question up."""
        if self.isVisible():
            self.hide()
            self._act = None
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let Esc close the question and not the dialog, and Enter press the button."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.close_question()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and watched is self.go:
                self._go()
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        self.go.setEnabled(self.target.isHidden() or bool(self.chosen))

    def _only_with(self, typed: str) -> str:
        having = self.target.categories.having(typed) if typed.strip() else []
        return having[0] if len(having) == 1 else ""

    def _go(self) -> None:
        if self._act is not None and self.go.isEnabled():
            self._act()
            self.close_question()
