"""Kills storms of edits at random moments and looks for edits that were accepted and are gone."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.edit_storm import content, make_project, step
from gar_studio.checking import check_project
from gar_studio.document.document import Document
from gar_studio.store.inspection import Kind
from gar_studio.store.opening import open_store

_LONGEST = 0.6
"""Seconds of a storm, at most; the shortest ends before the first edit."""

_CHECK_EVERY = 25  # runs


@dataclass
class KillReport:
    """What came of a number of runs.

    Attributes:
        runs: storms that were killed.
        accepted: edits that the storms had told.
        lost: of them, those that were not in the file afterwards.
        unsound: runs after which the file had a history or rows that nobody can explain.
    """

    runs: int = 0
    accepted: int = 0
    lost: int = 0
    unsound: int = 0


def kill_runs(folder: Path, *, runs: int, seed: int) -> KillReport:
    """Let storms edit one project and kill each of them.

    After each kill the file has to hold what every accepted edit left, and the whole history of
    undo; the edit that was under way is there altogether or not at all.
    """
    project, twin = folder / "storm.garproj", folder / "twin.garproj"
    make_project(project)
    make_project(twin)
    dice = random.Random(seed)
    report = KillReport()
    done = 0  # steps that the file has
    with closing(Document(open_store(twin))) as same:
        for run in range(runs):
            told = _storm(project, seed, done, dice)
            report.runs += 1
            with closing(open_store(project)) as store:
                assert not store.read_only, store.notice
            found = content(project)
            accepted = sum(step(same, seed, number) for number in range(done, told))
            report.accepted += accepted
            if found != content(twin):
                # One edit may have been written and not told.
                step(same, seed, told)
                told += 1
                if found != content(twin):
                    report.lost += accepted
                    report.unsound += 1
                    return report  # the two have parted for good
            done = told
            if run % _CHECK_EVERY == 0 or run == runs - 1:
                findings = check_project(project, quick=True).findings
                report.unsound += any(finding.kind is not Kind.MISSING for finding in findings)
    return report


def _storm(project: Path, seed: int, first: int, dice: random.Random) -> int:
    """Start a storm at a step, kill it, and return the number of the step after the last told."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "benchmarks.edit_storm", str(project), str(seed), str(first)]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[1],
    ) as child:
        assert child.stdout is not None
        lines: list[str] = []
        if dice.random() < 0.9:
            lines.append(child.stdout.readline())
            time.sleep(dice.uniform(0, _LONGEST))
        else:
            time.sleep(dice.uniform(0, 2 * _LONGEST))  # also while the project is opened
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
        status = child.wait()
    assert status == -signal.SIGKILL, f"the storm ended by itself: {status}"
    whole = [line for line in lines if line.endswith("\n")]
    return int(whole[-1]) + 1 if whole else first
