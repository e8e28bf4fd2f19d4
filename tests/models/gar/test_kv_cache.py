"""The keys and values of a batch: rows that go, and rows that are given back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.engines.description import StopReason
from gar_studio.engines.protocol import CancelToken
from models.gar.batch import Batch
from models.gar.kv_cache import BLOCK, KVCache
from models.gar.model import GARModel


def filled(rows: int, columns: int, *, layers: int = 2) -> KVCache:
    cache = KVCache(layers)
    numbers = torch.arange(float(rows * 2 * columns * 3)).view(rows, 2, columns, 3)
    for index, layer in enumerate(cache.layers):
        layer.update(numbers + index, -numbers - index)
    return cache


@given(data=st.data(), rows=st.integers(1, 7))
def test_rows_that_stay_keep_what_they_hold(data: st.DataObject, rows: int) -> None:
    columns = 9
    cache, whole = filled(rows, columns), filled(rows, columns)
    at = {number: number for number in range(rows)}  # each request's row
    dropped = 0
    while at:
        kept = data.draw(st.lists(st.sampled_from(sorted(at)), unique=True, min_size=1))
        drop = data.draw(st.integers(0, columns - 1 - dropped))
        places = cache.keep_rows([at[number] for number in kept], drop=drop)
        assert sorted(places) == list(range(len(kept)))
        at, dropped = dict(zip(kept, places, strict=True)), dropped + drop
        for layer, before in zip(cache.layers, whole.layers, strict=True):
            assert layer.keys.shape == (len(at), 2, columns - dropped, 3)
            for number, row in at.items():
                assert torch.equal(layer.keys[row], before.keys[number, :, dropped:])
                assert torch.equal(layer.values[row], before.values[number, :, dropped:])
        if len(at) == 1:
            break


def test_a_narrowed_batch_still_grows() -> None:
    cache = filled(3, 4)
    cache.keep_rows([2], drop=1)
    more = torch.full((1, 2, BLOCK, 3), 7.0)
    for layer in cache.layers:
        layer.update(more, more)
    assert cache.length == 3 + BLOCK
    for layer, before in zip(cache.layers, filled(3, 4).layers, strict=True):
        assert torch.equal(layer.keys[0, :, :3], before.keys[2, :, 1:])
        assert torch.equal(layer.keys[:, :, 3:], more)


@pytest.mark.parametrize("limits", [(1, 4, 2), (3, 3, 3), (5, 1, 1)])
def test_an_answer_comes_back_to_its_request(model: GARModel, limits: tuple[int, ...]) -> None:
    """Its state is then as if prompt and answer had been read by it alone."""
    words = [torch.tensor([5, 6, 7, 8, 9]), torch.tensor([9, 3]), torch.tensor([4, 4, 2, 1])]
    batch = Batch(model, rows=3, columns=5)
    caches = []
    for ids, limit in zip(words, limits, strict=True):
        cache = model.new_cache()
        logits = model.extend(model.embed_tokens(ids), cache)
        batch.add(cache, logits, limit=limit, cancel=CancelToken())
        caches.append(cache)
    tokens: list[list[int]] = [[], [], []]
    for number, event in batch.decode(()):
        if isinstance(event, StopReason):
            batch.give_answer(number, caches[number])
        else:
            tokens[number].append(event)
    for ids, cache, said, limit in zip(words, caches, tokens, limits, strict=True):
        assert cache.length == len(ids) + limit - 1, "all but the last token, which nobody fed"
        plain = model.new_cache()
        whole = torch.cat([ids, torch.tensor(said[:-1], dtype=torch.long)])
        model.extend(model.embed_tokens(whole), plain)
        for ours, theirs in zip(cache.layers, plain.layers, strict=True):
            torch.testing.assert_close(ours.keys, theirs.keys, rtol=1e-3, atol=1e-4)
            torch.testing.assert_close(ours.values, theirs.values, rtol=1e-3, atol=1e-4)
