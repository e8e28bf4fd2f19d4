"""The window's language: English, Simplified Chinese, or as the desktop's."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup

from gar_studio.language import tr
from gar_studio.settings import Language
from ui.controllers.settings import SettingsController
from ui.desk import Desk

_LANGUAGES: tuple[Language, ...] = ("system", "en", "zh_CN")


class LanguageController(QObject):
    """Remembers the language; the window has taken its texts over, so the next one speaks it."""

    def __init__(self, settings: SettingsController, desk: Desk) -> None:
        super().__init__()
        self._settings = settings
        self._desk = desk

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {f"language_{one}": partial(self.choose, one) for one in _LANGUAGES}

    def mark(self, actions: Mapping[str, QAction]) -> None:
        """Let the menu show which language is chosen."""
        group = QActionGroup(self)
        for one in _LANGUAGES:
            group.addAction(actions[f"language_{one}"])
        actions[f"language_{self._settings.settings.language}"].setChecked(True)

    def choose(self, language: Language) -> None:
        """Remember a language, and say when it is spoken."""
        if language != self._settings.settings.language:
            self._settings.choose_language(language)
            self._desk.told.emit(tr("The language changes when GAR Studio is started again."))
