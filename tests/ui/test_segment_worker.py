"""What the segmenter's thread does first, what it keeps, and what it falls back to.

The same holds whether the engine is on that thread or on a server.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.protocol import ImageData
from gar_studio.engines.segmentation import EverythingRequest, SegmentRequest, SegmentResult
from gar_studio.errors import CheckpointError, EngineError, GarStudioError, MemoryShortageError
from gar_studio.images import image_from_array, read_image
from tests.helpers.engines import ScriptedEncoder, ScriptedSegmenter
from tests.helpers.hosts import HOSTS, OnServer, OwnThread
from tests.ui.conftest import make_photo
from ui.segment_worker import SegmentWorker

A, B = (image_from_array(np.full((48, 64, 3), value, dtype=np.uint8)) for value in (1, 2))


class Ear:
    """Hears everything that a worker says."""

    def __init__(self, worker: SegmentWorker) -> None:
        self.results: list[SegmentResult] = []
        self.previews: list[SegmentResult] = []
        self.prepared: list[str] = []
        self.failures: list[tuple[int, GarStudioError]] = []
        self.fallen: list[tuple[GarStudioError, object]] = []
        self.steps: list[int] = []
        worker.finished.connect(self.results.append)
        worker.previewed.connect(self.previews.append)
        worker.prepared.connect(self.prepared.append)
        worker.failed.connect(lambda number, error: self.failures.append((number, error)))
        worker.fell_back.connect(lambda error, build: self.fallen.append((error, build)))
        worker.progressed.connect(lambda _number, progress: self.steps.append(progress.done))

    @property
    def answered(self) -> list[int]:
        return [result.request_id for result in self.results]


@pytest.fixture
def engine() -> ScriptedEncoder:
    return ScriptedEncoder()


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Iterator[OwnThread | OnServer]:
    made = HOSTS[request.param]()
    yield made
    made.close()


@pytest.fixture
def worker(engine: ScriptedEncoder, host: OwnThread | OnServer) -> Iterator[SegmentWorker]:
    made = SegmentWorker(host.segmenter(engine))
    yield made
    engine.held.clear()
    engine.gate.set()
    engine.search_gate.set()
    made.close()


def ask(image: ImageData, number: int) -> tuple[ImageData, SegmentRequest]:
    return image, SegmentRequest(number, image.key, PromptSet(clicks=(Click(number, 20),)))


def test_a_click_does_not_wait_for_another_images_embedding(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.held.add(A.key)
    worker.prepare(A)
    qtbot.waitUntil(lambda: engine.begun == [A.key])
    worker.submit(*ask(B, 1))
    qtbot.waitUntil(lambda: ear.answered == [1])
    assert engine.encoded == [B.key]
    engine.held.clear()
    qtbot.waitUntil(lambda: engine.encoded == [B.key, A.key])
    assert engine.begun == [A.key, B.key], "the first one went on where it was"


def test_a_second_click_does_not_begin_to_encode_anew(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.held.add(A.key)
    for number in (1, 2, 3):
        worker.submit(*ask(A, number))
        qtbot.waitUntil(lambda: engine.begun == [A.key])
    engine.held.clear()
    qtbot.waitUntil(lambda: ear.answered == [3])
    assert engine.begun == [A.key]


def test_what_is_dropped_is_encoded_to_the_end_and_never_answered(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.held.add(A.key)
    worker.submit(*ask(A, 1))
    qtbot.waitUntil(lambda: engine.begun == [A.key])
    worker.drop()
    worker.prepare(B)
    qtbot.waitUntil(lambda: engine.encoded == [B.key])
    engine.held.clear()
    qtbot.waitUntil(lambda: engine.encoded == [B.key, A.key])
    worker.submit(*ask(A, 2))
    qtbot.waitUntil(lambda: ear.answered == [2])
    assert engine.begun == [A.key, B.key]


def test_previews_never_queue_up_and_the_latest_wins(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.gate.clear()
    for number in range(1, 40):
        worker.preview(*ask(A, number))
    engine.gate.set()
    qtbot.waitUntil(lambda: bool(ear.previews) and ear.previews[-1].request_id == 39)
    assert len(engine.requests) <= 2
    assert ear.results == []


def test_a_click_drops_the_preview_that_waits(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.gate.clear()
    worker.preview(*ask(A, 1))
    qtbot.waitUntil(lambda: len(engine.requests) == 1)
    worker.preview(*ask(A, 2))
    worker.submit(*ask(A, 3))
    worker.preview(*ask(A, 4))
    engine.gate.set()
    qtbot.waitUntil(lambda: ear.answered == [3])
    assert [request.prompts.clicks[0].x for request in engine.requests] == [1, 3]
    assert ear.previews == []


def test_everything_lets_clicks_go_first_and_goes_on(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.search_gate.clear()
    worker.everything(A, EverythingRequest(1, A.key))
    qtbot.waitUntil(lambda: engine.encoded == [A.key])
    worker.submit(*ask(A, 2))
    qtbot.waitUntil(lambda: ear.answered == [2])
    engine.search_gate.set()
    qtbot.waitUntil(lambda: ear.answered == [2, 1])
    assert ear.steps == [1, 2, 3, 4]


def test_images_ahead_are_encoded_in_order_when_nothing_else_is_to_do(
    qtbot: QtBot,
    worker: SegmentWorker,
    engine: ScriptedEncoder,
    tmp_path: Path,
    host: OwnThread | OnServer,
) -> None:
    ear = Ear(worker)
    paths = [make_photo(tmp_path / f"{n}.png", seed=n, width=40, height=30) for n in (1, 2)]
    keys = [host.key(read_image(path)) for path in paths]
    worker.prepare(A)
    worker.prepare_ahead([paths[0], tmp_path / "gone.png", paths[1]])
    qtbot.waitUntil(lambda: engine.encoded == [A.key, *keys])
    assert ear.prepared == [A.key], "only the image in view is ready for clicks"
    assert ear.failures == []


def test_a_click_goes_before_the_images_ahead(
    qtbot: QtBot,
    worker: SegmentWorker,
    engine: ScriptedEncoder,
    tmp_path: Path,
    host: OwnThread | OnServer,
) -> None:
    ear = Ear(worker)
    path = make_photo(tmp_path / "next.png", seed=1, width=40, height=30)
    key = host.key(read_image(path))
    engine.held.add(key)
    worker.prepare(A)
    worker.prepare_ahead([path])
    qtbot.waitUntil(lambda: engine.begun == [A.key, key])
    worker.submit(*ask(A, 1))
    qtbot.waitUntil(lambda: ear.answered == [1])
    assert engine.encoded == [A.key]


def test_a_worker_closes_while_an_image_is_encoded(qtbot: QtBot) -> None:
    engine = ScriptedEncoder(held={A.key})
    worker = SegmentWorker(lambda: engine)
    worker.prepare(A)
    qtbot.waitUntil(lambda: engine.begun == [A.key])
    worker.close()
    assert engine.encoded == []


# --- falling back -------------------------------------------------------------------------------


def broken() -> ScriptedSegmenter:
    raise CheckpointError("“sam.pth” is not the file that it says it is.")


def test_an_engine_that_cannot_be_built_gives_way_to_the_one_before(
    qtbot: QtBot, worker: SegmentWorker
) -> None:
    ear = Ear(worker)
    worker.submit(*ask(A, 1))
    qtbot.waitUntil(lambda: ear.answered == [1])
    worker.replace(broken)
    worker.submit(*ask(A, 2))
    qtbot.waitUntil(lambda: ear.answered == [1, 2])
    ((error, build),) = ear.fallen
    assert isinstance(error, CheckpointError)
    assert build is not broken
    assert ear.failures == []


def test_it_falls_back_to_an_engine_that_worked_not_to_one_that_was_never_tried(
    qtbot: QtBot, engine: ScriptedEncoder
) -> None:
    def working() -> ScriptedEncoder:
        return engine

    worker = SegmentWorker(working)
    ear = Ear(worker)
    worker.submit(*ask(A, 1))
    qtbot.waitUntil(lambda: ear.answered == [1])
    worker.replace(ScriptedEncoder)  # chosen, and chosen away before it was used
    worker.replace(broken)
    worker.submit(*ask(A, 2))
    qtbot.waitUntil(lambda: ear.answered == [1, 2])
    assert [build for _, build in ear.fallen] == [working]
    worker.close()


@pytest.mark.parametrize("wish", ["click", "prepare"])
def test_a_shortage_of_memory_gives_way_to_the_spare_engine(qtbot: QtBot, wish: str) -> None:
    large = ScriptedEncoder(shortage=MemoryShortageError("There is not enough memory for SAM."))
    spare = ScriptedEncoder()
    worker = SegmentWorker(lambda: large, fallback=lambda: spare)
    ear = Ear(worker)
    if wish == "click":
        worker.submit(*ask(A, 1))
        qtbot.waitUntil(lambda: ear.answered == [1])
    else:
        worker.prepare(A)
        qtbot.waitUntil(lambda: ear.prepared == [A.key])
    assert len(ear.fallen) == 1
    worker.close()


def test_other_failures_keep_the_engine(
    qtbot: QtBot, worker: SegmentWorker, engine: ScriptedEncoder
) -> None:
    ear = Ear(worker)
    engine.error = EngineError("SAM found no object at these prompts.")
    worker.submit(*ask(A, 1))
    qtbot.waitUntil(lambda: [number for number, _ in ear.failures] == [1])
    engine.error = None
    worker.submit(*ask(A, 2))
    qtbot.waitUntil(lambda: ear.answered == [2])
    assert ear.fallen == []


def test_without_another_engine_the_failure_is_told(qtbot: QtBot) -> None:
    worker = SegmentWorker(broken)
    ear = Ear(worker)
    worker.submit(*ask(A, 7))
    qtbot.waitUntil(lambda: [number for number, _ in ear.failures] == [7])
    worker.close()
