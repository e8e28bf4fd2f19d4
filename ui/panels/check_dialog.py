"""What came of checking the project, in words that can be copied."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.checking import CheckReport
from gar_studio.language import tr


class CheckDialog(QDialog):
    """A sentence, and below it each finding with what it means and what to do.

    Attributes:
        summary: the sentence.
        findings: the text; it is not there if all is well.
    """

    def __init__(self, report: CheckReport, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Check project"))
        self.summary = QLabel(_summary(report))
        self.summary.setWordWrap(True)
        self.findings = QPlainTextEdit("\n\n".join(_lines(report)))
        self.findings.setReadOnly(True)
        self.findings.setTabChangesFocus(True)
        self.findings.setAccessibleName(tr("Findings"))
        self.findings.setVisible(not report.sound)
        copy = QPushButton(tr("Copy"))
        copy.setVisible(not report.sound)
        copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.findings.toPlainText())
        )
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.summary)
        layout.addWidget(self.findings, 1)
        layout.addLayout(buttons)
        close.setFocus()
        self.resize(560, 160 if report.sound else 480)


def _summary(report: CheckReport) -> str:
    what = tr(
        "“{name}” (images: {images:,}, regions: {regions:,})",
        name=report.path.name,
        images=report.images,
        regions=report.regions,
    )
    if report.sound:
        return tr(
            "All is well with {what}. The file is sound, and every photo is the one labelled.",
            what=what,
        )
    return tr("These things are not as they should be in {what}. Nothing was changed.", what=what)


def _lines(report: CheckReport) -> list[str]:
    told = [
        f"{tr(f.kind.value).capitalize()}: {tr(f.where)}\n{tr(f.meaning)} {tr(f.advice)}"
        for f in report.findings
    ]
    return told + [
        tr("{kind}: {count:,} more", kind=tr(kind.value).capitalize(), count=count)
        for kind, count in report.left_out
    ]
