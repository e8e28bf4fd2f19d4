"""The classifiers of training."""

import pytest
import torch

from models.gar.nano.facts import ATTRIBUTES
from models.gar.nano.heads import Heads, hint_layer
from models.gar.nano.silhouettes import AROUND, OUTLINE, SIDES, WINDOW

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
    # Untaught, a neighbour costs a coin's toss more: log 2, three times.
    assert meeting - alone == pytest.approx(3 * 0.6931, abs=1e-3)
    with torch.no_grad():
        heads.neighbours.bias[:CELLS] = 3.0  # “everything lies over me”
        heads.neighbours.bias[CELLS:] = -3.0
    assert drawn(heads, one, nothing) < drawn(heads, nothing, one) - 5


def test_each_hint_is_told_behind_what_it_builds_on() -> None:
    layer = {name: hint_layer(name, 6) for name in ("sights", "names", "pairs", "traits", "truths")}
    assert layer["sights"] < layer["names"] < layer["pairs"] < 6
    assert layer["sights"] < layer["traits"] < layer["truths"] < 6
    assert hint_layer("sights", 1) == 1, "a network of one layer has only one place"


def test_regions_tell_who_lies_over_them() -> None:
    torch.manual_seed(1)
    heads = Heads(vision_width=8, width=8, slots=4)
    replayed = torch.randn(6, 4, 8)
    classes = torch.full((6, len(ATTRIBUTES) + 2), -1)
    around = torch.zeros(6, 2 * SIDES**2)
    around[:3, 0] = 1.0  # something lies over the first corner of three of them
    around[3:, SIDES**2] = 1.0  # and under that of the others
    optimiser = torch.optim.Adam(heads.regions.parameters(), lr=0.01)
    for _ in range(120):
        loss = heads.region_loss(replayed, classes, around)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    swapped = around.roll(SIDES**2, dims=1)
    assert heads.region_loss(replayed, classes, around) < 0.1
    assert heads.region_loss(replayed, classes, swapped) > 1.0
