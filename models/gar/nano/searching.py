"""Shows one attention head where to look: from a value in a question to the regions that have it.

“Which region is red?” is a search: the value has to find, among two hundred slots, those that it is
true of.  A head that looks everywhere a little gets next to nothing for looking a little more in
the right place, so that answers and hints alone do not teach it in thousands of steps.
"""

import math

import torch
from torch import Tensor
from transformers.models.llama.modeling_llama import rotate_half

from models.gar.model import GARModel
from models.gar.nano.heads import hint_layer

_HEAD = 0  # of the queries and of the keys, which it shares with others


def search_loss(
    model: GARModel,
    layers: tuple[Tensor, ...],
    *,
    positions: Tensor,
    seen: Tensor,
    traits: Tensor,
    wanted: Tensor,
) -> Tensor:
    """Return how little the searching head looks where it should, summed over the values.

    Args:
        model: the network.
        layers: (B, L, C) hidden states, before the first layer and after each.
        positions: (B, L) of the tokens.
        seen: (B, L, L) which token sees which.
        traits: (B, L) not negative where a value has to search.
        wanted: (n, L) for each of these, where it should look.
    """
    number = hint_layer("traits", len(layers) - 1) - 1
    decoder = model.mllm.model.language_model
    layer, states = decoder.layers[number], layers[number]
    attention = layer.self_attn
    part = slice(_HEAD * attention.head_dim, (_HEAD + 1) * attention.head_dim)
    normalised = layer.input_layernorm(states)
    rows, places = (traits >= 0).nonzero(as_tuple=True)
    keys = attention.k_proj(normalised)[..., part].float()
    queries = attention.q_proj(normalised[rows, places])[..., part].float()
    cosines, sines = decoder.rotary_emb(states, position_ids=positions)
    keys = _turned(keys, cosines, sines)
    queries = _turned(queries, cosines[rows, places], sines[rows, places])
    scores = torch.einsum("nd,nld->nl", queries, keys[rows]) / math.sqrt(attention.head_dim)
    scores = scores.masked_fill(~seen[rows, places], -torch.inf)
    found = scores.masked_fill(~wanted, -torch.inf).logsumexp(1)
    return (scores.logsumexp(1) - found).sum()


def where_to_look(traits: Tensor, numbers: Tensor, sights: Tensor, matches: Tensor) -> Tensor:
    """Return for each of n values the tokens that tell of the regions that have it.

    A value that no region has looks at the first token, where nothing is.

    Args:
        traits: (B, L) rows of `matches`, negative where there is no value.
        numbers: (B, L) the prompt number of each slot's tokens, else negative.
        sights: (B, L) not negative for the slots that have seen all of their region.
        matches: (values, regions) 1 where the region with that prompt number has the value.

    Returns:
        (n, L) bool.
    """
    rows, places = (traits >= 0).nonzero(as_tuple=True)
    having = matches[traits[rows, places]] == 1
    wanted = having.gather(1, numbers[rows].clamp(min=0)) & (sights[rows] >= 0)
    wanted[:, 0] |= ~wanted.any(1)
    return wanted


def _turned(vectors: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn queries or keys by their positions, as the decoder's attention does."""
    half: Tensor = rotate_half(vectors)  # type: ignore[no-untyped-call]
    return vectors * cosines + half * sines
