"""gar-nano's network in training: the same modules as `GARModel`, in batches and with gradients.

Shapes: B scenes, S a tile's side, P patches a tile, T·T visual tokens a tile, D the vision
tower's width, C the decoder's width, R regions of all scenes, L tokens.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import Tensor

from models.gar.image_processor import Box
from models.gar.model import DECODER_CACHE, GARModel
from models.gar.nano.dialogues import IGNORED, Dialogue
from models.gar.nano.facts import ATTRIBUTES, SceneObject, index_of
from models.gar.nano.heads import Heads, hint_layer
from models.gar.nano.plan import Replay
from models.gar.nano.searching import search_loss, where_to_look
from models.gar.replay import SPATIAL_SCALE, axis_weights

_TOGETHER = 4  # sequences that the decoder runs over at a time


@dataclass(frozen=True, eq=False)
class Batch:
    """Scenes for one step; holds tensors, so it is compared by identity.

    Attributes:
        pixels: (B, 3, S, S) float32, normalised.
        masks: (B, S, S) float32, 1 where one of the sequence's regions is.
        own_masks: (R, S, S) bool, each region's own.
        objects: (B, S, S) int64, for each pixel a row of `classes`, or -1.
        classes: (objects, attributes) int64 of all objects of all scenes, -1 where not certain.
        boxes: of all sequences' regions.
        owners: (R,) the scene of each region.
        regions: (R, attributes + 2) int64 classes, hidden and reflection last.
        surroundings: (R, 18) who lies over and under each region; see
            `models.gar.nano.silhouettes.surroundings`.
        silhouettes: windows, edges and outlines of the patches on objects; see `Silhouettes`.
        ids, positions, branches, labels: (B, L), padded with 0, 0, -1 and `IGNORED`.
        hints: (B, L) each, what the hints of `hints.Hints` with one value a token say; those
            that are places or rows count through all sequences.
        relations: (pairs, 6) classes of all sequences' pairs.
        matches: (values, 5) of all sequences' values.
        tasks: of each sequence, what its branches ask.
    """

    pixels: Tensor
    masks: Tensor
    own_masks: Tensor
    objects: Tensor
    classes: Tensor
    boxes: tuple[Box, ...]
    owners: Tensor
    regions: Tensor
    surroundings: Tensor
    silhouettes: tuple[Tensor, ...]
    ids: Tensor
    positions: Tensor
    branches: Tensor
    labels: Tensor
    hints: Mapping[str, Tensor]
    relations: Tensor
    matches: Tensor
    tasks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Seen:
    """What the tower makes of a batch; holds tensors, so it is compared by identity.

    Attributes:
        patches: (B, P, D) patch tokens of the pictures.
        picture: (B, T·T, C) what the decoder gets of each picture.
        regions: (R, T·T, C) what stands in each region's slots.
    """

    patches: Tensor
    picture: Tensor
    regions: Tensor


def see(model: GARModel, batch: Batch, replay: Replay, *, frozen: bool = False) -> Seen:
    """Run the tower, and fill the regions' slots the one way or the other.

    A frozen tower gets no gradients, which saves a sixth of a step.
    """
    patches, picture = encode(model, batch.pixels, batch.masks, frozen=frozen)
    if replay is Replay.CROP:
        _, crops = encode(model, *crop_regions(batch), frozen=frozen)
        return Seen(patches, torch.zeros_like(picture), crops.float())
    replayed = replay_all(model, picture, batch)
    empty = replay is Replay.NONE
    return Seen(patches, picture, torch.zeros_like(replayed) if empty else replayed)


def encode(
    model: GARModel, pixels: Tensor, masks: Tensor, *, frozen: bool = False
) -> tuple[Tensor, Tensor]:
    """Run the tower over pictures: (n, P, D) patch tokens and (n, T·T, C) visual tokens."""
    with torch.set_grad_enabled(torch.is_grad_enabled() and not frozen):
        tokens = _patch_tokens(model, pixels, masks)
    return tokens, model.mllm.model.multi_modal_projector(tokens)


def _patch_tokens(model: GARModel, pixels: Tensor, masks: Tensor) -> Tensor:
    tower = model.mllm.model.vision_tower.timm_model
    added = model.mask_patch_embedding(masks[:, None].expand(-1, 3, -1, -1))
    added = added.flatten(2).transpose(1, 2)
    hook = tower.patch_embed.register_forward_hook(
        lambda _module, _inputs, patches: patches + added
    )
    try:
        tokens = cast(Tensor, tower.forward_features(pixels))
    finally:
        hook.remove()
    return tokens[:, 1:] if model.config.mllm.vision_use_cls_token else tokens


def crop_regions(batch: Batch) -> tuple[Tensor, Tensor]:
    """Cut every region out and enlarge it, its aspect kept: (R, 3, S, S) and (R, S, S).

    What the canvas has no room for is the grey of the letterbox's bars.
    """
    side = batch.pixels.shape[-1]
    low, high = torch.split(torch.tensor(batch.boxes).view(-1, 4), [2, 2], dim=1)
    middle, reach = low + high - 1, (high - low + 1 / side).amax(1)
    turned = torch.zeros(len(reach), 2, 3)
    turned[:, 0, 0] = turned[:, 1, 1] = reach
    turned[:, :, 2] = middle + 1 / side
    grid = F.affine_grid(turned, [len(reach), 1, side, side], align_corners=False)
    pixels = F.grid_sample(batch.pixels[batch.owners], grid, align_corners=False)
    masks = F.grid_sample(
        batch.own_masks[:, None].float(), grid, mode="nearest", align_corners=False
    )
    return pixels, masks[:, 0]


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


def decoder_losses(model: GARModel, heads: Heads, seen: Seen, batch: Batch) -> dict[str, Tensor]:
    """Run the decoder over all sequences; return the mean losses of answers and of each hint.

    Sequences of about the same length run together, so that little is spent on padding.
    """
    lengths = (batch.branches >= 0).sum(1)
    states: dict[str, list[Tensor]] = defaultdict(list)
    wanted: dict[str, list[Tensor]] = defaultdict(list)
    search, searched = torch.zeros(()), 0
    for rows in torch.split(lengths.argsort(stable=True), _TOGETHER):
        part, own = _rows(batch, seen, rows, int(lengths[rows].max()))
        layers = decode(model, own, part)
        for name, layer, values in _told(layers, part):
            states[name].append(layer[values >= 0])
            wanted[name].append(values[values >= 0])
        search = search + _search(model, layers, part)
        searched += int((part.hints["traits"] >= 0).sum())
    found = {name: torch.cat(parts) for name, parts in states.items()}
    targets = {name: torch.cat(parts) for name, parts in wanted.items()}
    logits = model.mllm.lm_head(found.pop("answers")).float()
    answers = F.cross_entropy(logits, targets.pop("answers"))
    tables = {
        "regions": batch.regions,
        "boxes": torch.tensor(batch.boxes),
        "surroundings": batch.surroundings,
        "relations": batch.relations,
        "matches": batch.matches,
    }
    hints = heads.hint_losses(found, targets, tables)
    return {"answers": answers, "search": search / max(searched, 1), **hints}


def _search(model: GARModel, layers: tuple[Tensor, ...], batch: Batch) -> Tensor:
    hints = batch.hints
    return search_loss(
        model,
        layers,
        positions=batch.positions,
        seen=visible(batch.branches),
        traits=hints["traits"],
        wanted=where_to_look(hints["traits"], hints["numbers"], hints["sights"], batch.matches),
    )


def _told(layers: Sequence[Tensor], batch: Batch) -> Iterator[tuple[str, Tensor, Tensor]]:
    """Yield answers and hints: name, (B, L, C) hidden states to tell them, (B, L) values."""
    yield "answers", layers[-1], batch.labels
    depth = len(layers) - 1
    for name, values in batch.hints.items():
        yield name, layers[hint_layer(name, depth)], values


def _rows(batch: Batch, seen: Seen, rows: Tensor, length: int) -> tuple[Batch, Seen]:
    """Return a batch with some of the sequences only, cut to a length, and what is seen of it."""
    regions = torch.cat([(batch.owners == row).nonzero()[:, 0] for row in rows])
    own = Seen(seen.patches[rows], seen.picture[rows], seen.regions[regions])
    part = replace(
        batch,
        ids=batch.ids[rows, :length],
        positions=batch.positions[rows, :length],
        branches=batch.branches[rows, :length],
        labels=batch.labels[rows, :length],
        hints={name: values[rows, :length] for name, values in batch.hints.items()},
    )
    return part, own


def decode(model: GARModel, seen: Seen, batch: Batch) -> tuple[Tensor, ...]:
    """Run the decoder over all sequences: (B, L, C) before the first layer and after each.

    The last one is normalised, as the head of the vocabulary reads it.
    """
    config = model.config
    embeddings = model.mllm.get_input_embeddings()(batch.ids)
    dtype = embeddings.dtype
    image = batch.ids == config.mllm.image_token_id
    # The thumbnail and the only tile are the same picture: their features are the same.
    twice = torch.cat([seen.picture, seen.picture], dim=1).flatten(0, 1).to(dtype)
    embeddings = embeddings.masked_scatter(image[..., None], twice)
    slots = torch.isin(batch.ids, torch.tensor(config.slot_ids))
    embeddings = embeddings.masked_scatter(slots[..., None], seen.regions.flatten(0, 1).to(dtype))
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
    filling = {"ids": 0, "positions": 0, "branches": -1, "labels": IGNORED}
    return {
        name: side_by_side([getattr(one, name) for one in sequences], filling=value)
        for name, value in filling.items()
    }


def side_by_side(rows: Sequence[npt.NDArray[np.int64]], *, filling: int) -> Tensor:
    """Return arrays of different lengths as (B, L), filled up at the end."""
    padded = np.full((len(rows), max(map(len, rows))), filling, dtype=np.int64)
    for target, row in zip(padded, rows, strict=True):
        target[: len(row)] = row
    return torch.from_numpy(padded)


def classes_of(region: SceneObject) -> list[int]:
    """Return a region's attributes as classes, -1 where one is not certain."""
    return [index_of(name, region.value(name)) for name in ATTRIBUTES]


def region_classes(region: SceneObject) -> list[int]:
    """Return `classes_of`, and whether it is hidden and a reflection."""
    hidden = -1 if region.hidden is None else int(region.hidden)
    return [*classes_of(region), hidden, int(region.reflection)]
