"""How every benchmark reports: rows with value, bound and unit, the machine, and `passed`."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gar_studio import __version__
from gar_studio.files import atomic_write


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        name: what was measured.
        value: the figure.
        unit: its unit, such as "IoU" or "ms".
        bound: what it must reach, or None.
        at_least: whether the bound is the least or the greatest that passes.
    """

    name: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = True

    @property
    def passed(self) -> bool:
        """Whether the bound, if there is one, is kept."""
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def report(rows: Sequence[Row], path: Path | None) -> int:
    """Print the rows, write them to `path` as JSON if it is given, and return the exit status."""
    for row in rows:
        bound = ""
        if row.bound is not None:
            sign = "≥" if row.at_least else "≤"
            bound = f"  {sign} {row.bound:g}: {'passed' if row.passed else 'MISSED'}"
        print(f"{row.name:<44}{row.value:10.3f} {row.unit}{bound}")
    passed = all(row.passed for row in rows)
    if path is not None:
        machine = {
            "system": platform.platform(),
            "python": platform.python_version(),
            "processors": os.cpu_count(),
            "gar_studio": __version__,
        }
        listed = [asdict(row) | {"passed": row.passed} for row in rows]
        found = {"passed": passed, "machine": machine, "rows": listed}
        with atomic_write(path) as file:
            file.write(json.dumps(found, indent=2).encode())
    return 0 if passed else 1
