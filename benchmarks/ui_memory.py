"""Memory after an hour's scripted work, over that after its first twelfth: `benchmarks.ui`.

An hour is 2,000 photos visited and 5,000 edits: on each photo one or two strokes of the brush make
regions, the last one is undone, and the next photo is turned to.
"""

import gc
import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from benchmarks.report import Row
from benchmarks.window import make_photos, pause, press, wait_for, window
from gar_studio.settings import Settings
from ui.studio import Studio

BOUND = 1.1
_VISITS = 2000
_FIRST = 1 / 12
_DIFFERENT = 16


def rows(scale: float) -> list[Row]:
    """Work for a part of an hour.

    Args:
        scale: 1 for all of it.
    """
    visits = max(24, round(_VISITS * scale))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "photos"
        _fill(folder, visits)
        with window(Settings()) as studio:
            studio.open_target(folder)
            wait_for(lambda: _is_read(studio, visits), "Reading the photos")
            early = 0
            edits = 0
            for visit in range(visits):
                edits += _edit(studio, visit)
                if visit == round(visits * _FIRST):
                    early = _held()
                press(studio, Qt.Key.Key_PageDown)
            late = _held()
    return [
        Row("photos visited", float(visits), ""),
        Row("edits", float(edits), ""),
        Row("memory after the first twelfth", early / 2**20, "MiB"),
        Row("memory after all, over that", late / early, "", BOUND, at_least=False),
    ]


def _fill(folder: Path, number: int) -> None:
    """Make a few photos and link to them under many names."""
    different = make_photos(folder, min(_DIFFERENT, number), columns=1600, rows=1200)
    for index in range(len(different), number):
        os.link(different[index % len(different)], folder / f"photo {index:04}.jpg")


def _is_read(studio: Studio, visits: int) -> bool:
    document = studio.desk.document
    return document is not None and len(document.images()) == visits


def _edit(studio: Studio, visit: int) -> int:
    """Do what a person does on a photo; return how many edits it was."""
    wait_for(lambda: studio.desk.image is not None, "Opening")
    canvas = studio.canvas
    press(studio, Qt.Key.Key_W)
    strokes = 1 + visit % 2
    for stroke in range(strokes):
        studio.desk.select(())
        start = QPoint(250 + 90 * stroke, 200 + visit % 50)
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(canvas, start + QPoint(40, 30))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 60))
    press(studio, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    pause(1)
    return strokes + 1


def _held() -> int:
    """Return the bytes of memory that the process holds (Linux), without what nobody needs."""
    gc.collect()
    pause(300)
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
