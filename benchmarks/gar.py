"""GAR's engine against the plain way: `python -m benchmarks.gar [--shape 1b] [--json FILE]`.

Both sides run on the same randomly initialised network in the same process, in turns, and have
to give the same answers.  What the plain way is, `benchmarks.gar_plain` says.  A bound is on the
ratio of ours to plain, the median over the repeats; the medians in seconds stand beside it.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import cycle, islice
from pathlib import Path

import torch

from benchmarks.gar_cases import Benchmark, Case, Figures, Measure, Pair
from benchmarks.gar_memory import Side, measure
from benchmarks.gar_photos import scenes
from benchmarks.gar_shapes import SHAPES, build
from benchmarks.report import Row, report

BOUNDS: Mapping[Measure, float] = {
    Measure.FIRST: 1.05,
    Measure.NEXT_VISION: 0.40,
    Measure.NEXT: 0.75,
    Measure.FOLLOW_UP: 0.10,
    Measure.STREAMING: 1.05,
    Measure.MANY: 0.75,
    Measure.GROUPED: 0.35,
}
"""Greatest ratio of ours to plain."""

MEMORY_BOUND = 1.25

_PHOTOS = 3


def time_rows(pairs: Mapping[Measure, Sequence[Pair]]) -> Iterator[Row]:
    """Yield each ratio with its bound, and the seconds behind it."""
    for name, bound in BOUNDS.items():
        if found := pairs.get(name):
            ratio = statistics.median(pair.ratio for pair in found)
            yield Row(f"{name}", ratio, "ours / plain", bound, at_least=False)
            yield Row("  ours", statistics.median(pair.ours for pair in found), "s")
            yield Row("  plain", statistics.median(pair.plain for pair in found), "s")


def answer_rows(figures: Figures, *, exact: bool) -> Iterator[Row]:
    """Yield how many answers are the same; all have to be where numbers are `exact` enough."""
    if figures.answers:
        equal = [ours == plain for ours, plain in figures.answers]
        unit = f"of {len(equal)} answers"
        yield Row("answers equal", statistics.fmean(equal), unit, 1.0 if exact else None)
        different = len({plain for _, plain in figures.answers})
        yield Row("  different texts among them", different, "")
    if figures.grouped:
        equal = [ours == plain for ours, plain in figures.grouped]
        yield Row("  grouped as one by one", statistics.fmean(equal), f"of {len(equal)} answers")


def memory_rows(cases: Set[Case], *, shape: str, dtype: str, photos: Path | None) -> Iterator[Row]:
    """Yield the peaks of both sides."""
    if Case.MEMORY not in cases:
        return
    peaks = {side: measure(side, shape=shape, dtype=dtype, photos=photos) / 2**20 for side in Side}
    names = {
        Side.QUESTIONS: "peak memory, questions",
        Side.MANY: "peak memory, regions one by one",
        Side.GROUPED: "peak memory, regions grouped",
    }
    plain = peaks[Side.PLAIN]
    for side, name in names.items():
        yield Row(name, peaks[side] / plain, "ours / plain", MEMORY_BOUND, at_least=False)
        yield Row("  ours", peaks[side], "MiB")
    yield Row("  plain", plain, "MiB")


def time_cases(
    cases: Set[Case], *, shape: str, dtype: str, photos: Path | None, repeats: int
) -> Figures:
    """Run all cases but the memory `repeats` times."""
    if not cases - {Case.MEMORY}:
        return Figures()
    work = SHAPES[shape]
    model, tokenizer = build(work, getattr(torch, dtype))
    benchmark = Benchmark(work, model=model, tokenizer=tokenizer, cases=cases)
    found = list(islice(scenes(photos, side=work.side), min(_PHOTOS, repeats)))
    benchmark.warm_up(found[0])
    for number, scene in enumerate(islice(cycle(found), repeats), start=1):
        benchmark.run(scene)
        print(f"repeat {number} of {repeats} done", file=sys.stderr)
    return benchmark.figures


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=SHAPES, default="tiny")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--cases", type=Case, nargs="+", choices=list(Case), default=list(Case))
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="laid out like GAR-Bench")
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    if words.repeats < 1:
        parser.error("--repeats needs at least 1")
    cases = frozenset(words.cases)
    setting = {"shape": words.shape, "dtype": words.dtype, "photos": words.photos}
    memory = list(memory_rows(cases, **setting))  # first: see `benchmarks.gar_memory.measure`
    figures = time_cases(cases, repeats=words.repeats, **setting)
    rows = [
        *time_rows(figures.pairs),
        *answer_rows(figures, exact=words.dtype == "float32"),
        *memory,
        Row("threads", torch.get_num_threads(), ""),
        Row("repeats", words.repeats, ""),
    ]
    return report(rows, words.json)


if __name__ == "__main__":
    sys.exit(main())
