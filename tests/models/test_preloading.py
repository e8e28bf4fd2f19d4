"""Torch works as ever when its libraries were loaded beforehand."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
from models.preloading import preload_torch
preload_torch()
assert "torch" not in sys.modules
import torch
print(int(torch.ones(2, 3).sum()))
preload_torch()
"""


def test_torch_is_imported_after_its_libraries_were_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "6", done.stderr
