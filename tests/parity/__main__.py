"""`python -m tests.parity DIR`: does our GAR agree with the released code on DIR's cases?

Each case runs three times: alone, once more with what was kept from before (in another order),
and in one batch with all others.

Exit status 0 if all agree, 1 if one does not, 2 if the folder cannot be used.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from gar_studio.errors import GarStudioError
from tests.parity.compare import CaseReport, GoldenFolder, compare


def main(arguments: list[str] | None = None) -> int:
    """Run every case of a folder and print one line a case."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="laid out like shared/golden")
    folder: Path = parser.parse_args(arguments).folder
    try:
        return 0 if _check(folder) else 1
    except GarStudioError as error:
        print(error.what, error.advice, file=sys.stderr)  # noqa: T201
        return 2


def _check(folder: Path) -> bool:
    golden = GoldenFolder(folder)
    wrong = golden.wrong_grids()
    count = golden.grid_count
    print(f"tile grids: {count - len(wrong)} of {count} equal", *wrong, sep="\n  ")  # noqa: T201
    agrees = not wrong
    for report in _reports(golden):
        print(report, flush=True)  # noqa: T201
        agrees = agrees and report.agrees
    return agrees


def _reports(golden: GoldenFolder) -> Iterator[CaseReport]:
    """Run every case alone, again in another order with all that was kept, and in one batch."""
    for name in golden.names:
        case = golden.load(name)
        yield compare(name, golden.run(case), case)
    for name in golden.names:
        golden.run(golden.load(name), key=name)
    for name in reversed(golden.names):
        case = golden.load(name)
        yield compare(f"kept: {name}", golden.run(case, key=name), case)
    cases = [golden.load(name) for name in golden.names]
    together = golden.run_together(cases)
    for name, ours, case in zip(golden.names, together, cases, strict=True):
        yield compare(f"batch: {name}", ours, case)


if __name__ == "__main__":
    sys.exit(main())
