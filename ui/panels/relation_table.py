"""The relations on the image as a table: what is in its cells, and how they are painted."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gar_studio.annotation.exchange import Relation
from gar_studio.annotation.region import PERSON, Region
from gar_studio.document.relation_commands import ChangeRelation
from gar_studio.language import mark, tr
from ui.desk import Desk
from ui.panels.painting import BADGE, draw_badge, draw_row_background, draw_text
from ui.panels.region_completer import RegionCompleter

SUBJECT, PREDICATE, OBJECT, SOURCE = range(4)
HEADS = (mark("Subject"), mark("Predicate"), mark("Object"), mark("From"))

_MARGIN = 8
_STEP = BADGE + 4
_Index = QModelIndex | QPersistentModelIndex


class RelationModel(QAbstractTableModel):
    """One row a relation, in the order in which they came."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._relations: tuple[Relation, ...] = ()

    def refresh(self) -> None:
        """Read the relations again."""
        document, image_id = self._desk.document, self._desk.image_id
        relations = document.relations(image_id) if document and image_id is not None else ()
        before, self._relations = self._relations, relations
        if [one.id for one in before] == [one.id for one in relations]:
            if relations:
                self.dataChanged.emit(self.index(0, 0), self.index(len(relations) - 1, SOURCE))
            return
        self._relations = before
        self.beginResetModel()
        self._relations = relations
        self.endResetModel()

    def relation(self, row: int) -> Relation:
        """Return the relation of a row."""
        return self._relations[row]

    def row_of(self, relation_id: int) -> int:
        """Return the row of a relation, or -1."""
        return next((row for row, r in enumerate(self._relations) if r.id == relation_id), -1)

    def regions(self, index: _Index) -> tuple[Region, ...]:
        """Return the regions of a cell; none for words."""
        relation = self._relations[index.row()]
        ids = {SUBJECT: (relation.subject_id,), OBJECT: relation.object_ids}.get(index.column(), ())
        present = {region.id: region for region in self._desk.regions()}
        return tuple(present[i] for i in ids if i in present)

    def numbers(self) -> dict[int, int]:
        """Return the regions' numbers on screen."""
        return self._desk.numbers()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        return 0 if parent.isValid() else len(self._relations)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """See Qt."""
        across = orientation == Qt.Orientation.Horizontal
        return tr(HEADS[section]) if across and role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """See Qt: words can be written in place."""
        flags = super().flags(index)
        document = self._desk.document
        writable = document is not None and not document.read_only
        if writable and index.column() == PREDICATE:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        relation = self._relations[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(relation, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                head = tr(HEADS[index.column()])
                text = self._text(relation, index.column())
                return tr("{head}: {text}", head=head, text=text)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(relation, index.column())
        return None

    def setData(  # noqa: N802
        self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Write the predicate; the same or empty words change nothing."""
        document = self._desk.document
        if role != Qt.ItemDataRole.EditRole or document is None or index.column() != PREDICATE:
            return False
        relation = self._relations[index.row()]
        text = document.stored(relation.image_id, str(value).strip())
        if not text or text == relation.predicate:
            return False
        self._desk.do(ChangeRelation(relation.image_id, relation.id, predicate=text))
        return True

    def _text(self, relation: Relation, column: int) -> str:
        document = self._desk.document
        if document is None:
            return ""
        numbers = self._desk.numbers()
        match column:
            case 0:
                return f"#{numbers.get(relation.subject_id, '?')}"
            case 1:
                return document.shown(relation.image_id, relation.predicate)
            case 2:
                return ", ".join(f"#{numbers.get(i, '?')}" for i in relation.object_ids)
        return _source(relation)

    def _tip(self, relation: Relation, column: int) -> str:
        document = self._desk.document
        if document is None or column not in (PREDICATE, SOURCE):
            return tr("Double-click to choose another region")
        answer = document.shown(relation.image_id, relation.answer)
        return tr("Read from: {answer}", answer=answer) if answer else tr("Written by hand")


def _source(relation: Relation) -> str:
    """Say where a relation is from, and whether it is a whole sentence still."""
    if not relation.parsed:
        return tr("unparsed")
    if relation.provenance.model == PERSON:
        return tr("by hand")
    return tr("edited") if relation.provenance.edited else tr("parsed")


class RelationDelegate(QStyledItemDelegate):
    """Paints regions as chips, and gives words a line that knows `#`."""

    def __init__(self, model: RelationModel, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._desk = desk
        self._line: QLineEdit | None = None
        self.completer: RegionCompleter | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell."""
        column = index.column()
        colours = draw_row_background(painter, option)
        rect: QRect = option.rect.adjusted(_MARGIN, 0, -4, 0)
        if column in (SUBJECT, OBJECT):
            self._paint_chips(painter, rect, index)
            return
        muted = column == SOURCE or not self._model.relation(index.row()).parsed
        colour = colours.secondary if muted else colours.primary
        draw_text(painter, rect, str(index.data()), colour)

    @staticmethod
    def chip_at(x: int, count: int) -> int | None:
        """Return which of a cell's chips is at a place, in pixels from the cell's left edge."""
        place = (x - _MARGIN) // _STEP
        return place if x >= _MARGIN and place < count else None

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> QWidget:
        """Give the predicate a line of text in which `#` offers regions."""
        editor = super().createEditor(parent, option, index)
        if isinstance(editor, QLineEdit):
            editor.setAccessibleName(tr("Predicate"))
            self._line, self.completer = editor, RegionCompleter(self._desk, editor)
        return editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Leave the keys to the list of regions while it is open."""
        if event.type() == QEvent.Type.KeyPress and watched is self._line:
            assert self.completer is not None
            if self.completer.eventFilter(watched, event):
                return True
        return super().eventFilter(watched, event)

    def _paint_chips(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        numbers = self._model.numbers()
        x = rect.left()
        for region in self._model.regions(index):
            if x + BADGE > rect.right() and x > rect.left():
                break
            chip = QRect(x, rect.center().y() - BADGE // 2 + 1, BADGE, BADGE)
            draw_badge(
                painter,
                chip,
                numbers[region.id],
                region.colour,
                lit=region.id == self._desk.hovered,
            )
            x += _STEP
