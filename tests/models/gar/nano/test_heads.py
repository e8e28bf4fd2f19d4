"""The classifiers of training."""

import pytest
import torch

from models.gar.nano.heads import Heads, hint_layer
from models.gar.nano.silhouettes import AROUND, OUTLINE, WINDOW

CELLS = AROUND**2


@pytest.fixture
def heads() -> Heads:
    torch.manual_seed(1)
    made = Heads(vision_width=8, width=8, slots=4)
    for weight in made.parameters():
        torch.nn.init.zeros_(weight)
    return made


def drawn(heads: Heads, over: torch.Tensor, under: torch.Tensor) -> float:
    tokens = torch.ones(len(over), 8)
    silhouettes = (
        torch.zeros(len(over), WINDOW**2),
        torch.zeros(len(over), 4),
        torch.zeros(len(over), OUTLINE**2),
        torch.cat([over, under], dim=1),
    )
    with torch.no_grad():
        return float(heads.drawing_loss(tokens, silhouettes))


def test_which_of_two_lies_over_the_other_costs_only_where_they_meet(heads: Heads) -> None:
    nothing = torch.zeros(2, CELLS)
    one = nothing.clone()
    one[0, 5] = 1
    alone = drawn(heads, nothing, nothing)
    meeting = drawn(heads, one, nothing)
    # Untaught, a neighbour costs a coin's toss more: log 2.
    assert meeting - alone == pytest.approx(0.6931, abs=1e-3)
    with torch.no_grad():
        heads.neighbours.bias[:CELLS] = 3.0  # “everything lies over me”
        heads.neighbours.bias[CELLS:] = -3.0
    assert drawn(heads, one, nothing) < drawn(heads, nothing, one) - 5


def test_each_hint_is_told_behind_what_it_builds_on() -> None:
    layer = {name: hint_layer(name, 5) for name in ("sights", "names", "pairs", "traits", "truths")}
    assert layer["sights"] < layer["names"] < layer["pairs"] < 5
    assert layer["sights"] < layer["traits"] < layer["truths"] < 5
    assert hint_layer("sights", 1) == 1, "a network of one layer has only one place"
