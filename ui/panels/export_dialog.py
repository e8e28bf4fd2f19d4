"""Asks for a format, what is taken, and where it goes; Enter exports as the last time."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
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
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.category_names import is_within
from gar_studio.annotation.review import Progress, Verdict
from gar_studio.document.document import Document
from gar_studio.formats.selection import Selection, Split, shares
from gar_studio.formats.table import Format
from gar_studio.language import mark, tr
from ui.panels.path_field import PathField

_ALL = mark("All")
_IN_VIEW = "in view"
_MOST_SEED = 1_000_000


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What a person asked for."""

    form: Format
    path: Path
    selection: Selection


class ExportDialog(QDialog):
    """Format, filters, split and place.

    Attributes:
        form: the formats.
        target: where it goes.
        go: the button that exports.
    """

    def __init__(
        self,
        document: Document,
        forms: tuple[Format, ...],
        parent: QWidget,
        *,
        chosen: str,
        folder: Path,
        image_id: int | None,
    ) -> None:
        """Build it.

        Args:
            document: the project.
            forms: the formats to choose from.
            parent: the window.
            chosen: name of the format that was used last.
            folder: where the last export went.
            image_id: the image in view.
        """
        super().__init__(parent)
        self._document = document
        self._forms = forms
        self._folder = folder
        self._image_id = image_id
        self.setWindowTitle(tr("Export"))
        self.setMinimumWidth(560)
        self._build_fields()
        self._build_filters()
        names = [form.name for form in forms]
        self.form.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(self._rows())
        layout.addWidget(self.problem)
        layout.addWidget(self._build_buttons())
        self.form.currentIndexChanged.connect(self._change_form)
        self._change_form()
        self.go.setFocus()

    def request(self) -> ExportRequest:
        """Return what is asked for.

        Raises:
            ValueError: something is missing or cannot be read; the text says what.
        """
        path = self.target.path
        if path is None:
            raise ValueError(tr("Say where the labels go."))
        if path.resolve() == self._document.path.resolve():
            raise ValueError(tr("That is the project itself. Choose another name."))
        form = self._form
        if form.suffix and not path.suffix:
            path = path.with_suffix(form.suffix)
        return ExportRequest(form, path, self._selection())

    def accept(self) -> None:
        """Close, unless something is missing."""
        try:
            self.request()
        except ValueError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        super().accept()

    # --- building ---

    def _build_fields(self) -> None:
        self.form = QComboBox()
        self.form.setAccessibleName(tr("Format"))
        for one in self._forms:
            self.form.addItem(tr(one.title))
        self.explanation = QLabel()
        self.explanation.setWordWrap(True)
        self.explanation.setProperty("role", "muted")
        self.target = PathField(tr("Where the labels go"), self._ask_path)
        self.target.changed.connect(self._look)
        self.target.line.textChanged.connect(self._look)
        self.there = QLabel()
        self.there.setProperty("role", "muted")
        self.there.setWordWrap(True)
        self.problem = QLabel()
        self.problem.setProperty("role", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()

    def _build_filters(self) -> None:
        self.categories = _combo(tr("Categories"))
        for category in self._document.categories():
            self.categories.addItem(category.name, category.name)
        self.images = _combo(tr("Images"))
        for progress in Progress:
            self.images.addItem(tr(progress.value).capitalize(), progress)
        if self._image_id is not None:
            self.images.addItem(tr("The image in view"), _IN_VIEW)
        self.verdicts = _combo(tr("Reviews"))
        for verdict in Verdict:
            self.verdicts.addItem(tr(verdict.value).capitalize(), verdict)
        self.empty = QCheckBox(tr("Images without such regions too"))
        self.empty.setChecked(True)
        self.split = QCheckBox(tr("Split into training, validation and test"))
        self.shares = QLineEdit("80/10/10")
        self.shares.setAccessibleName(tr("Shares of training, validation and test"))
        self.seed = QSpinBox()
        self.seed.lineEdit().setTextMargins(8, 0, 0, 0)  # the style's padding does not reach it
        self.seed.setAccessibleName(tr("Seed of the split"))
        self.seed.setRange(0, _MOST_SEED)
        self.seed.setPrefix(tr("Seed "))
        for widget in (self.shares, self.seed):
            widget.setEnabled(False)
            self.split.toggled.connect(widget.setEnabled)
        self.split.toggled.connect(self._look)

    def _rows(self) -> QFormLayout:
        rows = QFormLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(8)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addRow(tr("Format"), self.form)
        rows.addRow("", self.explanation)
        rows.addRow(tr("To"), self.target)
        rows.addRow("", self.there)
        rows.addRow(tr("Categories"), self.categories)
        rows.addRow(tr("Images"), self.images)
        rows.addRow(tr("Reviews"), self.verdicts)
        rows.addRow("", self.empty)
        rows.addRow("", self.split)
        split = QHBoxLayout()
        split.setSpacing(8)
        split.addWidget(self.shares, 1)
        split.addWidget(self.seed)
        rows.addRow("", split)
        return rows

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = QPushButton(tr("Export"))
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    # --- what is chosen ---

    @property
    def _form(self) -> Format:
        return self._forms[self.form.currentIndex()]

    def _change_form(self) -> None:
        self.explanation.setText(tr(self._form.explanation))
        stem = self._document.path.stem
        known = self.target.path
        folder = self._folder if known is None else known.parent
        suffix = self._form.suffix
        self.target.put(folder / (f"{stem}{suffix}" if suffix else f"{stem} {self._form.name}"))

    def _look(self) -> None:
        path = self.target.path
        own = path is not None and path.resolve() == self._document.path.resolve()
        there = path is not None and path.exists() and not own and not self.split.isChecked()
        what = "" if path is None else path.name
        self.there.setText(
            tr("“{what}” is there already and will be replaced.", what=what) if there else ""
        )
        self.there.setVisible(there)
        self.problem.hide()
        self.adjustSize()

    def _ask_path(self, path: Path) -> str:
        if not self._form.suffix:
            return QFileDialog.getExistingDirectory(
                self, tr("Export to a folder"), str(path.parent)
            )
        wanted = f"{tr(self._form.title)} (*{self._form.suffix})"
        return QFileDialog.getSaveFileName(self, tr("Export"), str(path), wanted)[0]

    def _selection(self) -> Selection:
        name = self.categories.currentData()
        chosen, verdict = self.images.currentData(), self.verdicts.currentData()
        in_view = chosen == _IN_VIEW and self._image_id is not None
        below = (c.id for c in self._document.categories() if name and is_within(c.name, name))
        return Selection(
            categories=frozenset(below),
            states=frozenset({chosen}) if isinstance(chosen, Progress) else frozenset(),
            verdicts=frozenset({verdict}) if verdict else frozenset(),
            images=frozenset({self._image_id}) if in_view and self._image_id else frozenset(),
            split=self._split(),
            empty_images=self.empty.isChecked(),
        )

    def _split(self) -> Split | None:
        return (
            shares(self.shares.text(), seed=self.seed.value()) if self.split.isChecked() else None
        )


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.addItem(tr(_ALL), None)
    return combo
