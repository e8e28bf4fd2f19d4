"""Manages the categories: create, rename, recolour, keys, merge, delete, import."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QColorDialog,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.category_names import tidy
from gar_studio.annotation.region import DEFAULT_CATEGORY_ID
from gar_studio.document.branches import branch
from gar_studio.document.category_commands import (
    DeleteBranch,
    ImportCategories,
    MergeBranch,
    RenameBranch,
)
from gar_studio.document.commands import ChangeCategory, Command, CreateCategory
from gar_studio.errors import GarStudioError
from gar_studio.formats.classes import SUFFIXES, plan_import, read_class_names
from gar_studio.language import mark, tr, tr_n
from ui.desk import Desk
from ui.panels.category_import import ImportDialog
from ui.panels.category_model import NAME
from ui.panels.category_question import CategoryQuestion
from ui.panels.category_view import CategoryView

_LISTS = " ".join(f"*{suffix}" for suffix in SUFFIXES)


class CategoryDialog(QDialog):
    """A tree of the categories; each change is a command and can be undone."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._done = self._undone = 0
        self._listening = True
        self.setWindowTitle(tr("Categories"))
        self.resize(600, 640)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search, or type a new name such as animal/dog"))
        self.search.setAccessibleName(tr("Search for a category, or name a new one"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._refresh)
        self.search.returnPressed.connect(self._take_typed)
        self.search.installEventFilter(self)
        self.create_button = self._button(tr("Create"), self._create)
        self.view = CategoryView()
        self.nothing = QLabel(tr("No category has this in its name.\nPress Enter to create it."))
        self.nothing.setProperty("role", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.question = CategoryQuestion()
        self.note = QLabel()
        self.note.setWordWrap(True)
        self._lay_out()
        self._connect()
        self._refresh()
        self.search.setFocus()

    # --- building ---

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.create_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.question)
        layout.addWidget(self.note)
        layout.addLayout(self._build_buttons())

    def _build_buttons(self) -> QHBoxLayout:
        self.rename = self._button(
            tr("&Rename"), self._edit_name, tr("Rename it and what is below (F2)")
        )
        self.colour = self._button(
            tr("C&olour…"), self._choose_colour, tr("Give it another colour")
        )
        self.merge = self._button(
            tr("&Merge…"), self.ask_merge, tr("Let another one take its place")
        )
        self.delete = self._button(tr("&Delete…"), self.ask_delete, tr("Delete it (Del)"))
        self.imports = self._button(
            tr("&Import…"), self._choose_list, tr("Import a list of classes")
        )
        close = self._button(tr("Close"), self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.rename, self.colour, self.merge, self.delete):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.imports)
        row.addWidget(close)
        return row

    def _button(self, text: str, act: object, tip: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.clicked.connect(act)
        return button

    def _connect(self) -> None:
        self._desk.categories_changed.connect(self._refresh)
        self._desk.failed.connect(self._show_error)
        self.view.chosen.connect(self._refresh_buttons)
        self.view.key_wanted.connect(self.set_key)
        self.view.delete_wanted.connect(self.ask_delete)
        self.question.closed.connect(self.view.setFocus)
        # Queued, because the tree is changed only once the editor in it is gone.
        queued = Qt.ConnectionType.QueuedConnection
        self.view.tree.renamed.connect(self.rename_to, queued)
        self.view.tree.keyed.connect(lambda _, key: self.set_key(key), queued)
        for keys, undo in ((QKeySequence.StandardKey.Undo, True), ("Ctrl+Shift+Z", False)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(partial(self._step, undo=undo))

    def done(self, result: int) -> None:
        """Close, and listen to nothing from then on."""
        if self._listening:
            self._listening = False
            self._desk.categories_changed.disconnect(self._refresh)
            self._desk.failed.disconnect(self._show_error)
            self.view.chosen.disconnect(self._refresh_buttons)
        super().done(result)

    # --- what can be done ---

    def select(self, name: str) -> bool:
        """Select a category; return whether it is shown."""
        return self.view.select(name)

    def rename_to(self, path: str, new_path: str) -> None:
        """Give the category of this path another one; what is below it goes along."""
        if self._do(RenameBranch(path, new_path)):
            self.view.select(tidy(new_path))

    def set_key(self, key: str) -> None:
        """Let a digit assign the selected category; "" takes its key away."""
        node = self.view.selected()
        if node is not None and node.category is not None:
            self._do(ChangeCategory(node.category.id, key=key, name=mark("change category's key")))

    def recolour(self, category_id: int, colour: str) -> None:
        """Give a category another colour, "#RRGGBB"."""
        self._do(ChangeCategory(category_id, colour=colour, name=mark("recolour category")))

    def ask_delete(self) -> None:
        """Say what deleting the selected category touches, and ask."""
        node, document = self.view.selected(), self._desk.document
        if node is None or document is None or not self.delete.isEnabled():
            return
        heir = document.category(DEFAULT_CATEGORY_ID).name
        below = len(branch(document, node.path)) - (node.category is not None)
        asked = (
            tr("Delete “{path}” with {below} below it?", path=node.path, below=_categories(below))
            if below
            else tr("Delete “{path}”?", path=node.path)
        )
        regions, images = self._touched(node.path)
        effect = (
            tr_n(
                "{n} region on {images} gets the category “{heir}”.",
                "{n:,} regions on {images} get the category “{heir}”.",
                regions,
                images=tr_n("{n} image", "{n:,} images", images),
                heir=heir,
            )
            if regions
            else tr("No region has it.")
        )
        self.question.ask(
            f"{asked} {effect}",
            tr("Delete"),
            lambda: self._do(DeleteBranch(node.path)),
        )

    def ask_merge(self) -> None:
        """Say what merging the selected category touches, and ask into which."""
        node, document = self.view.selected(), self._desk.document
        if node is None or document is None or not self.merge.isEnabled():
            return
        regions, images = self._touched(node.path)
        targets = tuple(c for c in document.categories() if c.name != node.path)
        self.question.ask(
            tr(
                "Merge “{path}” ({regions} on {images}) into which category?",
                path=node.path,
                regions=tr_n("{n} region", "{n:,} regions", regions),
                images=tr_n("{n} image", "{n:,} images", images),
            ),
            tr("Merge"),
            lambda: self._merge_into(node.path, self.question.chosen),
            targets=targets,
        )

    def import_list(self, path: Path) -> None:
        """Show what a list of classes would bring, and import it if a person says so."""
        document = self._desk.document
        if document is None:
            return
        try:
            names = read_class_names(path)
        except GarStudioError as error:
            self._show_error(error)
            return
        plan = plan_import(names, [category.name for category in document.categories()])
        dialog = ImportDialog(path, plan, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            imported = dialog.names()
            if self._do(ImportCategories(imported)):
                self._tell(
                    tr(
                        "{categories} imported from “{name}”.",
                        categories=_categories(len(imported)),
                        name=path.name,
                    )
                )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the arrow go from the search to the tree."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if watched is self.search and pressed and event.key() == Qt.Key.Key_Down:  # type: ignore[attr-defined]
            self.view.setFocus()
            return True
        return super().eventFilter(watched, event)

    # --- inside ---

    def _do(self, command: Command) -> bool:
        self._tell("")
        changed = bool(self._desk.do(command))
        if changed:
            self._done, self._undone = self._done + 1, 0
        return changed

    def _step(self, *, undo: bool) -> None:
        """Take back what was done here, and nothing that was done before."""
        if undo and self._done:
            self._done, self._undone = self._done - 1, self._undone + 1
            self._desk.undo()
        elif not undo and self._undone:
            self._done, self._undone = self._done + 1, self._undone - 1
            self._desk.redo()

    def _take_typed(self) -> None:
        """Go to what was found, and create what was not."""
        if self.view.tree.rowCount():
            self.view.setFocus()
        else:
            self._create()

    def _create(self) -> None:
        name = tidy(self.search.text())
        if self.create_button.isEnabled() and self._do(CreateCategory(name)):
            self.search.clear()
            self.select(name)
            self.view.setFocus()

    def _edit_name(self) -> None:
        index = self.view.currentIndex().siblingAtColumn(NAME)
        self.view.setFocus()
        self.view.setCurrentIndex(index)
        self.view.edit(index)

    def _choose_colour(self) -> None:
        node = self.view.selected()
        if node is None or node.category is None:
            return
        chosen = QColorDialog.getColor(
            QColor(node.category.colour), self, tr("Colour of the category")
        )
        if chosen.isValid():
            self.recolour(node.category.id, chosen.name().upper())

    def _choose_list(self) -> None:
        document = self._desk.document
        folder = str(document.path.parent) if document else ""
        kinds = tr("Lists of classes ({endings})", endings=_LISTS)
        name, _ = QFileDialog.getOpenFileName(self, tr("Import categories"), folder, kinds)
        if name:
            self.import_list(Path(name))

    def _merge_into(self, path: str, name: str) -> None:
        document = self._desk.document
        target = (
            next((c for c in document.categories() if c.name == name), None) if document else None
        )
        if target is not None and self._do(MergeBranch(path, target.id)):
            self.select(name)

    def _touched(self, path: str) -> tuple[int, int]:
        document = self._desk.document
        assert document is not None
        return document.count_regions(c.id for c in branch(document, path))

    def _refresh(self) -> None:
        document = self._desk.document
        categories = document.categories() if document else ()
        counts = document.category_counts() if document else {}
        wanted = self.search.text()
        self.view.tree.editable = document is not None and not document.read_only
        self.view.refresh(categories, counts, wanted, searching=bool(wanted.strip()))
        found = self.view.tree.rowCount() > 0
        self.view.setVisible(found)
        self.nothing.setVisible(not found)
        known = {category.name for category in categories}
        self.create_button.setEnabled(
            self.view.tree.editable and bool(tidy(wanted)) and tidy(wanted) not in known
        )
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        node, document = self.view.selected(), self._desk.document
        on = node is not None and self.view.tree.editable
        heir = document.category(DEFAULT_CATEGORY_ID) if document else None
        keeps_heir = (
            node is None or heir is None or not (heir.name + "/").startswith(node.path + "/")
        )
        self.rename.setEnabled(on)
        self.colour.setEnabled(on and node is not None and node.category is not None)
        self.merge.setEnabled(on and document is not None and len(document.categories()) > 1)
        self.delete.setEnabled(on and keeps_heir)
        self.delete.setToolTip(
            tr("Delete it (Del)")
            if keeps_heir
            else tr("Regions without another category have this one")
        )
        self.imports.setEnabled(self.view.tree.editable)
        if document is not None and document.read_only:
            self._tell(tr("The project is open for reading only."))

    def _tell(self, text: str, role: str = "muted") -> None:
        self.note.setProperty("role", role)
        style = self.note.style()
        style.unpolish(self.note)
        style.polish(self.note)
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _show_error(self, error: GarStudioError) -> None:
        self._tell(f"{error.what} {error.advice}".strip(), "error")


def _categories(count: int) -> str:
    return tr_n("{n} category", "{n:,} categories", count)
