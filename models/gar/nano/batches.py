"""Makes the batch of a training step: always the same one for the same step and seed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor

from gar_studio.annotation.mask import BoolArray
from models.gar.config import GARConfig
from models.gar.image_processor import Box
from models.gar.nano.dialogues import Writer
from models.gar.nano.facts import ATTRIBUTES, SceneObject
from models.gar.nano.hints import NONE, Hints, Marker
from models.gar.nano.layout import PATCH
from models.gar.nano.network import Batch, classes_of, pad, region_classes, side_by_side
from models.gar.nano.shards import SeenScene, Shard
from models.gar.nano.silhouettes import Silhouettes, silhouettes, surroundings

_Drawn = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], SeenScene]
"""A scene's (S, S, 3) picture, (S, S) labels and facts."""


@dataclass(slots=True)
class _Shown:
    """The parts of a batch that are made scene by scene; see `Batch`."""

    masks: list[BoolArray] = field(default_factory=list)
    own_masks: list[BoolArray] = field(default_factory=list)
    objects: list[npt.NDArray[np.int64]] = field(default_factory=list)
    classes: list[list[int]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    regions: list[list[int]] = field(default_factory=list)
    surroundings: list[npt.NDArray[np.float32]] = field(default_factory=list)
    silhouettes: list[Silhouettes] = field(default_factory=list)

    def add(
        self,
        labels: npt.NDArray[np.uint8],
        scene: SeenScene,
        asked: Sequence[SceneObject],
        *,
        plain: bool,
    ) -> None:
        """Add a scene of which some regions are asked about; a plain one shows all masks."""
        objects = scene.facts.objects
        self.silhouettes.append(silhouettes(labels, scene.facts, scene.boxes))
        rows = np.full(256, -1, dtype=np.int64)  # of each label
        rows[[one.number for one in objects]] = len(self.classes) + np.arange(len(objects))
        self.objects.append(rows[labels[PATCH // 2 :: PATCH, PATCH // 2 :: PATCH]])
        self.classes += map(classes_of, objects)
        masked = objects if plain else asked
        self.masks.append(np.isin(labels, [region.number for region in masked]))
        self.own_masks += [labels == region.number for region in asked]
        boxes = dict(zip((one.number for one in objects), scene.boxes, strict=True))
        self.boxes += [boxes[region.number] for region in asked]
        self.surroundings += [
            surroundings(labels, region.number, boxes[region.number], scene.facts)
            for region in asked
        ]
        self.owners += [len(self.masks) - 1] * len(asked)
        self.regions += map(region_classes, asked)


class Batches:
    """Draws scenes from shards and questions about them."""

    def __init__(
        self,
        shards: Sequence[Shard],
        *,
        tokenizer: Tokenizer,
        config: GARConfig,
        size: int,
        seed: int | tuple[int, ...],
        plain: bool = False,
        tasks: Sequence[str] = (),
    ) -> None:
        """Take the shards to draw from.

        Args:
            shards: with the scenes.
            tokenizer: of the checkpoint.
            config: of the checkpoint.
            size: scenes a batch.
            seed: of the order of scenes and of the questions.
            plain: show every object's mask, not only those asked about.
            tasks: the kinds of questions; empty for all.
        """
        self._shards = shards
        self._plain = plain
        self._places = [
            (shard, row)
            for shard, held in enumerate(self._shards)
            for row in range(len(held.scenes))
        ]
        self._epoch = -1
        self._permutation = np.zeros(0, dtype=np.int64)
        self._writer = Writer(tokenizer, config, tasks=tasks)
        self._size = size
        self._seed = (seed,) if isinstance(seed, int) else seed
        self._marker = Marker(tokenizer, config)
        self._mean = torch.tensor(config.image_mean)[:, None, None]
        self._std = torch.tensor(config.image_std)[:, None, None]

    def batch(self, step: int) -> Batch:
        """Return the batch of a step."""
        rng = np.random.default_rng((*self._seed, step))
        chosen = self._scenes(step)
        sequences = [self._writer.write(scene, rng) for _, _, scene in chosen]
        pixels = torch.from_numpy(np.stack([picture for picture, _, _ in chosen]))
        values = pixels.permute(0, 3, 1, 2).float() / 255
        shown = _Shown()
        for (_, labels, scene), sequence in zip(chosen, sequences, strict=True):
            shown.add(labels, scene, sequence.regions, plain=self._plain)
        tokens = pad(sequences)
        hints = [
            self._marker.mark(sequence, scene.facts)
            for (_, _, scene), sequence in zip(chosen, sequences, strict=True)
        ]
        return Batch(
            pixels=(values - self._mean) / self._std,
            masks=torch.from_numpy(np.stack(shown.masks)).float(),
            own_masks=torch.from_numpy(np.stack(shown.own_masks)),
            objects=torch.from_numpy(np.stack(shown.objects)),
            classes=torch.tensor(shown.classes).view(-1, len(ATTRIBUTES)),
            boxes=tuple(shown.boxes),
            owners=torch.tensor(shown.owners),
            regions=torch.tensor(shown.regions),
            surroundings=torch.from_numpy(np.stack(shown.surroundings)),
            silhouettes=tuple(
                torch.from_numpy(np.concatenate(parts))
                for parts in zip(*shown.silhouettes, strict=True)
            ),
            tasks=tuple(sequence.tasks for sequence in sequences),
            ids=tokens["ids"],
            positions=tokens["positions"],
            branches=tokens["branches"],
            labels=tokens["labels"],
            hints=joined_hints(hints, [len(sequence.regions) for sequence in sequences]),
            relations=torch.from_numpy(np.concatenate([one.relations for one in hints])),
            matches=torch.from_numpy(np.concatenate([one.matches for one in hints])),
        )

    def _scenes(self, step: int) -> list[_Drawn]:
        """Return what a step shows: each scene once in an epoch."""
        found = []
        for place in range(step * self._size, (step + 1) * self._size):
            epoch, index = divmod(place, len(self._places))
            shard, row = self._places[self._order(epoch)[index]]
            held = self._shards[shard]
            found.append((held.pictures[row], held.labels[row], held.scenes[row]))
        return found

    def _order(self, epoch: int) -> npt.NDArray[np.int64]:
        if self._epoch != epoch:
            rng = np.random.default_rng((*self._seed, epoch, 1))
            self._epoch, self._permutation = epoch, rng.permutation(len(self._places))
        return self._permutation


def joined_hints(hints: Sequence[Hints], regions: Sequence[int]) -> dict[str, Tensor]:
    """Put the sequences' hints side by side, as `Batch` holds them: (B, L) each.

    Args:
        hints: of each sequence.
        regions: how many regions each has.
    """
    before = np.cumsum([0, *regions[:-1]])
    pairs = np.cumsum([0, *(len(one.relations) for one in hints[:-1])])
    values = np.cumsum([0, *(len(one.matches) for one in hints[:-1])])
    starts = {"numbers": 0 * before, "sights": before, "names": before}
    starts |= {"pairs": pairs, "traits": values, "truths": 0 * before}
    starts["letters"] = 0 * before
    tokens = {}
    for name, firsts in starts.items():
        rows = [getattr(one, name) for one in hints]
        shifted = [
            np.where(row == NONE, NONE, row + first)
            for row, first in zip(rows, firsts, strict=True)
        ]
        tokens[name] = side_by_side(shifted, filling=NONE)
    return tokens
