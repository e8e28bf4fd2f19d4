"""Trains gar-nano: `python -m models.gar.nano.train FOLDER`.

Three stages.  First the vision tower alone, on objects that stand apart with the mask of each:
there it learns within minutes what a shape is, which whole scenes do not teach it in an hour.
Then the tower on whole scenes; then everything, on answers, with the classifiers beside it.  The
learning rate is constant and falls to nothing in the last part of each stage.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from models.gar.config import ReplayScaling, read_config
from models.gar.model import GARModel
from models.gar.nano.batches import Batches
from models.gar.nano.initial import initialise
from models.gar.nano.layout import write_layout
from models.gar.nano.network import Batch, Heads, decoder_losses, encode, replay_all
from models.gar.nano.photos import training_photos
from models.gar.nano.plan import Plan, Stage
from models.gar.nano.shards import Shard, draw_shards, load_shard
from models.gar.tokens import GARTokenizer

STATE_FILE = "training.pt"
LOG_FILE = "training.jsonl"
WEIGHTS_FILE = "model.safetensors"

_CLIP = 1.0
_DECAY = 0.05  # AdamW's, for matrices
_PATCH_WEIGHT = 0.2
_REGION_WEIGHT = 0.5
_NAME_WEIGHT = 0.3
_TOWER_RATE = 0.4  # of the learning rate, in the last stage


class Training:
    """Network, classifiers and optimiser, and the step they are at."""

    def __init__(
        self, folder: Path, plan: Plan, batches: Mapping[Stage, Batches], model: GARModel
    ) -> None:
        """Start at step 0 with fresh weights, or go on from the folder's checkpoint."""
        self._folder = folder
        self._plan = plan
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
        end = self._plan.steps if until is None else min(until, self._plan.steps)
        while self.step < end:
            stage, place = self._plan.place(self.step)
            yield self._advance(self._batches[stage].batch(place), stage)

    def save(self) -> None:
        """Write a checkpoint over the last one."""
        state = {
            "plan": asdict(self._plan),
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
        with torch.autocast("cpu", torch.bfloat16, enabled=self._plan.bfloat16):
            tokens, features = encode(model, batch)
            replayed = replay_all(model, features, batch)
            on_object = batch.objects.flatten(1) >= 0
            wanted = batch.classes[batch.objects.flatten(1)[on_object]]
            parts = {
                "patches": self.heads.patch_loss(tokens[on_object], wanted),
                "regions": self.heads.region_losses(replayed, batch.regions).mean(),
            }
            if stage is not Stage.ANSWERS:
                parts["drawings"] = self.heads.drawing_loss(tokens[on_object], batch.silhouettes)
            else:
                given = torch.zeros_like(replayed) if self._plan.replay == "none" else replayed
                parts |= decoder_losses(model, self.heads, features, given, batch)
        return parts

    def _advance(self, batch: Batch, stage: Stage) -> dict[str, float]:
        answers = stage is Stage.ANSWERS
        part = self._plan.part_of_rate(self.step)
        rates = (self._plan.matrix_rate, self._plan.rate)
        for optimiser, rate in zip(self._optimisers, rates, strict=True):
            for group in optimiser.param_groups:
                slow = _TOWER_RATE if group["tower"] and answers else 1.0
                group["lr"] = rate * part * slow
            optimiser.zero_grad(set_to_none=True)
        parts = self.losses(batch, stage)
        if answers:
            loss = parts["answers"] + _PATCH_WEIGHT * parts["patches"]
            loss = loss + _REGION_WEIGHT * parts["regions"]
            loss = loss + _NAME_WEIGHT * (parts["numbers"] + parts["mentions"])
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
            tower = "vision_tower" in name or "mask_patch" in name
            tower = tower or name.startswith(("patches", "drawings"))
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


def prepare(folder: Path, shards: Path, plan: Plan) -> Training:
    """Put a training together from its folder and the shards that were drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    scaling = ReplayScaling.RELEASED if plan.replay == "released" else ReplayScaling.EXACT
    write_layout(folder, replay_scaling=scaling, layers=plan.layers)
    config = read_config(folder)
    tokenizer = GARTokenizer(folder, config).backend
    torch.manual_seed(plan.seed)
    model = GARModel(config)
    initialise(model, seed=plan.seed)
    plain = [load_shard(shards, index, plain=True) for index in range(plan.plain_shards)]
    whole = [load_shard(shards, index) for index in range(plan.shards)]

    def batches(number: int, drawn: Sequence[Shard], size: int) -> Batches:
        return Batches(
            drawn,
            tokenizer=tokenizer,
            config=config,
            size=size,
            seed=(plan.seed, number),
            plain=drawn is plain,
        )

    stages = {
        Stage.PLAIN: batches(0, plain, plan.tower_size),
        Stage.TOWER: batches(1, whole, plan.tower_size),
        Stage.ANSWERS: batches(2, whole, plan.size),
    }
    return Training(folder, plan, stages, model)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the scenes that are missing, then train, with a checkpoint every few minutes."""
    options = _options(arguments)
    plan = Plan(
        plain_steps=options.plain_steps,
        tower_steps=options.tower_steps,
        answer_steps=options.answer_steps,
        size=options.size,
        falling=options.falling,
        shards=options.shards,
        seed=options.seed,
        replay=options.replay,
    )
    with _progress() as progress:
        photos = training_photos(options.photos)
        for plain, count in ((True, plan.plain_shards), (False, plan.shards)):
            drawn = draw_shards(
                options.scenes,
                range(count),
                photos,
                seed=plan.seed,
                processes=options.processes,
                plain=plain,
            )
            for _ in progress.track(drawn, total=count, description="Drawing scenes"):
                pass
        training = prepare(options.folder, options.scenes, plan)
        _train(training, options.folder, plan, progress, every=options.save_every)
    training.save()
    training.export()


def _train(
    training: Training, folder: Path, plan: Plan, progress: Progress, *, every: float
) -> None:
    task = progress.add_task("Training", total=plan.steps, completed=training.step)
    saved = time.monotonic()
    sums: dict[str, float] = {}
    with (folder / LOG_FILE).open("a", encoding="utf-8") as log:
        for parts in training.run():
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value
            progress.update(task, completed=training.step)
            if training.step % 50 == 0:
                means = {k: v / 50 for k, v in sums.items() if k != "step"}
                log.write(json.dumps({"step": training.step, "time": time.time(), **means}) + "\n")
                log.flush()
                sums = {}
            if time.monotonic() - saved > every:
                training.save()
                training.export()
                saved = time.monotonic()


def _progress() -> Progress:
    columns: Iterable[Any] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.gar.nano.train", description=__doc__)
    plan = Plan()
    parser.add_argument("folder", type=Path, help="where checkpoint, log and weights go")
    parser.add_argument("--scenes", type=Path, required=True, help="folder for the drawn scenes")
    parser.add_argument("--photos", type=Path, nargs="*", default=[], help="folders of photographs")
    parser.add_argument("--plain-steps", type=int, default=plan.plain_steps)
    parser.add_argument("--tower-steps", type=int, default=plan.tower_steps)
    parser.add_argument("--answer-steps", type=int, default=plan.answer_steps)
    parser.add_argument(
        "--falling", type=float, default=plan.falling, help="part of a stage with a falling rate"
    )
    parser.add_argument("--size", type=int, default=plan.size, help="scenes a step")
    parser.add_argument("--shards", type=int, default=plan.shards, help="of 2,048 scenes each")
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--replay", choices=["exact", "released", "none"], default=plan.replay)
    parser.add_argument("--processes", type=int, default=2, help="that draw scenes")
    parser.add_argument("--save-every", type=float, default=180.0, help="seconds")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
