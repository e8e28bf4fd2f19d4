"""The describer's thread, with the engine on it and with the engine on a server."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.description import (
    DescribeEvent,
    Describer,
    DescribeRequest,
    Finished,
    RegionInput,
    Retried,
    StopReason,
    Task,
    TextDelta,
    Turn,
)
from gar_studio.engines.protocol import Progress
from gar_studio.errors import EngineError, GarStudioError, RequestError
from gar_studio.images import image_from_array
from tests.helpers.engines import ScriptedDescriber
from tests.helpers.hosts import HOSTS, OnServer, OwnThread
from ui.workers import DescribeWorker

IMAGE = image_from_array(
    np.arange(64 * 48 * 3, dtype=np.uint32).astype(np.uint8).reshape(48, 64, 3)
)


def region(number: int) -> RegionInput:
    box = Mask.from_box(number, number, number + 9, number + 7, height=48, width=64)
    return RegionInput(number, box)


def asking(number: int, *regions: int, question: str = "") -> DescribeRequest:
    task = Task.ASK if question else Task.DESCRIBE
    given = tuple(region(one) for one in regions or (1,))
    return DescribeRequest(number, IMAGE.key, task, given, question)


class Ear:
    """Hears everything that a worker says."""

    def __init__(self, worker: DescribeWorker) -> None:
        self.events: list[tuple[int, DescribeEvent]] = []
        self.failures: list[tuple[int, GarStudioError]] = []
        self.started: list[int] = []
        self.ready: list[object] = []
        worker.progressed.connect(lambda number, event: self.events.append((number, event)))
        worker.failed.connect(lambda number, error: self.failures.append((number, error)))
        worker.started.connect(self.started.append)
        worker.ready.connect(self.ready.append)

    def of(self, number: int) -> list[DescribeEvent]:
        return [event for one, event in self.events if one == number]

    def end(self, number: int) -> Finished | None:
        return next((e for e in self.of(number) if isinstance(e, Finished)), None)

    def text(self, number: int) -> str:
        return "".join(e.text for e in self.of(number) if isinstance(e, TextDelta))


@pytest.fixture
def engine() -> ScriptedDescriber:
    return ScriptedDescriber()


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Iterator[OwnThread | OnServer]:
    made = HOSTS[request.param]()
    yield made
    made.close()


@pytest.fixture
def worker(engine: Describer, host: OwnThread | OnServer) -> Iterator[DescribeWorker]:
    made = DescribeWorker(host.describer(engine))
    yield made
    made.close()


def test_an_answer_comes_word_by_word_and_ends_once(
    qtbot: QtBot, worker: DescribeWorker, engine: ScriptedDescriber
) -> None:
    ear = Ear(worker)
    worker.submit(IMAGE, asking(7, 1, 2))
    qtbot.waitUntil(lambda: ear.end(7) is not None)
    events = ear.of(7)
    assert events[0] == Progress("looking", 1, 2)
    assert [e.text for e in events[1:-1] if isinstance(e, TextDelta)][-4:] == list(engine.words)
    end = ear.end(7)
    assert end is not None
    assert (
        end.text
        == ear.text(7)
        == f"{stored_mention(1)} is beside {stored_mention(2)}: A small box."
    )
    assert end.reason is StopReason.END
    assert events.count(end) == 1
    assert events[-1] is end
    assert ear.started == [7]


def test_what_is_asked_arrives_as_it_was_asked(
    qtbot: QtBot, worker: DescribeWorker, engine: ScriptedDescriber
) -> None:
    ear = Ear(worker)
    mention = stored_mention(3)
    request = DescribeRequest(
        5,
        IMAGE.key,
        Task.ASK,
        (region(3), region(9)),
        f"Is {mention} größer? ☂",
        max_new_tokens=17,
        max_tiles=2,
        history=(Turn(Task.DESCRIBE, (3,), "", f"{mention} is a box."),),
        about=(9,),
    )
    worker.submit(IMAGE, request)
    qtbot.waitUntil(lambda: ear.end(5) is not None)
    (arrived,) = engine.requests
    for name in ("task", "regions", "question", "max_new_tokens", "max_tiles", "history", "about"):
        assert getattr(arrived, name) == getattr(request, name), name


def test_a_cancel_ends_an_answer_with_the_words_so_far(
    qtbot: QtBot, worker: DescribeWorker, engine: ScriptedDescriber
) -> None:
    go_on = threading.Event()
    engine.before_word = lambda index: go_on.wait() if index == 2 else None
    ear = Ear(worker)
    worker.submit(IMAGE, asking(1))
    qtbot.waitUntil(lambda: ear.text(1) == "A small")
    worker.cancel()
    qtbot.wait(600)  # a client looks four times a second
    go_on.set()
    qtbot.waitUntil(lambda: ear.end(1) is not None)
    end = ear.end(1)
    assert end is not None
    assert (end.text, end.reason) == ("A small", StopReason.CANCELLED)
    assert ear.failures == []


def test_an_engine_that_breaks_leaves_its_words_and_a_sentence(
    qtbot: QtBot, worker: DescribeWorker, engine: ScriptedDescriber
) -> None:
    engine.fail_at = 2
    ear = Ear(worker)
    worker.submit(IMAGE, asking(1))
    qtbot.waitUntil(lambda: bool(ear.failures))
    ((number, error),) = ear.failures
    assert number == 1
    assert type(error) is EngineError
    assert (error.what, error.kept) == ("The engine broke.", "The words so far were kept.")
    assert ear.text(1) == "A small"
    engine.fail_at = None
    worker.submit(IMAGE, asking(2))
    qtbot.waitUntil(lambda: ear.end(2) is not None)
    assert len(ear.ready) == 1, "the engine stays"


def test_an_answer_that_begins_anew_says_so(
    qtbot: QtBot, worker: DescribeWorker, engine: ScriptedDescriber
) -> None:
    engine.retry_at = 2
    ear = Ear(worker)
    worker.submit(IMAGE, asking(1))
    qtbot.waitUntil(lambda: ear.end(1) is not None)
    assert Retried("The memory was full.") in ear.of(1)
    end = ear.end(1)
    assert end is not None
    assert end.text == "A small box."


def test_requests_are_answered_in_turn_and_all_of_one_call(
    qtbot: QtBot, worker: DescribeWorker, engine: ScriptedDescriber
) -> None:
    ear = Ear(worker)
    worker.submit(IMAGE, asking(1), asking(2, 4), asking(3, 5, 6))
    worker.submit(IMAGE, asking(4))
    qtbot.waitUntil(lambda: ear.end(4) is not None)
    assert ear.started == [1, 2, 3, 4]
    assert [ear.text(n)[-12:] for n in (1, 2, 3, 4)] == ["A small box."] * 4
    assert len(engine.requests) == 4


def test_a_request_that_makes_no_sense_is_refused_in_a_sentence(
    qtbot: QtBot, host: OwnThread | OnServer
) -> None:
    class Strict(ScriptedDescriber):
        def describe(self, image, request, cancel):
            raise RequestError("Region #9 was not given.", advice="Select it, too.")
            yield

    worker = DescribeWorker(host.describer(Strict()))
    ear = Ear(worker)
    worker.submit(IMAGE, asking(1))
    qtbot.waitUntil(lambda: bool(ear.failures))
    ((_, error),) = ear.failures
    assert type(error) is RequestError
    assert error.advice == "Select it, too."
    worker.close()
