"""Panning and zooming 12,000×12,000 pixels with 2,000 regions: `python -m benchmarks.ui_canvas`.

A canvas without a display gets real events of mouse and wheel.  A frame is all that the window's
thread does from an event until the canvas is painted; after each the canvas works as it does while
nobody acts, until the next frame of a screen of 60 Hz is due.  Every walk is done three times, and
the median of the three is reported.

Where other programs have the processors too, frames come late for their sake; what a frame took of
the processors' own time is therefore given beside what the clock says.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from benchmarks.report import Row, report
from gar_studio.annotation.mask import BoolArray, Mask
from gar_studio.engines.protocol import ImageData
from ui.app import make_application
from ui.canvas import Canvas, RegionOverlay, ToolName

_SIDE = 12_000
_REGIONS = 2_000
_FRAME_MS = 1000 / 60
_LATE = 2.0  # percent
_STEPS = 240
_TIMES = 3


def _regions() -> list[RegionOverlay]:
    random = np.random.default_rng(0)
    found = []
    for number in range(1, _REGIONS + 1):
        radius = int(random.integers(30, 260))
        x, y = (int(value) for value in random.integers(radius, _SIDE - radius, 2))
        disc = np.zeros((2 * radius + 1,) * 2, dtype=np.uint8)
        cv2.circle(disc, (radius, radius), radius, 1, -1)
        cv2.circle(disc, (radius, radius), radius // 3, 0, -1)
        mask = _placed(disc > 0, left=x - radius, top=y - radius)
        found.append(RegionOverlay(number, number, mask, f"#{random.integers(0x1000000):06X}"))
    return found


def _placed(window: BoolArray, *, left: int, top: int) -> Mask:
    """Return a mask of the whole image that is `window` at a place and nothing elsewhere."""
    columns = np.pad(window.T.astype(np.int8), ((0, 0), (1, 1)))
    column, row = np.nonzero(np.diff(columns, axis=1))
    borders = (left + column) * _SIDE + top + row
    runs = np.diff(np.concatenate([[0], borders, [_SIDE**2]]))
    return Mask.from_runs(runs.tolist(), height=_SIDE, width=_SIDE)


def _drag(canvas: Canvas, place: QPoint) -> None:
    point = QPointF(place)
    held, none = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(
        QEvent.Type.MouseMove, point, canvas.mapToGlobal(point), Qt.MouseButton.NoButton, held, none
    )
    QApplication.sendEvent(canvas, event)


def _press(canvas: Canvas, place: QPoint, kind: QEvent.Type) -> None:
    point = QPointF(place)
    button, none = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        canvas, QMouseEvent(kind, point, canvas.mapToGlobal(point), button, button, none)
    )


def _turn(canvas: Canvas, place: QPoint, notches: float) -> None:
    point = QPointF(place)
    event = QWheelEvent(
        point,
        canvas.mapToGlobal(point),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def _hover(canvas: Canvas, place: QPoint) -> None:
    point = QPointF(place)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        point,
        canvas.mapToGlobal(point),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, event)


Frame = tuple[float, float]
"""Milliseconds by the clock, and of the processors' time."""


def _frame(canvas: Canvas, act: Callable[[], None]) -> Frame:
    """Do something, paint it, and let the canvas work until the next frame is due."""
    started, worked = time.perf_counter(), time.process_time()
    act()
    canvas.repaint()
    frame = (
        (time.perf_counter() - started) * 1000,
        (time.process_time() - worked) * 1000,
    )
    _rest(started + _FRAME_MS / 1000)
    return frame


def _rest(until: float) -> None:
    QApplication.processEvents()
    while time.perf_counter() < until:
        QApplication.processEvents()
        time.sleep(0.0005)


def _pan(canvas: Canvas) -> Iterator[Frame]:
    """Drag the photo in a circle."""
    middle = _middle(canvas)
    _press(canvas, middle, QEvent.Type.MouseButtonPress)
    for step in range(_STEPS):
        angle, reach = step / _STEPS * 2 * np.pi, 180
        place = middle + QPoint(round(reach * np.sin(angle)), round(reach * (1 - np.cos(angle))))
        yield _frame(canvas, lambda place=place: _drag(canvas, place))  # type: ignore[misc]
    _press(canvas, middle, QEvent.Type.MouseButtonRelease)


def _zoom(canvas: Canvas, steps: int, notches: float) -> Iterator[Frame]:
    """Turn the wheel, a quarter of a notch at a time."""
    middle = _middle(canvas)
    for _ in range(steps):
        yield _frame(canvas, lambda: _turn(canvas, middle, notches))


def _point(canvas: Canvas) -> Iterator[Frame]:
    """Move over the regions of the whole photo, one lighting up after another."""
    middle = _middle(canvas)
    for step in range(_STEPS):
        place = middle + QPoint(2 * step - _STEPS, round(200 * np.sin(step / 15)))
        yield _frame(canvas, lambda place=place: _hover(canvas, place))  # type: ignore[misc]


def _middle(canvas: Canvas) -> QPoint:
    return QPoint(canvas.width() // 2, canvas.height() // 2)


def _walk(canvas: Canvas) -> dict[str, list[Frame]]:
    """Return the frames of one walk, by what was done."""
    found: dict[str, list[Frame]] = {"panning": [], "zooming": [], "pointing": []}
    canvas.set_tool(ToolName.POINT)
    canvas.fit()
    _rest(time.perf_counter() + 1.0)
    for steps in (0, 24, 32):
        found["zooming"] += _zoom(canvas, steps, 0.25)
        found["panning"] += _pan(canvas)
    found["zooming"] += _zoom(canvas, 56, -0.25)
    canvas.set_tool(ToolName.SELECT)
    canvas.fit()
    _rest(time.perf_counter() + 1.0)
    found["pointing"] += _point(canvas)
    return found


def rows() -> list[Row]:
    """Measure on a canvas of a large window."""
    random = np.random.default_rng(1)
    coarse = random.integers(0, 255, (_SIDE // 50, _SIDE // 50, 3), dtype=np.uint8)
    image = ImageData("large", np.asarray(cv2.resize(coarse, (_SIDE, _SIDE))))
    canvas = Canvas()
    canvas.resize(1600, 1000)
    canvas.show()
    canvas.set_image(image.pixels)
    canvas.set_regions(_regions())
    canvas.settle()
    walks = [_walk(canvas) for _ in range(_TIMES)]
    canvas.close()
    return [row for name in walks[0] for row in _rows_of(name, [walk[name] for walk in walks])]


def _rows_of(name: str, walks: list[list[Frame]]) -> list[Row]:
    def middle(figure: Callable[[list[float]], float], which: int) -> float:
        return statistics.median(figure([frame[which] for frame in walk]) for walk in walks)

    def late(times: list[float]) -> float:
        return 100 * sum(one > _FRAME_MS for one in times) / len(times)

    title = f"144 megapixels, 2,000 regions, {name}"
    return [
        Row(f"{title}: late frames", middle(late, 0), "%", _LATE, at_least=False),
        Row("… by the processors' time", middle(late, 1), "%", _LATE, at_least=False),
        Row("… median frame", middle(statistics.median, 0), "ms"),
        Row("… median frame, processors' time", middle(statistics.median, 1), "ms"),
        Row("… slowest frame, processors' time", middle(max, 1), "ms"),
    ]


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    application = make_application()
    found = rows()
    del application
    return report(found, words.json)


if __name__ == "__main__":
    sys.exit(main())
