"""A menu of the image's regions: to choose one, or to tick several."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from gar_studio.language import tr
from ui.desk import Desk
from ui.panels.painting import BADGE, draw_badge


class RegionMenu(QMenu):
    """Lists the regions with their badges; the one that is marked lights up.

    Args:
        desk: what is in view.
        chosen: ids of the regions that are chosen now.
        several: whether several can be ticked; the menu stays open then until Enter, Esc or a
            click elsewhere, and what is ticked counts unless it was Esc.
        without: ids of regions that cannot be chosen.
        parent: the widget that it belongs to.
    """

    picked = Signal(object)  # tuple of region ids, in the order chosen

    def __init__(
        self,
        desk: Desk,
        chosen: tuple[int, ...],
        *,
        several: bool,
        without: tuple[int, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._chosen = chosen
        self._several = several
        self._dropped = False
        self._names: dict[int, str] = {}
        document = desk.document
        for number, region in enumerate(desk.regions(), start=1):
            if region.id in without:
                continue
            name = document.category(region.category_id).name if document else ""
            action = self.addAction(badge_icon(number, region.colour), "")
            action.setData(region.id)
            action.setCheckable(several)
            self._names[region.id] = f"#{number}  {name}"
            self._show_tick(action, ticked=several and region.id in chosen)
            if not several and region.id in chosen:
                self.setActiveAction(action)
        self.setAccessibleName(tr("Regions"))
        self.hovered.connect(lambda action: desk.hover(action.data()))
        self.triggered.connect(self._choose)
        self.aboutToHide.connect(self._leave)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Tick with Space, take with Enter, drop with Esc."""
        action = self.activeAction()
        if self._several and event.key() == Qt.Key.Key_Space and action is not None:
            self._tick(action)
        elif self._several and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            self._dropped = event.key() == Qt.Key.Key_Escape
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tick without closing where several can be ticked."""
        action = self.actionAt(event.position().toPoint())
        if self._several and action is not None:
            self._tick(action)
        else:
            super().mouseReleaseEvent(event)

    def _tick(self, action: QAction) -> None:
        self._show_tick(action, ticked=not action.isChecked())
        region_id = int(action.data())
        others = tuple(i for i in self._chosen if i != region_id)
        self._chosen = (*others, region_id) if action.isChecked() else others

    def _show_tick(self, action: QAction, *, ticked: bool) -> None:
        """Mark a region as chosen, in the text, for the badge is where a menu has its mark."""
        action.setChecked(ticked)
        name = self._names[int(action.data())]
        action.setText(f"{name}  ✓" if ticked else name)

    def _choose(self, action: QAction) -> None:
        if not self._several:
            self.picked.emit((int(action.data()),))

    def _leave(self) -> None:
        self._desk.hover(None)
        if self._several and not self._dropped:
            self.picked.emit(self._chosen)


def badge_icon(number: int, colour: str) -> QIcon:
    """Return a region's number on its colour as an icon."""
    pixmap = QPixmap(QSize(BADGE, BADGE))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_badge(painter, QRect(0, 0, BADGE, BADGE), number, colour)
    painter.end()
    return QIcon(pixmap)
