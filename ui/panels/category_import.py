"""Shows what a list of classes would bring, before anything is written."""

from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gar_studio.formats.classes import ClassPlan
from gar_studio.language import tr, tr_n

Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractTableModel):
    """A name, and what becomes of it."""

    def __init__(self, rows: list[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return QSize(0, 30) if role == Qt.ItemDataRole.SizeHintRole else None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return (tr("In the file"), tr("What happens"))[section] if shown else None


class ImportDialog(QDialog):
    """A list of the names with the clashes first, and a button that says how many come.

    Attributes:
        leave_out: whether names that differ only in case are left out.
        go: the button that imports.
    """

    def __init__(self, path: Path, plan: ClassPlan, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan = plan
        self.setWindowTitle(tr("Import categories"))
        self.resize(560, 480)
        heading = QLabel(tr("What importing “{name}” would do", name=path.name))
        heading.setProperty("role", "title")
        heading.setWordWrap(True)
        self.view = QTreeView()
        self.view.setAccessibleName(tr("Names in the file"))
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setModel(_Rows(explained(plan), self))
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.view.setColumnWidth(1, 288)
        self.view.header().setStretchLastSection(False)
        self.leave_out = QCheckBox(tr("Leave out names that differ from others only in case"))
        self.leave_out.setChecked(bool(plan.alike))
        self.leave_out.setVisible(bool(plan.alike))
        self.leave_out.toggled.connect(self._refresh)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.leave_out)
        layout.addWidget(buttons)
        self._refresh()
        self.go.setFocus()

    def names(self) -> tuple[str, ...]:
        """Return the names to import."""
        left_out = {name for name, _ in self._plan.alike} if self.leave_out.isChecked() else set()
        return tuple(name for name in self._plan.new if name not in left_out)

    def _refresh(self) -> None:
        count = len(self.names())
        self.go.setText(
            tr_n("Import {n} category", "Import {n:,} categories", count)
            if count
            else tr("Nothing to import")
        )
        self.go.setEnabled(count > 0)


def explained(plan: ClassPlan) -> list[tuple[str, str]]:
    """Return each name with what becomes of it, what needs a look first."""
    alike = dict(plan.alike)
    return [
        *((name, tr("left out: a part of the name is empty")) for name in plan.unusable),
        *(
            (name, tr("differs only in case from “{other}”", other=other))
            for name, other in plan.alike
        ),
        *((name, tr("more than once in the file")) for name in plan.repeated),
        *((name, tr("is there already; stays as it is")) for name in plan.present),
        *((name, tr("new")) for name in plan.new if name not in alike),
    ]
