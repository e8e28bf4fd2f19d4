"""Photos that are asked about together: what goes wrong with one is no other's loss."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gar_studio.annotation.region import ImageRecord
from gar_studio.batch.gathering import MOST_QUESTIONS, Gathering, OpenPhoto
from gar_studio.batch.plan import BatchTask, Item, Job
from gar_studio.batch.run import run_batch
from gar_studio.document.document import Document
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    Question,
    StopReason,
    Task,
)
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import EngineError, RequestError, StoreError
from tests.gar_studio.batch.conftest import Make
from tests.gar_studio.cli.conftest import ScriptedDescriber
from tests.helpers.images import save, scene

DESCRIBE = Job(BatchTask.DESCRIBE)


@dataclass
class Photographic(ScriptedDescriber):
    """Answers questions about several photos, a word of each at a time.

    Attributes:
        together: photos and questions of each call.
        fails: whether a question spoils all that are asked with it.
    """

    together: list[tuple[int, int]] = field(default_factory=list)
    fails: Callable[[Question], Exception | None] = field(default=lambda _: None)

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        raise NotImplementedError

    def describe_photos(
        self, questions: Sequence[Question], *, grouped: bool = False
    ) -> Iterator[tuple[int, DescribeEvent]]:
        keys = {asked.image.key for asked in questions}
        self.together.append((len(keys), len(questions)))
        for asked in questions:
            assert asked.request.image_key == asked.image.key
        # Who fails does so in the middle, as a network does whose memory is full.
        for index in reversed(range(len(questions))):
            asked = questions[index]
            if error := self.fails(asked):
                raise error
            self.requests.append(asked.request)
            self.before_token(index)
            reason = StopReason.CANCELLED if asked.cancel.cancelled else StopReason.END
            ids = [region.region_id for region in asked.request.regions]
            yield index, Finished("".join(self.script(asked.request)) + f" {ids}", reason, 1, 0, 0)


@pytest.fixture
def engine() -> Photographic:
    return Photographic()


def answers(document: Document) -> dict[int, str]:
    """Return the answer of each region; fail where one has two."""
    found = [
        (one.region_ids[0], one.answer)
        for image in document.images()
        for one in document.exchanges(image.id)
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def test_photos_are_asked_about_together_and_answers_land_on_their_regions(
    make: Make, engine: Photographic
) -> None:
    document = make(2, 0, 3, 1)
    report = run_batch(document, engine, DESCRIBE)
    assert engine.together == [(3, 6)]
    assert answers(document) == {n: f"A thing. [{n}]" for n in range(1, 7)}
    assert [len(document.exchanges(n)) for n in (1, 2, 3, 4)] == [2, 0, 3, 1]
    assert (report.answered, report.left, report.problems) == (6, 0, [])


@pytest.mark.parametrize("engine", [ScriptedDescriber(), Photographic()])
def test_no_photo_is_held_of_which_nothing_can_be_asked(
    make: Make, engine: ScriptedDescriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or thousands of photos with unfit masks would fill the memory."""
    document = make(1, 1, 1, 1)
    for number in (2, 3, 4):
        save(document.image_path(number), scene(41, 30))  # none of its masks fits any more
    held: list[int] = []
    original = Gathering.add

    def noted(self: Gathering, photo: OpenPhoto) -> None:
        held.append(photo.image_id)
        original(self, photo)

    monkeypatch.setattr(Gathering, "add", noted)
    report = run_batch(document, engine, DESCRIBE)
    assert held == [1]
    assert (report.answered, report.left, len(report.problems)) == (1, 3, 3)


def test_the_way_of_asking_is_handed_on(make: Make, engine: Photographic) -> None:
    seen: list[bool] = []
    original = engine.describe_photos

    def noted(questions: Sequence[Question], *, grouped: bool = False) -> object:
        seen.append(grouped)
        return original(questions)

    engine.describe_photos = noted  # type: ignore[method-assign,assignment]
    run_batch(make(1, 1), engine, replace(DESCRIBE, grouped=True))
    assert seen == [True]


def test_not_more_photos_and_questions_than_are_good_at_once(
    make: Make, engine: Photographic
) -> None:
    document = make(*[1] * 9)
    run_batch(document, engine, DESCRIBE)
    assert engine.together == [(8, 8), (1, 1)]


def test_what_would_be_too_many_questions_waits(make: Make, engine: Photographic) -> None:
    run_batch(make(12, 12, 12, 12, 12, 12), engine, DESCRIBE)
    assert engine.together == [(5, 60), (1, 12)]


def test_a_photo_with_many_regions_is_asked_about_in_parts(
    make: Make, engine: Photographic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gar_studio.batch.run.MOST_QUESTIONS", 4)
    run_batch(make(10), engine, DESCRIBE)
    assert engine.together == [(1, 4), (1, 4), (1, 2)]


def test_a_photo_that_cannot_be_read_drops_only_itself(make: Make, engine: Photographic) -> None:
    document = make(1, 2, 1)
    document.image_path(2).write_bytes(b"no image")
    report = run_batch(document, engine, DESCRIBE)
    assert engine.together == [(2, 2)]
    assert (report.answered, report.left) == (2, 2)
    assert [problem.image for problem in report.problems] == ["1.png"]


@pytest.mark.parametrize("error", [EngineError("It broke."), RequestError("Too long.")])
@pytest.mark.parametrize("bad", [1, 4, 6])
def test_a_photo_on_which_the_engine_fails_drops_only_itself(
    make: Make, engine: Photographic, error: Exception, bad: int
) -> None:
    document = make(2, 2, 2)

    def fails(asked: Question) -> Exception | None:
        return error if asked.request.regions[0].region_id == bad else None

    engine.fails = fails
    report = run_batch(document, engine, DESCRIBE)
    (problem,) = report.problems
    assert problem.image == f"{(bad - 1) // 2}.png"
    assert str(error).split(".", maxsplit=1)[0] in problem.why
    assert set(answers(document)) >= {1, 2, 3, 4, 5, 6} - {2 * ((bad + 1) // 2), bad, bad - 1}
    assert report.answered + report.left == 6
    assert report.left == 6 - len(answers(document))
    asked = [request.regions[0].region_id for request in engine.requests]
    assert len(asked) == len(set(asked)), "what has an answer is not asked again"
    engine.fails = lambda _: None
    assert run_batch(document, engine, DESCRIBE).left == 0
    assert set(answers(document)) == {1, 2, 3, 4, 5, 6}


def test_an_engine_that_always_fails_is_not_asked_for_ever(
    make: Make, engine: Photographic
) -> None:
    engine.fails = lambda _: EngineError("The card fell out.")
    with pytest.raises(EngineError, match="fell out"):
        run_batch(make(*[1] * 20), engine, DESCRIBE)
    assert engine.together == [(8, 8), *[(1, 1)] * 5]


def test_an_engine_that_fails_now_and_then_is_kept(make: Make, engine: Photographic) -> None:
    document = make(*[1] * 12)
    engine.fails = lambda asked: (
        EngineError("Hm.") if asked.request.regions[0].region_id % 3 else None
    )
    report = run_batch(document, engine, DESCRIBE)
    assert set(answers(document)) == {3, 6, 9, 12}
    assert (report.left, len(report.problems)) == (8, 8)


def test_a_project_that_cannot_be_written_ends_the_batch(
    make: Make, engine: Photographic, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make(1, 1)

    def full(_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(document, "record_exchange", full)
    with pytest.raises(StoreError):
        run_batch(document, engine, DESCRIBE)
    assert engine.together == [(2, 2)]


def test_an_answer_without_a_word_is_told_once_and_the_limit_goes_to_others(
    make: Make, engine: Photographic
) -> None:
    document = make(1, 1, 1, 1)
    silent = {1}

    def describe(questions: Sequence[Question], *, grouped: bool = False) -> Iterator[object]:
        for index, asked in enumerate(questions):
            number = asked.request.regions[0].region_id
            yield index, Finished("" if number in silent else "Yes", StopReason.END, 1, 0, 0)

    engine.describe_photos = describe  # type: ignore[method-assign,assignment]
    report = run_batch(document, engine, DESCRIBE, limit=2)
    assert set(answers(document)) == {2, 3}
    assert (report.answered, report.left, len(report.problems)) == (2, 2, 1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limits=st.lists(st.integers(0, 9), max_size=4),
    stops=st.lists(st.integers(0, 12), max_size=4),
    data=st.data(),
)
def test_however_it_is_limited_and_stopped_each_item_is_done_once(
    tmp_path_factory: pytest.TempPathFactory,
    limits: list[int],
    stops: list[int],
    data: st.DataObject,
) -> None:
    from gar_studio.store.opening import open_store
    from gar_studio.workspace import add_images
    from tests.gar_studio.batch.conftest import add

    folder = tmp_path_factory.mktemp("batch")
    document = Document(open_store(folder / "p.garproj", create=True))
    try:
        paths = [save(folder / f"{n}.png", scene(40, 30)) for n in range(10)]
        counts = data.draw(st.lists(st.integers(0, 3), min_size=10, max_size=10))
        for image_id, count in zip(add_images(document, paths).image_ids, counts, strict=True):
            for number in range(count):
                add(document, image_id, number)
        total = sum(counts)
        for limit in limits:
            before = len(answers(document))
            report = run_batch(document, Photographic(), DESCRIBE, limit=limit)
            assert report.answered == min(limit, total - before)
            assert report.left == total - before - report.answered
        for stop in stops:
            token, engine = CancelToken(), Photographic()

            def before_token(
                _: int, stop: int = stop, token: CancelToken = token, e: Photographic = engine
            ) -> None:
                if len(e.requests) > stop:
                    token.cancel()

            engine.before_token = before_token
            before = len(answers(document))
            report = run_batch(document, engine, DESCRIBE, cancel=token)
            assert report.answered == min(stop, total - before)
            assert report.stopped == token.cancelled
            assert report.left == total - before - report.answered
        run_batch(document, Photographic(), DESCRIBE)
        assert len(answers(document)) == total
    finally:
        document.close()


# --- how many photos -----------------------------------------------------------------------------


def record(width: int, height: int) -> ImageRecord:
    return ImageRecord(1, "a.png", width, height, 1, "")


def test_the_first_photo_always_has_room() -> None:
    assert Gathering().has_room(record(20_000, 20_000), 1000)


@given(
    sizes=st.lists(
        st.tuples(st.integers(1, 9000), st.integers(1, 9000), st.integers(0, 40)), max_size=12
    )
)
def test_pixels_photos_and_questions_stay_bounded(sizes: list[tuple[int, int, int]]) -> None:
    gathering = Gathering()
    held: list[tuple[int, int, int]] = []
    blank = np.zeros((1, 1, 3), dtype=np.uint8)
    for width, height, questions in sizes:
        if not gathering.has_room(record(width, height), questions):
            assert len(gathering.take()) == len(held)
            assert gathering.questions == 0
            held = []
        # Strided, so that the test's own pixels need no memory.
        pixels = np.broadcast_to(blank, (height, width, 3))
        items = [Item(Task.DESCRIBE, (), "")] * questions
        gathering.add(OpenPhoto(1, ImageData("key", pixels), items, questions))
        held.append((width, height, questions))
        if len(held) > 1:
            assert len(held) <= 8
            assert sum(w * h for w, h, _ in held) <= 2**25
            assert sum(q for *_, q in held) <= MOST_QUESTIONS
        assert gathering.questions == sum(q for *_, q in held)
