"""How late the window's thread is while models work: rows of `benchmarks.ui`.

gar-nano describes without end, SAM ViT-B (random weights, through the real engine) encodes one
photo after the other, and the pointer moves and zooms all the time.  A timer that should fire every
4 ms says how late it is.
"""

import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.report import Row
from benchmarks.window import make_photos, pause, press, wait_for, window
from gar_studio.engines.construction import EngineOptions
from gar_studio.settings import EngineChoice, Settings
from models.segment.sam_checkpoint import SamSizes, build_network
from ui.studio import Studio

_TYPICAL_MS, _WORST_MS, _LOADING_MS = 16.0, 100.0, 300.0
_BEAT = 0.004
_PHOTOS = 4
_VIT_B = SamSizes(
    image_size=1024,
    patch_size=16,
    width=768,
    depth=12,
    heads=12,
    mlp_width=3072,
    window=14,
    global_blocks=(2, 5, 8, 11),
    prompt_width=256,
    mask_channels=16,
    decoder_depth=2,
    decoder_mlp_width=2048,
    masks=3,
    iou_depth=3,
    iou_width=256,
)


@dataclass
class Pulse:
    """Seconds by which each beat was late."""

    late: list[float] = field(default_factory=list)

    def rows(self, name: str, *, typical: float | None, worst: float) -> list[Row]:
        """Return the 99th percentile and the worst."""
        found = []
        if typical is not None:
            part = statistics.quantiles(self.late, n=100)[98] * 1000
            found.append(Row(f"{name}, 99th percentile", part, "ms", typical, at_least=False))
        most = max(self.late) * 1000
        return [*found, Row(f"{name}, worst", most, "ms", worst, at_least=False)]


class Heart(QObject):
    """Beats on the window's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.pulse = Pulse()
        self._timer = QTimer(self, interval=round(_BEAT * 1000))
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self._timer.start()

    def anew(self) -> Pulse:
        """Begin another pulse; return the one so far."""
        pulse, self.pulse = self.pulse, Pulse()
        return pulse

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.pulse.late.append(max(now - self._last - _BEAT, 0.0))
        self._last = now


def rows(seconds: float) -> list[Row]:
    """Measure while models are loaded, and then for so long while they work."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_photos(folder / "photos", _PHOTOS, columns=2400, rows=1600)
        weights = folder / "random.pth"
        torch.manual_seed(0)
        torch.save(build_network(_VIT_B).state_dict(), weights)
        masks = EngineChoice("sam", EngineOptions(model=str(weights), device="cpu"))
        with window(Settings(segmenter=masks, max_tiles=1, ahead=0)) as studio:
            return _measure(studio, folder / "photos", seconds)


def _measure(studio: Studio, photos: Path, seconds: float) -> list[Row]:
    heart = Heart()
    prepared: list[str] = []
    studio._segment_worker.prepared.connect(prepared.append)
    studio.open_target(photos)
    wait_for(lambda: studio.desk.image is not None, "Opening")
    heart.anew()
    _draw_regions(studio)
    press(studio, Qt.Key.Key_D)
    wait_for(lambda: studio.conversation.info is not None, "Loading gar-nano")
    wait_for(lambda: prepared, "Loading SAM and encoding")
    loading = heart.anew()
    _work(studio, seconds)
    working = heart.anew()
    heart.stop()
    studio.conversation.stop()
    return [
        *loading.rows("lateness while models are loaded", typical=None, worst=_LOADING_MS),
        *working.rows("lateness at work", typical=_TYPICAL_MS, worst=_WORST_MS),
        Row("photos that SAM encoded meanwhile", float(len(prepared)), ""),
        Row("answers that came meanwhile", float(_answers(studio)), ""),
    ]


def _draw_regions(studio: Studio) -> None:
    """Brush two regions, so that there is something to describe, whatever SAM is at."""
    press(studio, Qt.Key.Key_W)
    for x in (300, 500):
        studio.desk.select(())
        canvas = studio.canvas
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, 200))
        for step in range(8):
            QTest.mouseMove(canvas, QPoint(x + 8 * step, 200 + 12 * step))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x + 64, 296))
    studio.desk.select(region.id for region in studio.desk.regions())


def _work(studio: Studio, seconds: float) -> None:
    """Ask again whenever an answer is there, page on, point and zoom."""
    until = time.monotonic() + seconds
    page = time.monotonic() + seconds / _PHOTOS
    step = 0
    while time.monotonic() < until:
        step += 1
        QTest.mouseMove(studio.canvas, QPoint(200 + 7 * step % 400, 150 + 5 * step % 300))
        if step % 20 == 0:
            _zoom(studio, 120 if step % 40 else -120)
        if not studio.conversation.busy and studio.desk.image is not None:
            if not studio.desk.regions():
                _draw_regions(studio)
            press(studio, Qt.Key.Key_D)
        if time.monotonic() > page:
            page += seconds / _PHOTOS
            press(studio, Qt.Key.Key_PageDown)
        pause(20)


def _zoom(studio: Studio, turned: int) -> None:
    at = QPointF(studio.canvas.rect().center())
    event = QWheelEvent(
        at,
        studio.canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(studio.canvas, event)


def _answers(studio: Studio) -> int:
    document = studio.desk.document
    assert document is not None
    return sum(len(document.exchanges(image.id)) for image in document.images())
