"""Trains gar-nano: `python -m models.gar.nano.train FOLDER`.

Three stages.  First the vision tower alone, on objects that stand apart with the mask of each:
there it learns within minutes what a shape is, which whole scenes do not teach it in an hour.
Then the tower on whole scenes; then everything, on answers, with the classifiers beside it.  The
learning rate is constant and falls to nothing in the last part of each stage.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from models.gar.nano.photos import training_photos
from models.gar.nano.plan import Plan, Replay
from models.gar.nano.shards import draw_shards
from models.gar.nano.training import Training, prepare

LOG_FILE = "training.jsonl"
_LOG_EVERY = 50  # steps
SAVE_EVERY = 180.0
"""Seconds between two checkpoints."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the scenes that are missing, then train, with a checkpoint every few minutes."""
    options = _options(arguments)
    plan = Plan(
        plain_steps=options.plain_steps,
        tower_steps=options.tower_steps,
        answer_steps=options.answer_steps,
        size=options.size,
        rate=options.rate,
        matrix_rate=options.matrix_rate,
        tower_rate=options.tower_rate,
        falling=options.falling,
        plain_shards=options.plain_shards,
        shards=options.shards,
        seed=options.seed,
        replay=Replay(options.replay),
    )
    with progress_bar() as progress:
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
        if options.weights is not None and training.step == 0:
            training.begin_with(options.weights)
        run_training(training, options.folder, progress, every=options.save_every)


def run_training(
    training: Training, folder: Path, progress: Progress, *, every: float = SAVE_EVERY
) -> None:
    """Train to the end; keep a log in the folder, and a checkpoint every so many seconds."""
    task = progress.add_task("Training", total=training.plan.steps, completed=training.step)
    saved = time.monotonic()
    sums: dict[str, float] = {}
    counted = 0  # fewer than `_LOG_EVERY` where a run was resumed
    with (folder / LOG_FILE).open("a", encoding="utf-8") as log:
        for parts in training.run():
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value
            counted += 1
            progress.update(task, completed=training.step)
            if training.step % _LOG_EVERY == 0:
                means = {k: v / counted for k, v in sums.items() if k != "step"}
                log.write(json.dumps({"step": training.step, "time": time.time(), **means}) + "\n")
                log.flush()
                sums, counted = {}, 0
            if time.monotonic() - saved > every:
                training.save()
                training.export()
                saved = time.monotonic()
    training.save()
    training.export()


def progress_bar() -> Progress:
    """Return a bar that says how long it will take."""
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
    parser.add_argument("--weights", type=Path, help="safetensors file to begin with, not afresh")
    parser.add_argument("--plain-steps", type=int, default=plan.plain_steps)
    parser.add_argument("--tower-steps", type=int, default=plan.tower_steps)
    parser.add_argument("--answer-steps", type=int, default=plan.answer_steps)
    parser.add_argument("--rate", type=float, default=plan.rate, help="AdamW's learning rate")
    parser.add_argument("--matrix-rate", type=float, default=plan.matrix_rate, help="Muon's")
    parser.add_argument(
        "--tower-rate", type=float, default=plan.tower_rate, help="part of both, in the last stage"
    )
    parser.add_argument(
        "--falling", type=float, default=plan.falling, help="part of a stage with a falling rate"
    )
    parser.add_argument("--size", type=int, default=plan.size, help="scenes a step")
    parser.add_argument("--plain-shards", type=int, default=plan.plain_shards)
    parser.add_argument("--shards", type=int, default=plan.shards, help="of 2,048 scenes each")
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--replay", choices=list(Replay), default=plan.replay)
    parser.add_argument("--processes", type=int, default=2, help="that draw scenes")
    parser.add_argument("--save-every", type=float, default=SAVE_EVERY, help="seconds")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
