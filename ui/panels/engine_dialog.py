"""Chooses what cuts out and what answers, and where their weights are."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.engines import registry
from gar_studio.engines.construction import EngineFactory, EngineKind, EngineOptions, ModelSource
from gar_studio.settings import EngineChoice, Settings

_DEVICES = ("auto", "cpu", "cuda", "mps")
_DTYPES = ("auto", "float32", "bfloat16", "float16", "int8", "int4")
_DETAILS = {
    None: "As the model was made",
    16: "High: 16 tiles",
    9: "Medium: 9 tiles",
    4: "Low: 4 tiles, faster",
    1: "Lowest: 1 tile, fastest",
}
_HINTS = {
    ModelSource.NONE: "",
    ModelSource.FILE: "Path of a .pth file",
    ModelSource.FOLDER: "Folder or hub id",
}

_AHEAD = (0, 1, 2, 4, 8)


class EnginePicker(QWidget):
    """One engine of a kind, its weights and where it runs."""

    changed = Signal()

    def __init__(self, title: str, kind: EngineKind, choice: EngineChoice) -> None:
        super().__init__()
        self._kind = kind
        self._given = choice
        self._factories: Mapping[str, EngineFactory] = registry.factories(kind)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        self.needs = QLabel()
        self.needs.setProperty("role", "muted")
        self.needs.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._form = form
        form.addRow("Engine", self._build_engine())
        form.addRow("", self.needs)
        self._weights_row = self._build_weights()
        form.addRow("Weights", self._weights_row)
        self.download = QCheckBox("Fetch from the hub if it is not here yet")
        form.addRow("", self.download)
        self.device = _choices(_DEVICES, choice.options.device, "Device")
        form.addRow("Device", self.device)
        self.dtype = _choices(_DTYPES, choice.options.dtype, "Number format")
        form.addRow("Numbers", self.dtype)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addLayout(form)
        self.model.setText(choice.options.model)
        self.download.setChecked(choice.options.allow_download)
        self._refresh()

    def choice(self) -> EngineChoice:
        """Return what is chosen."""
        source = self._source()
        variant = self._given.options.variant if self.name() == self._given.name else ""
        options = EngineOptions(
            model="" if source is ModelSource.NONE else self.model.text().strip(),
            device=self.device.currentText(),
            dtype=self.dtype.currentText() if self._kind is EngineKind.DESCRIBE else "auto",
            variant=variant,
            allow_download=source is ModelSource.FOLDER and self.download.isChecked(),
            cache_bytes=self._given.options.cache_bytes,
        )
        return EngineChoice(self.name(), options)

    def add_row(self, label: str, field: QWidget) -> None:
        """Add a setting of its own."""
        self._form.addRow(label, field)

    def name(self) -> str:
        """Return the chosen engine's name."""
        return str(self.engine.currentData())

    def is_complete(self) -> bool:
        """Return whether weights are named where the engine needs them."""
        return self._source() is ModelSource.NONE or bool(self.model.text().strip())

    def _build_engine(self) -> QComboBox:
        self.engine = QComboBox()
        self.engine.setAccessibleName("Engine")
        for name, factory in self._factories.items():
            self.engine.addItem(factory.title, name)
        if self._given.name not in self._factories:
            self.engine.addItem(f"{self._given.name} (not installed)", self._given.name)
        self.engine.setCurrentIndex(self.engine.findData(self._given.name))
        self.engine.currentIndexChanged.connect(self._refresh)
        return self.engine

    def _build_weights(self) -> QWidget:
        self.model = QLineEdit()
        self.model.setAccessibleName("Weights")
        self.model.textChanged.connect(self.changed)
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.model, 1)
        layout.addWidget(self.browse)
        return row

    def _source(self) -> ModelSource:
        factory = self._factories.get(self.name())
        return factory.model_source if factory else ModelSource.NONE

    def _refresh(self) -> None:
        factory, source = self._factories.get(self.name()), self._source()
        self.needs.setText(f"Needs {factory.needs}." if factory else "")
        self.model.setPlaceholderText(_HINTS[source])
        self._form.setRowVisible(self._weights_row, source is not ModelSource.NONE)
        self._form.setRowVisible(self.download, source is ModelSource.FOLDER)
        self._form.setRowVisible(self.dtype, self._kind is EngineKind.DESCRIBE)
        self.changed.emit()

    def _browse(self) -> None:
        start = self.model.text().strip()
        if self._source() is ModelSource.FILE:
            chosen, _ = QFileDialog.getOpenFileName(
                self, "Weights", start, "Checkpoints (*.pth);;All files (*)"
            )
        else:
            chosen = QFileDialog.getExistingDirectory(self, "Folder of the weights", start)
        if chosen:
            self.model.setText(str(Path(chosen)))


class EngineDialog(QDialog):
    """Both engines; they are built when they are first used."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Engines")
        self.masks = EnginePicker("Masks", EngineKind.SEGMENT, settings.segmenter)
        self.words = EnginePicker("Words", EngineKind.DESCRIBE, settings.describer)
        self.detail = QComboBox()
        self.detail.setAccessibleName("Detail")
        self.detail.setToolTip("How finely the model looks at a photo: more tiles take longer")
        shown = _DETAILS | {settings.max_tiles: f"{settings.max_tiles} tiles"} | _DETAILS
        for tiles, text in shown.items():
            self.detail.addItem(text, tiles)
        self.detail.setCurrentText(shown[settings.max_tiles])
        self.words.add_row("Detail", self.detail)
        self.next_images = QComboBox()
        self.next_images.setAccessibleName("Images ahead")
        self.next_images.setToolTip("How many of the next images SAM encodes while you work")
        for count in sorted({*_AHEAD, settings.ahead}):
            self.next_images.addItem(_images(count), count)
        self.next_images.setCurrentText(_images(settings.ahead))
        self.masks.add_row("Ahead", self.next_images)
        self.hint = QLabel()
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = self._buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setProperty("primary", True)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.masks)
        layout.addWidget(self.words)
        layout.addStretch(1)
        layout.addWidget(self.hint)
        layout.addWidget(self._buttons)
        self.resize(560, 616)  # room for the rows that SAM brings
        for picker in (self.masks, self.words):
            picker.changed.connect(self._refresh)
        self._refresh()

    def max_tiles(self) -> int | None:
        """Return the most tiles of a request, or None for the model's own."""
        tiles = self.detail.currentData()
        return None if tiles is None else int(tiles)

    def ahead(self) -> int:
        """Return how many of the next images are encoded ahead."""
        return int(self.next_images.currentData())

    def _refresh(self) -> None:
        complete = self.masks.is_complete() and self.words.is_complete()
        self.save.setEnabled(complete)
        self.hint.setText(
            "An engine is loaded when it is first needed."
            if complete
            else "Say where the weights are."
        )


def _images(count: int) -> str:
    return {0: "No image", 1: "The next image"}.get(count, f"The next {count} images")


def _choices(values: tuple[str, ...], present: str, name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.addItems(values if present in values else (*values, present))
    combo.setCurrentText(present)
    return combo
