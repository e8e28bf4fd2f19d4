"""Starts Qt and opens the window."""

import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gar_studio.engines.registry import build_describer, build_segmenter
from gar_studio.settings import Language, Settings
from ui.language import install
from ui.priority import put_window_first
from ui.studio import Studio
from ui.theme import apply_theme


def make_application(theme: str = "dark", language: Language = "en") -> QApplication:
    """Return the Qt application with the studio's look and language; one is made if need be.

    Raises:
        FormatError: the catalogue of the language cannot be read.
    """
    present = QGuiApplication.instance()
    app = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    put_window_first()
    app.setApplicationName("GAR Studio")
    app.setOrganizationName("gar-studio")
    apply_theme(app, theme)
    install(app, language)
    return app


def make_window(settings: Settings) -> Studio:
    """Make the window with the engines of the settings, which are built when first used."""
    return Studio(settings, build_segmenter=build_segmenter, build_describer=build_describer)


def open_studio(target: Path | None, settings: Settings) -> int:
    """Open the window, on an image, a folder or a project if one is given, and run it.

    Returns:
        The exit status.
    """
    app = make_application(settings.theme, settings.language)
    window = make_window(settings)
    window.show()
    if target is not None:
        window.open_target(target)
    return app.exec()
