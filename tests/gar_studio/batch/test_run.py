from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.annotation.region import Caption
from gar_studio.batch.cutting import SegmentMode
from gar_studio.batch.plan import BRIEF, BatchTask, Job, plan_image
from gar_studio.batch.record import Tick
from gar_studio.batch.run import run_batch
from gar_studio.document.commands import AcceptAnswer, DeleteRegions, SetCaption, SetMask
from gar_studio.document.document import Document
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    StopReason,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData
from gar_studio.engines.segmentation import Candidate, EverythingRequest, SegmentResult
from gar_studio.errors import EngineError
from tests.gar_studio.batch.conftest import Make, add
from tests.gar_studio.cli.conftest import ScriptedDescriber, ScriptedSegmenter
from tests.helpers.projects import PERSON

DESCRIBE = Job(BatchTask.DESCRIBE)


def drafts(document: Document) -> list[tuple[int, tuple[int, ...], str]]:
    return [
        (image.id, one.region_ids, one.answer)
        for image in document.images()
        for one in document.exchanges(image.id)
    ]


def test_every_region_gets_a_draft_with_its_provenance(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(2, 0, 1)
    report = run_batch(document, describer, DESCRIBE)
    assert (report.answered, report.left, report.problems) == (3, 0, [])
    assert [ids for _, ids, _ in drafts(document)] == [(1,), (2,), (3,)]
    one = document.exchanges(1)[0]
    assert (one.task, one.accepted, one.reason) == ("describe", False, "end")
    assert (one.provenance.model, one.provenance.revision) == ("Scripted", "1")
    assert one.notice == describer.info.notice
    assert not document.is_stale(one)
    document.do(AcceptAnswer(1, one.id))
    assert document.region(1, 1).caption is not None


def test_a_second_run_asks_nothing(make: Make, describer: ScriptedDescriber) -> None:
    document = make(3, 2)
    run_batch(document, describer, DESCRIBE)
    report = run_batch(document, describer, DESCRIBE)
    assert (report.answered, report.done_before) == (0, 5)
    assert len(describer.requests) == 5


def test_words_that_somebody_wrote_or_accepted_are_left_alone(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(2)
    document.do(SetCaption(1, 1, Caption("mine", PERSON)))
    report = run_batch(document, describer, DESCRIBE)
    assert (report.answered, report.captioned) == (1, 1)
    caption = document.region(1, 1).caption
    assert caption is not None
    assert caption.text == "mine"


def test_a_mask_that_was_changed_is_described_again(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(2)
    run_batch(document, describer, DESCRIBE)
    mask = Mask.from_box(0, 0, 5, 5, height=30, width=40)
    document.do(SetMask(1, 2, mask, PERSON))
    assert run_batch(document, describer, DESCRIBE).answered == 1
    assert [region.region_id for region in describer.requests[-1].regions] == [2]


def test_other_words_and_on_wish_other_models_are_asked(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(1)
    run_batch(document, describer, DESCRIBE)
    assert run_batch(document, describer, Job(BatchTask.BRIEF)).answered == 1
    assert describer.requests[-1].question == BRIEF
    other = replace(DESCRIBE, by=EngineInfo("Other", "1", "cpu", ""))
    assert len(plan_image(document, 1, other).items) == 1
    assert plan_image(document, 1, replace(DESCRIBE, by=describer.info)).done == 1


def test_relations_are_asked_of_groups_that_the_model_takes(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(6, 1, 2)
    report = run_batch(document, describer, Job(BatchTask.RELATE))
    groups = [[region.region_id for region in one.regions] for one in describer.requests]
    assert groups == [[1, 2, 3], [4, 5, 6], [8, 9]]
    assert report.unfit == 1
    assert run_batch(document, describer, Job(BatchTask.RELATE)).answered == 0


def test_a_question_names_regions_or_is_asked_of_each(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(2, 1)
    named = run_batch(document, describer, Job(BatchTask.ASK, "Is #2 left of #1?"))
    assert (named.answered, named.unfit) == (1, 1)
    question = f"Is {stored_mention(2)} left of {stored_mention(1)}?"
    assert describer.requests[-1].question == question
    assert [region.region_id for region in describer.requests[-1].regions] == [2, 1]
    each = run_batch(document, describer, Job(BatchTask.ASK, "What colour is #n?"))
    assert each.answered == 3
    asked = [one.question for one in describer.requests[-3:]]
    assert asked == [f"What colour is {stored_mention(i)}?" for i in (1, 2, 3)]
    assert run_batch(document, describer, Job(BatchTask.ASK, "What is it?")).answered == 3
    assert run_batch(document, describer, Job(BatchTask.ASK, "What is it?")).answered == 0


def test_a_bad_image_is_told_and_passed_over(make: Make, describer: ScriptedDescriber) -> None:
    document = make(1, 1, 1)
    document.image_path(2).write_bytes(b"no image")
    report = run_batch(document, describer, DESCRIBE)
    assert (report.answered, report.left) == (2, 1)
    assert [problem.image for problem in report.problems] == ["1.png"]
    assert "not an image" in report.problems[0].why


def test_one_question_at_a_time_is_kept_as_it_comes(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(3)
    seen: list[tuple[int, int]] = []

    def tell(tick: Tick) -> None:
        seen.append((tick.done, len(document.exchanges(1))))
        assert tick.total == 3

    run_batch(document, describer, DESCRIBE, tell=tell)
    assert seen == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_limit_counts_answers(make: Make, describer: ScriptedDescriber) -> None:
    document = make(2, 2, 2)
    report = run_batch(document, describer, DESCRIBE, limit=3)
    assert (report.answered, report.left) == (3, 3)
    assert run_batch(document, describer, DESCRIBE, limit=9).answered == 3


def test_an_engine_that_always_fails_is_not_asked_for_ever(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(*[1] * 20)

    def fail(_: int) -> None:
        raise EngineError("The card fell out.")

    describer.before_token = fail
    with pytest.raises(EngineError, match="fell out"):
        run_batch(document, describer, DESCRIBE)
    assert len(describer.requests) == 5


def test_an_answer_without_a_word_is_no_answer(make: Make, describer: ScriptedDescriber) -> None:
    document = make(1)
    describer.script = lambda _: [" "]
    report = run_batch(document, describer, DESCRIBE)
    assert (report.answered, report.left) == (0, 1)
    assert drafts(document) == []


class Batching(ScriptedDescriber):
    """Answers in any order, as engines that decode together do."""

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        self.requests += requests
        for index in reversed(range(len(requests))):
            ids = [region.region_id for region in requests[index].regions]
            yield index, Finished(f"{ids} {grouped}", StopReason.END, 1, 0.0, 0.0)


def test_answers_that_come_in_another_order_land_on_their_regions(make: Make) -> None:
    document = make(4)
    engine = Batching()
    run_batch(document, engine, replace(DESCRIBE, grouped=True))
    assert sorted(drafts(document)) == [(1, (n,), f"[{n}] True") for n in (1, 2, 3, 4)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(0, 5), max_size=8), task=st.sampled_from(list(BatchTask)[:3]))
def test_whenever_it_is_stopped_each_item_is_done_once(
    tmp_path_factory: pytest.TempPathFactory, stops: list[int], task: BatchTask
) -> None:
    from gar_studio.store.opening import open_store
    from gar_studio.workspace import add_images
    from tests.helpers.images import save, scene

    folder = tmp_path_factory.mktemp("batch")
    document = Document(open_store(folder / "p.garproj", create=True))
    try:
        paths = [save(folder / f"{n}.png", scene(40, 30)) for n in range(3)]
        for image_id in add_images(document, paths).image_ids:
            for number in range(3):
                add(document, image_id, number)
        for stop in (*stops, 99):
            token, engine = CancelToken(), ScriptedDescriber()

            def before(
                index: int, stop: int = stop, token: CancelToken = token, e: object = engine
            ) -> None:
                assert isinstance(e, ScriptedDescriber)
                if len(e.requests) > stop:
                    token.cancel()

            engine.before_token = before
            report = run_batch(document, engine, Job(task), cancel=token)
            assert report.stopped == token.cancelled
        answered = [(image, ids) for image, ids, _ in drafts(document)]
        assert len(answered) == len(set(answered)) == (3 if task is BatchTask.RELATE else 9)
        assert {answer for *_, answer in drafts(document)} == {"A thing."}
    finally:
        document.close()


class Searching(ScriptedSegmenter):
    """Finds so many squares."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count
        self.searched: list[str] = []

    def everything(self, image, request: EverythingRequest, cancel, progress) -> SegmentResult:
        self.searched.append(image.key)
        size = {"height": image.height, "width": image.width}
        masks = [Mask.from_box(5 * n, 1, 5 * n + 4, 5, **size) for n in range(self.count)]
        found = tuple(Candidate(mask, 0.9) for mask in (*masks, Mask.empty(**size)))
        return SegmentResult(1, image.key, found, self.info, 0.1)


def test_images_without_regions_are_searched_once(make: Make, describer: ScriptedDescriber) -> None:
    document = make(0, 1)
    finder = Searching(2)
    job = {"segmenter": finder, "mode": SegmentMode.EVERYTHING}
    report = run_batch(document, describer, DESCRIBE, **job)
    assert (report.found, report.answered) == (2, 3)
    assert len(finder.searched) == 1
    assert document.regions(1)[0].provenance.model == "Scripted"
    document.do(DeleteRegions(1, tuple(region.id for region in document.regions(1))))
    assert run_batch(document, describer, DESCRIBE, **job).found == 0  # a person threw them out
    assert len(finder.searched) == 1


def test_an_image_on_which_nothing_is_found_is_not_searched_again(
    make: Make, describer: ScriptedDescriber
) -> None:
    document = make(0)
    finder = Searching(0)
    for _ in range(2):
        run_batch(document, describer, DESCRIBE, segmenter=finder, mode=SegmentMode.EVERYTHING)
    assert len(finder.searched) == 1


def test_boxes_are_cut_out_once_and_other_masks_stay(
    make: Make, describer: ScriptedDescriber, segmenter: ScriptedSegmenter
) -> None:
    document = make(1)
    box = add(document, 1, 4, hole=False)
    before = document.region(1, 1)
    for _ in range(2):
        run_batch(document, describer, DESCRIBE, segmenter=segmenter, mode=SegmentMode.BOXES)
    assert len(segmenter.requests) == 1
    assert document.region(1, 1) == before
    assert document.region(1, box.id).provenance.model == "Scripted"
    assert document.undo(1) == "cut out inside the box"


def test_a_project_that_was_made_elsewhere_keeps_its_answers(
    make: Make, describer: ScriptedDescriber, tmp_path: Path
) -> None:
    document = make(2)
    run_batch(document, describer, DESCRIBE)
    path = document.path
    document.close()
    from gar_studio.workspace import open_project

    again = open_project(path)
    try:
        assert run_batch(again, describer, DESCRIBE).done_before == 2
    finally:
        again.close()
