"""Finds photos again that were moved or renamed, by their size and content."""

import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gar_studio.annotation.region import ImageRecord
from gar_studio.engines.protocol import CancelToken, Progress
from gar_studio.errors import ImageError
from gar_studio.image_files import FileState, digest_of, state_of
from gar_studio.language import mark
from gar_studio.workspace import path_in_project

_EVERY = 500  # images between two words about how far it is


@dataclass(frozen=True, slots=True)
class Survey:
    """Which of a project's photos are not as they were, told by names and sizes alone.

    Attributes:
        missing: there is no such file.
        changed: the file has another size in bytes.
    """

    missing: tuple[ImageRecord, ...]
    changed: tuple[ImageRecord, ...]

    @property
    def lost(self) -> tuple[ImageRecord, ...]:
        """The images whose own file may be elsewhere."""
        return self.missing + self.changed


@dataclass(frozen=True, slots=True)
class Relinking:
    """What came of looking for photos.

    Attributes:
        paths: ids of images, and the paths in the project of their files.
        doubled: images whose file is another image of the project as well, and its path.
        missing: images that were not found.
    """

    paths: tuple[tuple[int, str], ...]
    doubled: tuple[tuple[ImageRecord, str], ...]
    missing: tuple[ImageRecord, ...]


def survey(
    images: Iterable[ImageRecord],
    folder: Path,
    *,
    cancel: CancelToken,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Survey:
    """Look whether the files of a project in `folder` are there, without reading one.

    Raises:
        Cancelled: it is not wanted any more.
    """
    listed = list(images)
    missing: list[ImageRecord] = []
    changed: list[ImageRecord] = []
    for number, image in enumerate(listed):
        cancel.check()
        if number % _EVERY == 0:
            tell(Progress(mark("Looking at photos"), number, len(listed)))
        match state_of(image, folder, read=False):
            case FileState.MISSING:
                missing.append(image)
            case FileState.CHANGED:
                changed.append(image)
    return Survey(tuple(missing), tuple(changed))


def find_again(
    lost: Iterable[ImageRecord],
    images: Iterable[ImageRecord],
    *,
    project_folder: Path,
    search: Iterable[Path],
    cancel: CancelToken,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Relinking:
    """Look for lost photos in folders and everything below them.

    A file is taken only if its size and its SHA-256 are those that the photo had when it was
    added.  Of several copies the one whose path is most like the old one is taken.

    Args:
        lost: images whose files are missing or another one.
        images: all images of the project; their files are not taken from them.
        project_folder: what the project's paths are relative to.
        search: the folders.
        cancel: checked at each file.
        tell: told how far it is.

    Raises:
        Cancelled: it is not wanted any more.
    """
    wanted = list(lost)
    lost_ids = {image.id for image in wanted}
    owners = {image.path: image for image in images if image.id not in lost_ids}
    sizes = {image.file_size for image in wanted}
    files: dict[str, tuple[Path, int]] = {}
    for folder in search:
        tell(Progress(f"Looking through “{folder.name or folder}”", 0, 0))
        for path, size in _files_below(folder, cancel):
            if size in sizes and (name := _name_of(path, project_folder)) is not None:
                files[name] = (path, size)
    by_content: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    taken: dict[tuple[int, str], str] = {}
    for number, (name, (path, size)) in enumerate(sorted(files.items())):
        cancel.check()
        tell(Progress(mark("Comparing photos"), number, len(files)))
        if name in owners:  # what it holds is known
            taken[size, owners[name].digest] = name
            continue
        try:
            by_content[size, digest_of(path, size, check=cancel.check)].add(name)
        except OSError:
            continue  # it cannot be read, so it is not known to be the one
    return _assign(wanted, by_content, taken)


def _assign(
    wanted: list[ImageRecord],
    by_content: dict[tuple[int, str], set[str]],
    taken: dict[tuple[int, str], str],
) -> Relinking:
    paths: list[tuple[int, str]] = []
    doubled: list[tuple[ImageRecord, str]] = []
    missing: list[ImageRecord] = []
    # Where copies of one photo are looked for, those that kept their names come first.
    for image in sorted(wanted, key=lambda image: -_best(image, by_content)[0]):
        content = (image.file_size, image.digest)
        _, name = _best(image, by_content)
        if name:
            by_content[content].remove(name)
            if name != image.path:  # else it is where it was, and was put back meanwhile
                paths.append((image.id, name))
        elif content in taken:
            doubled.append((image, taken[content]))
        else:
            missing.append(image)
    by_id = sorted(missing, key=lambda image: image.id)
    return Relinking(tuple(sorted(paths)), tuple(doubled), tuple(by_id))


def _best(image: ImageRecord, by_content: dict[tuple[int, str], set[str]]) -> tuple[int, str]:
    """Return how alike the most like path is to the image's, and that path; "" if there is none."""
    names = by_content.get((image.file_size, image.digest), ())
    rated = [(-_likeness(image.path, name), name) for name in names]
    if not rated:
        return -1, ""
    least, name = min(rated)
    return -least, name


def _likeness(old: str, new: str) -> int:
    """Count the parts of two paths that are the same, from the file's name upwards."""
    count = 0
    pairs = zip(
        reversed(PurePosixPath(old).parts), reversed(PurePosixPath(new).parts), strict=False
    )
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _files_below(folder: Path, cancel: CancelToken) -> Iterator[tuple[Path, int]]:
    """Yield the files below a folder with their sizes; hidden ones and links to folders are not."""
    for place, folders, names in os.walk(folder):
        cancel.check()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            try:
                found = path.stat()
            except (OSError, ValueError):
                continue
            if stat.S_ISREG(found.st_mode) and not name.startswith("."):
                yield path, found.st_size


def _name_of(path: Path, project_folder: Path) -> str | None:
    try:
        return path_in_project(path, project_folder)
    except ImageError:  # a name that no project can keep
        return None
