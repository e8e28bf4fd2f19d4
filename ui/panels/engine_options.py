"""How an engine is run: device, number format and process, detail of photos, images ahead."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from gar_studio.engines.construction import EngineKind
from gar_studio.language import mark, tr, tr_n
from ui.model_run import Run

_DEVICES: Final = {
    "auto": mark("Automatic"),
    "cpu": mark("Processor (cpu)"),
    "cuda": mark("NVIDIA graphics card (cuda)"),
    "mps": mark("Apple graphics (mps)"),
}
_DTYPES: Final = {
    "auto": mark("Automatic"),
    "float32": mark("float32: exact, most memory"),
    "bfloat16": mark("bfloat16: half the memory"),
    "float16": mark("float16: half the memory"),
    "int8": mark("int8: a quarter of the memory"),
    "int4": mark("int4: an eighth of the memory"),
}
_DETAILS: Final[dict[int | None, str]] = {
    None: mark("As the model was made"),
    16: mark("High: 16 tiles"),
    9: mark("Medium: 9 tiles"),
    4: mark("Low: 4 tiles, faster"),
    1: mark("Lowest: 1 tile, fastest"),
}
_AHEAD: Final = (0, 1, 2, 4, 8)


class EngineOptionsForm(QWidget):
    """Settings of the model in view; those of its kind (detail, ahead) hold for all models.

    Signals:
        run_changed: device, number format or process was changed by a person.
        detail_changed: most tiles of a request, or None for the model's own.
        ahead_changed: how many of the next images are encoded ahead.
    """

    run_changed = Signal()
    detail_changed = Signal(object)
    ahead_changed = Signal(int)

    def __init__(self, *, max_tiles: int | None, ahead: int) -> None:
        super().__init__()
        self.device = _combo(tr("Device"), _DEVICES)
        self.dtype = _combo(tr("Number format"), _DTYPES)
        self.own_process = QCheckBox(tr("In a process of its own"))
        self.own_process.setToolTip(
            tr("A crash or a lack of memory ends the model alone, and never the window")
        )
        details = {tiles: tr(text) for tiles, text in _DETAILS.items()}
        details.setdefault(max_tiles, tr("{count} tiles", count=max_tiles))
        self.detail = _combo(tr("Detail"), {})
        self.detail.setToolTip(tr("How finely the model looks at a photo: more tiles take longer"))
        for tiles, text in details.items():
            self.detail.addItem(text, tiles)
        self.detail.setCurrentText(details[max_tiles])
        self.next_images = _combo(tr("Images ahead"), {})
        self.next_images.setToolTip(tr("How many of the next images SAM encodes while you work"))
        for count in sorted({*_AHEAD, ahead}):
            self.next_images.addItem(_images(count), count)
        self.next_images.setCurrentText(_images(ahead))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(tr("Device"), self.device)
        form.addRow(tr("Number format"), self.dtype)
        form.addRow("", self.own_process)
        form.addRow(tr("Detail"), self.detail)
        form.addRow(tr("Images ahead"), self.next_images)
        self._form = form
        self.device.activated.connect(lambda _: self.run_changed.emit())
        self.dtype.activated.connect(lambda _: self.run_changed.emit())
        self.own_process.clicked.connect(lambda _: self.run_changed.emit())
        self.detail.activated.connect(lambda _: self.detail_changed.emit(self.detail.currentData()))
        self.next_images.activated.connect(
            lambda _: self.ahead_changed.emit(self.next_images.currentData())
        )

    def show_kind(self, kind: EngineKind, *, encodes: bool, elsewhere: bool) -> None:
        """Show the rows that matter to a model.

        Args:
            kind: what it gives.
            encodes: whether it is a segmenter with weights.
            elsewhere: whether it is on a server, which has its own device and numbers.
        """
        words = kind is EngineKind.DESCRIBE
        here = not elsewhere
        self._form.setRowVisible(self.device, here and (words or encodes))
        self._form.setRowVisible(self.dtype, here and words)
        self._form.setRowVisible(self.own_process, here and (words or encodes))
        self._form.setRowVisible(self.detail, words)
        self._form.setRowVisible(self.next_images, encodes)
        self.setVisible(words or encodes)

    def show_run(self, run: Run) -> None:
        """Show how a model is run; a device or number format that is not listed is added."""
        for combo, value in ((self.device, run.device), (self.dtype, run.dtype)):
            if combo.findData(value) < 0:
                combo.addItem(value, value)
            combo.setCurrentIndex(combo.findData(value))
        self.own_process.setChecked(run.own_process)

    def run(self) -> Run:
        """Return what is chosen."""
        return Run(
            str(self.device.currentData()),
            str(self.dtype.currentData()),
            self.own_process.isChecked(),
        )


def _combo(name: str, values: dict[str, str]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    for value, text in values.items():
        combo.addItem(tr(text), value)
    return combo


def _images(count: int) -> str:
    return tr_n("The next image", "The next {n} images", count) if count else tr("No image")
