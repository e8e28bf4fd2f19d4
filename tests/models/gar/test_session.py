"""The session: stages, cancelling, and what depends on what."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from gar_studio.errors import Cancelled, CheckpointError, RequestError
from models.gar.image_processor import TileStack
from models.gar.model import GARModel
from models.gar.prompt import plan_prompt
from models.gar.session import (
    PREFILL_CHUNK,
    STAGE_PREFILL,
    STAGE_TILES,
    GARSession,
    NewToken,
    PromptIds,
    Trace,
)
from models.gar.tokens import GARTokenizer

Boxes = list[tuple[int, int, int, int]]
ONE: Boxes = [(5, 5, 50, 40)]
TWO: Boxes = [(5, 5, 50, 40), (70, 50, 110, 80)]
Prepare = Callable[..., tuple[TileStack, PromptIds]]


@pytest.fixture
def prepare(
    session: GARSession,
    tokenizer: GARTokenizer,
    image: ImageData,
    request_for: Callable[..., DescribeRequest],
) -> Prepare:
    def make(boxes: Boxes, max_tiles: int | None = 1) -> tuple[TileStack, PromptIds]:
        request = request_for(boxes, task=Task.RELATE)
        masks = [region.mask.to_array() for region in request.regions]
        stack = session.prepare(
            image.pixels, masks, cancel=CancelToken(), max_tiles=max_tiles, image_key=image.key
        )
        plan = plan_prompt(
            request, slot_texts=tokenizer.slot_texts, neutralise=tokenizer.neutralise
        )
        return stack, tokenizer.encode(plan, tiles=stack.count)

    return make


def run_all(
    session: GARSession,
    stack: TileStack,
    prompt: PromptIds,
    *,
    limit: int = 4,
    stop_ids: tuple[int, ...] = (),
) -> tuple[list[Progress | NewToken], Trace]:
    run = session.run(stack, prompt, max_new_tokens=limit, stop_ids=stop_ids, cancel=CancelToken())
    events = []
    while True:
        try:
            events.append(next(run))
        except StopIteration as end:
            return events, end.value


def test_progress_counts_every_tile_and_chunk_then_tokens_come(
    session: GARSession, prepare: Prepare
) -> None:
    stack, prompt = prepare(TWO)
    events, trace = run_all(session, stack, prompt)
    chunks = -(-len(prompt.ids) // PREFILL_CHUNK)
    assert events == [
        *(Progress(STAGE_TILES, done, 2) for done in range(3)),
        *(Progress(STAGE_PREFILL, done, chunks) for done in range(chunks + 1)),
        *(NewToken(token) for token in trace.tokens),
    ]
    assert len(trace.tokens) == 4
    assert not trace.ended


def test_the_model_can_end_its_answer(session: GARSession, prepare: Prepare) -> None:
    stack, prompt = prepare(ONE)
    _, free = run_all(session, stack, prompt, limit=6)
    third = free.tokens[2]
    assert third not in free.tokens[:2]
    _, stopped = run_all(session, stack, prompt, limit=6, stop_ids=(third,))
    assert stopped.tokens == free.tokens[:2]
    assert stopped.ended


def test_greedy_decoding_agrees_with_a_run_without_a_cache(
    session: GARSession, prepare: Prepare, model: GARModel
) -> None:
    stack, prompt = prepare(ONE)
    _, trace = run_all(session, stack, prompt)
    seen = features(session, stack)
    embeddings = session.embed(prompt, features=seen, replayed=session.replay(stack, seen))
    for token in trace.tokens:
        assert int(model.extend(embeddings, model.new_cache()).argmax()) == token
        embeddings = torch.cat([embeddings, model.embed_tokens(torch.tensor([token]))])


@pytest.mark.parametrize("when", [0, 1, 2, 3, 4, 5, 6, 7, 8, 12])
def test_a_cancel_is_seen_before_the_next_tile_chunk_or_token(
    session: GARSession, prepare: Prepare, when: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, prompt = prepare(TWO)
    cancel = CancelToken()
    work: list[str] = []
    for name in ("encode_tile", "extend"):
        original = getattr(GARModel, name)

        def counted(*args: object, _name: str = name, _original: object = original) -> object:
            work.append(_name)
            return _original(*args)

        monkeypatch.setattr(GARModel, name, counted)
    run = session.run(stack, prompt, max_new_tokens=6, stop_ids=(), cancel=cancel)
    total = 3 + (1 + -(-len(prompt.ids) // PREFILL_CHUNK)) + 6
    for _ in range(min(when, total - 1)):
        next(run)
    cancel.cancel()
    done = len(work)
    with pytest.raises(Cancelled):
        list(run)  # the announcement of a stage may come first, work may not
    assert len(work) == done


def test_a_chunk_has_at_most_512_tokens(
    session: GARSession, prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    original = GARModel.extend

    def counted(self: GARModel, embeddings: torch.Tensor, cache: object) -> torch.Tensor:
        sizes.append(len(embeddings))
        return original(self, embeddings, cache)

    monkeypatch.setattr(GARModel, "extend", counted)
    stack, prompt = prepare(TWO)
    run_all(session, stack, prompt, limit=1)
    assert PREFILL_CHUNK == 512
    assert max(sizes) == 512
    assert sum(sizes) == len(prompt.ids)


def features(session: GARSession, stack: TileStack) -> torch.Tensor:
    encoding = session.encode(stack, cancel=CancelToken())
    while True:
        try:
            next(encoding)
        except StopIteration as end:
            return end.value


def test_features_of_untouched_tiles_do_not_depend_on_the_regions(
    session: GARSession, prepare: Prepare
) -> None:
    left, _ = prepare([(5, 5, 30, 30)], max_tiles=4)
    right, _ = prepare([(70, 50, 110, 80)], max_tiles=4)
    assert left.touched == (True, True, False, False, False)
    assert right.touched == (True, False, False, False, True)
    ours, theirs = features(session, left), features(session, right)
    for tile in range(5):
        same = torch.equal(ours[tile], theirs[tile])
        assert same == (not left.touched[tile] and not right.touched[tile])


def test_each_region_replays_its_own_box(session: GARSession, prepare: Prepare) -> None:
    both, _ = prepare(TWO, max_tiles=4)
    shared = features(session, both)
    replayed = session.replay(both, shared)
    for index, box in enumerate(both.boxes):
        alone = TileStack(both.grid, both.pixels, both.mask, both.touched, (box,))
        assert torch.equal(session.replay(alone, shared)[0], replayed[index])
    assert not torch.allclose(replayed[0], replayed[1])


def test_replayed_features_stand_in_their_own_regions_slots(
    session: GARSession, prepare: Prepare
) -> None:
    stack, prompt = prepare(TWO)
    rng = torch.Generator().manual_seed(0)
    width = session.config.mllm.text_config.hidden_size
    image = torch.randn(2, 256, width, generator=rng)
    replayed = torch.randn(2, 256, width, generator=rng)
    embeddings = session.embed(prompt, features=image, replayed=replayed)
    ids = np.array(prompt.ids)
    for number in (0, 1):
        at = torch.from_numpy(ids == session.config.slot_ids[number])
        assert torch.equal(embeddings[at], replayed[number])
    at = torch.from_numpy(ids == session.config.mllm.image_token_id)
    assert torch.equal(embeddings[at], image.flatten(0, 1))
    assert stack.count == 2


def test_order_and_regions_change_the_answer(session: GARSession, prepare: Prepare) -> None:
    logits = [run_all(session, *prepare(b), limit=1)[1].last_logits for b in (TWO, TWO[::-1])]
    assert not torch.allclose(*logits, atol=1e-3)


def test_a_failed_or_stopped_run_leaves_no_trace(session: GARSession, prepare: Prepare) -> None:
    stack, prompt = prepare(TWO)
    _, before = run_all(session, stack, prompt)
    stopped = session.run(stack, prompt, max_new_tokens=4, stop_ids=(), cancel=CancelToken())
    for _ in range(3):
        next(stopped)
    stopped.close()
    _, after = run_all(session, stack, prompt)
    assert torch.equal(before.last_logits, after.last_logits)
    assert before.tokens == after.tokens


def test_max_tiles_bounds_the_tiles(session: GARSession, prepare: Prepare) -> None:
    assert prepare(ONE, max_tiles=1)[0].count == 2
    assert prepare(ONE, max_tiles=None)[0].count == 1 + session.config.max_tiles
    most = prepare(ONE, max_tiles=64)[0].count
    assert most == 1 + session.config.max_tiles, "a model gets no more than it is meant for"


def test_an_answer_that_does_not_fit_the_context(session: GARSession, prepare: Prepare) -> None:
    stack, prompt = prepare(ONE)
    with pytest.raises(RequestError, match="the model takes 16384"):
        run_all(session, stack, prompt, limit=16384)


def test_a_prompt_of_another_image(session: GARSession, prepare: Prepare) -> None:
    stack, _ = prepare(ONE, max_tiles=4)
    _, prompt = prepare(ONE)
    with pytest.raises(CheckpointError, match="image and slot tokens"):
        run_all(session, stack, prompt)


def test_a_tile_that_is_the_thumbnail_over_again_is_computed_once(
    session: GARSession, prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[torch.Tensor] = []
    encode_tile = GARModel.encode_tile

    def count(self: GARModel, pixels: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        computed.append(pixels)
        return encode_tile(self, pixels, mask)

    monkeypatch.setattr(GARModel, "encode_tile", count)
    stack, _ = prepare(ONE, max_tiles=1)
    assert stack.count == 2
    assert stack.is_its_thumbnail
    found = encoded(session, stack)
    assert len(computed) == 1
    apart = TileStack(
        stack.grid, stack.pixels, stack.mask.clone(), stack.touched, stack.boxes, keys=()
    )
    apart.mask[0] = 0  # another thumbnail: both are computed
    other = encoded(session, apart)
    assert len(computed) == 3
    assert torch.equal(found[1], other[1])
    assert not torch.equal(found[0], other[0])


def encoded(session: GARSession, stack: TileStack) -> torch.Tensor:
    run = session.encode(stack, cancel=CancelToken())
    while True:
        try:
            next(run)
        except StopIteration as end:
            features = end.value
            assert isinstance(features, torch.Tensor)
            return features
