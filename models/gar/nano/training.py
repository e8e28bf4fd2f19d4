"""The training itself: network, classifiers, optimisers, and what a step costs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from models.gar.config import ReplayScaling, read_config
from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.heads import Heads
from models.gar.nano.initial import initialise
from models.gar.nano.layout import write_layout
from models.gar.nano.network import Batch, decoder_losses, see
from models.gar.nano.plan import Plan, Replay, Stage
from models.gar.nano.shards import Shard, load_shard
from models.gar.tokens import GARTokenizer

STATE_FILE = "training.pt"
WEIGHTS_FILE = "model.safetensors"

_CLIP = 1.0
_DECAY = 0.05  # AdamW's, for matrices
_HINT_WEIGHT = 0.3
_WEIGHTS = {"answers": 1.0, "patches": 0.5, "regions": 0.5, "drawings": 0.3}
# Seldom and far apart, and learnt last.
_WEIGHTS |= {"traits": 2.0, "truths": 0.6, "pairs": 0.8}


class Training:
    """Network, classifiers and optimiser, and the step they are at."""

    def __init__(
        self, folder: Path, plan: Plan, batches: Mapping[Stage, Batches], model: GARModel
    ) -> None:
        """Start at step 0 with fresh weights, or go on from the folder's checkpoint."""
        self._folder = folder
        self.plan = plan
        self._batches = batches
        self.model = model
        config = model.config
        torch.manual_seed(plan.seed + 1)
        self.heads = Heads(
            vision_width=config.vision_width,
            width=config.mllm.text_config.hidden_size,
            slots=config.tokens_per_tile,
        )
        self.step = 0
        matrices, others = self._groups()
        self._optimisers: tuple[Optimizer, ...] = (
            torch.optim.Muon(
                matrices,
                lr=plan.matrix_rate,
                weight_decay=_DECAY,
                adjust_lr_fn="match_rms_adamw",
            ),
            torch.optim.AdamW(others, lr=plan.rate, betas=(0.9, 0.98)),
        )
        if (folder / STATE_FILE).is_file():
            self._load()

    def run(self, until: int | None = None) -> Iterator[dict[str, float]]:
        """Train to a step, or to the end; yield what each step cost."""
        end = self.plan.steps if until is None else min(until, self.plan.steps)
        while self.step < end:
            stage, place = self.plan.place(self.step)
            yield self._advance(self._batches[stage].batch(place), stage)

    def begin_with(self, weights: Path, *, tower_only: bool = False) -> None:
        """Take over the weights of a safetensors file; the classifiers stay fresh.

        Args:
            weights: the file.
            tower_only: leave projector and decoder as they are.

        Raises:
            RuntimeError: they are those of another network.
        """
        held = load_file(weights)
        if tower_only:
            own = {name: held[name] for name in held if _is_tower(name)}
            held = self.model.state_dict() | own
        self.model.load_state_dict(held)

    def save(self) -> None:
        """Write a checkpoint over the last one."""
        state = {
            "plan": json.dumps(asdict(self.plan)),
            "step": self.step,
            "model": self.model.state_dict(),
            "heads": self.heads.state_dict(),
            "optimisers": [one.state_dict() for one in self._optimisers],
        }
        unfinished = self._folder / f"{STATE_FILE}.part"
        torch.save(state, unfinished)
        unfinished.replace(self._folder / STATE_FILE)

    def export(self) -> None:
        """Write the weights as a GAR checkpoint's, in half precision."""
        weights = {
            key: value.to(torch.float16).contiguous()
            for key, value in self.model.state_dict().items()
        }
        save_file(weights, self._folder / WEIGHTS_FILE, metadata={"format": "pt"})

    def losses(self, batch: Batch, stage: Stage) -> dict[str, Tensor]:
        """Return the parts of a batch's loss."""
        model = self.model
        frozen = stage is Stage.ANSWERS and self.plan.tower_rate == 0
        with torch.autocast("cpu", torch.bfloat16, enabled=self.plan.bfloat16):
            seen = see(model, batch, self.plan.replay, frozen=frozen)
            replayed = self.heads.region_loss(seen.regions, batch.regions, batch.surroundings)
            parts = {"regions": replayed}
            if not frozen:
                on_object = batch.objects.flatten(1) >= 0
                tokens = seen.patches[on_object]
                wanted = batch.classes[batch.objects.flatten(1)[on_object]]
                parts["patches"] = self.heads.patch_loss(tokens, wanted)
                parts["drawings"] = self.heads.drawing_loss(tokens, batch.silhouettes)
            if stage is Stage.ANSWERS:
                parts |= decoder_losses(model, self.heads, seen, batch)
        return parts

    def _advance(self, batch: Batch, stage: Stage) -> dict[str, float]:
        answers = stage is Stage.ANSWERS
        part = self.plan.part_of_rate(self.step)
        rates = (self.plan.matrix_rate, self.plan.rate)
        for optimiser, rate in zip(self._optimisers, rates, strict=True):
            for group in optimiser.param_groups:
                slow = self.plan.tower_rate if group["tower"] and answers else 1.0
                group["lr"] = rate * part * slow
            optimiser.zero_grad(set_to_none=True)
        parts = self.losses(batch, stage)
        if answers:
            loss = torch.stack(
                [_WEIGHTS.get(name, _HINT_WEIGHT) * part for name, part in parts.items()]
            ).sum()
        else:
            loss = parts["patches"] + parts["regions"] + parts["drawings"]
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for one in self._optimisers for g in one.param_groups for p in g["params"]]
        nn.utils.clip_grad_norm_(parameters, _CLIP)
        for optimiser in self._optimisers:
            optimiser.step()
        self.step += 1
        return {"step": self.step, **{name: float(part.detach()) for name, part in parts.items()}}

    def _groups(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the layers' matrices, and the other weights; each by whether it is the tower's."""
        matrices: dict[bool, list[nn.Parameter]] = {}
        others: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, weight in [*self.model.named_parameters(), *self.heads.named_parameters()]:
            tower = _is_tower(name) or name.startswith(("patches", "drawings", "neighbours"))
            if weight.ndim == 2 and (".blocks." in name or ".layers." in name):
                matrices.setdefault(tower, []).append(weight)
                continue
            decays = weight.ndim >= 2 and "pos_embed" not in name and "embed_tokens" not in name
            others.setdefault((tower, decays), []).append(weight)
        return (
            [{"params": weights, "tower": tower} for tower, weights in matrices.items()],
            [
                {"params": weights, "tower": tower, "weight_decay": _DECAY if decays else 0.0}
                for (tower, decays), weights in others.items()
            ],
        )

    def _load(self) -> None:
        state = torch.load(self._folder / STATE_FILE, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.heads.load_state_dict(state["heads"])
        for optimiser, kept in zip(self._optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.step = int(state["step"])


def _is_tower(name: str) -> bool:
    """Say whether a weight of the network is the vision tower's."""
    return "vision_tower" in name or "mask_patch" in name


def prepare(folder: Path, shards: Path, plan: Plan) -> Training:
    """Put a training together from its folder and the shards that were drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    scaling = ReplayScaling.RELEASED if plan.replay is Replay.RELEASED else ReplayScaling.EXACT
    write_layout(folder, replay_scaling=scaling, layers=plan.layers)
    config = read_config(folder)
    torch.manual_seed(plan.seed)
    model = GARModel(config)
    initialise(model, seed=plan.seed)
    plain = [load_shard(shards, index, plain=True) for index in range(plan.plain_shards)]
    whole = [load_shard(shards, index) for index in range(plan.shards)]

    def batches(number: int, drawn: Sequence[Shard], size: int) -> Batches:
        seed = (plan.seed, number)
        return batches_of(
            folder, drawn, size=size, seed=seed, plain=drawn is plain, tasks=plan.tasks
        )

    stages = {
        Stage.PLAIN: batches(0, plain, plan.tower_size),
        Stage.TOWER: batches(1, whole, plan.tower_size),
        Stage.ANSWERS: batches(2, whole, plan.size),
    }
    return Training(folder, plan, stages, model)


def batches_of(
    folder: Path,
    shards: Sequence[Shard],
    *,
    size: int,
    seed: tuple[int, ...],
    plain: bool = False,
    tasks: Sequence[str] = (),
) -> Batches:
    """Return batches of scenes for the checkpoint of a folder; see `Batches`."""
    config = read_config(folder)
    tokenizer = GARTokenizer(folder, config).backend
    return Batches(
        shards,
        tokenizer=tokenizer,
        config=config,
        size=size,
        seed=seed,
        plain=plain,
        tasks=tasks,
    )
