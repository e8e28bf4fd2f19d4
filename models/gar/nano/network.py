"""gar-nano's network in training: the same modules as `GARModel`, in batches and with gradients.

Shapes: B scenes, S a tile's side, P patches a tile, T·T visual tokens a tile, D the vision
tower's width, C the decoder's width, R regions of all scenes, L tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import Tensor, nn

from gar_studio.engines.protocol import MAX_REGIONS
from models.gar.image_processor import Box
from models.gar.model import DECODER_CACHE, GARModel
from models.gar.nano.dialogues import IGNORED, Dialogue
from models.gar.nano.facts import ATTRIBUTES, SceneObject, index_of
from models.gar.nano.silhouettes import OUTLINE, WINDOW
from models.gar.replay import SPATIAL_SCALE, axis_weights

_HIDDEN = 256
_TOGETHER = 4  # sequences that the decoder runs over at a time
_DRAWINGS = (WINDOW**2, 4, OUTLINE**2)
_SHARPNESS = 0.2  # the error of an edge at which its loss turns from square to straight
_YES_NO = 2  # classes of "hidden" and of "reflection"


@dataclass(frozen=True, eq=False)
class Batch:
    """Scenes for one step; holds tensors, so it is compared by identity.

    Attributes:
        pixels: (B, 3, S, S) float32, normalised.
        masks: (B, S, S) float32, 1 where one of the sequence's regions is.
        objects: (B, S, S) int64, for each pixel a row of `classes`, or -1.
        classes: (objects, attributes) int64 of all objects of all scenes, -1 where not certain.
        boxes: of all sequences' regions.
        owners: (R,) the scene of each region.
        regions: (R, attributes + 2) int64 classes, hidden and reflection last.
        silhouettes: windows, edges and outlines of the patches on objects; see `Silhouettes`.
        ids, positions, branches, labels: (B, L), padded with 0, 0, -1 and `IGNORED`.
        numbers: (B, L) the prompt number of each slot's tokens, else `IGNORED`.
        mentions: (B, L) for a region's name in a branch its row of `regions`, else -1.
    """

    pixels: Tensor
    masks: Tensor
    objects: Tensor
    classes: Tensor
    boxes: tuple[Box, ...]
    owners: Tensor
    regions: Tensor
    silhouettes: tuple[Tensor, ...]
    ids: Tensor
    positions: Tensor
    branches: Tensor
    labels: Tensor
    numbers: Tensor
    mentions: Tensor


class Heads(nn.Module):
    """Classifiers that only training uses: they tell the tower what there is to be seen."""

    def __init__(self, *, vision_width: int, width: int, slots: int) -> None:
        """Make heads for patch tokens and for replayed regions of `slots` features."""
        super().__init__()
        sizes = [len(values) for values in ATTRIBUTES.values()]
        self.patches = nn.Linear(vision_width, sum(sizes))
        self.drawings = nn.Linear(vision_width, sum(_DRAWINGS))
        # Slot by slot: a region's outline is where in its box the features are which.
        self.regions = nn.Sequential(
            nn.Flatten(),
            nn.LayerNorm(slots * width),
            nn.Linear(slots * width, _HIDDEN),
            nn.GELU(),
            nn.Linear(_HIDDEN, sum(sizes) + 2 * _YES_NO),
        )
        self.numbers = nn.Linear(width, MAX_REGIONS)
        self.mentions = nn.Linear(width, sum(sizes) + 2 * _YES_NO)
        self._patch_sizes = sizes
        self._region_sizes = [*sizes, _YES_NO, _YES_NO]

    def patch_loss(self, tokens: Tensor, classes: Tensor) -> Tensor:
        """(n, D) tokens that lie on objects, (n, attributes) classes → the mean loss."""
        return _losses(self.patches(tokens), classes, self._patch_sizes).mean()

    def drawing_loss(self, tokens: Tensor, silhouettes: Sequence[Tensor]) -> Tensor:
        """(n, D) tokens that lie on objects, their silhouettes → the sum of the three losses."""
        drawn = torch.split(self.drawings(tokens).float(), list(_DRAWINGS), dim=-1)
        windows, edges, outlines = silhouettes
        loss = F.binary_cross_entropy_with_logits(drawn[0], windows)
        loss = loss + F.smooth_l1_loss(drawn[1], edges, beta=_SHARPNESS)
        return loss + F.binary_cross_entropy_with_logits(drawn[2], outlines)

    def name_losses(
        self, layers: Sequence[Tensor], numbers: Tensor, mentions: Tensor, regions: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return two sums: over slots that tell their number, and over names their region.

        A question about one of several regions is answered in two leaps: from the name in the
        question to the slots that stand behind the same name, and from there to what they show.
        Answers alone teach this late.  Half-way through the decoder a slot's token therefore
        has to know whose it is, and before the last layer a name what its region looks like.

        Args:
            layers: (B, L, C) hidden states, before the first layer and after each.
            numbers: (B, L), see `Batch`.
            mentions: (B, L), see `Batch`.
            regions: (R, attributes + 2) classes of all regions.
        """
        depth = len(layers) - 1
        slots = numbers != IGNORED
        told = self.numbers(_normalised(layers[depth // 2][slots])).float()
        number_loss = F.cross_entropy(told, numbers[slots], reduction="sum")
        named = mentions >= 0
        seen = self.mentions(_normalised(layers[depth - 1][named]))
        losses = _losses(seen, regions[mentions[named]], self._region_sizes)
        return number_loss, losses.mean() * named.sum()

    def region_losses(self, replayed: Tensor, classes: Tensor) -> Tensor:
        """(R, T·T, C) replayed features, (R, attributes + 2) classes → (attributes + 2,)."""
        return _losses(self.regions(replayed), classes, self._region_sizes)


def encode(model: GARModel, batch: Batch) -> tuple[Tensor, Tensor]:
    """Run the tower: (B, P, D) patch tokens and (B, T·T, C) visual tokens."""
    tower = model.mllm.model.vision_tower.timm_model
    added = model.mask_patch_embedding(batch.masks[:, None].expand(-1, 3, -1, -1))
    added = added.flatten(2).transpose(1, 2)
    hook = tower.patch_embed.register_forward_hook(
        lambda _module, _inputs, patches: patches + added
    )
    try:
        tokens = tower.forward_features(batch.pixels)
    finally:
        hook.remove()
    if model.config.mllm.vision_use_cls_token:
        tokens = tokens[:, 1:]
    return tokens, model.mllm.model.multi_modal_projector(tokens)


def replay_all(model: GARModel, features: Tensor, batch: Batch) -> Tensor:
    """Read every region out of its scene's features: (R, T·T, C)."""
    side = model.config.tokens_per_side
    scale = SPATIAL_SCALE[model.config.replay_scaling]
    corners = torch.tensor(batch.boxes, dtype=torch.float64).view(-1, 4) * side * scale
    columns = axis_weights(corners[:, 0], corners[:, 2], length=side, out=side)
    rows = axis_weights(corners[:, 1], corners[:, 3], length=side, out=side)
    maps = features.float().view(len(features), side, side, -1)[batch.owners]
    with torch.autocast("cpu", enabled=False):
        return torch.einsum("ryi,rxj,rijc->ryxc", rows, columns, maps).flatten(1, 2)


def decoder_losses(
    model: GARModel, heads: Heads, features: Tensor, replayed: Tensor, batch: Batch
) -> dict[str, Tensor]:
    """Run the decoder over all sequences; return the mean losses of answers, slots and names.

    Sequences of about the same length run together, so that little is spent on padding.
    """
    lengths = (batch.branches >= 0).sum(1)
    sums = dict.fromkeys(("answers", "numbers", "mentions"), torch.zeros(()))
    for rows in torch.split(lengths.argsort(stable=True), _TOGETHER):
        part = _rows(batch, rows, int(lengths[rows].max()))
        regions = torch.cat([(batch.owners == row).nonzero()[:, 0] for row in rows])
        layers = decode(model, features[rows], replayed[regions], part)
        learnt = part.labels != IGNORED
        logits = model.mllm.lm_head(layers[-1][learnt]).float()
        answers = F.cross_entropy(logits, part.labels[learnt], reduction="sum")
        numbers, mentions = heads.name_losses(layers, part.numbers, part.mentions, batch.regions)
        found = {"answers": answers, "numbers": numbers, "mentions": mentions}
        sums = {name: sums[name] + loss for name, loss in found.items()}
    counts = {
        "answers": (batch.labels != IGNORED).sum(),
        "numbers": (batch.numbers != IGNORED).sum(),
        "mentions": (batch.mentions >= 0).sum(),
    }
    return {name: total / counts[name].clamp(min=1) for name, total in sums.items()}


def _rows(batch: Batch, rows: Tensor, length: int) -> Batch:
    """Return a batch with some of the sequences only, cut to a length."""
    return replace(
        batch,
        ids=batch.ids[rows, :length],
        positions=batch.positions[rows, :length],
        branches=batch.branches[rows, :length],
        labels=batch.labels[rows, :length],
        numbers=batch.numbers[rows, :length],
        mentions=batch.mentions[rows, :length],
    )


def decode(model: GARModel, features: Tensor, replayed: Tensor, batch: Batch) -> tuple[Tensor, ...]:
    """Run the decoder over all sequences: (B, L, C) before the first layer and after each.

    The last one is normalised, as the head of the vocabulary reads it.
    """
    config = model.config
    embeddings = model.mllm.get_input_embeddings()(batch.ids)
    dtype = embeddings.dtype
    image = batch.ids == config.mllm.image_token_id
    # The thumbnail and the only tile are the same picture: their features are the same.
    twice = torch.cat([features, features], dim=1).flatten(0, 1).to(dtype)
    embeddings = embeddings.masked_scatter(image[..., None], twice)
    slots = torch.isin(batch.ids, torch.tensor(config.slot_ids))
    embeddings = embeddings.masked_scatter(slots[..., None], replayed.flatten(0, 1).to(dtype))
    arguments: dict[str, Any] = {DECODER_CACHE: None}
    output = model.mllm.model.language_model(
        inputs_embeds=embeddings,
        attention_mask=visible(batch.branches)[:, None],
        position_ids=batch.positions,
        use_cache=False,
        output_hidden_states=True,
        **arguments,
    )
    return cast(tuple[Tensor, ...], output.hidden_states)


def visible(branches: Tensor) -> Tensor:
    """Say which token sees which: (B, L) branches → (B, L, L) bool.

    A token sees what comes before it in the trunk and in its own branch; padding sees itself.
    """
    length = branches.shape[1]
    before = torch.ones(length, length, dtype=torch.bool).tril()
    own = branches[:, :, None] == branches[:, None, :]
    trunk = (branches[:, None, :] == 0) & (branches[:, :, None] >= 0)
    return before & (own | trunk)


def pad(sequences: Sequence[Dialogue]) -> dict[str, Tensor]:
    """Put the sequences' arrays side by side: (B, L) each."""
    length = max(len(one.ids) for one in sequences)
    filling = {"ids": 0, "positions": 0, "branches": -1, "labels": IGNORED}
    made = {}
    for name, value in filling.items():
        rows = np.full((len(sequences), length), value, dtype=np.int64)
        for row, one in zip(rows, sequences, strict=True):
            values = getattr(one, name)
            row[: len(values)] = values
        made[name] = torch.from_numpy(rows)
    return made


def classes_of(region: SceneObject) -> list[int]:
    """Return a region's attributes as classes, -1 where one is not certain."""
    return [index_of(name, region.value(name)) for name in ATTRIBUTES]


def region_classes(region: SceneObject) -> list[int]:
    """Return `classes_of`, and whether it is hidden and a reflection."""
    hidden = -1 if region.hidden is None else int(region.hidden)
    return [*classes_of(region), hidden, int(region.reflection)]


def _normalised(hidden: Tensor) -> Tensor:
    """Bring (n, C) hidden states to one size, whatever the layer."""
    return F.layer_norm(hidden.float(), hidden.shape[-1:])


def _losses(logits: Tensor, classes: Tensor, sizes: Sequence[int]) -> Tensor:
    """Return the mean cross-entropy of each group of classes; 0 where none is certain."""
    parts = torch.split(logits.float(), list(sizes), dim=-1)
    losses = []
    for values, wanted in zip(parts, classes.unbind(1), strict=True):
        total = F.cross_entropy(values, wanted, ignore_index=-1, reduction="sum")
        losses.append(total / (wanted >= 0).sum().clamp(min=1))
    return torch.stack(losses)
