"""Offers a category for a region that was described but has none yet."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gar_studio.annotation.exchange import Exchange
from gar_studio.annotation.mentions import split_mentions
from gar_studio.annotation.nouns import nouns
from gar_studio.annotation.region import DEFAULT_CATEGORY_ID
from gar_studio.engines.description import Task
from gar_studio.language import tr
from ui.desk import Desk
from ui.panels.flow import FlowLayout

_MOST = 3
"""Most names that are offered."""


class CategorySuggestions(QWidget):
    """A small button for each noun of a description; hidden where there is nothing to offer."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self.buttons: list[QPushButton] = []
        self._row = FlowLayout(self, spacing=4)
        label = QLabel(tr("Category:"))
        label.setProperty("role", "muted")
        self._row.addWidget(label)
        self.hide()

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer these names."""
        if names != self._names:
            self._names = names
            for button in self.buttons:
                self._row.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.buttons = [self._button(name) for name in names]
        self.setVisible(bool(names))

    def _button(self, name: str) -> QPushButton:
        button = QPushButton(name)
        button.setProperty("density", "tag")
        button.setToolTip(tr("Make this region's category “{name}”", name=name))
        button.setAccessibleName(tr("Category {name}", name=name))
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._row.addWidget(button)
        return button


def suggested_names(desk: Desk, exchange: Exchange) -> tuple[str, ...]:
    """Return category names for the region that an answer describes, the likeliest first.

    Empty where the region has a category already, is gone, or the answer is no description.
    """
    document = desk.document
    if document is None or document.read_only or exchange.task != Task.DESCRIBE:
        return ()
    region = next((r for r in desk.regions() if r.id in exchange.region_ids), None)
    if region is None or document.category(region.category_id).id != DEFAULT_CATEGORY_ID:
        return ()
    words = " ".join(part for part in split_mentions(exchange.answer) if isinstance(part, str))
    default = document.category(DEFAULT_CATEGORY_ID).name
    found = [name for name in nouns(words, most=_MOST + 1) if name != default]
    return tuple(found[:_MOST])
