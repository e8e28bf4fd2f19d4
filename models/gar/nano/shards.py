"""Scenes on the disk, drawn once and read by training many times.

A shard is three files: pictures as the network sees them, labels, and facts.  A shard that is
there is whole: it is written under another name and renamed.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt
import torch

from gar_studio.engines.protocol import CancelToken, RGBArray
from models.gar.image_processor import PADDING, Box, place_on, resize_image, resize_mask
from models.gar.nano.facts import SceneFacts
from models.gar.nano.layout import TILE
from models.gar.nano.scenes import Scene, make_scene

SHARD = 2048
"""Scenes of a shard, where nothing else is said."""
_SMALL_SHARE = 0.75  # of the scenes, those drawn in the network's own resolution

_photos: tuple[RGBArray, ...] = ()  # of a drawing process


class SeenScene(msgspec.Struct, frozen=True):
    """A scene's facts as training needs them.

    Attributes:
        facts: what is true of it.
        boxes: of each object, in parts of the canvas.
    """

    facts: SceneFacts
    boxes: tuple[Box, ...]


@dataclass(frozen=True, eq=False)
class Shard:
    """Scenes; holds arrays, so it is compared by identity.

    Attributes:
        pictures: (N, S, S, 3) uint8 RGB, letterboxed.
        labels: (N, S, S) uint8.
        scenes: their facts.
    """

    pictures: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    scenes: tuple[SeenScene, ...]


_SCENES = msgspec.msgpack.Decoder(tuple[SeenScene, ...])


def load_shard(folder: Path, index: int, *, plain: bool = False) -> Shard:
    """Open a shard that was drawn; pictures are read when they are looked at."""
    base = folder / _name(index, plain=plain)
    return Shard(
        pictures=np.load(base / "pictures.npy", mmap_mode="r"),
        labels=np.load(base / "labels.npy", mmap_mode="r"),
        scenes=msgspec.msgpack.decode(
            (base / "facts.msgpack").read_bytes(), type=tuple[SeenScene, ...]
        ),
    )


def draw_shards(
    folder: Path,
    indices: Sequence[int],
    photos: Sequence[RGBArray],
    *,
    seed: int,
    processes: int,
    size: int = SHARD,
    plain: bool = False,
) -> Iterator[int]:
    """Draw the shards that are not there yet; yield each index when it is.

    Args:
        folder: where to; it is made if it is not there.
        indices: which shards.
        photos: (H, W, 3) uint8 RGB, for backgrounds and surfaces.
        seed: of the scenes.
        processes: how many draw at a time.
        size: scenes of a shard.
        plain: draw plain scenes; see `make_scene`.
    """
    missing = [index for index in indices if not (folder / _name(index, plain=plain)).is_dir()]
    yield from (index for index in indices if index not in missing)
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_begin, initargs=(tuple(photos),)
    ) as pool:
        jobs = [pool.submit(_draw, folder, index, seed, size, plain) for index in missing]
        yield from (job.result() for job in jobs)


def on_canvas(scene: Scene) -> tuple[RGBArray, npt.NDArray[np.uint8], tuple[Box, ...]]:
    """Lay a scene on the network's canvas: (S, S, 3) pixels, (S, S) labels, and boxes."""
    height, width, _ = scene.pixels.shape
    place = place_on((TILE, TILE), height=height, width=width, letterbox=True)
    inner = (place.height, place.width)
    window = (slice(place.top, place.top + inner[0]), slice(place.left, place.left + inner[1]))
    pixels = np.full((TILE, TILE, 3), PADDING, dtype=np.uint8)
    labels = np.zeros((TILE, TILE), dtype=np.uint8)
    if inner == (height, width):
        pixels[window], labels[window] = scene.pixels, scene.labels
    else:
        image = torch.from_numpy(np.moveaxis(scene.pixels, 2, 0).copy())
        small = resize_image(image, inner, CancelToken())
        pixels[window] = np.moveaxis(small.numpy(), 0, 2)
        labels[window] = resize_mask(torch.from_numpy(scene.labels)[None], inner)[0].numpy()
    boxes = []
    for one in scene.facts.objects:
        x_min, y_min, x_max, y_max = one.box
        boxes.append(
            (
                (place.left + x_min * place.width) / TILE,
                (place.top + y_min * place.height) / TILE,
                (place.left + x_max * place.width) / TILE,
                (place.top + y_max * place.height) / TILE,
            )
        )
    return pixels, labels, tuple(boxes)


def _begin(photos: tuple[RGBArray, ...]) -> None:
    global _photos  # noqa: PLW0603 - what a process is started with
    _photos = photos
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _draw(folder: Path, index: int, seed: int, size: int, plain: bool) -> int:
    pictures = np.empty((size, TILE, TILE, 3), dtype=np.uint8)
    labels = np.empty((size, TILE, TILE), dtype=np.uint8)
    scenes = []
    for number in range(size):
        small = np.random.default_rng((seed, index, number)).random() < _SMALL_SHARE
        scene = make_scene(
            (seed, index, number), _photos, long_side=TILE if small else 2 * TILE, plain=plain
        )
        pictures[number], labels[number], boxes = on_canvas(scene)
        scenes.append(SeenScene(scene.facts, boxes))
    name = _name(index, plain=plain)
    unfinished = folder / f"{name}.part-{os.getpid()}"
    unfinished.mkdir()
    np.save(unfinished / "pictures.npy", pictures)
    np.save(unfinished / "labels.npy", labels)
    (unfinished / "facts.msgpack").write_bytes(msgspec.msgpack.encode(scenes))
    unfinished.rename(folder / name)
    return index


def _name(index: int, *, plain: bool) -> str:
    return f"{'plain' if plain else 'shard'}-{index:04d}"
