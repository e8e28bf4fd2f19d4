"""The relations on the image in view: read from answers or written by hand, and all editable."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gar_studio.annotation.region import Provenance
from gar_studio.document.relation_commands import AddRelation, ChangeRelation, DeleteRelations
from gar_studio.language import tr
from ui import icons
from ui.desk import Desk
from ui.panels.region_completer import RegionCompleter
from ui.panels.region_menu import RegionMenu
from ui.panels.relation_table import (
    OBJECT,
    PREDICATE,
    SOURCE,
    SUBJECT,
    RelationDelegate,
    RelationModel,
)

_WIDTHS = {SUBJECT: 64, OBJECT: 76, SOURCE: 84}


class RelationPanel(QWidget):
    """A table of subject, predicate and object; a row that is chosen selects its regions."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._following = False
        self._model = RelationModel(desk)
        self._build()
        desk.exchanges_changed.connect(self._refresh)
        desk.image_changed.connect(self._refresh)
        desk.project_changed.connect(self._refresh)
        desk.selection_changed.connect(self._refresh_adding)
        desk.hovered_changed.connect(lambda _: self.table.viewport().update())
        self._refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """See Qt."""
        return QSize(344, 420)

    # --- building ---

    def _build(self) -> None:
        self._empty = QLabel(
            tr(
                "No relations yet.\nRelate two regions (R) and accept the answer,\n"
                "or select two and write what one is to the other."
            )
        )
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 8)
        layout.setSpacing(8)
        layout.addWidget(self._build_table(), 1)
        layout.addWidget(self._empty, 1)
        layout.addLayout(self._build_adding())

    def _build_table(self) -> QTableView:
        self.table = QTableView()
        self.table.setAccessibleName(tr("Relations"))
        self.table.setModel(self._model)
        self.table.setItemDelegate(RelationDelegate(self._model, self._desk, self.table))
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setMouseTracking(True)
        self.table.viewport().installEventFilter(self)
        self.table.installEventFilter(self)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(36)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(PREDICATE, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.table.doubleClicked.connect(self.choose_regions)
        self.table.selectionModel().selectionChanged.connect(self._select_regions)
        for keys in ("Del", "Backspace"):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.delete_chosen)
        return self.table

    def _build_adding(self) -> QHBoxLayout:
        self.predicate = QLineEdit()
        self.predicate.setAccessibleName(tr("Predicate of a new relation"))
        self.predicate.returnPressed.connect(self._add)
        self.predicate.textChanged.connect(self._refresh_adding)
        self.completer = RegionCompleter(self._desk, self.predicate)
        self.add = QPushButton(tr("Add"))
        self.add.setToolTip(tr("Relate the regions that are selected, the first one to the others"))
        self.add.clicked.connect(self._add)
        self.delete = QToolButton()
        self.delete.setIcon(icons.icon("delete-outline"))
        self.delete.setToolTip(tr("Delete the chosen relations (Del)"))
        self.delete.setAccessibleName(tr("Delete the chosen relations"))
        self.delete.clicked.connect(self.delete_chosen)
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self.predicate, 1)
        row.addWidget(self.add)
        row.addWidget(self.delete)
        return row

    # --- what can be done ---

    def choose_regions(self, index: QModelIndex) -> RegionMenu | None:
        """Let a person choose the regions of a subject's or object's cell."""
        document = self._desk.document
        if index.column() not in (SUBJECT, OBJECT) or document is None or document.read_only:
            return None
        relation = self._model.relation(index.row())
        is_object = index.column() == OBJECT
        menu = RegionMenu(
            self._desk,
            relation.object_ids if is_object else (relation.subject_id,),
            several=is_object,
            without=(relation.subject_id,) if is_object else relation.object_ids,
            parent=self.table,
        )

        def take(ids: tuple[int, ...]) -> None:
            change = (
                ChangeRelation(relation.image_id, relation.id, object_ids=ids)
                if is_object
                else ChangeRelation(relation.image_id, relation.id, subject_id=ids[0])
            )
            self._desk.do(change)

        menu.picked.connect(take)
        menu.aboutToHide.connect(menu.deleteLater)
        corner = self.table.visualRect(index).bottomLeft()
        menu.popup(self.table.viewport().mapToGlobal(corner))
        return menu

    def delete_chosen(self) -> None:
        """Delete the relations whose rows are chosen."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        if rows and self._desk.image_id is not None:
            ids = tuple(self._model.relation(row).id for row in rows)
            self._desk.do(DeleteRelations(self._desk.image_id, ids))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Light up the region that the pointer is on; open a cell with F2 or Enter."""
        if watched is self.table.viewport():
            if event.type() == QEvent.Type.MouseMove:
                assert isinstance(event, QMouseEvent)
                self._desk.hover(self._region_at(event.position().toPoint()))
            elif event.type() == QEvent.Type.Leave:
                self._desk.hover(None)
        elif event.type() == QEvent.Type.KeyPress:
            key, index = event.key(), self.table.currentIndex()  # type: ignore[attr-defined]
            opens = (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            editing = self.table.state() == QAbstractItemView.State.EditingState
            if key in opens and index.isValid() and not editing:
                if index.column() == PREDICATE:
                    self.table.edit(index)
                else:
                    self.choose_regions(index)
                return True
        return super().eventFilter(watched, event)

    def _add(self) -> None:
        desk, document = self._desk, self._desk.document
        text = self.predicate.text().strip()
        if document is None or desk.image_id is None or not text or len(desk.selection) < 2:
            return
        subject, *objects = desk.selection
        stored = document.stored(desk.image_id, text)
        provenance = Provenance.by_person()
        command = AddRelation(desk.image_id, subject, stored, tuple(objects), provenance)
        changes = desk.do(command)
        if changes:
            self.predicate.clear()
            self.table.scrollTo(self._model.index(self._model.row_of(changes[0].row.id), 0))

    # --- following the desk ---

    def _refresh(self) -> None:
        self._following = True
        self._model.refresh()
        self._following = False
        some = self._model.rowCount() > 0
        self.table.setVisible(some)
        self._empty.setVisible(not some)
        self._refresh_adding()

    def _refresh_adding(self) -> None:
        document, numbers = self._desk.document, self._desk.numbers()
        # Regions that were just deleted are selected for a moment still.
        selected = [i for i in self._desk.selection if i in numbers]
        ready = document is not None and not document.read_only
        if len(selected) < 2:
            hint = tr("Select two regions to relate")
        else:
            objects = ", ".join(f"#{numbers[i]}" for i in selected[1:])
            hint = tr(
                "What is #{number} to {objects}?", number=numbers[selected[0]], objects=objects
            )
        self.predicate.setPlaceholderText(hint)
        self.predicate.setEnabled(ready and len(selected) > 1)
        self.add.setEnabled(ready and len(selected) > 1 and bool(self.predicate.text().strip()))
        chosen = self.table.selectionModel().hasSelection()
        self.delete.setEnabled(ready and chosen)

    def _select_regions(self) -> None:
        """Select the regions of the chosen rows, the subject of the first one first."""
        self._refresh_adding()
        if self._following:
            return
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        relations = [self._model.relation(row) for row in rows]
        if relations:
            self._desk.select(i for r in relations for i in (r.subject_id, *r.object_ids))

    def _region_at(self, place: QPoint) -> int | None:
        """Return the region whose chip is at a place of the table, or None."""
        index = self.table.indexAt(place)
        if not index.isValid():
            return None
        regions = self._model.regions(index)
        left = place.x() - self.table.visualRect(index).left()
        nearest = RelationDelegate.chip_at(left, len(regions))
        return None if nearest is None else regions[nearest].id
