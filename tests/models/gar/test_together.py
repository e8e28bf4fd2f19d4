"""Several photos' requests answered together: each as if it were alone."""

import dataclasses
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    PhotosDescriber,
    Question,
    RegionInput,
    Retried,
    StopReason,
    Task,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import MaskError
from models.gar.engine import MAX_ROWS, GARDescriber
from models.gar.kv_cache import BLOCK
from models.gar.model import GARModel
from models.gar.session import GARSession, Prefix
from models.gar.store import SessionStore
from models.gar.tokens import GARTokenizer
from tests.models.gar.conftest import INFO
from tests.models.gar.test_batch import failing

SIZES = [(120, 90), (60, 130), (33, 33), (200, 50)]
"""Width and height of photos that are cut into different grids."""

LIMIT = 6


@pytest.fixture(scope="session")
def photos() -> tuple[ImageData, ...]:
    random = np.random.default_rng(5)
    made = []
    for number, (width, height) in enumerate(SIZES):
        pixels = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        pixels.flags.writeable = False
        made.append(ImageData(key=f"photo {number}", pixels=pixels))
    return tuple(made)


@pytest.fixture
def engine(model: GARModel, tokenizer: GARTokenizer) -> GARDescriber:
    return with_budget(model, tokenizer, 2**30)


def with_budget(model: GARModel, tokenizer: GARTokenizer, budget: int) -> GARDescriber:
    session = GARSession(model, store=SessionStore(budget))
    return GARDescriber(session, tokenizer, info=INFO, answer_limit=LIMIT)


def ask(image: ImageData, number: int, **changes: object) -> Question:
    """Ask about a region that depends on its number."""
    left, top = 3 * (number % 7), 2 * (number % 5)
    mask = Mask.from_box(left, top, left + 12, top + 9, height=image.height, width=image.width)
    request = DescribeRequest(
        request_id=number,
        image_key=image.key,
        task=Task.DESCRIBE,
        regions=(RegionInput(number, mask),),
        max_new_tokens=LIMIT,
        max_tiles=1,
    )
    return Question(image, dataclasses.replace(request, **changes), CancelToken())


def run(
    engine: GARDescriber, questions: Sequence[Question], *, grouped: bool = False
) -> list[list[DescribeEvent]]:
    events: list[list[DescribeEvent]] = [[] for _ in questions]
    for index, event in engine.describe_photos(questions, grouped=grouped):
        events[index].append(event)
    return events


def end(events: Sequence[DescribeEvent]) -> Finished:
    assert [isinstance(event, Finished) for event in events].count(True) == 1
    assert isinstance(events[-1], Finished)
    return events[-1]


def outcome(finished: Finished) -> tuple[str, StopReason, int]:
    return finished.text, finished.reason, finished.new_tokens


def alone(engine: GARDescriber, asked: Question) -> tuple[str, StopReason, int]:
    return outcome(end(list(engine.describe(asked.image, asked.request, CancelToken()))))


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of each step of the decoder for several requests."""
    sizes: list[int] = []
    original = GARModel.extend_batch

    def counted(self: GARModel, ids: torch.Tensor, *args: object, **kwargs: object) -> object:
        sizes.append(len(ids))
        return original(self, ids, *args, **kwargs)

    monkeypatch.setattr(GARModel, "extend_batch", counted)
    return sizes


@pytest.fixture
def prefilled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tokens of each pass of the decoder over a prompt."""
    lengths: list[int] = []
    original = GARModel.extend

    def counted(self: GARModel, embeddings: torch.Tensor, cache: object) -> torch.Tensor:
        lengths.append(len(embeddings))
        return original(self, embeddings, cache)

    monkeypatch.setattr(GARModel, "extend", counted)
    return lengths


def test_it_is_a_photos_describer(engine: GARDescriber) -> None:
    assert isinstance(engine, PhotosDescriber)


asked = st.tuples(
    st.integers(0, len(SIZES) - 1),
    st.sampled_from(["", "What is it?", "Why? " * 9]),
    st.integers(1, LIMIT),
    st.sampled_from([1, 2]),
)


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chosen=st.lists(asked, min_size=2, max_size=5))
def test_answers_are_those_one_by_one(
    model: GARModel,
    tokenizer: GARTokenizer,
    photos: tuple[ImageData, ...],
    chosen: list[tuple[int, str, int, int]],
) -> None:
    questions = [
        ask(
            photos[photo],
            number,
            task=Task.ASK if words else Task.DESCRIBE,
            question=words,
            max_new_tokens=limit,
            max_tiles=tiles,
        )
        for number, (photo, words, limit, tiles) in enumerate(chosen, start=1)
    ]
    engine = with_budget(model, tokenizer, 2**30)
    plain = GARDescriber(GARSession(model), tokenizer, info=INFO, answer_limit=LIMIT)
    for one, events in zip(questions, run(engine, questions), strict=True):
        assert outcome(end(events)) == alone(plain, one)
        deltas = [event.text for event in events if isinstance(event, TextDelta)]
        assert "".join(deltas) == end(events).text


def test_photos_are_decoded_together(
    engine: GARDescriber, photos: tuple[ImageData, ...], steps: list[int]
) -> None:
    questions = [ask(photo, 2 * n + i) for n, photo in enumerate(photos) for i in (1, 2)]
    questions[3] = ask(photos[1], 4, max_new_tokens=2)
    run(engine, questions)
    assert steps == [8] + [7] * (LIMIT - 2), "who is done leaves the batch"


def test_there_is_a_most_of_them(
    engine: GARDescriber, photos: tuple[ImageData, ...], steps: list[int]
) -> None:
    count = MAX_ROWS + 2
    questions = [ask(photos[0], n, max_new_tokens=2, question="?") for n in range(count)]
    assert all(end(events).text for events in run(engine, questions))
    assert steps == [MAX_ROWS, 2]


def test_a_small_budget_means_fewer_at_a_time(
    model: GARModel, tokenizer: GARTokenizer, photos: tuple[ImageData, ...], steps: list[int]
) -> None:
    tokens = 2 * model.config.tokens_per_tile + model.config.tokens_per_tile + 2 * BLOCK
    engine = with_budget(model, tokenizer, 2 * tokens * model.bytes_per_token)
    run(engine, [ask(photo, 1) for photo in photos])
    assert set(steps) == {2}


def test_a_long_request_does_not_pad_many_short_ones(
    engine: GARDescriber, photos: tuple[ImageData, ...], steps: list[int]
) -> None:
    """In a batch all are as long as the longest, and what is padded costs time and memory."""
    questions = [ask(photos[0], n) for n in range(1, 6)]
    run(engine, [*questions, ask(photos[3], 6, task=Task.ASK, question="Why? " * 900)])
    assert set(steps) == {5}


def test_one_is_cancelled_in_the_middle(
    engine: GARDescriber, photos: tuple[ImageData, ...]
) -> None:
    questions = [ask(photo, 1) for photo in photos]
    questions[0].cancel.cancel()
    events: list[list[DescribeEvent]] = [[] for _ in questions]
    for index, event in engine.describe_photos(questions):
        events[index].append(event)
        if index == 2 and isinstance(event, TextDelta):
            questions[2].cancel.cancel()
    ends = [end(listed) for listed in events]
    assert (ends[0].reason, ends[0].new_tokens) == (StopReason.CANCELLED, 0)
    assert ends[2].reason is StopReason.CANCELLED
    assert 0 < ends[2].new_tokens < LIMIT
    for index in (1, 3):
        assert outcome(ends[index]) == alone(engine, questions[index])


@pytest.mark.parametrize("grouped", [False, True])
def test_a_cancel_at_any_event_ends_all(
    engine: GARDescriber, photos: tuple[ImageData, ...], grouped: bool
) -> None:
    total = sum(1 for _ in engine.describe_photos(questions_of(photos), grouped=grouped))
    for when in range(0, total, 5):
        questions = questions_of(photos)
        token = CancelToken()
        questions = [dataclasses.replace(one, cancel=token) for one in questions]
        events = engine.describe_photos(questions, grouped=grouped)
        seen = list(islice(events, when))
        token.cancel()
        seen += events
        ends = [index for index, event in seen if isinstance(event, Finished)]
        assert sorted(ends) == list(range(len(questions)))
        tokens = [event for _, event in seen[when:] if isinstance(event, TextDelta)]
        assert len(tokens) <= len(questions), "no more than what was held back"


def questions_of(photos: Sequence[ImageData]) -> list[Question]:
    """Two regions on each of three photos."""
    return [ask(photo, 2 * n + i) for n, photo in enumerate(photos[:3]) for i in (1, 2)]


def test_a_wrong_question_is_refused_before_anything_is_computed(
    engine: GARDescriber, photos: tuple[ImageData, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GARSession, "prepare", lambda *_, **__: pytest.fail("work was done"))
    masks_of_another = ask(photos[0], 2).request.regions
    with pytest.raises(MaskError):
        run(engine, [ask(photos[0], 1), ask(photos[1], 2, regions=masks_of_another)])


def test_a_batch_that_does_not_fit_goes_on_one_by_one(
    engine: GARDescriber, photos: tuple[ImageData, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [ask(photo, 1) for photo in photos]
    plain = [alone(engine, one) for one in questions]
    failing(monkeypatch, "extend_batch", at=3, error=torch.OutOfMemoryError("full"))
    events = run(engine, questions)
    assert [outcome(end(listed)) for listed in events] == plain
    assert all(any(isinstance(e, Retried) for e in listed) for listed in events)


# --- conversations ------------------------------------------------------------------------------


def test_grouped_answers_are_those_of_each_photo_by_itself(
    model: GARModel, tokenizer: GARTokenizer, photos: tuple[ImageData, ...]
) -> None:
    questions = [ask(photo, 3 * n + i) for n, photo in enumerate(photos) for i in (1, 2, 3)]
    found = run(with_budget(model, tokenizer, 2**30), questions, grouped=True)
    engine = with_budget(model, tokenizer, 2**30)
    for start in range(0, len(questions), 3):
        part = questions[start : start + 3]
        requests, cancels = [one.request for one in part], [one.cancel for one in part]
        theirs: dict[int, Finished] = {}
        for index, event in engine.describe_many(part[0].image, requests, cancels, grouped=True):
            if isinstance(event, Finished):
                theirs[index] = event
        for index, finished in theirs.items():
            assert outcome(end(found[start + index])) == outcome(finished)


def test_the_same_turns_of_all_photos_are_decoded_together(
    engine: GARDescriber,
    photos: tuple[ImageData, ...],
    steps: list[int],
    prefilled: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiles: list[int] = []
    original = GARModel.encode_tile

    def counted(self: GARModel, *args: torch.Tensor) -> torch.Tensor:
        tiles.append(1)
        return original(self, *args)

    monkeypatch.setattr(GARModel, "encode_tile", counted)
    questions = [ask(photo, 3 * n + i) for n, photo in enumerate(photos) for i in (1, 2, 3)]
    run(engine, questions, grouped=True)
    assert steps == [4] * (LIMIT - 1) * 3, "three turns of four conversations"
    assert len(tiles) <= 2 * len(photos), "a conversation looks at its photo once"
    per_tile = engine_tokens(engine)
    later = prefilled[-4:]
    assert all(per_tile < tokens < per_tile + 80 for tokens in later), "the new words alone"


def engine_tokens(engine: GARDescriber) -> int:
    assert engine._one is not None
    return engine._one.session.config.tokens_per_tile


def test_an_answer_is_kept_for_the_next_turn(
    engine: GARDescriber, photos: tuple[ImageData, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was decoded for several conversations need not be read again by any of them."""
    kept: list[tuple[int, int]] = []
    original = GARSession.keep

    def noted(self: GARSession, prefix: Prefix, tokens: Sequence[int]) -> None:
        assert prefix.identity is not None
        kept.append((len(tokens), prefix.cache.length - len(prefix.identity.ids)))
        original(self, prefix, tokens)

    monkeypatch.setattr(GARSession, "keep", noted)
    questions = [ask(photo, 2 * n + i) for n, photo in enumerate(photos[:3]) for i in (1, 2)]
    run(engine, questions, grouped=True)
    assert kept == [(LIMIT, LIMIT - 1)] * 6, "all but the last token, which nobody fed"


def test_conversations_that_do_not_fit_the_budget_wait_for_their_turn(
    model: GARModel, tokenizer: GARTokenizer, photos: tuple[ImageData, ...], prefilled: list[int]
) -> None:
    """Otherwise each turn would throw out what the other conversations need."""
    questions = [ask(photo, 3 * n + i) for n, photo in enumerate(photos) for i in (1, 2, 3)]
    run(with_budget(model, tokenizer, 2**30), questions, grouped=True)
    roomy = sum(length for length in prefilled if length > 1)
    prefilled.clear()
    tokens = 3 * 256 + 3 * (model.config.tokens_per_tile + BLOCK)
    engine = with_budget(model, tokenizer, 2 * tokens * model.bytes_per_token)
    assert all(end(events).text for events in run(engine, questions, grouped=True))
    assert sum(length for length in prefilled if length > 1) <= 1.1 * roomy


def test_a_photo_is_cut_up_once_in_its_conversation(
    engine: GARDescriber, photos: tuple[ImageData, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where more photos are talked about than an engine remembers otherwise."""
    prepared: list[str] = []
    original = GARSession.prepare

    def counted(self: GARSession, *args: object, image_key: str, **kwargs: object) -> object:
        prepared.append(image_key)
        return original(self, *args, image_key=image_key, **kwargs)

    monkeypatch.setattr(GARSession, "prepare", counted)
    many = [dataclasses.replace(photos[2], key=f"{number}") for number in range(12)]
    questions = [
        ask(image, 2 * n + i, max_new_tokens=1) for n, image in enumerate(many) for i in (1, 2)
    ]
    run(engine, questions, grouped=True)
    assert prepared == [image.key for image in many]
