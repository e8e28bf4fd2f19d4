"""The head that is shown where to look."""

import math
from typing import Any

import pytest
import torch

from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.network import Batch, decode, see, visible
from models.gar.nano.plan import Replay
from models.gar.nano.searching import search_loss, where_to_look


@pytest.fixture
def batch(batches: Batches) -> Batch:
    return batches.batch(0)


def test_a_value_looks_at_the_regions_that_have_it() -> None:
    traits = torch.tensor([[-1, -1, -1, -1, -1, -1, 0, 1]])
    numbers = torch.tensor([[-1, 0, 0, 2, 2, -1, -1, -1]])
    sights = torch.tensor([[-1, -1, 0, -1, 1, -1, -1, -1]])
    matches = torch.tensor([[0, -1, 1, -1, -1], [0, -1, 0, -1, -1]])
    wanted = where_to_look(traits, numbers, sights, matches).int().tolist()
    assert wanted[0] == [0, 0, 0, 0, 1, 0, 0, 0]
    assert wanted[1] == [1, 0, 0, 0, 0, 0, 0, 0], "nothing has it: it looks at the first token"


@torch.inference_mode()
def test_the_loss_is_the_attention_that_is_missing(
    nano: GARModel, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = torch.nn.functional.scaled_dot_product_attention
    calls: list[tuple[torch.Tensor, ...]] = []

    def keep(query: Any, key: Any, value: Any, attn_mask: Any = None, **how: Any) -> torch.Tensor:
        calls.append((query, key, attn_mask))
        return real(query, key, value, attn_mask=attn_mask, **how)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", keep)
    layers = decode(nano, see(nano, batch, Replay.EXACT), batch)
    # The decoder of the test has one layer, whose attention is the last.
    query, key, mask = calls[-1]
    scores = (query[:, 0] @ key[:, 0].transpose(1, 2)) / math.sqrt(query.shape[-1])
    weights = scores.masked_fill(~mask[:, 0], -torch.inf).softmax(-1)
    hints = batch.hints
    wanted = where_to_look(hints["traits"], hints["numbers"], hints["sights"], batch.matches)
    found = search_loss(
        nano,
        layers,
        positions=batch.positions,
        seen=visible(batch.branches),
        traits=hints["traits"],
        wanted=wanted,
    )
    rows, places = (hints["traits"] >= 0).nonzero(as_tuple=True)
    mass = (weights[rows, places] * wanted).sum(1)
    assert len(mass) > 10
    torch.testing.assert_close(found, -mass.log().sum(), rtol=1e-3, atol=1e-3)
