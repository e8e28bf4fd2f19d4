"""The window as a person feels it: `python -m benchmarks.ui [--json FILE] [--labelme PYTHON]`.

Start, lateness of the window's thread while models work, turning to the next photo, how many
presses a job takes, and memory over time.  The real window without a display, with real events.
`--full` works for the whole hour of the memory row; without it three tenths.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks import (
    ui_canvas,
    ui_memory,
    ui_paging,
    ui_presses,
    ui_project,
    ui_stalls,
    ui_start,
)
from benchmarks.report import Row, report
from gar_studio.settings import HOME_VARIABLE
from ui.app import make_application

_SECONDS = 60.0
_PART = 0.3  # less would measure how bounded caches fill


def parts(given: argparse.Namespace) -> dict[str, Callable[[], list[Row]]]:
    """Return what is measured, by name.  Other benchmarks of the window add theirs here."""
    scale = 1.0 if given.full else given.scale
    return {
        "start": lambda: ui_start.rows(given.labelme),
        "paging": ui_paging.rows,
        "presses": ui_presses.rows,
        "canvas": ui_canvas.rows,
        "project": ui_project.rows,
        "memory": lambda: ui_memory.rows(scale),
        "stalls": lambda: ui_stalls.rows(given.seconds),
    }


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--labelme", type=Path, metavar="PYTHON", help="a Python that has labelme")
    parser.add_argument("--only", metavar="NAME", help="one part: start, paging, presses…")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="of work under load")
    parser.add_argument("--scale", type=float, default=_PART, help="part of an hour for memory")
    parser.add_argument("--full", action="store_true", help="the whole hour for memory")
    given = parser.parse_args()
    application = make_application()
    chosen = parts(given)
    if given.only is not None and given.only not in chosen:
        parser.error(f"there is no part {given.only}; there are {', '.join(chosen)}")
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder
        for name, measure in chosen.items():
            if given.only in (None, name):
                print(f"{name}…", file=sys.stderr)
                found += measure()
    del application
    return report(found, given.json)


if __name__ == "__main__":
    sys.exit(main())
