"""One damaged file among many: the others come in, and what was left out is said."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gar_studio.errors import FormatError
from gar_studio.formats.incoming import Incoming
from gar_studio.formats.labelme_reader import open_labelme
from gar_studio.formats.png_reader import open_png
from gar_studio.formats.yolo_reader import open_yolo
from tests.helpers.images import save, scene

LEFT_OUT = "files left out that cannot be read"


def labelme(folder: Path, name: str, *, damaged: bool) -> None:
    text = json.dumps(
        {
            "shapes": [{"label": "x", "points": [[0, 0], [8, 0], [8, 8]], "shape_type": "polygon"}],
            "imagePath": f"{name}.png",
        }
    )
    path = folder / f"{name}.json"
    path.write_text(text[:-20] if damaged else text, encoding="utf-8")


def yolo(folder: Path, name: str, *, damaged: bool) -> None:
    line = "0 0.5 0.5 nothing 1" if damaged else "0 0.5 0.5 1 1"
    (folder / f"{name}.txt").write_text(line, encoding="utf-8")


def png(folder: Path, name: str, *, damaged: bool) -> None:
    path = folder / f"{name}.png"
    save(path, np.ones((12, 16), np.uint8))
    if damaged:
        path.write_bytes(path.read_bytes()[:40])


@pytest.mark.parametrize(
    ("write", "opened"), [(labelme, open_labelme), (yolo, open_yolo), (png, open_png)]
)
def test_a_damaged_file_keeps_no_other_out(
    tmp_path: Path,
    write: Callable[..., None],
    opened: Callable[[Path, Path], Incoming],
) -> None:
    labels, photos = tmp_path / "labels", tmp_path / "photos"
    labels.mkdir()
    for name in ("a", "b", "c"):
        save(photos / f"{name}.png", scene(16, 12))
        write(labels, name, damaged=name == "b")
    incoming = opened(labels, photos)
    for _ in range(2):  # an import reads twice: for its plan, and for good
        images = list(incoming.images())
        assert [image.name for image in images] == ["a.png", "c.png"]
        assert [len(image.regions) for image in images] == [1, 1]
        assert incoming.problems.counts[LEFT_OUT] == 1
        (example,) = incoming.problems.examples[LEFT_OUT]
        assert example.startswith("b.")
    for name in ("a", "c"):
        write(labels, name, damaged=True)
    with pytest.raises(FormatError, match=r"a\."):
        list(incoming.images())
