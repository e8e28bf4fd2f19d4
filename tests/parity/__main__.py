"""`python -m tests.parity DIR`: does our GAR agree with the released code on DIR's cases?

Exit status 0 if all agree, 1 if one does not, 2 if the folder cannot be used.
"""

import argparse
import sys
from pathlib import Path

from gar_studio.errors import GarStudioError
from tests.parity.compare import GoldenFolder, compare


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
    for name in golden.names:
        case = golden.load(name)
        report = compare(name, golden.run(case), case)
        print(report, flush=True)  # noqa: T201
        agrees = agrees and report.agrees
    return agrees


if __name__ == "__main__":
    sys.exit(main())
