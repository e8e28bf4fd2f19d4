"""The menus at the pointer: what can be done to a region, or to an image, out of the table."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListView, QMenu

from gar_studio.language import tr
from ui.actions import Context, fill_context
from ui.canvas import Canvas
from ui.desk import Desk

_CUSTOM = Qt.ContextMenuPolicy.CustomContextMenu


class MenuController(QObject):
    """Opens them where they are asked for, by the right button or the Menu key."""

    def __init__(
        self,
        desk: Desk,
        actions: Mapping[str, QAction],
        *,
        canvas: Canvas,
        regions: QListView,
        images: QListView,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._actions = actions
        self._canvas = canvas
        canvas.menu_wanted.connect(self._on_canvas)
        for view, context in ((regions, Context.REGION), (images, Context.IMAGE)):
            view.setContextMenuPolicy(_CUSTOM)
            view.customContextMenuRequested.connect(
                lambda at, view=view, context=context: self._on_list(view, at, context)
            )

    def _on_canvas(self, at: QPoint) -> None:
        context = Context.REGION if self._desk.selection else Context.IMAGE
        self._open(context, self._canvas.mapToGlobal(at), self._canvas)

    def _on_list(self, view: QListView, at: QPoint, context: Context) -> None:
        if view.indexAt(at).isValid() or view.currentIndex().isValid():
            self._open(context, view.viewport().mapToGlobal(at), view)

    def _open(self, context: Context, at: QPoint, parent: Canvas | QListView) -> None:
        menu = QMenu(parent)
        menu.setAccessibleName(tr("Region") if context is Context.REGION else tr("Image"))
        fill_context(menu, self._actions, context)
        if not menu.isEmpty():
            menu.exec(at)
        menu.deleteLater()
