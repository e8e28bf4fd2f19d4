"""What masks cost the window's thread: `python -m benchmarks.canvas_work [--json FILE]`.

The real window without a display.  A region's mask changes on a photo of 12 megapixels, and the
time until it is painted is measured; a stroke of the brush goes over an image of 100 megapixels,
one mouse event a point, each painted.  Memory is what the process holds at most above what it
held before the stroke; a mask of that size is one byte a pixel.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from benchmarks.report import Row, report
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion, SetMask
from gar_studio.settings import HOME_VARIABLE, Settings
from ui.app import make_application, make_window
from ui.canvas import ToolName
from ui.studio import Studio

_PHOTO = (4000, 3000)  # columns, rows
_HUGE = (10_000, 10_000)
_CHANGES = 30
_POINTS = 300
_WAIT = 60.0  # seconds
_REPAINT_MS, _POINTS_PER_SECOND, _MASKS = 16.0, 60.0, 3.0


def rows() -> list[Row]:
    """Measure both."""
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        found = [*_repaint(Path(folder)), *_stroke(Path(folder))]
    del application
    return found


@contextmanager
def _window(folder: Path, size: tuple[int, int]) -> Iterator[Studio]:
    path = folder / f"{size[0]}.jpg"
    random = np.random.default_rng(0)
    coarse = random.integers(0, 255, (size[1] // 100, size[0] // 100, 3), dtype=np.uint8)
    cv2.imwrite(str(path), cv2.resize(coarse, size))
    studio = make_window(Settings())
    studio.resize(1280, 800)
    studio.show()
    studio.open_target(path)
    until = time.monotonic() + _WAIT
    while studio.desk.image is None and time.monotonic() < until:
        QTest.qWait(10)
    studio.canvas.settle()
    QTest.qWait(50)
    try:
        yield studio
    finally:
        studio.close()


def _repaint(folder: Path) -> list[Row]:
    """Change a mask of a third of the photo, bit by bit, with ten other regions around."""
    with _window(folder, _PHOTO) as studio:
        image_id = studio.desk.image_id
        assert image_id is not None
        masks = [_disc(1000 + 3 * step) for step in range(_CHANGES + 1)]
        (change,) = studio.desk.do(AddRegion(image_id, masks[0], Provenance.by_person()))
        for place in range(10):
            small = _disc(120, x=350 + 350 * place, y=300)
            studio.desk.do(AddRegion(image_id, small, Provenance.by_person()))
        QTest.qWait(100)
        times = []
        for mask in masks[1:]:
            command = SetMask(image_id, change.row.id, mask, Provenance.by_person())
            started = time.perf_counter()
            studio.desk.do(command)
            studio.canvas.repaint()
            times.append((time.perf_counter() - started) * 1000)
            QTest.qWait(5)
    return [
        Row(
            "mask changed to painted, 12 megapixels",
            statistics.median(times),
            "ms",
            _REPAINT_MS,
            at_least=False,
        )
    ]


def _stroke(folder: Path) -> list[Row]:
    with _window(folder, _HUGE) as studio:
        canvas = studio.canvas
        canvas.set_tool(ToolName.BRUSH)
        left, right, middle = 300, canvas.width() - 300, canvas.height() // 2
        places = [
            QPoint(left + (right - left) * i // _POINTS, middle + round(80 * np.sin(i / 9)))
            for i in range(_POINTS)
        ]
        QTest.mouseMove(canvas, places[0])
        with _memory() as peak:
            started = time.perf_counter()
            QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
            for place in places[1:]:
                QTest.mouseMove(canvas, place)
                canvas.repaint()
            drawn = time.perf_counter() - started
            QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
            canvas.repaint()
            done = time.perf_counter() - started - drawn
        assert len(studio.desk.regions()) == 1
    share = peak[0] / (_HUGE[0] * _HUGE[1])
    return [
        Row("brush on 100 megapixels", _POINTS / drawn, "points/s", _POINTS_PER_SECOND),
        Row("stroke to mask on 100 megapixels", done * 1000, "ms"),
        Row("memory of a stroke there", share, "masks", _MASKS, at_least=False),
    ]


def _disc(radius: int, *, x: int = _PHOTO[0] // 2, y: int = _PHOTO[1] // 2) -> Mask:
    drawn = np.zeros(_PHOTO[::-1], dtype=np.uint8)
    cv2.circle(drawn, (x, y), radius, 1, thickness=-1)
    return Mask.from_array(drawn)


@contextmanager
def _memory() -> Iterator[list[int]]:
    """Watch what the process holds; yields a list that gets the most bytes above the beginning."""
    before, peak, stop = _held(), [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.002):
            peak[0] = max(peak[0], _held() - before)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def _held() -> int:
    """Return the bytes of memory that the process holds (Linux)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    return report(rows(), parser.parse_args().json)


if __name__ == "__main__":
    sys.exit(main())
