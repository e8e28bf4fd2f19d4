"""The side of a cluster's batch that writes, with workers in this process and no Ray."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.batch.cutting import SegmentMode
from gar_studio.batch.orders import Failed, Order, Word
from gar_studio.batch.plan import BatchTask, Job
from gar_studio.batch.record import Report
from gar_studio.batch.remote import run_on_cluster
from gar_studio.document.document import Document
from gar_studio.engines import registry
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, EngineInfo
from gar_studio.errors import EngineError
from gar_studio.settings import EngineChoice
from tests.gar_studio.batch import cluster_engines as engines
from tests.gar_studio.batch.conftest import Make, add
from tests.gar_studio.cli.conftest import EntryPoint

DESCRIBE = Job(BatchTask.DESCRIBE)


def whole(order: Order, words: Sequence[Word], alone: bool) -> Sequence[Word]:
    return words


@dataclass
class Near:
    """A cluster of one worker, whose words go through `spoil` on their way."""

    spoil: Callable[[Order, Sequence[Word], bool], Sequence[Word]] = whole
    rounds: list[tuple[str, list[int], bool]] = field(default_factory=list)

    def words(
        self,
        worker: type[Any],
        choice: EngineChoice,
        orders: Sequence[Order],
        *,
        cancel: CancelToken,
        alone: bool = False,
        **more: object,
    ) -> Generator[tuple[int, Word], None, None]:
        made = worker(choice, **more)
        self.rounds.append((worker.__name__, [order.number for order in orders], alone))
        for order in orders:
            words = [word for word in made.words(order) if word is not None]
            for word in self.spoil(order, words, alone):
                cancel.check()
                yield order.number, word


@pytest.fixture(autouse=True)
def _engines(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {"talker": EntryPoint(engines.TALKER), "finder": EntryPoint(engines.FINDER)}
    monkeypatch.setattr(registry, "available", lambda: points)


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Report]:
    """Return a function that runs a batch on a cluster."""

    def run(document: Document, near: Near, **more: Any) -> Report:
        options = EngineOptions(model=str(tmp_path / "journal"))
        named = {"describer": EngineChoice("talker", options), **more}
        if "mode" in named:
            named["segmenter"] = EngineChoice("finder", options)
        return run_on_cluster(document, near, DESCRIBE, **named)  # type: ignore[arg-type]

    return run


Ask = Callable[..., Report]


def test_an_order_without_an_end_is_given_out_once_more_alone(make: Make, ask: Ask) -> None:
    """The worker died after its first answer; what it said then is not kept twice."""
    document = make(1, 3)
    near = Near(lambda order, words, alone: words if alone or order.number == 1 else words[:1])
    report = ask(document, near)
    assert (report.answered, report.left, report.problems) == (4, 0, [])
    assert near.rounds == [("DescribeWorker", [1, 2], False), ("DescribeWorker", [2], True)]
    assert len(document.exchanges(2)) == 3


def test_an_order_that_never_ends_is_a_problem_of_its_photo(make: Make, ask: Ask) -> None:
    document = make(1, 2, 1)
    near = Near(lambda order, words, alone: words if order.number != 2 else words[:1])
    report = ask(document, near)
    assert (report.answered, report.left) == (3, 1)
    assert [problem.image for problem in report.problems] == ["1.png"]
    assert len(near.rounds) == 2


def test_words_of_an_order_that_ended_count_no_more(make: Make, ask: Ask) -> None:
    document = make(2)
    near = Near(lambda order, words, alone: [*words, *words])
    assert ask(document, near).answered == 2
    assert len(document.exchanges(1)) == 2


def test_an_engine_that_always_fails_is_not_asked_for_ever(make: Make, ask: Ask) -> None:
    document = make(*[1] * 20)
    seen: list[int] = []

    def fail(order: Order, words: Sequence[Word], alone: bool) -> Sequence[Word]:
        seen.append(order.number)
        return [Failed("The card fell out.", "Put it back.", engine=order.number != 3)]

    with pytest.raises(EngineError, match=r"fell out.*answers so far.*Put it back"):
        ask(document, Near(fail))
    assert seen == list(range(1, 9))  # the third one was the photo's own fault


def test_an_engine_that_cannot_be_built_ends_it(make: Make, ask: Ask) -> None:
    with pytest.raises(EngineError, match=r"no journal.*answers so far.*Give it one"):
        ask(make(1), Near(), describer=EngineChoice("talker"))


def test_who_answers_is_met_once_and_nobody_where_nothing_is_asked(make: Make, ask: Ask) -> None:
    document = make(1, 1)
    met: list[EngineInfo] = []
    near = Near()
    ask(document, near, meet=met.append)
    assert met == [engines.Talker.info]
    report = ask(document, near, meet=met.append)
    assert (report.answered, report.done_before, len(met)) == (0, 2, 1)
    assert len(near.rounds) == 1


def test_boxes_are_cut_out_once_and_other_masks_stay(make: Make, ask: Ask) -> None:
    document = make(1, 1)
    box = add(document, 1, 4, hole=False)
    before = document.region(1, 1)
    near = Near()
    for found in (1, 0):
        report = ask(document, near, mode=SegmentMode.BOXES)
        assert report.found == found
    assert document.region(1, 1) == before
    assert document.region(1, box.id).mask == Mask.from_box(12, 2, 13, 9, height=30, width=40)
    assert [(name, numbers) for name, numbers, _ in near.rounds] == [
        ("CutWorker", [1]),
        ("DescribeWorker", [1, 2]),
    ]
    assert document.undo(1) == "cut out inside the box"


def test_a_photo_that_cannot_be_cut_is_not_described(make: Make, ask: Ask) -> None:
    document = make(1, 0, 1)
    add(document, 1, 4, hole=False)
    document.image_path(1).write_bytes(b"no image")
    report = ask(document, Near(), mode=SegmentMode.BOXES)
    assert (report.answered, report.left) == (1, 2)
    assert [problem.image for problem in report.problems] == ["0.png"]


def test_a_limit_holds_where_regions_are_found_first(make: Make, ask: Ask) -> None:
    document = make(0, 0, 0, 1)
    report = ask(document, Near(), mode=SegmentMode.EVERYTHING, limit=4)
    assert (report.found, report.answered, report.left) == (4, 4, 1)
    assert [document.region_count(n) for n in (1, 2, 3, 4)] == [2, 2, 0, 1]


def test_a_stop_keeps_what_was_answered(make: Make, ask: Ask) -> None:
    document = make(3, 3)
    token = CancelToken()

    def stop(order: Order, words: Sequence[Word], alone: bool) -> Sequence[Word]:
        if order.number == 2:
            token.cancel()
        return words

    report = ask(document, Near(stop), cancel=token)
    assert (report.answered, report.left, report.stopped, report.problems) == (3, 3, True, [])
