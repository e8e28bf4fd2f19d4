"""Does the replay bring what the paper says? `python -m models.gar.nano.ablation FOLDER`.

The same network is trained with the same budget in four ways: with the paper's replay, with the
released code's scaling of it, without, and with each region's crop alone instead of the picture
(arXiv 2510.18876, Section 3.2 and its ablation).  All begin with the same tower, which was trained
on patches; projector and decoder are fresh.  Each is then asked about scenes that none has seen.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gar_studio.evaluation.score import Score
from models.gar.nano.batches import Batches
from models.gar.nano.evaluate import NAMES
from models.gar.nano.measure import exact_answers
from models.gar.nano.photos import training_photos
from models.gar.nano.plan import Plan, Replay
from models.gar.nano.shards import draw_shards, load_shard
from models.gar.nano.train import progress_bar, run_training
from models.gar.nano.training import Training, batches_of, prepare

RESULTS_FILE = "exact.json"

_HELD_SEED = 1_000_003  # added to the plan's seed for the scenes that are asked about
_HELD_SCENES = 512
_HEADINGS = {
    Replay.EXACT: "replay, exact",
    Replay.RELEASED: "replay, released scaling",
    Replay.NONE: "no replay",
    Replay.CROP: "crop alone",
}

Results = Mapping[str, Score]


def table(results: Mapping[Replay, Results]) -> str:
    """Write the share of exact answers of each kind as a Markdown table."""
    lines = ["| Question | asked | " + " | ".join(_HEADINGS[way] for way in results) + " |"]
    lines.append("|-" * (len(results) + 2) + "|")
    for task, name in NAMES.items():
        scores = [found.get(task, Score()) for found in results.values()]
        if all(score.total for score in scores):
            shares = " | ".join(f"{100 * (score.share or 0.0):.1f} %" for score in scores)
            lines.append(f"| {name} | {scores[0].total} | {shares} |")
    return "\n".join(lines)


def load_results(folder: Path) -> dict[Replay, Results]:
    """Return what was measured so far."""
    found: dict[Replay, Results] = {}
    for way in Replay:
        path = folder / way / RESULTS_FILE
        if path.is_file():
            raw = json.loads(path.read_text(encoding="utf-8"))
            found[way] = {task: Score(*counts) for task, counts in raw.items()}
    return found


def measure(folder: Path, training: Training, held: Batches, *, scenes: int = _HELD_SCENES) -> None:
    """Ask a trained network about held scenes and write down how many answers are exact."""
    plan = training.plan
    steps = scenes // plan.size
    found = exact_answers(
        training.model, held, steps=steps, replay=plan.replay, bfloat16=plan.bfloat16
    )
    counts = {task: (score.right, score.total) for task, score in found.items()}
    (folder / RESULTS_FILE).write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and ask in each way that was not measured yet; print the table after each."""
    options = _options(arguments)
    plan = Plan(
        plain_steps=0,
        tower_steps=0,
        answer_steps=options.steps,
        tower_rate=options.tower_rate,
        plain_shards=0,
        shards=options.shards,
        seed=options.seed,
        tasks=tuple(options.tasks),
        falling=options.falling,
    )
    photos = training_photos(options.photos)
    held = options.scenes / "held"
    list(draw_shards(options.scenes, range(plan.shards), photos, seed=plan.seed, processes=2))
    seed = plan.seed + _HELD_SEED
    list(draw_shards(held, [0], photos, seed=seed, processes=1, size=_HELD_SCENES))
    for way in options.ways:
        folder = options.folder / way
        if (folder / RESULTS_FILE).is_file():
            continue
        own = replace(plan, replay=Replay(way))
        training = prepare(folder, options.scenes, own)
        if training.step == 0:
            training.begin_with(options.weights, tower_only=True)
        with progress_bar() as progress:
            run_training(training, folder, progress)
        unseen = batches_of(
            folder, [load_shard(held, 0)], size=own.size, seed=(own.seed, 3), tasks=own.tasks
        )
        measure(folder, training, unseen)
        sys.stdout.write(f"{table(load_results(options.folder))}\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.gar.nano.ablation", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the four trainings go")
    parser.add_argument("--scenes", type=Path, required=True, help="folder for the drawn scenes")
    parser.add_argument("--photos", type=Path, nargs="*", default=[], help="folders of photographs")
    parser.add_argument("--weights", type=Path, required=True, help="safetensors with the tower")
    parser.add_argument("--steps", type=int, default=500, help="of 16 scenes, for each way")
    parser.add_argument("--tower-rate", type=float, default=0.1, help="part of the learning rates")
    parser.add_argument("--shards", type=int, default=8, help="of 2,048 scenes each")
    parser.add_argument("--seed", type=int, default=Plan().seed)
    parser.add_argument(
        "--tasks", nargs="*", default=[], help="kinds of questions; all if left out"
    )
    parser.add_argument("--falling", type=float, default=Plan().falling, help="part of the steps")
    parser.add_argument("--ways", nargs="*", choices=list(Replay), default=list(Replay))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
