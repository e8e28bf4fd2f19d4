"""Photographs that scenes use as backgrounds and as surfaces.

None of them belongs to the project: training takes those that scikit-image and scikit-learn bring
with them under free licences, and any further folder that it is given.  Evaluation takes the
sample photographs, which training never sees.
"""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from gar_studio.engines.protocol import RGBArray
from gar_studio.errors import ImageError

_LONG_SIDE = 640
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})

_PACKAGED = {
    "sklearn": ("datasets/images/china.jpg", "datasets/images/flower.jpg"),
    "skimage": (
        "data/motorcycle_left.png",
        "data/rocket.jpg",
        "data/grass.png",
        "data/gravel.png",
        "data/brick.png",
        "data/camera.png",
        "data/retina.jpg",
        "data/hubble_deep_field.jpg",
    ),
}


def sample_photos() -> tuple[RGBArray, ...]:
    """Return the program's sample photographs: (H, W, 3) uint8 RGB, at most 640 pixels long."""
    with as_file(files("resources") / "sample") as folder:
        return tuple(_load(path) for path in _images(folder))


def training_photos(folders: Sequence[Path] = ()) -> tuple[RGBArray, ...]:
    """Return the photographs of the installed packages and of some folders.

    Raises:
        ImageError: there is none, or one cannot be read.
    """
    paths = [*_packaged(), *(path for folder in folders for path in _images(folder))]
    if not paths:
        raise ImageError(
            "There is no photograph to draw scenes on.",
            advice="Install scikit-image and scikit-learn, or name a folder with photographs.",
        )
    return tuple(_load(path) for path in paths)


def _packaged() -> Iterator[Path]:
    for package, names in _PACKAGED.items():
        spec = find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            root = Path(spec.submodule_search_locations[0])
            yield from (root / name for name in names if (root / name).is_file())


def _images(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)


def _load(path: Path) -> RGBArray:
    try:
        with Image.open(path) as file:
            picture = file.convert("RGB")
    except (OSError, ValueError) as error:
        raise ImageError(f"“{path}” cannot be read as a photograph: {error}.") from error
    picture.thumbnail((_LONG_SIDE, _LONG_SIDE))
    pixels = np.asarray(picture)
    pixels.flags.writeable = False
    return pixels
