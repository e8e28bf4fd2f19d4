"""Several requests answered together: each as if it were alone."""

import dataclasses
from collections.abc import Callable, Sequence

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gar_studio.engines.description import (
    BatchDescriber,
    DescribeEvent,
    DescribeRequest,
    Finished,
    Retried,
    StopReason,
    Task,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.errors import EngineError, RequestError
from models.gar.engine import GARDescriber
from models.gar.model import GARModel
from models.gar.session import GARSession
from models.gar.store import SessionStore
from models.gar.tokens import GARTokenizer
from tests.models.gar.conftest import INFO

Make = Callable[..., DescribeRequest]
Events = dict[int, list[DescribeEvent]]
BOXES = [(5, 5, 30, 30), (70, 50, 110, 80), (40, 10, 60, 30), (2, 60, 30, 88), (90, 5, 118, 30)]


@pytest.fixture
def together(model: GARModel, tokenizer: GARTokenizer) -> GARDescriber:
    """An engine whose budget holds several requests."""
    return GARDescriber(
        GARSession(model, store=SessionStore(2**30)), tokenizer, info=INFO, answer_limit=12
    )


def requests_for(request_for: Make, boxes: Sequence[tuple[int, ...]]) -> list[DescribeRequest]:
    made = []
    for index, box in enumerate(boxes):
        request = request_for([box], max_new_tokens=12)
        (region,) = request.regions
        own = dataclasses.replace(region, region_id=20 + index)
        made.append(dataclasses.replace(request, regions=(own,), request_id=index + 1))
    return made


def run(
    engine: GARDescriber,
    image: ImageData,
    requests: Sequence[DescribeRequest],
    *,
    cancels: Sequence[CancelToken] | None = None,
    grouped: bool = False,
) -> Events:
    tokens = cancels or [CancelToken() for _ in requests]
    events: Events = {index: [] for index in range(len(requests))}
    for index, event in engine.describe_many(image, requests, tokens, grouped=grouped):
        events[index].append(event)
    return events


def end(events: Sequence[DescribeEvent]) -> Finished:
    assert [isinstance(event, Finished) for event in events].count(True) == 1
    assert isinstance(events[-1], Finished)
    return events[-1]


def alone(engine: GARDescriber, image: ImageData, request: DescribeRequest) -> Finished:
    return end(list(engine.describe(image, request, CancelToken())))


def test_it_is_a_batch_describer(together: GARDescriber) -> None:
    assert isinstance(together, BatchDescriber)


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_answers_are_those_one_by_one(
    model: GARModel,
    tokenizer: GARTokenizer,
    image: ImageData,
    request_for: Make,
    data: st.DataObject,
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(BOXES), min_size=2, max_size=5))
    limits = data.draw(st.lists(st.integers(1, 12), min_size=len(chosen), max_size=len(chosen)))
    questions = data.draw(
        st.lists(st.sampled_from(["", "What is it?", "Why?" * 9]), min_size=5, max_size=5)
    )
    requests = [
        dataclasses.replace(
            request,
            max_new_tokens=limit,
            task=Task.ASK if question else Task.DESCRIBE,
            question=question,
        )
        for request, limit, question in zip(
            requests_for(request_for, chosen), limits, questions, strict=False
        )
    ]
    engine = GARDescriber(
        GARSession(model, store=SessionStore(2**30)), tokenizer, info=INFO, answer_limit=12
    )
    plain = GARDescriber(GARSession(model), tokenizer, info=INFO, answer_limit=12)
    events = run(engine, image, requests)
    for index, request in enumerate(requests):
        ours, theirs = end(events[index]), alone(plain, image, request)
        assert (ours.text, ours.reason, ours.new_tokens) == (
            theirs.text,
            theirs.reason,
            theirs.new_tokens,
        )
        deltas = [event.text for event in events[index] if isinstance(event, TextDelta)]
        assert "".join(deltas) == ours.text


def test_requests_are_decoded_together(
    together: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    original = GARModel.extend_batch

    def counted(self: GARModel, ids: torch.Tensor, *args: object, **kwargs: object) -> torch.Tensor:
        sizes.append(len(ids))
        return original(self, ids, *args, **kwargs)

    monkeypatch.setattr(GARModel, "extend_batch", counted)
    requests = requests_for(request_for, BOXES[:3])
    requests[1] = dataclasses.replace(requests[1], max_new_tokens=4)
    run(together, image, requests)
    assert sizes[0] == 3
    assert sizes[-1] == 2, "who is done leaves the batch"


def test_a_small_budget_means_one_by_one(
    describer: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        pytest.fail("requests were put together")

    monkeypatch.setattr(GARModel, "extend_batch", fail)
    events = run(describer, image, requests_for(request_for, BOXES[:2]))
    assert all(end(listed).text for listed in events.values())


def test_each_has_its_own_cancel(
    together: GARDescriber, image: ImageData, request_for: Make
) -> None:
    requests = requests_for(request_for, BOXES[:3])
    cancels = [CancelToken() for _ in requests]
    cancels[0].cancel()
    events: Events = {0: [], 1: [], 2: []}
    for index, event in together.describe_many(image, requests, cancels):
        events[index].append(event)
        if index == 1 and isinstance(event, TextDelta):
            cancels[1].cancel()
    assert end(events[0]).reason is StopReason.CANCELLED
    assert end(events[0]).new_tokens == 0
    assert end(events[1]).reason is StopReason.CANCELLED
    assert 0 < end(events[1]).new_tokens < 12
    plain = alone(together, image, requests[2])
    assert (end(events[2]).text, end(events[2]).reason) == (plain.text, plain.reason)


def test_a_wrong_request_is_refused_before_anything_is_computed(
    together: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GARSession, "prepare", lambda *_, **__: pytest.fail("work was done"))
    requests = [*requests_for(request_for, BOXES[:1]), request_for([])]
    with pytest.raises(RequestError):
        run(together, image, requests)


def test_grouped_regions_share_a_conversation(
    together: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles: list[int] = []
    original = GARModel.encode_tile

    def counted(self: GARModel, *args: torch.Tensor) -> torch.Tensor:
        tiles.append(1)
        return original(self, *args)

    monkeypatch.setattr(GARModel, "encode_tile", counted)
    requests = requests_for(request_for, BOXES)
    events = run(together, image, requests, grouped=True)
    assert len(tiles) == 1, "the one tile, which is the thumbnail too, once for all five"
    texts = [end(listed).text for listed in events.values()]
    assert all(texts)
    assert texts[0] != texts[1]


def test_more_than_five_make_conversations_that_do_not_forget_each_other(
    together: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefilled: list[int] = []
    original = GARModel.extend

    def counted(self: GARModel, embeddings: torch.Tensor, cache: object) -> torch.Tensor:
        prefilled.append(len(embeddings))
        return original(self, embeddings, cache)

    monkeypatch.setattr(GARModel, "extend", counted)
    requests = requests_for(request_for, [*BOXES, (50, 50, 60, 60)])
    events = run(together, image, requests, grouped=True)
    assert all(end(listed).text for listed in events.values())
    whole = 2 * 512 + 256  # two tiles, the words around them, and a region's slots
    assert sum(prefilled) < 2 * whole + 4 * 400, "later turns cost their own words and slots"


# --- memory that runs out -----------------------------------------------------------------------

OUT_OF_MEMORY = [torch.OutOfMemoryError("CUDA out of memory"), MemoryError()]


def failing(
    monkeypatch: pytest.MonkeyPatch, method: str, *, at: int, error: BaseException, times: int = 1
) -> None:
    """Let a method of the network fail at one of its calls."""
    original = getattr(GARModel, method)
    calls = [0]

    def wrapped(self: GARModel, *args: object, **kwargs: object) -> object:
        calls[0] += 1
        if at <= calls[0] < at + times:
            raise error
        return original(self, *args, **kwargs)

    monkeypatch.setattr(GARModel, method, wrapped)


@pytest.mark.parametrize("error", OUT_OF_MEMORY, ids=["graphics card", "main memory"])
@pytest.mark.parametrize(
    ("method", "at"), [("encode_tile", 1), ("encode_tile", 3), ("extend", 1), ("extend", 8)]
)
def test_a_full_memory_is_tried_once_more_with_fewer_tiles(
    together: GARDescriber,
    image: ImageData,
    request_for: Make,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    at: int,
    error: BaseException,
) -> None:
    request = request_for([BOXES[0]], max_tiles=4)
    small = alone(together, image, dataclasses.replace(request, max_tiles=1))
    together._one.free_memory()  # type: ignore[union-attr]
    failing(monkeypatch, method, at=at, error=error)
    events = list(together.describe(image, request, CancelToken()))
    (retried,) = [event for event in events if isinstance(event, Retried)]
    assert "at most 1 tiles instead of 4" in retried.reason
    void = events.index(retried)
    deltas = [event.text for event in events[void:] if isinstance(event, TextDelta)]
    assert end(events).text == "".join(deltas) == small.text
    assert alone(together, image, request).text


def test_a_second_failure_is_one_error_and_the_engine_stays_usable(
    together: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for([BOXES[0]], max_tiles=4)
    before = alone(together, image, request)
    together._one.free_memory()  # type: ignore[union-attr]
    failing(monkeypatch, "encode_tile", at=1, error=MemoryError(), times=2)
    with pytest.raises(EngineError, match="not enough memory"):
        list(together.describe(image, request, CancelToken()))
    assert together._one.session.store.nbytes == 0  # type: ignore[union-attr]
    assert alone(together, image, request).text == before.text


def test_a_batch_that_does_not_fit_goes_on_one_by_one(
    together: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = requests_for(request_for, BOXES[:3])
    plain = [alone(together, image, request).text for request in requests]
    failing(monkeypatch, "extend_batch", at=3, error=torch.OutOfMemoryError("full"))
    events = run(together, image, requests)
    assert [end(listed).text for listed in events.values()] == plain
    assert all(any(isinstance(e, Retried) for e in listed) for listed in events.values())
