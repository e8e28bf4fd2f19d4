"""The figures of the project, which can be saved as a picture or a table."""

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gar_studio.errors import ExportError, GarStudioError
from gar_studio.files import atomic_write
from gar_studio.statistics import Statistics
from ui.desk import Desk
from ui.panels.bars import BarChart


class StatisticsDialog(QDialog):
    """Totals, and a chart for each kind of count."""

    def __init__(self, desk: Desk, figures: Statistics, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._figures = figures
        self.setWindowTitle("Statistics")
        self.resize(640, 640)
        self.content = self._build()
        scroll = QScrollArea()
        scroll.setWidget(self.content)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Statistics")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 16)
        buttons.addStretch(1)
        for text, action in (
            ("Save as CSV…", self._choose_csv),
            ("Save as picture…", self._choose_picture),
            ("Close", self.accept),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, call=action: call())
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)

    def save_csv(self, path: Path) -> None:
        """Write the counts; an error is shown, not raised."""
        self._save(path, self._figures.as_csv().encode())

    def save_picture(self, path: Path) -> None:
        """Write the charts as a PNG; an error is shown, not raised."""
        if not self.content.grab().save(str(path), "PNG"):
            self._desk.failed.emit(_not_written(path, ""))

    def _build(self) -> QWidget:
        figures = self._figures
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        agreement = figures.agreement
        agreed = (
            "" if agreement is None else f" Accepted answers that nobody changed: {agreement:.0%}."
        )
        total = QLabel(
            f"Regions: {figures.regions:,}. Captions: {figures.captions:,}, of "
            f"{figures.words:,} words in all. Relations: {figures.relations:,}.{agreed}"
        )
        total.setWordWrap(True)
        column.addWidget(total)
        for title, rows in figures.tables():
            heading = QLabel(title)
            heading.setProperty("role", "title")
            column.addSpacing(8)
            column.addWidget(heading)
            column.addWidget(BarChart(title, rows))
        column.addStretch(1)
        return content

    def _choose_csv(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save as CSV", "statistics.csv", "*.csv")
        if name:
            self.save_csv(Path(name))

    def _choose_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save as picture", "statistics.png", "*.png")
        if name:
            self.save_picture(Path(name))

    def _save(self, path: Path, data: bytes) -> None:
        try:
            with atomic_write(path) as file:
                file.write(data)
        except OSError as error:
            self._desk.failed.emit(_not_written(path, error.strerror or str(error)))


def _not_written(path: Path, why: str) -> GarStudioError:
    return ExportError(
        f"“{path.name}” could not be written{f': {why}' if why else ''}.",
        kept="The project is not affected.",
        advice="Choose another folder or free some disk space.",
    )
