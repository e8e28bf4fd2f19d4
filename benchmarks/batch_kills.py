"""Kills a batch again and again: what was done twice, and what got lost?"""

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from benchmarks.batch_project import make_project
from benchmarks.report import Row

_SEED = 7
_PATIENCE = 120.0
_MOST_MORE = 3
"""Most answers that a run gets before it is killed; some get none."""


def interruptions(folder: Path, photos: Path | None, count: int, kills: int) -> list[Row]:
    """Kill a batch at `kills` moments, let it end, and count."""
    project = make_project(folder, photos, count=count)
    regions = _count(project, "region")
    rng = random.Random(_SEED)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["models.gar.engine", "models.gar.checkpoint"])
    seen: dict[int, tuple[object, ...]] = {}
    lost = done = 0
    while done < kills:
        before = _count(project, "exchange")
        wanted = before + rng.randint(0, _MOST_MORE)
        child = context.Process(target=_work, args=(project,))
        child.start()
        end = time.monotonic() + _PATIENCE
        while _count(project, "exchange") < wanted and child.is_alive():
            time.sleep(0.002)
            assert time.monotonic() < end, "the batch does not get on"
        # Anywhere in the next answer, in its writing, or in the loading of the model.
        time.sleep(rng.random() * 0.5)
        child.kill()
        child.join()
        if child.exitcode != -signal.SIGKILL:
            print(f"the batch ended ({child.exitcode}) after {done} kills", file=sys.stderr)
            break
        done += 1
        now = _exchanges(project)
        lost += sum(now.get(key) != value for key, value in seen.items())
        seen = now
        print(f"kill {done} of {kills}: {len(now)} of {regions} answers", file=sys.stderr)
    child = context.Process(target=_work, args=(project,))
    child.start()
    child.join()
    assert child.exitcode == 0, child.exitcode
    now = _exchanges(project)
    lost += sum(now.get(key) != value for key, value in seen.items())
    items = Counter(regions for _, regions, _ in now.values())
    twice = sum(times - 1 for times in items.values())
    return [
        Row("interruptions (SIGKILL)", done, "kills", kills),
        Row("  items done twice", twice, f"of {regions}", 0, at_least=False),
        Row("  items lost", lost + regions - len(items), f"of {regions}", 0, at_least=False),
    ]


def _work(project: Path) -> None:
    """Run the command, in a process of its own."""
    from main import main  # noqa: PLC0415 - in the child

    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.exit(main(["batch", str(project), "--model", "gar-nano", "--device", "cpu"]))


def _count(project: Path, table: str) -> int:
    with closing(sqlite3.connect(f"file:{project}?mode=ro", uri=True, timeout=30)) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def _exchanges(project: Path) -> dict[int, tuple[object, ...]]:
    query = "SELECT id, image_id, regions, answer FROM exchange"
    with closing(sqlite3.connect(f"file:{project}?mode=ro", uri=True, timeout=30)) as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(query)}
