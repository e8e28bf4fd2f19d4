"""The window's look: dark, light, or as the desktop's."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QApplication

from gar_studio.settings import Look
from ui import theme
from ui.controllers.settings import SettingsController
from ui.desk import Desk

_LOOKS: tuple[Look, ...] = ("dark", "light", "system")


class ThemeController(QObject):
    """Changes the look, and follows the desktop's while that is wanted."""

    def __init__(self, settings: SettingsController, desk: Desk) -> None:
        super().__init__()
        self._settings = settings
        self._desk = desk
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {f"theme_{look}": partial(self.choose, look) for look in _LOOKS}

    def mark(self, actions: Mapping[str, QAction]) -> None:
        """Let the menu show which look is chosen."""
        group = QActionGroup(self)
        for look in _LOOKS:
            group.addAction(actions[f"theme_{look}"])
        actions[f"theme_{self._settings.settings.theme}"].setChecked(True)

    def choose(self, look: Look) -> None:
        """Take a look, and remember it."""
        self._settings.choose_theme(look)
        self._show(look)

    def _follow(self, _scheme: Qt.ColorScheme) -> None:
        if self._settings.settings.theme == "system":
            self._show("system")

    def _show(self, look: Look) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        if theme.resolved(look) != theme.current().name:
            theme.apply_theme(app, look)
            self._desk.regions_changed.emit()
