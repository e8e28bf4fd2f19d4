"""Names a model of one's own: a folder, a .pth file or a hub id, and the engine that loads it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.engines.catalogue import ModelEntry
from gar_studio.engines.construction import ModelSource
from gar_studio.engines.shelf import EngineOffer
from gar_studio.language import tr
from ui.controllers.models import ModelsController


class OwnModelPage(QWidget):
    """The page behind “Add a model…”.

    Signals:
        added: `Key` of what was put on the list.
    """

    added = Signal(object)

    def __init__(self, models: ModelsController) -> None:
        super().__init__()
        self._models = models
        self._engines: dict[str, EngineOffer] = {}
        title = QLabel(tr("Add a model of your own"))
        title.setProperty("role", "title")
        about = QLabel(
            tr(
                "A .pth file with a SAM, a folder with config.json and "
                "*.safetensors, or a hub id such as HaochenWang/GAR-1B. Files are "
                "read as weights alone; no code in them is run."
            )
        )
        about.setWordWrap(True)
        self.model = QLineEdit()
        self.model.setAccessibleName(tr("File, folder or hub id"))
        self.model.setPlaceholderText(tr("Path or hub id"))
        self.model.editingFinished.connect(self._ask)
        self.model.textChanged.connect(self._refresh)
        self.file = _button(tr("File…"), self._choose_file)
        self.folder = _button(tr("Folder…"), self._choose_folder)
        self.engine = QComboBox()
        self.engine.setAccessibleName(tr("Engine"))
        self.engine.currentIndexChanged.connect(self._refresh)
        self.needs = QLabel()
        self.needs.setWordWrap(True)
        self.needs.setProperty("role", "muted")
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "warning")
        self.add = _button(tr("Add to the list"), self._add)
        self.add.setProperty("primary", True)
        models.recognised.connect(self._take)
        row = QHBoxLayout()
        row.addWidget(self.model, 1)
        row.addWidget(self.file)
        row.addWidget(self.folder)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(tr("Model"), row)
        form.addRow(tr("Engine"), self.engine)
        form.addRow("", self.needs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self._refresh()

    def show_engines(self, engines: tuple[EngineOffer, ...]) -> None:
        """Offer these engines."""
        if list(self._engines) == [engine.name for engine in engines]:
            return
        self._engines = {engine.name: engine for engine in engines}
        self.engine.clear()
        for engine in engines:
            self.engine.addItem(tr(engine.title), engine.name)
        self._refresh()

    def name(self, model: str) -> None:
        """Fill in a path or a hub id, and find out what it is for."""
        self.model.setText(model)
        self._ask()

    def _ask(self) -> None:
        text = self._text()
        if text:
            self._models.recognise(text)

    def _take(self, model: str, entry: ModelEntry | None) -> None:
        if model != self._text():
            return
        is_path = Path(model).expanduser().exists()
        if entry is not None and is_path:
            self.engine.setCurrentIndex(max(0, self.engine.findData(entry.engine)))
        self.problem.setText(entry.problem if entry is not None else "")
        self.problem.setVisible(bool(self.problem.text()))

    def _text(self) -> str:
        return self.model.text().strip()

    def _refresh(self) -> None:
        engine = self._engines.get(str(self.engine.currentData()))
        self.needs.setText(
            tr("Needs {needs}.", needs=tr(engine.needs)) if engine is not None else ""
        )
        self.problem.hide()
        self.add.setEnabled(engine is not None and bool(self._text()))

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Weights"), self._text(), tr("Checkpoints (*.pth);;All files (*)")
        )
        if chosen:
            self.name(str(Path(chosen)))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Folder of the weights"), self._text())
        if chosen:
            self.name(str(Path(chosen)))

    def _add(self) -> None:
        engine = self._engines[str(self.engine.currentData())]
        model = self._text()
        if engine.source is ModelSource.FILE or Path(model).expanduser().exists():
            model = str(Path(model).expanduser().resolve())
        self._models.add(engine.name, model)
        self.added.emit((engine.name, model))
        self.model.clear()


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
