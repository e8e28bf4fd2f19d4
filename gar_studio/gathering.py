"""Reads what a project keeps about many image files, a few at a time, so that nobody waits."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import GarStudioError, ImageError
from gar_studio.images import ImageFacts, find_images, is_image_file, read_facts
from gar_studio.workspace import path_in_project

_MOST: Final = 64
"""So many images are opened at once without a second thought."""

_PATIENCE: Final = 0.5
"""Seconds that looking for so many may take."""

_BATCH_SECONDS: Final = 0.5
"""Seconds between two batches; the first one comes with the first image."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of the image files.

    Attributes:
        found: path in the project and facts of images that can be opened.
        problems: one error for each file that cannot.
        done: files read so far.
        total: files to read.
    """

    found: tuple[tuple[str, ImageFacts], ...]
    problems: tuple[GarStudioError, ...]
    done: int
    total: int


def is_large(folder: Path, *, clock: Callable[[], float] = time.monotonic) -> bool:
    """Whether reading a folder's images may take more than a moment."""
    until = clock() + _PATIENCE
    seen = 0
    for path in folder.rglob("*"):
        seen += is_image_file(path)
        if seen > _MOST or clock() > until:
            return True
    return False


def is_long(paths: Iterable[Path]) -> bool:
    """Whether reading these files may take more than a moment."""
    return len(list(islice(paths, _MOST + 1))) > _MOST


def gather(
    source: Path | tuple[Path, ...],
    *,
    project_folder: Path,
    known: frozenset[str],
    cancel: CancelToken,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Batch]:
    """Read image files in the order of their paths.

    Args:
        source: a folder, searched with its sub-folders, or files.
        project_folder: what the project's paths are relative to.
        known: paths in the project that are not read again.
        cancel: checked at each file.
        clock: tells seconds.

    Yields:
        Batches; the last one has `done` equal to `total`, and there is always one.

    Raises:
        Cancelled: it is not wanted any more; what was yielded before is sound.
    """
    paths = find_images(source) if isinstance(source, Path) else list(source)
    cancel.check()
    found: list[tuple[str, ImageFacts]] = []
    problems: list[GarStudioError] = []
    told = -_BATCH_SECONDS
    for done, path in enumerate(paths, start=1):
        cancel.check()
        try:
            name = path_in_project(path, project_folder)
            if name not in known:
                found.append((name, read_facts(path)))
        except ImageError as error:
            problems.append(error)
        if done < len(paths) and found and clock() - told >= _BATCH_SECONDS:
            yield Batch(tuple(found), tuple(problems), done, len(paths))
            found, problems, told = [], [], clock()
    yield Batch(tuple(found), tuple(problems), len(paths), len(paths))
