"""From the shell to the first paint of a photo, against labelme: rows of `benchmarks.ui`."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row
from benchmarks.window import make_photos

BOUND = 0.8
_TIMES = 9
_FIRST_PAINT = Path(__file__).with_name("first_paint.py")


def rows(labelme: Path | None) -> list[Row]:
    """Start both in turns, each in a home of its own that it has been started in before.

    Args:
        labelme: a Python that has labelme, or None to measure ours alone.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (photo,) = make_photos(folder / "photos", 1, columns=1600, rows=1200)
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(_TIMES + 1):
            ours.append(_start(Path(sys.executable), "ours", photo, folder))
            if labelme is not None:
                theirs.append(_start(labelme, "labelme", photo, folder))
    # The first turn fills caches and makes the settings.
    seconds = statistics.median(ours[1:])
    found = [Row("start to first paint", seconds * 1000, "ms")]
    if labelme is None:
        print("start to first paint, ours / labelme: left out, name its Python with --labelme")
        return found
    other = statistics.median(theirs[1:])
    return [
        *found,
        Row(f"start to first paint, labelme {_version(labelme)}", other * 1000, "ms"),
        Row("start to first paint, ours / labelme", seconds / other, "", BOUND, at_least=False),
    ]


def _start(python: Path, which: str, photo: Path, folder: Path) -> float:
    home = folder / which
    home.mkdir(exist_ok=True)
    root = str(Path(__file__).parents[1])
    own = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "GAR_STUDIO_HOME": str(home / "studio"),
    }
    environment = os.environ | own | ({"PYTHONPATH": root} if which == "ours" else {})
    # Python compiles a module once and keeps the result, as pip did for labelme.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    done = subprocess.run(
        [str(python), str(_FIRST_PAINT), which, str(photo)],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    seconds = time.perf_counter() - started
    if "painted" not in done.stdout:
        raise RuntimeError(f"{which} did not paint the photo:\n{done.stderr[-2000:]}")
    return seconds


def _version(python: Path) -> str:
    program = "from importlib.metadata import version; print(version('labelme'))"
    told = subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=True)
    return told.stdout.strip()
