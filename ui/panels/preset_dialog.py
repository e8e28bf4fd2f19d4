"""Edits the questions that can be chosen from a menu."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.language import tr
from gar_studio.presets import DEFAULT_PRESETS, MAX_NAME, MAX_PRESETS, MAX_TEXT, Preset
from ui import icons

_TEXT_ROLE = Qt.ItemDataRole.UserRole
_SEND_ROLE = Qt.ItemDataRole.UserRole + 1
_NAME_ROLE = Qt.ItemDataRole.UserRole + 2


class PresetDialog(QDialog):
    """A list of questions on the left, the one that is marked on the right."""

    def __init__(self, presets: tuple[Preset, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._filling = False
        self.setWindowTitle(tr("Questions"))
        self.resize(640, 400)
        hint = QLabel(
            tr("#n stands for the selected regions. What is in [brackets] is filled in each time.")
        )
        hint.setProperty("role", "muted")
        hint.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setProperty("primary", True)
        defaults = self.buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        defaults.clicked.connect(lambda: self._show(DEFAULT_PRESETS))
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(self._build_list(), 2)
        middle.addLayout(self._build_fields(), 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(hint)
        layout.addLayout(middle, 1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self._show(presets)

    def presets(self) -> tuple[Preset, ...]:
        """Return the questions as they stand.

        Raises:
            ValueError: one of them has no name or no question; the dialog cannot be saved then.
        """
        return tuple(
            Preset(_name(item), str(item.data(_TEXT_ROLE)).strip(), item.data(_SEND_ROLE))
            for item in self._items()
        )

    # --- building ---

    def _build_list(self) -> QVBoxLayout:
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Questions"))
        self.list.currentItemChanged.connect(self._show_fields)
        self.add = self._tool("plus", tr("Add a question"), self._add)
        self.remove = self._tool("minus", tr("Remove the marked question"), self._remove)
        self.up = self._tool("arrow-up", tr("Move up"), lambda: self._move(-1))
        self.down = self._tool("arrow-down", tr("Move down"), lambda: self._move(1))
        row = QHBoxLayout()
        for button in (self.add, self.remove, self.up, self.down):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout()
        column.addWidget(self.list, 1)
        column.addLayout(row)
        return column

    def _build_fields(self) -> QFormLayout:
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name in the menu"))
        self.name.setMaxLength(MAX_NAME)
        self.name.textEdited.connect(self._keep_fields)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Question"))
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._keep_fields)
        self.send = QCheckBox(tr("Ask at once when it is chosen"))
        self.send.toggled.connect(self._keep_fields)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Question"), self.text)
        form.addRow(self.send)
        return form

    def _tool(self, icon: str, tip: str, action: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon(icon))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(action)
        return button

    # --- the list ---

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _show(self, presets: tuple[Preset, ...]) -> None:
        self.list.clear()
        for preset in presets:
            self.list.addItem(_item(preset.name, preset.text, send=preset.send))
        self.list.setCurrentRow(0)
        self._show_fields()

    def _add(self) -> None:
        row = self.list.currentRow() + 1
        self.list.insertItem(row, _item(tr("New question"), "", send=False))
        self.list.setCurrentRow(row)
        self.name.setFocus()
        self.name.selectAll()

    def _remove(self) -> None:
        self.list.takeItem(self.list.currentRow())
        self._show_fields()

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        item = self.list.takeItem(row)
        self.list.insertItem(row + step, item)
        self.list.setCurrentRow(row + step)

    # --- the question that is marked ---

    def _show_fields(self) -> None:
        item = self.list.currentItem()
        self._filling = True
        self.name.setText(item.text() if item else "")
        self.text.setPlainText(str(item.data(_TEXT_ROLE)) if item else "")
        self.send.setChecked(bool(item and item.data(_SEND_ROLE)))
        self._filling = False
        for field in (self.name, self.text, self.send):
            field.setEnabled(item is not None)
        self._check()

    def _keep_fields(self) -> None:
        item = self.list.currentItem()
        if self._filling or item is None:
            return
        item.setText(self.name.text())
        item.setData(_TEXT_ROLE, " ".join(self.text.toPlainText().split()))
        item.setData(_SEND_ROLE, self.send.isChecked())
        self._check()

    def _check(self) -> None:
        """Say what is missing, and enable what can be done."""
        row, count = self.list.currentRow(), self.list.count()
        self.add.setEnabled(count < MAX_PRESETS)
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        problem = next((text for item in self._items() if (text := _problem(item))), "")
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.save.setEnabled(not problem)


def _item(name: str, text: str, *, send: bool) -> QListWidgetItem:
    item = QListWidgetItem(tr(name))
    item.setData(_NAME_ROLE, name)
    item.setData(_TEXT_ROLE, text)
    item.setData(_SEND_ROLE, send)
    return item


def _name(item: QListWidgetItem) -> str:
    """Return the name to be kept: a usual one stays English as long as nobody changes it."""
    shown, kept = item.text().strip(), str(item.data(_NAME_ROLE))
    return kept if shown == tr(kept) else shown


def _problem(item: QListWidgetItem) -> str:
    text = str(item.data(_TEXT_ROLE))
    if not item.text().strip():
        return tr("A question needs a name for the menu.")
    if not text.strip():
        return tr("“{text}” has no question yet.", text=item.text())
    if len(text) > MAX_TEXT:
        return tr(
            "“{text}” has {count} characters; {max_text} fit.",
            text=item.text(),
            count=len(text),
            max_text=MAX_TEXT,
        )
    return ""
