"""The weights that training starts from.

The libraries' own defaults are made for wide networks and long training.  Here a patch is first
seen through the discrete cosine transform's slow waves (Ahmed, Natarajan and Rao, IEEE Trans.
Computers C-23, 1974), turned at random: brightness, colour, stripes and edges are then there from
the first step on, and the layers behind have to tell them apart only.  The tower's attention begins
silent: what it would bring from other patches at random is noise to one that knows nothing yet.
"""

import math
from typing import cast

import torch
from torch import Tensor, nn

from models.gar.model import GARModel

_POSITION_SCALE = 0.2
_EMBEDDING_SCALE = 0.5
_BRIGHTNESS = (0.30, 0.59, 0.11)
_LOUDNESS = 8.0
_CHROMA = 0.2  # of the filters, for each of the two colour differences


def initialise(model: GARModel, *, seed: int) -> None:
    """Overwrite a fresh model's weights; the same ones for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Linear):
                std = 1 / math.sqrt(module.in_features)
                module.weight.normal_(std=std, generator=generator)
                if module.bias is not None:
                    module.bias.zero_()
        tower = model.mllm.model.vision_tower.timm_model
        for block in tower.blocks:
            block.attn.proj.weight.zero_()
        nn.init.normal_(tower.pos_embed, std=_POSITION_SCALE, generator=generator)
        side, width = model.config.patch_size, model.config.vision_width
        tower.patch_embed.proj.weight.copy_(_picture_filters(width, side, generator))
        model.mask_patch_embedding.weight.copy_(_mask_filters(width, side, generator))
        embeddings = cast(nn.Embedding, model.mllm.get_input_embeddings()).weight
        nn.init.normal_(embeddings, std=_EMBEDDING_SCALE, generator=generator)


def waves(count: int, side: int) -> Tensor:
    """Return the `count` slowest waves of a patch: (count, side, side), each of length 1."""
    places = (torch.arange(side) + 0.5) * math.pi / side
    lines = torch.cos(places[None] * torch.arange(side)[:, None])
    lines = lines / lines.norm(dim=1, keepdim=True)
    order = sorted(((u, v) for u in range(side) for v in range(side)), key=lambda p: (sum(p), p))
    return torch.stack([torch.outer(lines[u], lines[v]) for u, v in order[:count]])


def _gains(count: int, side: int) -> Tensor:
    """Return what each wave is multiplied with: slow waves are strong in pictures."""
    order = sorted(u + v for u in range(side) for v in range(side))
    return _LOUDNESS * torch.tensor([(1 + t) / side for t in order[:count]])[:, None, None]


def _picture_filters(width: int, side: int, generator: torch.Generator) -> Tensor:
    """(width, 3, side, side): waves of brightness and of two colour differences."""
    chroma = int(_CHROMA * width)
    light = torch.tensor(_BRIGHTNESS)
    kinds = [(light, width - 2 * chroma)]
    for channel in (2, 0):
        difference = -light.clone()
        difference[channel] += 1
        kinds.append((2 * difference, chroma))
    filters = [
        (waves(count, side) * _gains(count, side))[:, None] * mix[None, :, None, None]
        for mix, count in kinds
    ]
    return _turned(torch.cat(filters), generator)


def _mask_filters(width: int, side: int, generator: torch.Generator) -> Tensor:
    """(width, 3, side, side): waves of the mask, which stands in three equal channels."""
    count = min(width, side**2)  # a small patch has fewer waves than the tower is wide
    filters = torch.zeros(width, 3, side, side)
    filters[:count] = (waves(count, side) * _gains(count, side))[:, None] / 3
    return _turned(filters, generator)


def _turned(filters: Tensor, generator: torch.Generator) -> Tensor:
    """Mix the filters by a random rotation, so that each output sees a little of all."""
    count = len(filters)
    rotation, _ = torch.linalg.qr(torch.randn(count, count, generator=generator))
    mixed: Tensor = rotation @ filters.flatten(1)
    return mixed.view_as(filters)
