"""Manages the categories: create, rename, recolour, keys, merge."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gar_studio.document.commands import ChangeCategory, CreateCategory, MergeCategories
from ui.desk import Desk
from ui.panels.category_bar import swatch

_COLOUR, _NAME, _KEY = range(3)


class CategoryDialog(QDialog):
    """A table of the categories; each change is a command and can be undone."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._filling = False
        self._ids: list[int] = []
        self.setWindowTitle("Categories")
        self.resize(480, 440)
        hint = QLabel("Double-click a name, a colour or a key to change it.")
        hint.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(hint)
        layout.addWidget(self._build_table(), 1)
        layout.addLayout(self._build_creating())
        layout.addLayout(self._build_merging())
        desk.categories_changed.connect(self._refresh)
        self._refresh()

    def _build_table(self) -> QTableWidget:
        self.table = QTableWidget(0, 3)
        self.table.setAccessibleName("Categories")
        self.table.setHorizontalHeaderLabels(["", "Name", "Key"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(_COLOUR, 40)
        self.table.setColumnWidth(_KEY, 56)
        self.table.itemChanged.connect(self._edit)
        self.table.cellDoubleClicked.connect(self._double_click)
        self.table.itemSelectionChanged.connect(self._refresh_targets)
        return self.table

    def _build_creating(self) -> QHBoxLayout:
        self.name = QLineEdit()
        self.name.setPlaceholderText("New category")
        self.name.setAccessibleName("Name of the new category")
        self.name.returnPressed.connect(self._create)
        create = QPushButton("Create")
        create.setAutoDefault(False)
        create.clicked.connect(self._create)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(create)
        return row

    def _build_merging(self) -> QHBoxLayout:
        self.target = QComboBox()
        self.target.setAccessibleName("Category to merge into")
        self.merge = QPushButton("Merge selected into")
        self.merge.setAutoDefault(False)
        self.merge.clicked.connect(self._merge)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.merge)
        row.addWidget(self.target, 1)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def select(self, category_id: int) -> None:
        """Select a category's row."""
        self.table.selectRow(self._ids.index(category_id))

    def _refresh(self) -> None:
        document = self._desk.document
        categories = document.categories() if document else ()
        selected = self._selected_id()
        self._filling = True
        self._ids = [category.id for category in categories]
        self.table.setRowCount(len(categories))
        for row, category in enumerate(categories):
            colour = self._item(row, _COLOUR)
            colour.setIcon(swatch(category.colour, 16))
            colour.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            colour.setData(Qt.ItemDataRole.AccessibleTextRole, f"Colour of {category.name}")
            self._item(row, _NAME).setText(category.name)
            self._item(row, _KEY).setText(category.key)
        self._filling = False
        if selected in self._ids:
            self.select(selected)
        self._refresh_targets()

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        """Return the item of a cell; the same one always, for this may run while it is edited."""
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.table.setItem(row, column, item)
        return item

    def _refresh_targets(self) -> None:
        document, selected = self._desk.document, self._selected_id()
        self.target.clear()
        for category in document.categories() if document else ():
            if category.id != selected:
                self.target.addItem(swatch(category.colour), category.name, category.id)
        possible = selected is not None and self.target.count() > 0
        self.merge.setEnabled(possible)
        self.target.setEnabled(possible)

    def _selected_id(self) -> int | None:
        row = self.table.currentRow()
        chosen = self.table.selectionModel().hasSelection() and 0 <= row < len(self._ids)
        return self._ids[row] if chosen else None

    def _create(self) -> None:
        if self._desk.do(CreateCategory(self.name.text())):
            self.name.clear()

    def _merge(self) -> None:
        source, target = self._selected_id(), self.target.currentData()
        if source is not None and target is not None:
            self._desk.do(MergeCategories(source, target))

    def _edit(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        category_id, text = self._ids[item.row()], item.text().strip()
        if item.column() == _NAME:
            self._desk.do(ChangeCategory(category_id, new_name=text, name="rename category"))
        elif text == "" or (len(text) == 1 and text in "123456789"):
            self._desk.do(ChangeCategory(category_id, key=text, name="change category's key"))
        self._refresh()

    def _double_click(self, row: int, column: int) -> None:
        document = self._desk.document
        if column != _COLOUR or document is None:
            return
        present = QColor(document.category(self._ids[row]).colour)
        chosen = QColorDialog.getColor(present, self, "Colour of the category")
        if chosen.isValid():
            self.recolour(self._ids[row], chosen.name().upper())

    def recolour(self, category_id: int, colour: str) -> None:
        """Give a category another colour, "#RRGGBB"."""
        self._desk.do(ChangeCategory(category_id, colour=colour, name="recolour category"))
