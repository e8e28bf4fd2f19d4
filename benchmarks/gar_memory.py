"""Peak memory of one side, measured in a process of its own.

`python -m benchmarks.gar_memory SIDE --shape NAME --dtype TYPE [--photos FOLDER]` prints bytes.
"""

import argparse
import resource
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import torch

from benchmarks.gar_cases import describe, follow_up
from benchmarks.gar_ours import Ours
from benchmarks.gar_photos import Scene, scenes
from benchmarks.gar_plain import PlainWay
from benchmarks.gar_shapes import SHAPES, Shape, build


class Side(StrEnum):
    """What a process does before it says how much memory it took at most."""

    PLAIN = "plain"
    QUESTIONS = "ours"
    MANY = "ours-many"
    GROUPED = "ours-grouped"


def measure(side: Side, *, shape: str, dtype: str, photos: Path | None) -> int:
    """Return the peak of a new process, in bytes.

    It has to be called before this process itself takes much memory: on Linux the peak of a new
    process begins with that of the process that started it.
    """
    command = [sys.executable, "-m", "benchmarks.gar_memory", side]
    command += ["--shape", shape, "--dtype", dtype]
    command += ["--photos", str(photos)] if photos else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout)


def _work(side: Side, scene: Scene, *, shape: Shape, dtype: torch.dtype) -> None:
    model, tokenizer = build(shape, dtype)
    requests = [describe(scene, region, shape) for region in scene.regions[: shape.regions]]
    if side in {Side.MANY, Side.GROUPED}:
        ours = Ours(model, tokenizer)
        ours.answer_many(scene.image, requests, grouped=side is Side.GROUPED)
        return
    engine = PlainWay(model, tokenizer) if side is Side.PLAIN else Ours(model, tokenizer)
    for request in requests[:3]:
        answer = engine.answer(scene.image, request)
        engine.answer(scene.image, follow_up(request, answer.text))


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> int:
    """Do the work of one side and print its peak."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("side", type=Side, choices=list(Side))
    parser.add_argument("--shape", choices=SHAPES, required=True)
    parser.add_argument("--dtype", required=True)
    parser.add_argument("--photos", type=Path)
    words = parser.parse_args()
    shape = SHAPES[words.shape]
    scene = next(scenes(words.photos, side=shape.side))
    _work(words.side, scene, shape=shape, dtype=getattr(torch, words.dtype))
    print(_peak())
    return 0


if __name__ == "__main__":
    sys.exit(main())
