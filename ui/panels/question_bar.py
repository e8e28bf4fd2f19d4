"""Where questions are written, chosen and sent."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from gar_studio.language import tr
from gar_studio.presets import Preset, fill
from ui import icons
from ui.controllers.settings import SettingsController
from ui.desk import Desk
from ui.panels.preset_dialog import PresetDialog
from ui.panels.region_completer import RegionCompleter


class QuestionBar(QWidget):
    """A line of text with a menu of presets."""

    asked = Signal(str)
    changed = Signal()

    def __init__(self, desk: Desk, settings: SettingsController) -> None:
        super().__init__()
        self._desk = desk
        self._settings = settings
        self.line = QLineEdit()
        self.line.setAccessibleName(tr("Question"))
        self.line.setPlaceholderText(tr("Ask: What colour is #1?"))
        self.line.setToolTip(tr("# offers the regions of this image"))
        self.line.returnPressed.connect(self._send)
        self.line.textChanged.connect(self.changed)
        self.completer = RegionCompleter(desk, self.line)
        self.presets = QToolButton()
        self.presets.setIcon(icons.icon("format-list-bulleted"))
        self.presets.setToolTip(tr("Questions to choose from"))
        self.presets.setAccessibleName(tr("Questions to choose from"))
        self.presets.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.presets)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.presets.setMenu(self.menu)
        self.ask = QPushButton(tr("Ask"))
        self.ask.setProperty("primary", True)
        self.ask.setToolTip(tr("Ask about the regions named, or the selected ones (Enter)"))
        self.ask.clicked.connect(self._send)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.presets)
        layout.addWidget(self.ask)

    def fill_menu(self) -> None:
        """Put the presets into the menu, as they would be asked now."""
        self.menu.clear()
        for preset in self._settings.settings.presets:
            filled = fill(preset, self._numbers())
            later = "" if preset.send and filled.complete else "…"
            action = self.menu.addAction(f"{tr(preset.name)}{later}".replace("&", "&&"))
            action.setToolTip(filled.text)
            action.triggered.connect(partial(self.choose, preset))
        self.menu.addSeparator()
        self.menu.addAction(tr("Edit questions…")).triggered.connect(self.edit_presets)

    def choose(self, preset: Preset) -> None:
        """Ask a preset, or write it into the line to be completed."""
        filled = fill(preset, self._numbers())
        if preset.send and filled.complete:
            self.asked.emit(filled.text)
            return
        self.line.setText(filled.text)
        self.line.setFocus()
        if filled.length:
            self.line.setSelection(filled.start, filled.length)

    def edit_presets(self) -> None:
        """Let a person change the presets."""
        dialog = PresetDialog(self._settings.settings.presets, self.window())
        if dialog.exec() == PresetDialog.DialogCode.Accepted:
            self._settings.choose_presets(dialog.presets())

    def _numbers(self) -> list[int]:
        numbers = self._desk.numbers()
        return [numbers[i] for i in self._desk.selection if i in numbers]

    def _send(self) -> None:
        self.asked.emit(self.line.text())
