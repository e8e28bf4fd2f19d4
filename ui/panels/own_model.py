"""Names a model of one's own: a folder, a .pth file, a hub id or a server, and its engine."""

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
from gar_studio.engines.construction import EngineKind, ModelSource
from gar_studio.engines.shelf import EngineOffer
from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from gar_studio.remote.address import checked, is_address
from gar_studio.remote.tokens import remember_token
from ui.controllers.models import ModelsController
from ui.panels.model_texts import error_text


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
                "read as weights alone; no code in them is run. Or a server that runs "
                "“gar-studio serve”, by its address."
            )
        )
        about.setWordWrap(True)
        self.model = QLineEdit()
        self.model.setAccessibleName(tr("File, folder, hub id or address"))
        self.model.setPlaceholderText(tr("Path, hub id or http://…"))
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
        self.token = QLineEdit()
        self.token.setAccessibleName(tr("Token"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(tr("What the server asks for, if anything"))
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "warning")
        self.add = _button(tr("Add to the list"), self._add)
        self.add.setProperty("primary", True)
        models.recognised.connect(self._take)
        self._form = QFormLayout()
        self._assemble(title, about)
        self._refresh()

    def _assemble(self, title: QLabel, about: QLabel) -> None:
        row = QHBoxLayout()
        row.addWidget(self.model, 1)
        row.addWidget(self.file)
        row.addWidget(self.folder)
        form = self._form
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(tr("Model"), row)
        form.addRow(tr("Engine"), self.engine)
        form.addRow("", self.needs)
        form.addRow(tr("Token"), self.token)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

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
        if is_address(text):
            self._choose_server()
        elif text:
            self._models.recognise(text)

    def _choose_server(self) -> None:
        """Choose an engine that asks servers, unless one is chosen already."""
        servers = [one for one in self._engines.values() if one.source is ModelSource.ADDRESS]
        present = self._engines.get(str(self.engine.currentData()))
        if servers and present not in servers:
            words = [one for one in servers if one.kind is EngineKind.DESCRIBE]
            self.engine.setCurrentIndex(self.engine.findData((words or servers)[0].name))

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
        server = engine is not None and engine.source is ModelSource.ADDRESS
        self._form.setRowVisible(self.token, server)
        for button in (self.file, self.folder):
            button.setVisible(not server)
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
        if engine.source is ModelSource.ADDRESS:
            try:
                model = checked(model)
                remember_token(model, self.token.text().strip())
            except GarStudioError as error:
                self.problem.setText(error_text(error))
                self.problem.show()
                return
            self.token.clear()
        elif engine.source is ModelSource.FILE or Path(model).expanduser().exists():
            model = str(Path(model).expanduser().resolve())
        self._models.add(engine.name, model)
        self.added.emit((engine.name, model))
        self.model.clear()


def _button(text: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(act)
    return button
