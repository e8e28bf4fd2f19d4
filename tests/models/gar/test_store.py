"""What is kept changes no result: features, prefixes, conversations and batches."""

import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gar_studio.engines.description import DescribeRequest, Finished, StopReason, Task, Turn
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from models.gar.checkpoint import load_model
from models.gar.engine import GARDescriber
from models.gar.image_processor import TileKey
from models.gar.kv_cache import KVCache
from models.gar.model import GARModel
from models.gar.prompt import plan_prompt
from models.gar.random_checkpoint import ATTENTION_GAIN
from models.gar.session import STAGE_PREFILL, STAGE_TILES, GARSession
from models.gar.store import KeptPrefix, PrefixIdentity, SessionStore
from models.gar.tiles import Grid
from models.gar.tokens import GARTokenizer
from tests.models.gar.conftest import INFO
from tests.parity.compare import drain

Make = Callable[..., DescribeRequest]
BUDGET = 2**28
LEFT, RIGHT = (5, 5, 30, 30), (70, 50, 110, 80)


@pytest.fixture
def keeping(model: GARModel, tokenizer: GARTokenizer) -> GARDescriber:
    """An engine that keeps features and prefixes."""
    session = GARSession(model, store=SessionStore(BUDGET))
    return GARDescriber(session, tokenizer, info=INFO)


def first_logits(
    session: GARSession, tokenizer: GARTokenizer, image: ImageData, request: DescribeRequest
) -> torch.Tensor:
    stack = session.prepare(
        image.pixels,
        [region.mask.to_array() for region in request.regions],
        cancel=CancelToken(),
        max_tiles=request.max_tiles,
        image_key=image.key,
    )
    plan = plan_prompt(request, slot_texts=tokenizer.slot_texts, neutralise=tokenizer.neutralise)
    prompt = tokenizer.encode(plan, tiles=stack.count)
    run = session.run(stack, prompt, max_new_tokens=4, stop_ids=(), cancel=CancelToken())
    return drain(run).last_logits


boxes = st.tuples(
    st.integers(0, 100), st.integers(0, 70), st.integers(2, 20), st.integers(2, 20)
).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
asked = st.tuples(
    st.lists(boxes, min_size=1, max_size=3),
    st.sampled_from([Task.DESCRIBE, Task.RELATE, Task.ASK]),
    st.sampled_from([1, 4]),
)


@pytest.fixture(scope="module")
def calm(random_folder: Path) -> GARModel:
    """The random network without its exaggerated attention.

    That attention, which makes its words depend on everything, also makes a rounding error of a
    matrix product 10 times as large on its way through three layers: as large as the bound.
    """
    model = load_model(random_folder, device=torch.device("cpu"), dtype=torch.float32)
    for name, weight in model.named_parameters():
        if name.endswith(("q_proj.weight", "k_proj.weight")):
            weight.data.div_(ATTENTION_GAIN)
    return model


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(order=st.lists(asked, min_size=2, max_size=4), repeat=st.integers(0, 3))
def test_whatever_came_before_the_logits_are_those_without_caches(
    calm: GARModel,
    tokenizer: GARTokenizer,
    image: ImageData,
    request_for: Make,
    order: list[tuple[list[tuple[int, int, int, int]], Task, int]],
    repeat: int,
) -> None:
    keeping = GARSession(calm, store=SessionStore(BUDGET))
    for given_boxes, task, tiles in [*order, order[repeat % len(order)]]:
        question = "What is it?" if task is Task.ASK else ""
        request = request_for(given_boxes, task=task, question=question, max_tiles=tiles)
        plain = first_logits(GARSession(calm), tokenizer, image, request)
        kept = first_logits(keeping, tokenizer, image, request)
        assert (kept - plain).abs().max() <= 1e-5 * max(1.0, float(plain.abs().max()))


def test_in_double_precision_the_exaggerating_network_agrees_too(
    random_folder: Path, tokenizer: GARTokenizer, image: ImageData, request_for: Make
) -> None:
    model = load_model(random_folder, device=torch.device("cpu"), dtype=torch.float64)
    keeping = GARSession(model, store=SessionStore(BUDGET))
    for boxes, task in (
        ([LEFT], Task.DESCRIBE),
        ([RIGHT], Task.DESCRIBE),
        ([LEFT, RIGHT], Task.RELATE),
        ([LEFT], Task.ASK),
    ):
        request = request_for(boxes, task=task, question="What?" if task is Task.ASK else "")
        plain = first_logits(GARSession(model), tokenizer, image, request)
        kept = first_logits(keeping, tokenizer, image, request)
        # What is left is the rounding of the logits to float32.
        assert (kept - plain).abs().max() <= 1e-6 * max(1.0, float(plain.abs().max()))


def stages(events: list[object], stage: str) -> int:
    return max((e.total for e in events if isinstance(e, Progress) and e.stage == stage), default=0)


def ask(
    engine: GARDescriber, image: ImageData, request: DescribeRequest
) -> tuple[list[object], Finished]:
    events = list(engine.describe(image, request, CancelToken()))
    assert isinstance(events[-1], Finished)
    return list(events), events[-1]


def count_work(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    done = {"tiles": 0, "tokens": 0}
    encode, extend = GARModel.encode_tile, GARModel.extend

    def encode_tile(self: GARModel, *args: torch.Tensor) -> torch.Tensor:
        done["tiles"] += 1
        return encode(self, *args)

    def extend_by(self: GARModel, embeddings: torch.Tensor, cache: KVCache) -> torch.Tensor:
        done["tokens"] += len(embeddings)
        return extend(self, embeddings, cache)

    monkeypatch.setattr(GARModel, "encode_tile", encode_tile)
    monkeypatch.setattr(GARModel, "extend", extend_by)
    return done


def test_the_next_object_costs_the_thumbnail_and_the_tiles_it_touches(
    keeping: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = count_work(monkeypatch)
    ask(keeping, image, request_for([LEFT], max_tiles=4))
    assert done["tiles"] == 5
    ask(keeping, image, request_for([RIGHT], max_tiles=4))
    assert done["tiles"] == 5 + 3  # the thumbnail, the new tile, and the one left behind
    ask(keeping, image, request_for([LEFT], max_tiles=4))
    assert done["tiles"] == 8


def test_a_follow_up_question_costs_its_own_words(
    keeping: GARDescriber, image: ImageData, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = count_work(monkeypatch)
    questions = ["What colour is it?", "How large is it?"]
    ask(keeping, image, request_for([LEFT], task=Task.ASK, question=questions[0]))
    whole = dict(done)
    events, _ = ask(keeping, image, request_for([LEFT], task=Task.ASK, question=questions[1]))
    assert done["tiles"] == whole["tiles"]
    assert done["tokens"] - whole["tokens"] < 60
    assert stages(events, STAGE_TILES) == 0
    assert stages(events, STAGE_PREFILL) == 1


def test_a_conversation_goes_on_from_its_last_answer(
    keeping: GARDescriber,
    describer: GARDescriber,
    image: ImageData,
    request_for: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = request_for([LEFT, RIGHT], task=Task.ASK, question="What is it?")
    _, answer = ask(keeping, image, first)
    turn = Turn(Task.ASK, (11, 12), first.question, answer.text)
    second = dataclasses.replace(first, question="And the other?", history=(turn,))
    done = count_work(monkeypatch)
    _, ours = ask(keeping, image, second)
    assert done["tiles"] == 0
    assert done["tokens"] < 60
    _, plain = ask(describer, image, second)
    assert ours.text == plain.text


def test_a_region_that_joins_changes_the_answer_as_without_caches(
    keeping: GARDescriber, describer: GARDescriber, image: ImageData, request_for: Make
) -> None:
    ask(keeping, image, request_for([LEFT], task=Task.RELATE))
    joined = request_for([LEFT, RIGHT], task=Task.RELATE)
    assert ask(keeping, image, joined)[1].text == ask(describer, image, joined)[1].text


def test_the_budget_is_kept_and_the_oldest_goes_first() -> None:
    store = SessionStore(1000)
    keys = [TileKey("image", Grid(2, 2), place, b"") for place in range(4)]
    for key in keys[:3]:
        store.keep_features(key, torch.zeros(100))
        assert store.nbytes <= 1000
    assert [store.features(key) is not None for key in keys] == [False, True, True, False]
    store.features(keys[1])
    store.keep_features(keys[3], torch.zeros(100))
    assert [store.features(key) is not None for key in keys] == [False, True, False, True]
    store.keep_features(keys[0], torch.zeros(300))
    assert store.features(keys[0]) is None
    assert len(store) == 2, "what is larger than the budget drives nothing out"


def test_dropping_says_so_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    store = SessionStore(1000)
    store.keep_features(TileKey("image", Grid(1, 1), 0, b""), torch.zeros(10))
    with caplog.at_level(logging.WARNING):
        store.make_room("the memory is nearly full")
        store.make_room("again")
    assert [record.message for record in caplog.records] == [
        "dropped 0.0 MB of caches: the memory is nearly full"
    ]


def test_caches_are_dropped_before_the_memory_runs_out(
    model: GARModel, tokenizer: GARTokenizer, image: ImageData, request_for: Make
) -> None:
    free = [2**40]
    session = GARSession(model, store=SessionStore(BUDGET), free_memory=lambda: free[0])
    engine = GARDescriber(session, tokenizer, info=INFO)
    ask(engine, image, request_for([LEFT]))
    held = session.store.nbytes
    assert held > 0
    free[0] = 1000
    engine_events = engine.describe(image, request_for([RIGHT]), CancelToken())
    while not isinstance(event := next(engine_events), Progress) or event.stage != STAGE_TILES:
        pass
    assert session.store.nbytes == 0
    engine_events.close()


def identity(ids: str, *, tiles: str = "a", box: float = 0.5) -> PrefixIdentity:
    """Tokens as letters: `i` is the image token, two a tile, and `s` a slot."""
    keys = tuple(TileKey(name, Grid(1, 1), 0, b"") for name in tiles)
    return PrefixIdentity(tuple(map(ord, ids)), keys, ((ord("s"), (0, 0, box, 1)),), ord("i"), 2)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (identity("xiisy"), identity("xiisz"), 4),
        (identity("xiisy"), identity("xiisy"), 5),
        (identity("xiisy"), identity("xiisy", tiles="b"), 1),
        (identity("xiiiisy", tiles="ab"), identity("xiiiisy", tiles="ac"), 3),
        (identity("xiisy"), identity("xiisy", box=0.25), 3),
        (identity("xii"), identity("xiisy"), 3),
        (identity("q"), identity("xiisy"), 0),
    ],
)
def test_a_prefix_is_shared_as_far_as_its_tokens_mean_the_same(
    one: PrefixIdentity, other: PrefixIdentity, common: int
) -> None:
    assert one.common(other) == common
    assert other.common(one) == common


def test_a_prefix_is_given_to_one_only() -> None:
    store = SessionStore(10_000)
    cache = KVCache(1)
    cache.update(torch.zeros(1, 1, 5, 2), torch.zeros(1, 1, 5, 2), 0)
    store.keep_prefix(KeptPrefix(identity("xiisy"), cache))
    taken = store.take_prefix(identity("xiisz"))
    assert taken is not None
    assert taken.cache.length == 4
    assert store.take_prefix(identity("xiisz")) is None


def test_a_conversation_about_other_regions_leaves_a_prefix_whole() -> None:
    store = SessionStore(10_000)
    cache = KVCache(1)
    cache.update(torch.zeros(1, 1, 5, 2), torch.zeros(1, 1, 5, 2), 0)
    store.keep_prefix(KeptPrefix(identity("xiisy"), cache))
    taken = store.take_prefix(identity("xiisz", tiles="b"))
    assert taken is not None
    assert taken.cache.length == 1
    taken.cache.update(torch.ones(1, 1, 4, 2), torch.ones(1, 1, 4, 2), 0)
    whole = store.take_prefix(identity("xiisyw"))
    assert whole is not None
    assert whole.cache.length == 5
    assert not whole.cache.layers[0].keys.any()


@pytest.mark.parametrize("after", [1, 3, 5, 8])
def test_a_stopped_answer_leaves_nothing_wrong_behind(
    keeping: GARDescriber,
    describer: GARDescriber,
    image: ImageData,
    request_for: Make,
    after: int,
) -> None:
    request = request_for([LEFT], task=Task.ASK, question="What is it?")
    for _ in range(2):
        cancel = CancelToken()
        events = keeping.describe(image, request, cancel)
        for _ in range(after):
            next(events)
        cancel.cancel()
        *_, end = events
        assert isinstance(end, Finished)
        assert end.reason is StopReason.CANCELLED
    assert ask(keeping, image, request)[1].text == ask(describer, image, request)[1].text
