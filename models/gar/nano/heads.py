"""Classifiers that only training uses: they tell the network what there is to be seen.

Shapes: D the vision tower's width, C the decoder's width, T·T slots a region, R regions.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import Tensor, nn

from gar_studio.engines.description import MAX_REGIONS
from models.gar.nano.facts import ATTRIBUTES
from models.gar.nano.hints import NONE, RELATION_SIZES
from models.gar.nano.silhouettes import AROUND, OUTLINE, SIDES, WINDOW
from models.gar.nano.wordings import LETTERS

_HIDDEN = 256
_DRAWINGS = (WINDOW**2, 4, OUTLINE**2)
_NEIGHBOUR_WEIGHT = 3.0  # few cells have a neighbour
_ORDER_WEIGHT = 3.0  # learnt last of all
_REGION_NEIGHBOUR_WEIGHT = 0.3
_SHARPNESS = 0.2  # the error of an edge at which its loss turns from square to straight
_YES_NO = 2  # classes of "hidden" and of "reflection"
_LAYERS_LEFT = {"numbers": 4, "sights": 4, "names": 3, "traits": 3, "letters": 3}
_LAYERS_LEFT |= {"pairs": 1, "truths": 1}
_BOX = 4  # centre, width and height
_BOX_SHARPNESS = 0.05
_BOX_WEIGHT = 10.0


class Heads(nn.Module):
    """The classifiers of patches, of replayed regions and of tokens with a hint."""

    def __init__(self, *, vision_width: int, width: int, slots: int) -> None:
        """Make heads for patch tokens and for replayed regions of `slots` features."""
        super().__init__()
        sizes = [len(values) for values in ATTRIBUTES.values()]
        self.patches = nn.Linear(vision_width, sum(sizes))
        self.drawings = nn.Linear(vision_width, sum(_DRAWINGS))
        self.neighbours = nn.Linear(vision_width, 2 * AROUND**2)
        # Slot by slot: a region's outline is where in its box the features are which.
        self.regions = nn.Sequential(
            nn.Flatten(),
            nn.LayerNorm(slots * width),
            nn.Linear(slots * width, _HIDDEN),
            nn.GELU(),
            nn.Linear(_HIDDEN, sum(sizes) + 2 * _YES_NO + 2 * SIDES**2),
        )
        self._patch_sizes = sizes
        self._region_sizes = [*sizes, _YES_NO, _YES_NO]
        seen = sum(self._region_sizes) + _BOX + 2 * SIDES**2
        self.hints = nn.ModuleDict(
            {
                "numbers": nn.Linear(width, MAX_REGIONS),
                "sights": nn.Linear(width, seen),
                "names": nn.Linear(width, seen),
                "pairs": nn.Linear(width, sum(RELATION_SIZES)),
                "traits": nn.Linear(width, MAX_REGIONS),
                "truths": nn.Linear(width, 1),
                "letters": nn.Linear(width, len(LETTERS)),
            }
        )

    def patch_loss(self, tokens: Tensor, classes: Tensor) -> Tensor:
        """(n, D) tokens that lie on objects, (n, attributes) classes → the mean loss."""
        return _losses(self.patches(tokens), classes, self._patch_sizes).mean()

    def drawing_loss(self, tokens: Tensor, silhouettes: Sequence[Tensor]) -> Tensor:
        """(n, D) tokens that lie on objects, their silhouettes → the sum of the losses."""
        drawn = torch.split(self.drawings(tokens).float(), list(_DRAWINGS), dim=-1)
        windows, edges, outlines, neighbours = silhouettes
        loss = F.binary_cross_entropy_with_logits(drawn[0], windows)
        loss = loss + F.smooth_l1_loss(drawn[1], edges, beta=_SHARPNESS)
        loss = loss + F.binary_cross_entropy_with_logits(drawn[2], outlines)
        told = self.neighbours(tokens).float()
        return loss + _neighbour_loss(told, neighbours)

    def hint_losses(
        self,
        states: Mapping[str, Tensor],
        wanted: Mapping[str, Tensor],
        tables: Mapping[str, Tensor],
    ) -> dict[str, Tensor]:
        """Return the mean loss of each hint; see `models.gar.nano.hints.Hints`.

        Args:
            states: (n, C) of the tokens that have the hint, from the layer `hint_layer` says.
            wanted: (n,) what the hint says.
            tables: what rows stand for: "regions" (R, attributes + 2) classes, "boxes" (R, 4)
                corners, "surroundings" (R, 18), "relations" (pairs, 6) and "matches" (values, 5).
        """
        told = {name: self.hints[name](_normalised(states[name])).float() for name in self.hints}
        losses = {"numbers": _cross_entropy(told["numbers"], wanted["numbers"])}
        for name in ("sights", "names"):
            rows = wanted[name]
            sizes = [sum(self._region_sizes), _BOX, 2 * SIDES**2]
            classes, boxes, around = torch.split(told[name], sizes, dim=1)
            losses[name] = _losses(classes, tables["regions"][rows], self._region_sizes).mean()
            losses[f"{name}' boxes"] = _box_loss(boxes, tables["boxes"][rows])
            losses[f"{name}' neighbours"] = _neighbour_loss(around, tables["surroundings"][rows])
        relations = tables["relations"][wanted["pairs"]]
        losses["pairs"] = _losses(told["pairs"], relations, RELATION_SIZES).sum()
        matches = tables["matches"][wanted["traits"]]
        losses["traits"] = _binary_loss(told["traits"], matches)
        losses["truths"] = _binary_loss(told["truths"][:, 0], wanted["truths"])
        losses["letters"] = _cross_entropy(told["letters"], wanted["letters"])
        return losses

    def region_loss(self, replayed: Tensor, classes: Tensor, surroundings: Tensor) -> Tensor:
        """Return the mean loss of what R regions' slots tell.

        Args:
            replayed: (R, T·T, C) features.
            classes: (R, attributes + 2).
            surroundings: (R, 18) who lies over and under each region.
        """
        told = self.regions(replayed).float()
        values, around = torch.split(told, [sum(self._region_sizes), 2 * SIDES**2], dim=1)
        losses = _losses(values, classes, self._region_sizes)
        return losses.mean() + _REGION_NEIGHBOUR_WEIGHT * _neighbour_loss(around, surroundings)


def hint_layer(name: str, depth: int) -> int:
    """Return after which of the decoder's layers a hint is told: each has what it builds on."""
    return max(depth - _LAYERS_LEFT[name], 1)


def _normalised(hidden: Tensor) -> Tensor:
    """Bring (n, C) hidden states to one size, whatever the layer."""
    return F.layer_norm(hidden.float(), hidden.shape[-1:])


def _losses(logits: Tensor, classes: Tensor, sizes: Sequence[int]) -> Tensor:
    """Return the mean cross-entropy of each group of classes; 0 where none is certain."""
    parts = torch.split(logits.float(), list(sizes), dim=-1)
    losses = []
    for values, wanted in zip(parts, classes.unbind(1), strict=True):
        losses.append(_cross_entropy(values, wanted))
    return torch.stack(losses)


def _cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    """Return the mean over the certain ones; 0 where none is."""
    total = F.cross_entropy(logits, classes, ignore_index=NONE, reduction="sum")
    return total / (classes >= 0).sum().clamp(min=1)


def _binary_loss(logits: Tensor, truths: Tensor) -> Tensor:
    """Return the mean over the certain ones; 0 where none is."""
    certain = truths >= 0
    return F.binary_cross_entropy_with_logits(
        logits[certain], truths[certain].float(), reduction="sum"
    ) / certain.sum().clamp(min=1)


def _neighbour_loss(told: Tensor, neighbours: Tensor) -> Tensor:
    """Return how badly it is told where others lie over and under, (n, 2 · cells) each.

    Which of two lies over the other counts apart: the outlines alone say that they meet.
    """
    over, under = neighbours.chunk(2, dim=1)
    first, second = told.chunk(2, dim=1)
    order = _binary_loss(first - second, torch.where(over + under > 0, over, float(NONE)))
    return _NEIGHBOUR_WEIGHT * _binary_loss(told, neighbours) + _ORDER_WEIGHT * order


def _box_loss(told: Tensor, corners: Tensor) -> Tensor:
    """(n, 4) told, (n, 4) corners in 0…1 of the canvas → the mean loss."""
    low, high = torch.split(corners, [2, 2], dim=1)
    wanted = torch.cat([(low + high) / 2, high - low], dim=1)
    total = F.smooth_l1_loss(told, wanted.to(told), beta=_BOX_SHARPNESS, reduction="sum")
    return _BOX_WEIGHT * total / max(1, told.numel())
