"""Assigns a category to the selected regions: from the list, by a new name, or as suggested."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QWidget,
)

from gar_studio.annotation.category_names import tidy
from gar_studio.annotation.nouns import first_noun
from gar_studio.annotation.region import DEFAULT_CATEGORY_ID, Region
from gar_studio.language import tr
from ui import icons
from ui.controllers.categories import assign_category
from ui.desk import Desk
from ui.panels.category_model import CategoryList


class CategoryField(QComboBox):
    """A combo box with all categories; typing offers those that have the letters anywhere.

    What was typed stays what was typed: nothing is completed unless it is chosen, so that a new
    “cat” can be made beside a “caterpillar”.
    """

    def __init__(self) -> None:
        super().__init__()
        self.categories = CategoryList(self)
        self.setEditable(True)
        self.setModel(self.categories)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setIconSize(QSize(12, 12))
        self.setMaxVisibleItems(16)
        # Otherwise each of thousands of names is measured.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        completer = QCompleter(self.categories, self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        self.setCompleter(completer)
        for view in (self.view(), completer.popup()):
            if isinstance(view, QListView):
                view.setUniformItemSizes(True)

    @property
    def line(self) -> QLineEdit:
        """The field that is typed into."""
        line = self.lineEdit()
        assert line is not None
        return line

    @property
    def typing(self) -> bool:
        """Whether a person has typed something that was not taken over yet."""
        return self.line.hasFocus() and self.line.isModified()

    def choose(self, name: str) -> None:
        """Show a category, or nothing for ""."""
        self.setCurrentIndex(self.categories.row_of(name))
        self.setEditText(name if self.currentIndex() >= 0 else "")


class CategoryBar(QWidget):
    """A field for the category of the selection, and the suggestion from its caption."""

    manage = Signal()
    left = Signal()  # the field was used or given up

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown_for: tuple[int, ...] = ()
        self.combo = CategoryField()
        self.combo.setAccessibleName(tr("Category of the selected regions"))
        self.combo.setToolTip(tr("Choose a category, or type a new name and press Enter"))
        self.combo.line.installEventFilter(self)
        self.combo.line.returnPressed.connect(self._take_typed)
        self.combo.activated.connect(lambda row: self.assign(self.combo.itemText(row)))
        self.suggestion = QPushButton()
        self.suggestion.setFlat(True)
        self.suggestion.setAccessibleName(tr("Assign the suggested category"))
        self.suggestion.clicked.connect(lambda: self.assign(self._suggested()))
        self.suggestion.hide()
        manage = QToolButton()
        manage.setIcon(icons.icon("tag-multiple-outline"))
        manage.setToolTip(tr("Manage categories (Ctrl+K)"))
        manage.setAccessibleName(tr("Manage categories"))
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
        desk.project_changed.connect(self._refresh)
        self._refresh()

    def focus_field(self) -> None:
        """Put the cursor into the field, ready for another name."""
        self.combo.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.combo.line.selectAll()

    def assign(self, name: str) -> None:
        """Give the selected regions the category of this name, made if it is new."""
        document = self._desk.document
        if tidy(name):
            self.combo.line.setModified(False)
        known = assign_category(self._desk, self._desk.selection, name)
        if document is not None and known is not None and not document.read_only:
            document.set_sticky_category(known.id)
        self._refresh()

    def assign_key(self, key: str) -> bool:
        """Give the selected regions the category with this key; return whether there is one."""
        document = self._desk.document
        found = [c for c in document.categories() if c.key == key] if document else []
        if found and self._desk.selection:
            self.assign(found[0].name)
        return bool(found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let Esc give up what was typed."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.combo.line.setModified(False)
            self._refresh()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def _take_typed(self) -> None:
        self.assign(self.combo.currentText())
        self.left.emit()

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
        # An answer that comes in meanwhile must not take away what is being typed.
        typing = self.combo.typing and self._shown_for == self._desk.selection
        typed = self.combo.currentText()
        self.combo.blockSignals(True)
        others = self.combo.categories.show(document.categories() if document else ())
        if typing and others:
            self.combo.setEditText(typed)
            self.combo.line.setModified(True)
        elif not typing:
            names = {document.category(r.category_id).name for r in regions} if document else set()
            self.combo.choose(names.pop() if len(names) == 1 else "")
            self.combo.line.setPlaceholderText(
                tr("Several categories") if regions else tr("Select regions first")
            )
        self._shown_for = self._desk.selection
        self.combo.setEnabled(bool(regions) and document is not None and not document.read_only)
        self.combo.blockSignals(False)
        noun = self._suggested()
        self.suggestion.setText(tr("Suggested: {noun}", noun=noun))
        self.suggestion.setVisible(bool(noun))
