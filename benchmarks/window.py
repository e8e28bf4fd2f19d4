"""What the benchmarks of the window share: photos, the window itself, and waiting for a paint."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gar_studio.settings import Settings
from ui.app import make_window
from ui.studio import Studio

PATIENCE = 120.0
"""Seconds that anything may take."""

NO_MODIFIER = Qt.KeyboardModifier.NoModifier


def pause(milliseconds: int) -> None:
    """Let the window work; unlike `QTest.qWait` this leaves Python's lock to the workers."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Let the window work until the condition holds.

    Raises:
        TimeoutError: it takes too long.
    """
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} took longer than {PATIENCE:.0f} seconds")
        pause(5)


def make_photos(folder: Path, number: int, *, columns: int, rows: int) -> list[Path]:
    """Write JPEGs with coarse and fine detail, as a camera's have."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index in range(number):
        random = np.random.default_rng(index)
        coarse = random.integers(0, 255, (rows // 100 + 1, columns // 100 + 1, 3), dtype=np.uint8)
        picture = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
        noise = random.integers(0, 24, (rows // 4, columns // 4, 3), dtype=np.uint8)
        picture = cv2.add(picture, cv2.resize(noise, (columns, rows)))
        path = folder / f"photo {index:04}.jpg"
        cv2.imwrite(str(path), picture)
        paths.append(path)
    return paths


@contextmanager
def window(settings: Settings) -> Iterator[Studio]:
    """Show the real window with the engines of the settings."""
    studio = make_window(settings)
    studio.resize(1280, 800)
    studio.show()
    studio.activateWindow()
    pause(50)
    try:
        yield studio
    finally:
        studio.close()


def press(studio: Studio, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Press a key on the canvas."""
    studio.canvas.setFocus()
    QTest.keyClick(studio.canvas, key, modifier)


class Paints(QObject):
    """Counts how often a widget is painted, or only while a condition holds."""

    def __init__(self, widget: QWidget, when: Callable[[], bool] = lambda: True) -> None:
        super().__init__(widget)
        self.count = 0
        self._when = when
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count."""
        del watched
        self.count += event.type() == QEvent.Type.Paint and self._when()
        return False
