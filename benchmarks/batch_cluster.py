"""The plain batch against a local Ray with two workers: seconds an answer, once all are warm.

Each worker has one thread, and so has each plain batch.  Of these there is one alone, and there
are two side by side, each with half of the photos: what the two workers would do without a Ray.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from benchmarks.batch_project import REGIONS, make_project
from benchmarks.report import Row
from gar_studio.batch.cluster import LOCAL, Cluster, connected
from gar_studio.batch.orders import Ready, Word
from gar_studio.batch.plan import BatchTask, Job
from gar_studio.batch.record import Tick
from gar_studio.batch.remote import run_on_cluster
from gar_studio.batch.run import run_batch
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.registry import build_describer
from gar_studio.settings import EngineChoice
from gar_studio.workspace import open_project

OVERHEAD = 0.15
"""Greatest share of time that an answer takes more on Ray than in the plain batch."""

_WORKERS = 2
_WARM = 8
"""Photos more: workers are not ready at one time, and what the first ones have done by then comes
in at once."""

_SETTLED = 6
"""So many photos are described, when all are ready, before the clock starts."""

_CHOICE = EngineChoice("gar-nano", EngineOptions(device="cpu"))
_JOB = Job(BatchTask.DESCRIBE)


def cluster_rows(folder: Path, photos: Path | None, count: int) -> list[Row]:
    """Measure plain batches, the one on Ray, and plain ones again."""

    def project(name: str, wanted: int) -> Path:
        return make_project(folder / name, photos, count=wanted)

    def plain(name: str) -> tuple[float, float]:
        half = count // 2 + _WARM
        alone = _plainly([project(f"{name}-alone", count + _WARM)])
        both = _plainly([project(f"{name}-{n}", half) for n in range(_WORKERS)])
        return alone, both

    before = plain("before")
    ray = _on_ray(project("ray", count + _WARM))
    after = plain("after")
    alone, both = ((a + b) / 2 for a, b in zip(before, after, strict=True))
    return [
        Row("local Ray, 2 workers, more an answer", ray / alone - 1, "of plain", OVERHEAD, False),
        Row("  than two plain batches side by side", ray / both - 1, "of these"),
        Row("  on Ray", 1 / ray, "answers/s"),
        Row("  plain batch", 1 / alone, "answers/s"),
        Row("  two plain batches side by side", 1 / both, "answers/s"),
        *(
            Row(f"  plain and two plain, {when}", 1 / one, "answers/s")
            for when, found in (("before", before), ("after", after))
            for one in found
        ),
    ]


class _Watched:
    """A cluster whose workers are counted as they get ready."""

    def __init__(self, cluster: Cluster) -> None:
        self.ready = 0
        self._cluster = cluster

    def words(self, *given: object, **named: object) -> Generator[tuple[int, Word], None, None]:
        """See `Cluster.words`."""
        words: Callable[..., Any] = self._cluster.words
        for number, word in words(*given, **named):
            self.ready += isinstance(word, Ready)
            yield number, word


def _on_ray(project: Path) -> float:
    """Return seconds an answer, counted when all workers are ready."""
    times: list[float] = []
    document = open_project(project)
    try:
        with connected(LOCAL, _WORKERS) as cluster:
            watched = _Watched(cluster)

            def tell(tick: Tick) -> None:
                if tick.done and watched.ready == _WORKERS:
                    times.append(time.perf_counter())

            report = run_on_cluster(document, watched, _JOB, describer=_CHOICE, tell=tell)
    finally:
        document.close()
    assert (report.problems, report.left) == ([], 0), report
    return _pace("Ray", times)


def _plainly(projects: list[Path]) -> float:
    """Return seconds an answer of plain batches that run at once, each in a process."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(projects))
    threads, os.environ["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS"), "1"
    children = []
    for project in projects:
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_work, args=(project, barrier, there))
        child.start()
        children.append((child, here))
    del os.environ["OMP_NUM_THREADS"]
    if threads is not None:
        os.environ["OMP_NUM_THREADS"] = threads
    times = sorted(moment for _, here in children for moment in here.recv())
    for child, _ in children:
        child.join()
    return _pace(f"{len(projects)} plain", times)


def _work(project: Path, barrier: Barrier, there: Connection) -> None:
    """Describe a project in a process of its own; send the times of its answers."""
    # Linux shares processors out among sessions, and each of Ray's processes has one of its own.
    os.setsid()
    times: list[float] = []
    describer = build_describer(_CHOICE.name, _CHOICE.options)
    document = open_project(project)
    barrier.wait()
    run_batch(
        document,
        describer,
        _JOB,
        tell=lambda tick: times.append(time.perf_counter()) if tick.done else None,
    )
    document.close()
    there.send(times)


def _pace(name: str, times: list[float]) -> float:
    warm = times[_SETTLED * REGIONS - 1 :]
    pace = (warm[-1] - warm[0]) / (len(warm) - 1)
    print(f"{name}: {pace:.4f} s an answer, over {len(warm) - 1}", file=sys.stderr)
    return pace
