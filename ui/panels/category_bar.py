"""Assigns a category to the selected regions: from the list, by a new name, or as suggested."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QToolButton, QWidget

from gar_studio.annotation.nouns import first_noun
from gar_studio.annotation.region import DEFAULT_CATEGORY_ID, Category, Region
from gar_studio.document.commands import AssignNewCategory, SetCategory
from ui import icons
from ui.desk import Desk


class CategoryBar(QWidget):
    """A combo box for the category of the selection, and the suggestion from its caption."""

    manage = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.combo = QComboBox()
        self.combo.setEditable(True)
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setAccessibleName("Category of the selected regions")
        self.combo.setToolTip("Choose a category, or type a new name and press Enter")
        self.combo.setIconSize(QSize(12, 12))
        line = self.combo.lineEdit()
        assert line is not None
        line.returnPressed.connect(lambda: self.assign(self.combo.currentText()))
        self.combo.activated.connect(lambda row: self.assign(self.combo.itemText(row)))
        self.suggestion = QPushButton()
        self.suggestion.setFlat(True)
        self.suggestion.setAccessibleName("Assign the suggested category")
        self.suggestion.clicked.connect(lambda: self.assign(self._suggested()))
        self.suggestion.hide()
        manage = QToolButton()
        manage.setIcon(icons.icon("tag-multiple-outline"))
        manage.setToolTip("Manage categories")
        manage.setAccessibleName("Manage categories")
        manage.clicked.connect(self.manage)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        layout.setSpacing(4)
        layout.addWidget(self.combo, 1)
        layout.addWidget(self.suggestion)
        layout.addWidget(manage)
        desk.selection_changed.connect(self._refresh)
        desk.categories_changed.connect(self._refresh)
        desk.regions_changed.connect(self._refresh)
        self._refresh()

    def assign(self, name: str) -> None:
        """Give the selected regions the category of this name, made if it is new."""
        document, image_id, selected = (
            self._desk.document,
            self._desk.image_id,
            self._desk.selection,
        )
        name = " ".join(name.split())
        if document is None or image_id is None or not selected or not name:
            return
        known = next((c for c in document.categories() if c.name == name), None)
        if known is None:
            changes = self._desk.do(AssignNewCategory(image_id, selected, name))
            known = next((e.after for e in changes if isinstance(e.after, Category)), None)
        else:
            self._desk.do(SetCategory(image_id, selected, known.id))
        if known is not None and not document.read_only:
            document.set_sticky_category(known.id)

    def assign_key(self, key: str) -> bool:
        """Give the selected regions the category with this key; return whether there is one."""
        document = self._desk.document
        found = [c for c in document.categories() if c.key == key] if document else []
        if found and self._desk.selection:
            self.assign(found[0].name)
        return bool(found)

    def _selected(self) -> list[Region]:
        return [r for r in self._desk.regions() if r.id in self._desk.selection]

    def _suggested(self) -> str:
        """Return the noun of the caption of the one selected region without a category, or ""."""
        regions, document = self._selected(), self._desk.document
        if len(regions) != 1 or document is None or regions[0].caption is None:
            return ""
        if document.category(regions[0].category_id).id != DEFAULT_CATEGORY_ID:
            return ""
        return first_noun(regions[0].caption.text) or ""

    def _refresh(self) -> None:
        document, regions = self._desk.document, self._selected()
        self.combo.blockSignals(True)
        self.combo.clear()
        for category in document.categories() if document else ():
            text = category.name
            self.combo.addItem(swatch(category.colour), text)
            if category.key:
                row = self.combo.count() - 1
                tip = f"Key {category.key}"
                self.combo.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        names = {document.category(r.category_id).name for r in regions} if document else set()
        self.combo.setCurrentIndex(self.combo.findText(names.pop()) if len(names) == 1 else -1)
        if self.combo.currentIndex() < 0:
            self.combo.setEditText("")
        self.combo.setEnabled(bool(regions))
        line = self.combo.lineEdit()
        assert line is not None
        line.setPlaceholderText("Several categories" if regions else "Select regions first")
        self.combo.blockSignals(False)
        noun = self._suggested()
        self.suggestion.setText(f"Suggested: {noun}")
        self.suggestion.setVisible(bool(noun))


def swatch(colour: str, size: int = 12) -> QIcon:
    """Return a square of a category's colour as an icon."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(0, 0, size, size, 3, 3)
    painter.end()
    return QIcon(pixmap)
