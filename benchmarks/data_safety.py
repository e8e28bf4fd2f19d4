"""What people made is not lost: `python -m benchmarks.data_safety [--json FILE] [--only NAME]`.

Storms of edits that are killed, disks that fill up or go away, and project files that were spoilt.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import disk_runs
from benchmarks.kill_runs import kill_runs
from benchmarks.report import Row, report

_KILLS, _CASES = 300, 20_000
_PIECE = 500  # cases of one process
_SLOWEST_S, _PEAK_MB = 2.0, 500.0


def kills(given: argparse.Namespace) -> list[Row]:
    """Kill storms of edits."""
    with tempfile.TemporaryDirectory() as folder:
        found = kill_runs(Path(folder), runs=given.kills, seed=given.seed)
    what = f"{found.runs} SIGKILLs"
    return [
        Row(f"{what}: accepted edits", found.accepted, "edits"),
        Row(f"{what}: of them lost", found.lost, "edits", 0, at_least=False),
        Row(f"{what}: unsound projects", found.unsound, "projects", 0, at_least=False),
    ]


def disks(_given: argparse.Namespace) -> list[Row]:
    """Fill disks up and take them away."""
    rows: list[Row] = []
    mounted = disk_runs.can_mount()
    for name, trouble in disk_runs.TROUBLES.items():
        if name in disk_runs.NEEDS_MOUNT and not mounted:
            print(f"{name}: left out, for nothing can be mounted here", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = trouble(Path(folder))
        for problem in found.unclear:
            print(f"{name}: {problem}", file=sys.stderr)
        rows += [
            Row(f"{name}: lost of {found.accepted} edits", found.lost, "edits", 0, at_least=False),
            Row(f"{name}: edits refused", len(found.refused), "edits", 1),
            Row(f"{name}: not as it should be", len(found.unclear), "times", 0, at_least=False),
        ]
    return rows


def fuzz(given: argparse.Namespace) -> list[Row]:
    """Spoil project files and work with them."""
    cases, refused, failures, slowest, peak = 0, 0, 0, 0.0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, given.cases, _PIECE):
            count = min(_PIECE, given.cases - first)
            words = ["benchmarks.project_fuzz", folder, str(given.seed), str(first), str(count)]
            done = subprocess.run(
                [sys.executable, "-m", *words],
                capture_output=True,
                text=True,
                check=False,
                timeout=count * _SLOWEST_S + 60,
                cwd=Path(__file__).parents[1],
            )
            if done.returncode != 0:
                print(
                    f"from case {first}: status {done.returncode}\n{done.stderr}", file=sys.stderr
                )
                failures += 1
                continue
            found = json.loads(done.stdout)
            cases += found["cases"]
            refused += found["refused"]
            failures += len(found["failures"])
            slowest, peak = max(slowest, found["slowest"]), max(peak, found["peak"] / 1e6)
            for failure in found["failures"]:
                print(failure, file=sys.stderr)
    what = f"{cases} spoilt projects"
    return [
        Row(f"{what}: refused in a sentence", refused, "projects"),
        Row(f"{what}: untyped errors", failures, "errors", 0, at_least=False),
        Row(f"{what}: slowest", slowest, "s", _SLOWEST_S, at_least=False),
        Row(f"{what}: memory at most", peak, "MB", _PEAK_MB, at_least=False),
    ]


PARTS: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    "kills": kills,
    "disks": disks,
    "fuzz": fuzz,
}


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--only", choices=list(PARTS), help="one part")
    parser.add_argument("--kills", type=int, default=_KILLS)
    parser.add_argument("--cases", type=int, default=_CASES, help="spoilt projects")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found: list[Row] = []
    for name, measure in PARTS.items():
        if given.only in (None, name):
            print(f"{name}…", file=sys.stderr)
            found += measure(given)
    return report(found, given.json)


if __name__ == "__main__":
    sys.exit(main())
