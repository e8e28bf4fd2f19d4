"""A worker by itself: what brings its orders does not matter."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.batch.orders import (
    ORDER,
    SAID,
    Answer,
    Done,
    Failed,
    Found,
    Inside,
    Order,
    Passed,
    Ready,
    Unbuilt,
    Word,
    decode_said,
    encode,
)
from gar_studio.batch.plan import BatchTask, Item, Job
from gar_studio.batch.worker import CutWorker, DescribeWorker, Worker
from gar_studio.engines import registry
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Question,
    RegionInput,
    Task,
)
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import EngineError
from gar_studio.settings import EngineChoice
from tests.gar_studio.batch import cluster_engines as engines
from tests.gar_studio.cli.conftest import EntryPoint
from tests.helpers.images import save, scene

SIZE = {"height": 30, "width": 40}
BOX = Mask.from_box(3, 2, 9, 9, **SIZE)


@pytest.fixture(autouse=True)
def _engines(monkeypatch: pytest.MonkeyPatch) -> None:
    points = {"talker": EntryPoint(engines.TALKER), "finder": EntryPoint(engines.FINDER)}
    monkeypatch.setattr(registry, "available", lambda: points)


@pytest.fixture
def photo(tmp_path: Path) -> str:
    return str(save(tmp_path / "photo.png", scene(40, 30)))


def talker(tmp_path: Path) -> DescribeWorker:
    choice = EngineChoice("talker", EngineOptions(model=str(tmp_path / "journal")))
    return DescribeWorker(choice, Job(BatchTask.DESCRIBE))


def item(region_id: int, mask: Mask = BOX) -> Item:
    return Item(Task.DESCRIBE, (RegionInput(region_id, mask),), "")


def words(worker: Worker, order: Order) -> list[Word]:
    """Send an order over the wire and back."""
    column = np.empty(1, np.object_)
    column[0] = encode(order)
    said = [decode_said(one) for rows in worker({ORDER: column}) for one in rows[SAID]]
    assert {one.order for one in said} == {order.number}
    return [word for one in said for word in one.words]


def test_it_answers_what_fits_and_tells_of_the_rest(tmp_path: Path, photo: str) -> None:
    worker = talker(tmp_path)
    other = Mask.from_box(1, 1, 2, 2, height=9, width=9)
    bad = (item(5, other), item(6, Mask.empty(**SIZE)))
    said = words(worker, Order(3, photo, (item(4), *bad, item(7))))
    assert [type(word) for word in said] == [Ready, Passed, Passed, Answer, Answer, Done]
    assert "another size" in said[1].what
    assert "empty" in said[2].what
    assert [(one.place, one.finished.text) for one in said[3:5]] == [
        (0, "describe [4] of 40×30"),
        (3, "describe [7] of 40×30"),
    ]
    assert said[3].info == engines.Talker.info
    assert [type(word) for word in words(worker, Order(4, photo))] == [Done]


def test_a_photo_that_is_not_there_names_the_machine_and_the_path(tmp_path: Path) -> None:
    path = str(tmp_path / "elsewhere.png")
    *_, last = words(talker(tmp_path), Order(1, path, (item(1),)))
    assert isinstance(last, Failed)
    assert path in last.what
    assert "on every machine" in last.advice
    assert not last.engine


def test_an_engine_that_cannot_be_built_is_told_and_tried_again(tmp_path: Path, photo: str) -> None:
    worker = DescribeWorker(EngineChoice("talker"), Job(BatchTask.DESCRIBE))
    for _ in range(2):
        assert words(worker, Order(1, photo)) == [
            Unbuilt("The engine has no journal.", "Give it one.")
        ]


def test_it_cuts_boxes_out_or_looks_for_everything(tmp_path: Path, photo: str) -> None:
    choice = EngineChoice("finder", EngineOptions(model=str(tmp_path / "journal")))
    worker = CutWorker(choice)
    _, inside, _ = words(worker, Order(1, photo, boxes=(BOX,)))
    assert inside == Inside(0, Mask.from_box(3, 2, 4, 9, **SIZE), engines.Finder.info)
    found, _ = words(worker, Order(1, photo))
    assert isinstance(found, Found)
    assert [mask.area for mask in found.masks] == [16, 100]


class Chorus(engines.Talker):
    """Answers about several photos at once; breaks after the first word about a bad one."""

    def __init__(self, journal: str, bad: int) -> None:
        super().__init__(journal)
        self._bad = bad
        self.together: list[int] = []

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Not asked here."""
        raise NotImplementedError

    def describe_photos(
        self, questions: Sequence[Question], *, grouped: bool = False
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Answer in turn."""
        self.together.append(len({one.image.key for one in questions}))
        for index, one in enumerate(questions):
            if one.request.regions[0].region_id == self._bad:
                raise EngineError("It broke.")
            for event in self.describe(one.image, one.request, one.cancel):
                yield index, event


@pytest.mark.parametrize(("bad", "calls"), [(99, [3]), (21, [3, 1, 1])])
def test_photos_that_come_together_are_asked_about_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: int, calls: list[int]
) -> None:
    worker = talker(tmp_path)
    chorus = Chorus(str(tmp_path / "journal"), bad)
    monkeypatch.setattr(worker, "build", lambda _choice: chorus)
    orders = []
    for number in (1, 2, 3):
        path = str(save(tmp_path / f"{number}.png", scene(40, 30) ^ number))
        items = tuple(item(10 * number + one) for one in (0, 1))
        orders.append(Order(number, path, items))
    orders.insert(1, Order(9, str(tmp_path / "gone.png"), (item(90),)))
    column = np.empty(len(orders), np.object_)
    column[:] = [encode(order) for order in orders]
    said = [decode_said(one) for rows in worker({ORDER: column}) for one in rows[SAID]]
    by_order: dict[int, list[Word]] = {}
    for one in said:
        by_order.setdefault(one.order, []).extend(one.words)
    assert chorus.together == calls
    answers = {
        number: [word.finished.text for word in words if isinstance(word, Answer)]
        for number, words in by_order.items()
    }
    for number in (1, 2, 3):
        wanted = [10 * number, 10 * number + 1]
        assert answers[number] == [f"describe [{n}] of 40×30" for n in wanted if n != bad]
        assert isinstance(by_order[number][-1], Failed if bad // 10 == number else Done)
    assert isinstance(by_order[9][-1], Failed)
    asked = (tmp_path / "journal").read_text(encoding="utf-8").splitlines()
    assert len(asked) == len(set(asked)), "nothing is asked twice"
