"""A whole project without the window: `python -m benchmarks.batch [--photos FOLDER] [--json FILE]`.

Two hundred regions on twenty-five photos with gar-nano: `gar-studio batch`'s own run, which reads
the photos and keeps every answer in a project, against the same requests one at a time the plain
way (`benchmarks.gar_plain`), in turns of a few photos.  Then one batch is killed fifty times
(SIGKILL), and what was done twice or got lost is counted.  Then the same batch on a local Ray
with two workers: what an answer costs there over the plain batch (with the extra `cluster`).  At
last a server under clients of all kinds.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import torch

from benchmarks.batch_cluster import cluster_rows
from benchmarks.batch_kills import interruptions
from benchmarks.batch_project import REGIONS, make_project
from benchmarks.gar_plain import PlainWay
from benchmarks.report import Row, report
from benchmarks.server_load import SECONDS, server_rows
from gar_studio.batch.plan import BatchTask, Job
from gar_studio.batch.run import run_batch
from gar_studio.document.document import Document
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import Describer, DescribeRequest, RegionInput, Task
from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.registry import build_describer
from gar_studio.images import read_image
from gar_studio.workspace import open_project
from models.gar.checkpoint import load_model
from models.gar.tokens import GARTokenizer

SAME = 0.7
GROUPED = 0.4
"""Greatest ratio of ours to plain."""

_PHOTOS = 25
_TURN = 5
"""Photos of a turn, which a batch asks about together."""

_KILLS = 50
_LONGER = 8
"""So many more photos has the batch that is killed, or it would end before the last kill."""

_MOST_TOKENS = 1024


class _Spent(NamedTuple):
    """Seconds on the clock, and of the processor, which other programs disturb less."""

    clock: float
    processor: float


@dataclass(slots=True)
class _Times:
    """What each turn took, and the answers."""

    plain: list[_Spent]
    same: list[_Spent]
    grouped: list[_Spent]
    texts: list[tuple[str, str, str]]


def time_rows(folder: Path, photos: Path | None, count: int) -> Iterator[Row]:
    """Yield the ratios, and the seconds behind them."""
    found = _measure(folder, photos, count)
    plain = _sum(found.plain)
    regions = len(found.texts)
    for name, spent, bound in (
        ("batch, same answers", found.same, SAME),
        ("batch, grouped", found.grouped, GROUPED),
    ):
        ours = _sum(spent)
        yield Row(name, ours.clock / plain.clock, "ours / plain", bound, at_least=False)
        ratios = [a.clock / b.clock for a, b in zip(spent, found.plain, strict=True)]
        yield Row("  median over turns", statistics.median(ratios), "ours / plain")
        yield Row("  of the processor's time", ours.processor / plain.processor, "ours / plain")
        yield Row("  ours", regions / ours.clock, "regions/s")
    yield Row("  plain", regions / plain.clock, "regions/s")
    equal = statistics.fmean(ours == theirs for theirs, ours, _ in found.texts)
    yield Row("answers equal", equal, f"of {regions} answers", 1.0)
    yield Row("  different texts among them", len({text for text, _, _ in found.texts}), "")
    together = statistics.fmean(ours == theirs for theirs, _, ours in found.texts)
    yield Row("  grouped as one by one", together, f"of {regions} answers")


def _sum(spent: Sequence[_Spent]) -> _Spent:
    return _Spent(sum(one.clock for one in spent), sum(one.processor for one in spent))


def _measure(folder: Path, photos: Path | None, count: int) -> _Times:
    """Take turns, a few photos each, so that a busy machine is busy for all."""
    paths = {n: make_project(folder / n, photos, count=count) for n in ("same", "grouped")}
    same, grouped = (open_project(path) for path in paths.values())
    found = _Times([], [], [], [])
    ours = build_describer("gar-nano", EngineOptions(device="cpu"))
    job = Job(BatchTask.DESCRIBE, max_new_tokens=_MOST_TOKENS)
    with as_file(files("resources") / "gar_nano") as weights:
        model = load_model(weights, device=torch.device("cpu"), dtype=torch.float32)
        tokenizer = GARTokenizer(weights, model.config)
        plain = PlainWay(model, tokenizer, stop_ids=tokenizer.stop_ids)
    try:
        _warm_up(same, plain, ours)
        ids = [image.id for image in same.images()]
        for start in range(0, count, _TURN):
            turn = ids[start : start + _TURN]
            with _timed(found.plain):
                texts = _plainly(same, turn, plain)
            with _timed(found.same):
                _batch(same, turn, ours, job)
            with _timed(found.grouped):
                _batch(grouped, turn, ours, replace(job, grouped=True))
            found.texts += zip(texts, _said(same, turn), _said(grouped, turn), strict=True)
            print(f"{start + len(turn)} of {count} photos done", file=sys.stderr)
    finally:
        ours.close()
        same.close()
        grouped.close()
    return found


@contextmanager
def _timed(into: list[_Spent]) -> Iterator[None]:
    clock, processor = time.perf_counter(), time.process_time()
    yield
    into.append(_Spent(time.perf_counter() - clock, time.process_time() - processor))


def _plainly(document: Document, image_ids: Sequence[int], plain: PlainWay) -> list[str]:
    texts = []
    for image_id in image_ids:
        image = read_image(document.image_path(image_id))
        for number, region in enumerate(document.regions(image_id), start=1):
            request = DescribeRequest(
                request_id=number,
                image_key=image.key,
                task=Task.DESCRIBE,
                regions=(RegionInput(region.id, region.mask),),
                max_new_tokens=_MOST_TOKENS,
            )
            texts.append(plain.answer(image, request).text.strip())
    return texts


def _batch(document: Document, image_ids: Sequence[int], ours: Describer, job: Job) -> None:
    done = run_batch(document, ours, job, image_ids=image_ids)
    assert done.answered == REGIONS * len(image_ids), done


def _said(document: Document, image_ids: Sequence[int]) -> list[str]:
    """Return the answers in the order of the photos and their regions."""
    by_region = {
        one.region_ids[0]: one.answer
        for image_id in image_ids
        for one in document.exchanges(image_id)
    }
    regions = (region for image_id in image_ids for region in document.regions(image_id))
    return [by_region[region.id] for region in regions]


def _warm_up(document: Document, plain: PlainWay, ours: Describer) -> None:
    """Let both sides answer once about a scene that is not measured."""
    first = document.images()[0]
    image = read_image(document.image_path(first.id))
    whole = document.regions(first.id)[0].mask
    request = DescribeRequest(
        1, image.key, Task.ASK, (RegionInput(1, whole),), "What is it?", max_new_tokens=4
    )
    plain.answer(image, request)
    turned = replace(image, key="warm-up")
    wanted = replace(request, image_key=turned.key)
    for _ in ours.describe(turned, wanted, CancelToken()):
        pass


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="laid out like GAR-Bench")
    parser.add_argument("--count", type=int, default=_PHOTOS, help="photos with 8 regions each")
    parser.add_argument("--kills", type=int, default=_KILLS, help="0 leaves them out")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="of clients at the server; 0 leaves them out"
    )
    parser.add_argument("--only", choices=["time", "kills", "cluster", "server"])
    parser.add_argument("--json", type=Path, metavar="FILE")
    words = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if words.only in (None, "kills") and words.kills:
            # First: its processes are forked from one that has computed nothing yet.
            rows += interruptions(
                folder / "killed", words.photos, _LONGER * words.count, words.kills
            )
        if words.only is None and find_spec("ray") is None:
            print("without the extra “cluster” nothing is measured on Ray", file=sys.stderr)
        elif words.only in (None, "cluster"):
            rows += cluster_rows(folder / "cluster", words.photos, words.count)
        if words.only in (None, "server") and words.seconds:
            rows += server_rows(words.seconds)
        if words.only in (None, "time"):
            rows = [*time_rows(folder, words.photos, words.count), *rows]
    return report(rows, words.json)


if __name__ == "__main__":
    sys.exit(main())
