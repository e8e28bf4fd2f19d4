"""From a key press to the next photo of 12 megapixels on the screen: rows of `benchmarks.ui`."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from benchmarks.report import Row
from benchmarks.window import Paints, make_photos, pause, press, wait_for, window
from gar_studio.settings import Settings
from ui.studio import Studio

_PREFETCHED_MS, _FRESH_MS = 50.0, 400.0
_PHOTOS = 24
_NEXT = 10
_SETTLE_MS = 900


def rows() -> list[Row]:
    """Go to neighbours that were decoded ahead, and to photos that were not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_photos(folder / "photos", _PHOTOS, columns=4000, rows=3000)
        with window(Settings()) as studio:
            studio.open_target(folder / "photos")
            wait_for(lambda: studio.desk.image is not None, "Opening")
            pause(2000)
            paints = Paints(studio.canvas, when=lambda: _is_sharp(studio))
            ahead = [_go(studio, paints, lambda: _next(studio)) for _ in range(_NEXT)]
            fresh = [_go(studio, paints, lambda row=row: _row(studio, row)) for row in (20, 15, 4)]
    return [
        *_rows_of("next photo to painted, decoded ahead", ahead, _PREFETCHED_MS),
        *_rows_of("photo to painted, not decoded ahead", fresh, _FRESH_MS),
    ]


def _rows_of(name: str, times: list[tuple[float, float]], bound: float) -> list[Row]:
    """Return the wall time, and the window's own work, which a busy machine does not lengthen."""
    wall, work = (statistics.median(part) * 1000 for part in zip(*times, strict=True))
    return [
        Row(name, wall, "ms", bound, at_least=False),
        Row("    of it work of the window's thread", work, "ms"),
    ]


def _next(studio: Studio) -> None:
    press(studio, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)


def _row(studio: Studio, row: int) -> None:
    view = studio.images.view
    index = view.model().index(row, 0)
    view.scrollTo(index)
    at = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def _is_sharp(studio: Studio) -> bool:
    """Return whether the photo is painted from a finished copy now, not from a coarse one."""
    pyramid = studio.desk.pyramid
    if pyramid is None:
        return False
    zoom = studio.canvas.zoom * studio.canvas.devicePixelRatioF()
    return pyramid.level_for(zoom) < pyramid.finished


def _go(studio: Studio, paints: Paints, act: Callable[[], None]) -> tuple[float, float]:
    before = studio.desk.image_id
    started, worked = time.perf_counter(), time.thread_time()
    act()
    assert studio.desk.image_id != before
    paints.count = 0
    while not paints.count:
        QCoreApplication.processEvents()
        time.sleep(0.0005)  # leave the lock to the loader, as an idle window does
    seconds = time.perf_counter() - started, time.thread_time() - worked
    pause(_SETTLE_MS)  # the neighbours are decoded while a person looks
    return seconds
