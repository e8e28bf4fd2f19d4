"""The sheet of shortcuts, made from the table of actions."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.actions import ACTIONS

_MOUSE = (
    ("Left click", "Add to the object (point tool)"),
    ("Right click, Alt + click", "Take away from the object"),
    ("Drag a sign, a box's edge", "Move a prompt; the mask follows"),
    ("Right click on it, Del", "Take a prompt or a vertex away"),
    ("1, 2, 3", "Choose among the masks offered"),
    ("1 … 9", "Assign the category with that key"),
    ("Ctrl + click", "Select several regions (select tool)"),
    ("Wheel", "Zoom to the pointer"),
    ("Shift + wheel", "Size of brush and eraser"),
    ("Right button, Alt", "Brush erases, eraser paints"),
    ("Enter, first corner", "Close an outline"),
    ("Backspace", "Take an outline's corner back"),
    ("Space + drag, middle button", "Move the photo"),
)


class ShortcutDialog(QDialog):
    """Lists every shortcut."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        self.resize(520, 640)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        rows = [
            (", ".join(map(_native, spec.shortcuts)), spec.text.replace("&", "").rstrip("…"))
            for spec in ACTIONS
            if spec.shortcuts
        ]
        for row, (keys, text) in enumerate((*_MOUSE, *rows)):
            label = QLabel(keys)
            label.setProperty("role", "muted")
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(QLabel(text), row, 1)
        grid.setColumnStretch(1, 1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
