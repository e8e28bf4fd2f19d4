"""Asks what is imported, and shows what that would do before anything is written."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.errors import GarStudioError
from gar_studio.formats.plan import Fate, ImportPlan
from gar_studio.formats.table import Format
from gar_studio.language import mark, tr, tr_n
from ui.panels.path_field import PathField

_MOST_EXAMPLES = 20
_EMPTY = mark("Choose a file to see what importing it would do.")


class ImportDialog(QDialog):
    """Format, file and photos above, the plan below.

    Signals:
        asked: there is another format, file or folder; the plan has to be made anew.

    Attributes:
        form: the formats.
        source: the file or folder of labels.
        photos: the folder of photos that it names.
        plan: what importing would do, once that is known.
        go: the button that imports.
    """

    asked = Signal()

    def __init__(
        self, forms: tuple[Format, ...], parent: QWidget, *, chosen: str, folder: Path
    ) -> None:
        """Build it.

        Args:
            forms: the formats to choose from.
            parent: the window.
            chosen: name of the format that was used last.
            folder: where to look for files first.
        """
        super().__init__(parent)
        self._forms = forms
        self._folder = folder
        self.plan: ImportPlan | None = None
        self._asked: tuple[object, ...] = ()
        self.setWindowTitle(tr("Import"))
        self.resize(640, 560)
        self._build()
        names = [form.name for form in forms]
        self.form.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self.form.currentIndexChanged.connect(self._ask)
        self._change_form()
        self._show_words(tr(_EMPTY))
        self.view.setHeaderHidden(True)
        self.source.choose.setFocus()

    @property
    def chosen(self) -> Format:
        """The format."""
        return self._forms[self.form.currentIndex()]

    def show_progress(self, done: int, total: int) -> None:
        """Tell how far reading the file is; nothing to import meanwhile."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.show()

    def show_plan(self, plan: ImportPlan) -> None:
        """Show what importing would do."""
        self.plan = plan
        self.bar.hide()
        self.view.clear()
        for what, count in plan.sentences():
            places = _places(plan, what)
            item = QTreeWidgetItem([_sentence(what), f"{count:,}"])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for place in places:
                child = QTreeWidgetItem([place])
                child.setToolTip(0, place)
                item.addChild(child)
            self.view.addTopLevelItem(item)
            item.setFirstColumnSpanned(False)
        if plan.is_empty:
            self._show_words(
                tr(
                    "None of the photos that the file names is in the project or "
                    "in the folder of photos. Choose that folder."
                )
            )
        else:
            self.words.hide()
        self._refresh()
        if self.go.isEnabled():
            self.go.setFocus()

    def show_error(self, error: GarStudioError) -> None:
        """Say why the file cannot be imported."""
        self.plan = None
        self.bar.hide()
        self.view.clear()
        self._show_words(f"{error.what} {error.advice}".strip(), role="error")
        self._refresh()

    # --- inside ---

    def _build(self) -> None:
        self.form = QComboBox()
        self.form.setAccessibleName(tr("Format"))
        for one in self._forms:
            self.form.addItem(tr(one.title))
        self.source = PathField(tr("File or folder of labels"), self._ask_source)
        self.source.changed.connect(self._take_source)
        self.photos = PathField(tr("Folder of the photos"), self._ask_photos)
        self.photos.changed.connect(self._ask)
        rows = QFormLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(8)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.addRow(tr("Format"), self.form)
        rows.addRow(tr("From"), self.source)
        rows.addRow(tr("Photos in"), self.photos)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.view = QTreeWidget()
        self.view.setAccessibleName(tr("What importing would do"))
        self.view.setColumnCount(2)
        self.view.header().setStretchLastSection(False)
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.view.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.view.setUniformRowHeights(True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Reading the file"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(rows)
        layout.addSpacing(8)
        layout.addWidget(self.words)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.bar)
        layout.addWidget(buttons)
        self._refresh()

    def _change_form(self) -> None:
        self.form.setToolTip(tr(self.chosen.explanation))

    def _take_source(self) -> None:
        path = self.source.path
        if path is not None and self.photos.path is None:
            self.photos.put(path if path.is_dir() else path.parent)
        self._ask()

    def _ask(self) -> None:
        asked = (self.chosen.name, self.source.path, self.photos.path)
        if asked == self._asked:  # a line was left as it was
            return
        self._asked = asked
        self._change_form()
        self.plan = None
        self._refresh()
        if self.source.path is not None:
            self.view.clear()
            self.view.show()
            self.words.hide()
            self.show_progress(0, 0)
            self.asked.emit()

    def _show_words(self, text: str, role: str = "muted") -> None:
        self.words.setProperty("role", role)
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.words.setText(text)
        self.words.show()

    def _refresh(self) -> None:
        plan = self.plan
        regions = plan.regions if plan is not None else 0
        self.go.setEnabled(plan is not None and not plan.is_empty)
        self.go.setText(
            tr_n("Import {n} region", "Import {n:,} regions", regions) if regions else tr("Import")
        )

    def _ask_source(self, path: Path) -> str:
        start = str(path if self.source.path is not None else self._folder)
        if not self.chosen.suffix:
            return QFileDialog.getExistingDirectory(self, tr("Import from a folder"), start)
        wanted = f"{tr(self.chosen.title)} (*{self.chosen.suffix})"
        return QFileDialog.getOpenFileName(self, tr("Import"), start, wanted)[0]

    def _ask_photos(self, path: Path) -> str:
        return QFileDialog.getExistingDirectory(self, tr("Folder of the photos"), str(path))


def _sentence(what: str) -> str:
    head, colon, fate = what.partition("images: ")
    said = tr("images: {fate}", fate=tr(fate)) if colon and not head else tr(what)
    return said[:1].upper() + said[1:]


def _places(plan: ImportPlan, what: str) -> list[str]:
    """Return what a row of the plan stands for, as far as that helps to judge it."""
    if what in plan.examples:
        return list(plan.examples[what])
    named = {f"images: {fate.value}": fate for fate in Fate}
    if what in named:
        found = (image.name for image in plan.images if image.fate is named[what])
        return [name for name, _ in zip(found, range(_MOST_EXAMPLES), strict=False)]
    if what == "categories: new":
        return list(plan.new_categories)
    if what.startswith("categories: differ"):
        return [tr("“{name}” and “{other}”", name=name, other=other) for name, other in plan.alike]
    if what.startswith("categories: without"):
        return [f"“{name}”" for name in plan.unusable]
    return []
