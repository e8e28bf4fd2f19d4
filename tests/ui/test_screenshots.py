"""The pictures in the docs are what the window looks like, within a tolerance.

They are taken anew by the same program that made them, and compared block by block: letters may be
drawn a little differently elsewhere, but no panel may be missing, cut, or of another colour.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "images"
NAMES = sorted(path.name for path in KEPT.glob("*.png"))

_BLOCK = 16  # pixels
_STRONG = 28  # levels of 255 by which a block's mean may differ before it counts
_MOST = 0.03  # part of the blocks that may


def differing(one: Image.Image, other: Image.Image) -> float:
    """Return the part of the blocks that differ strongly; 1.0 for pictures of other sizes."""
    if one.size != other.size:
        return 1.0
    means = [
        np.asarray(picture.convert("RGB").reduce(_BLOCK), np.int16) for picture in (one, other)
    ]
    return float((np.abs(means[0] - means[1]).max(axis=2) > _STRONG).mean())


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    command = [sys.executable, "-m", "tests.screenshots", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_state_looks_as_in_the_docs(taken: Path, name: str) -> None:
    with Image.open(taken / name) as new, Image.open(KEPT / name) as kept:
        assert differing(new, kept) <= _MOST, "look at it; `make screenshots` takes it anew"


def test_every_picture_in_the_docs_is_taken_by_the_program(taken: Path) -> None:
    assert [path.name for path in sorted(taken.glob("*.png"))] == NAMES


@pytest.mark.parametrize("name", ["light.png", "empty.png"])
def test_another_state_does_not_pass_for_it(taken: Path, name: str) -> None:
    with Image.open(taken / "checks" / name) as other, Image.open(KEPT / "studio.png") as kept:
        assert differing(other, kept) > 3 * _MOST


def test_a_missing_panel_does_not_pass() -> None:
    with Image.open(KEPT / "studio.png") as kept:
        whole = kept.convert("RGB")
    width, height = whole.size
    background = whole.getpixel((width // 2, height - 60))
    without = whole.copy()
    without.paste(background, (width - 300, 120, width, height - 120))
    assert differing(without, whole) > _MOST
    assert differing(ImageOps.mirror(whole), whole) > _MOST
