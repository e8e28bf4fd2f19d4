"""The categories as models: a list to choose from, and a tree of what lies below what."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from gar_studio.annotation.category_names import STROKE, leaf_of, parent_of
from gar_studio.annotation.region import Category
from gar_studio.document.branches import KEYS
from gar_studio.language import mark, tr, tr_n

Index = QModelIndex | QPersistentModelIndex
NAME, KEY, COUNT = range(3)
_HEADINGS = (mark("Name"), mark("Key"), mark("Regions"))
_ROW = QSize(0, 30)
_RIM = "#60808080"
"""Around swatches, so that black is seen on the dark look and white on the light one."""


@lru_cache(maxsize=4096)
def swatch(colour: str, size: int = 12) -> QIcon:
    """Return a square of a category's colour as an icon."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(QColor(_RIM))
    painter.drawRoundedRect(QRectF(0.5, 0.5, size - 1, size - 1), 3, 3)
    painter.end()
    return QIcon(pixmap)


def in_order(categories: tuple[Category, ...]) -> list[Category]:
    """Return the categories by name, each parent before its children, 9 before 10."""
    return sorted(categories, key=lambda c: [_by_number(part) for part in c.name.split(STROKE)])


def _by_number(part: str) -> tuple[list[str | int], str]:
    pieces = re.split(r"(\d+)", part.casefold())
    return [int(piece) if at % 2 else piece for at, piece in enumerate(pieces)], part


class CategoryList(QAbstractListModel):
    """One row a category, by name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._categories: list[Category] = []
        self._rows: dict[str, int] = {}

    def show(self, categories: tuple[Category, ...]) -> bool:
        """Take other categories; return whether they are others."""
        ordered = in_order(categories)
        if ordered == self._categories:
            return False
        self.beginResetModel()
        self._categories = ordered
        self._rows = {category.name: row for row, category in enumerate(ordered)}
        self.endResetModel()
        return True

    def row_of(self, name: str) -> int:
        """Return the row of a category, or -1."""
        return self._rows.get(name, -1)

    def having(self, typed: str) -> list[str]:
        """Return the names that have the typed letters anywhere."""
        wanted = typed.strip().casefold()
        return [c.name for c in self._categories if wanted in c.name.casefold()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        return 0 if parent.isValid() else len(self._categories)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        category = self._categories[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return category.name
            case Qt.ItemDataRole.DecorationRole:
                return swatch(category.colour)
            case Qt.ItemDataRole.ToolTipRole:
                return tr("Key {key}", key=category.key) if category.key else None
            case Qt.ItemDataRole.UserRole:
                return category.id
        return None


@dataclass(slots=True, eq=False)
class Node:
    """A row of the tree.

    Attributes:
        path: the whole name, such as “animal/dog”.
        category: the category of that name; None for a parent that is no category itself.
        parent: index of the parent's node, or -1 at the top.
        row: place among the parent's children.
        children: indices of the nodes below it.
        count: how many regions have the category.
        total: how many have it or one below it.
        fits: whether it is what was searched for, and not only above it.
    """

    path: str
    category: Category | None
    parent: int
    row: int
    children: list[int] = field(default_factory=list)
    count: int = 0
    total: int = 0
    fits: bool = False


class CategoryTree(QAbstractItemModel):
    """Categories below categories; a search leaves those that fit, and their parents."""

    renamed = Signal(str, str)  # path, the path that was typed
    keyed = Signal(str, str)  # path, the key that was typed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editable = True
        self._nodes: list[Node] = []
        self._top: list[int] = []
        self._by_path: dict[str, int] = {}

    def show(
        self, categories: tuple[Category, ...], counts: dict[int, int], wanted: str = ""
    ) -> bool:
        """Take over what there is; return whether rows came, went or moved.

        Args:
            categories: all categories.
            counts: regions of each, by its id.
            wanted: words that a path has to have, all of them, in any part.
        """
        nodes, top, by_path = _grow(categories, counts, wanted.casefold().split())
        if [node.path for node in nodes] == [node.path for node in self._nodes]:
            self._nodes = nodes
            for siblings in (top, *(node.children for node in nodes)):
                if siblings:
                    first, last = siblings[0], siblings[-1]
                    self.dataChanged.emit(self._index(first, NAME), self._index(last, COUNT))
            return False
        self.beginResetModel()
        self._nodes, self._top, self._by_path = nodes, top, by_path
        self.endResetModel()
        return True

    def node(self, index: Index) -> Node | None:
        """Return the node of a row, or None for no row."""
        return self._nodes[index.internalId()] if index.isValid() else None

    def index_of(self, path: str) -> QModelIndex:
        """Return the row of a path; invalid if it is not shown."""
        number = self._by_path.get(path)
        return QModelIndex() if number is None else self._index(number, NAME)

    def first_that_fits(self) -> str:
        """Return the path of the first row that was searched for, or ""."""
        return next((node.path for node in self._nodes if node.fits), "")

    # --- Qt ---

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """See Qt."""
        node = self.node(parent)
        siblings = self._top if node is None else node.children
        if not (0 <= row < len(siblings) and 0 <= column < len(_HEADINGS)):
            return QModelIndex()
        return self.createIndex(row, column, siblings[row])

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """See Qt."""
        node = self.node(index)
        if node is None or node.parent < 0:
            return QModelIndex()
        return self._index(node.parent, NAME)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        if parent.column() > 0:
            return 0
        node = self.node(parent)
        return len(self._top if node is None else node.children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """See Qt."""
        del parent
        return len(_HEADINGS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """See Qt."""
        del orientation
        if role == Qt.ItemDataRole.TextAlignmentRole and section == COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return tr(_HEADINGS[section]) if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """See Qt."""
        node = self.node(index)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        may_have_key = node is not None and node.category is not None and index.column() == KEY
        if self.editable and (index.column() == NAME or may_have_key):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        node = self.node(index)
        if node is None:
            return None
        column, category = index.column(), node.category
        key = category.key if category else ""
        found: object = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                found = (leaf_of(node.path), key, f"{node.total:,}")[column]
            case Qt.ItemDataRole.EditRole:
                found = (node.path, key, node.total)[column]
            case Qt.ItemDataRole.DecorationRole if column == NAME and category is not None:
                found = swatch(category.colour, 14)
            case Qt.ItemDataRole.TextAlignmentRole if column == COUNT:
                found = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.SizeHintRole:
                found = _ROW
            case Qt.ItemDataRole.ToolTipRole:
                found = _explained(node)
            case Qt.ItemDataRole.AccessibleTextRole if column == NAME:
                found = _spoken(node)
        return found

    def setData(  # noqa: N802
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Pass on what was typed; the row changes when the document has."""
        node, text = self.node(index), str(value).strip()
        if node is None or role != Qt.ItemDataRole.EditRole:
            return False
        if index.column() == NAME and text and text != node.path:
            self.renamed.emit(node.path, text)
        elif index.column() == KEY and text in ("", *KEYS):
            self.keyed.emit(node.path, text)
        return True

    def _index(self, number: int, column: int) -> QModelIndex:
        return self.createIndex(self._nodes[number].row, column, number)


def _spoken(node: Node) -> str:
    regions = tr_n("{n} region", "{n:,} regions", node.total)
    return tr("{path}, {regions}", path=node.path, regions=regions)


def _explained(node: Node) -> str:
    if node.children and node.count != node.total:
        return tr(
            "{path}\n{count:,} regions of its own, {total:,} with those below",
            path=node.path,
            count=node.count,
            total=node.total,
        )
    return node.path


def _grow(
    categories: tuple[Category, ...], counts: dict[int, int], words: list[str]
) -> tuple[list[Node], list[int], dict[str, int]]:
    """Return the nodes, those at the top, and each node's index by its path."""
    nodes: list[Node] = []
    top: list[int] = []
    by_path: dict[str, int] = {}
    named = {category.name: category for category in categories}

    def place(path: str) -> int:
        if path in by_path:
            return by_path[path]
        above = parent_of(path)
        parent = place(above) if above else -1
        number = by_path[path] = len(nodes)
        siblings = nodes[parent].children if parent >= 0 else top
        nodes.append(Node(path, named.get(path), parent, len(siblings)))
        siblings.append(number)
        return number

    for category in in_order(categories):
        if all(word in category.name.casefold() for word in words):
            nodes[place(category.name)].fits = True
    for node in reversed(nodes):  # children come after their parents
        node.count = counts.get(node.category.id, 0) if node.category else 0
        node.total = node.count + sum(nodes[child].total for child in node.children)
    return nodes, top, by_path
