"""The tree of categories as it is seen, and the keys that work on its rows."""

from PySide6.QtCore import QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from gar_studio.document.branches import KEYS
from gar_studio.language import tr
from ui.panels.category_model import COUNT, KEY, NAME, CategoryTree, Node


class CategoryView(QTreeView):
    """Folds and unfolds parents; keeps what is folded and selected when categories change."""

    chosen = Signal()  # another row, or none
    key_wanted = Signal(str)  # a digit for the selected category, or "" for none
    delete_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tree = CategoryTree(self)
        self._folded: set[str] = set()
        self._refreshing = False
        self.setModel(self.tree)
        self.setAccessibleName(tr("Categories"))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(16)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setExpandsOnDoubleClick(False)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(KEY, 56)
        self.setColumnWidth(COUNT, 88)
        self.collapsed.connect(self._note_fold)
        self.expanded.connect(self._note_fold)
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())

    def selected(self) -> Node | None:
        """Return the selected row, or None."""
        return self.tree.node(self.currentIndex())

    def select(self, path: str) -> bool:
        """Select a row and bring it into view; return whether it is there."""
        index = self.tree.index_of(path)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def refresh(self, *arguments: object, searching: bool) -> None:
        """Show what `CategoryTree.show` is given; everything is unfolded while searching."""
        node = self.selected()
        self._refreshing = True
        if self.tree.show(*arguments):  # type: ignore[arg-type]
            self.expandAll()
            for path in () if searching else self._folded:
                self.collapse(self.tree.index_of(path))
        self._refreshing = False
        if searching or node is None or not self.select(node.path):
            self.select(self.tree.first_that_fits())
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Assign digits as keys (0 takes a key away), and delete."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.text() and event.text() in f"0{KEYS}":
            self.key_wanted.emit(event.text().strip("0"))
        elif plain and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _note_fold(self, index: QPersistentModelIndex) -> None:
        node = self.tree.node(index)
        if node is None or self._refreshing:
            return
        if self.isExpanded(index):
            self._folded.discard(node.path)
        else:
            self._folded.add(node.path)
