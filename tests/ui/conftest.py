"""Widgets are tested without a display, in the look they have in the app."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gar_studio.settings import HOME_VARIABLE, Settings
from tests.helpers.engines import ScriptedDescriber, ScriptedSegmenter
from ui import theme
from ui.demo import Hand
from ui.studio import Studio
from ui.theme import apply_theme

LEFT = Qt.MouseButton.LeftButton
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@dataclass
class Engines:
    """The two engines of a window."""

    segmenter: ScriptedSegmenter = field(default_factory=ScriptedSegmenter)
    describer: ScriptedDescriber = field(default_factory=ScriptedDescriber)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings and caches of whoever runs the tests out of them."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _dark_theme(qapp: QApplication) -> None:
    # Every widget that is left is styled anew by it, so it is done only where it is needed.
    if not qapp.styleSheet() or theme.current().name != "dark":
        apply_theme(qapp, "dark")


@pytest.fixture
def engines() -> Engines:
    """Engines at whose pace the window of the test works."""
    return Engines()


@pytest.fixture
def studio(qtbot: QtBot, engines: Engines) -> Iterator[Studio]:
    """The real window with scripted engines and no project."""
    window = make_studio(engines)
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    engines.segmenter.gate.set()
    delete(window)


def delete(window: Studio) -> None:
    """Close a window and delete it, with whatever was on its way to it."""
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()
    assert not isValid(window)


def make_studio(engines: Engines, settings: Settings | None = None) -> Studio:
    """Make a window with scripted engines."""
    return Studio(
        settings or Settings(),
        build_segmenter=lambda _name, _options: engines.segmenter,
        build_describer=lambda _name, _options: engines.describer,
    )


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of 320×240 pixels in a folder of its own."""
    return make_photo(tmp_path / "photos" / "garden path é.png", seed=1)


def make_photo(path: Path, *, seed: int, width: int = 320, height: int = 240) -> Path:
    """Write a smooth coloured picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    small = Image.fromarray(random.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    small.resize((width, height), Image.Resampling.BICUBIC).save(path)
    return path


def click(studio: Studio, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    """Click the canvas at a point given in image pixels."""
    QTest.mouseClick(studio.canvas, button, pos=on_canvas(studio, x, y))


def on_canvas(studio: Studio, x: float, y: float) -> QPoint:
    """Return where on the canvas an image pixel is."""
    return studio.canvas.image_to_widget(QPointF(x, y)).toPoint()


def press(studio: Studio, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Press a key on the canvas."""
    Hand(studio).take_window()
    studio.canvas.setFocus()
    QTest.keyClick(studio.canvas, key, modifier)


def open_photo(qtbot: QtBot, studio: Studio, path: Path) -> None:
    """Open a photo and wait for its pixels."""
    assert studio.open_target(path)
    qtbot.waitUntil(lambda: studio.desk.image is not None)


def add_region(qtbot: QtBot, studio: Studio, x: float, y: float) -> int:
    """Cut an object out with a click and Enter; return the region's id."""
    before = len(studio.desk.regions())
    click(studio, x, y)
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None, timeout=60_000)
    press(studio, Qt.Key.Key_Return)
    assert len(studio.desk.regions()) == before + 1
    return studio.desk.regions()[-1].id
