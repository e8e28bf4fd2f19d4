"""The core's walls: whatever of it is imported, no Qt and no network comes along."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import importlib, pkgutil, sys
import gar_studio

names = [m.name for m in pkgutil.walk_packages(gar_studio.__path__, "gar_studio.")]
assert len(names) > 15, names
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
walls = {"PySide6", "qtpy", "qtawesome", "torch", "torchvision", "transformers", "timm",
         "segment_anything", "cv2", "ui", "models", "main"}
print(sorted(walls & {name.partition(".")[0] for name in sys.modules}))
"""


def test_the_core_imports_neither_qt_nor_torch_nor_the_other_rooms() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
