"""The window's place, its docks, and the projects that were open before."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu

from gar_studio.language import tr
from ui.desk import Desk
from ui.window_state import load_state, save_state

_VERSION = 2  # of the docks: another one does not fit an older layout


class LayoutController(QObject):
    """Restores the layout of the last time and remembers the present one."""

    def __init__(
        self, window: QMainWindow, desk: Desk, open_target: Callable[[Path], bool]
    ) -> None:
        super().__init__()
        self._window = window
        self._desk = desk
        self._open = open_target
        self._state = load_state()
        self._first_docks = QByteArray()
        desk.project_changed.connect(self._take_project)

    def restore(self) -> None:
        """Put window and docks where they were, once all of them are there."""
        self._first_docks = self._window.saveState(_VERSION)
        if self._state.geometry:
            self._window.restoreGeometry(_bytes(self._state.geometry))
        if self._state.docks:
            self._window.restoreState(_bytes(self._state.docks), _VERSION)

    def reset(self) -> None:
        """Put the docks where they are at the first start."""
        self._window.restoreState(self._first_docks, _VERSION)

    def keep(self) -> None:
        """Remember where everything is."""
        self._state = replace(
            self._state,
            geometry=_text(self._window.saveGeometry()),
            docks=_text(self._window.saveState(_VERSION)),
        )
        save_state(self._state)

    def add_to_menus(self, view: QMenu, file: QMenu, before: QAction) -> None:
        """Add the docks to the View menu, and the recent projects to the File menu.

        Args:
            view: the View menu.
            file: the File menu.
            before: the action of the File menu that the recent projects come before.
        """
        view.addSeparator()
        for dock in self._window.findChildren(QDockWidget):
            view.addAction(dock.toggleViewAction())
        recent = QMenu(tr("Open &recent"), file)
        recent.aboutToShow.connect(lambda: self._fill(recent))
        file.insertMenu(before, recent)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for name in self._state.recent:
            path = Path(name)
            action = menu.addAction(f"{path.stem}  ({path.parent})".replace("&", "&&"))
            action.setEnabled(path.is_file())
            action.triggered.connect(partial(self._open, path))
        if menu.isEmpty():
            menu.addAction(tr("No project was open yet")).setEnabled(False)

    def _take_project(self) -> None:
        document = self._desk.document
        if document is not None:
            recent = self._state.with_recent(document.path.resolve())
            self._state = replace(self._state, recent=recent)
            save_state(self._state)


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
