"""The start, and nothing else: joins the rooms.  Importing it imports neither Qt nor torch."""

import sys
from collections.abc import Sequence
from pathlib import Path

from gar_studio.cli import Rooms, run
from gar_studio.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run GAR Studio and return the exit status.

    Args:
        argv: the words after the program's name; None for those of the process.
    """
    words = sys.argv[1:] if argv is None else argv
    return run(words, Rooms(open_window=_open_window, run_demo=_run_demo))


def _open_window(target: Path | None, settings: Settings) -> int:
    from ui.app import open_studio  # noqa: PLC0415 - Qt is imported when a window is wanted

    return open_studio(target, settings)


def _run_demo(output: Path, settings: Settings) -> int:
    from ui.demo import run_demo  # noqa: PLC0415 - as above

    return run_demo(output, settings)


if __name__ == "__main__":
    sys.exit(main())
