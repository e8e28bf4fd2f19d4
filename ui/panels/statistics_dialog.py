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
from gar_studio.language import tr
from gar_studio.statistics import BY_CATEGORY, Statistics
from ui.desk import Desk
from ui.panels.bars import BarChart


class StatisticsDialog(QDialog):
    """Totals, and a chart for each kind of count."""

    def __init__(self, desk: Desk, figures: Statistics, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._figures = figures
        self.setWindowTitle(tr("Statistics"))
        self.resize(640, 640)
        self.content = self._build()
        scroll = QScrollArea()
        scroll.setWidget(self.content)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(tr("Statistics"))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 16)
        buttons.addStretch(1)
        for text, action in (
            (tr("Save as CSV…"), self._choose_csv),
            (tr("Save as picture…"), self._choose_picture),
            (tr("Close"), self.accept),
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
        told = tr(
            "Regions: {regions:,}. Captions: {captions:,}, of {words:,} words "
            "in all. Relations: {relations:,}.",
            regions=figures.regions,
            captions=figures.captions,
            words=figures.words,
            relations=figures.relations,
        )
        if agreement is not None:
            share = tr("Accepted answers that nobody changed: {share:.0%}.", share=agreement)
            told = f"{told} {share}"
        total = QLabel(told)
        total.setWordWrap(True)
        column.addWidget(total)
        for title, rows in figures.tables():
            heading = QLabel(tr(title))
            heading.setProperty("role", "title")
            column.addSpacing(8)
            column.addWidget(heading)
            own = title == BY_CATEGORY  # names that people gave
            shown = rows if own else tuple((tr(name), count) for name, count in rows)
            column.addWidget(BarChart(tr(title), shown))
        column.addStretch(1)
        return content

    def _choose_csv(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("Save as CSV"), "statistics.csv", "*.csv")
        if name:
            self.save_csv(Path(name))

    def _choose_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save as picture"), "statistics.png", "*.png"
        )
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
        tr("“{name}” could not be written: {why}.", name=path.name, why=why)
        if why
        else tr("“{name}” could not be written.", name=path.name),
        kept=tr("The project is not affected."),
        advice=tr("Choose another folder or free some disk space."),
    )
