"""Writes exports: files for the parts of a split, and folders that appear whole or not at all."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

import msgspec

from gar_studio.annotation.region import DEFAULT_CATEGORY_NAME, Region
from gar_studio.errors import ExportError
from gar_studio.files import atomic_write, sync_folder
from gar_studio.formats.coco import part_path
from gar_studio.formats.labels import ImageLabels, Labels
from gar_studio.formats.report import Loss, Tally
from gar_studio.language import tr

MARKER = "gar-studio-export.json"
"""In every exported folder: which format it is, so that a later export may take its place."""

encode = msgspec.json.Encoder().encode


class _Marker(msgspec.Struct):
    format: str
    files: int


@contextmanager
def telling_errors(labels: Labels, path: Path) -> Iterator[None]:
    """Turn what the system says into an `ExportError`; refuse to write over the project.

    Raises:
        ExportError: the path is the project's, or something cannot be written.
    """
    if path.resolve() == labels.project.resolve():
        raise ExportError(
            tr(
                "“{name}” is the project itself; the labels were not written over it.",
                name=path.name,
            ),
            advice=tr("Choose another name."),
        )
    try:
        yield
    except OSError as error:
        raise ExportError(
            tr(
                "The labels could not be written to “{path}”: {strerror}.",
                path=path,
                strerror=error.strerror or error,
            ),
            kept=tr("The project is safe, and an older export of that name was not changed."),
            advice=tr("Choose another folder or free some disk space, then export again."),
        ) from error


class PartFiles:
    """One file for each part of a split, or one for all; opened when first needed.

    Attributes:
        count: how many files there are.
    """

    def __init__(self, path: Path, stack: ExitStack, *, begin: bytes, between: bytes) -> None:
        self.count = 0
        self._path = path
        self._stack = stack
        self._begin = begin
        self._between = between
        self._files: dict[str, BinaryIO] = {}
        self._begun: set[str] = set()

    def open(self, part: str) -> BinaryIO:
        """Return the file of a part, begun."""
        if part not in self._files:
            file = self._stack.enter_context(atomic_write(part_path(self._path, part)))
            file.write(self._begin)
            self._files[part] = file
            self.count += 1
        return self._files[part]

    def write(self, part: str, item: bytes) -> None:
        """Write an item behind the others of its part."""
        file = self.open(part)
        if part in self._begun:
            file.write(self._between)
        self._begun.add(part)
        file.write(item)

    def finish(self, end: bytes) -> None:
        """Write what stands last; an export of nothing is a file without items, not no file."""
        if not self._files:
            self.open("")
        for file in self._files.values():
            file.write(end)


@contextmanager
def part_files(
    path: Path, *, begin: bytes = b"", between: bytes = b"", end: bytes = b""
) -> Iterator[PartFiles]:
    """Write files for the parts of a split, atomically.

    Args:
        path: the file; parts are `NAME.train.json` and so on beside it.
        begin: what stands first in every file.
        between: what stands between two items.
        end: what stands last.

    Raises:
        OSError: one cannot be written.
    """
    with ExitStack() as stack:
        files = PartFiles(path, stack, begin=begin, between=between)
        yield files
        files.finish(end)


def json_arrays(path: Path) -> AbstractContextManager[PartFiles]:
    """Write files that hold a JSON array each, one item a line; see `part_files`."""
    return part_files(path, begin=b"[\n", between=b",\n", end=b"\n]\n")


@dataclass(slots=True)
class Folder:
    """A folder that is being written; everything in it is made through here and counted.

    Attributes:
        root: where it is for now.
        final: where it will be.
        files: how many files it has.
    """

    root: Path
    final: Path
    files: int = 0

    def free_name(self, image: ImageLabels, folder: str, suffix: str, tally: Tally) -> str:
        """Return a path below `folder` that no file has, with the photo's name and sub-folders.

        Args:
            image: the image.
            folder: such as "labels/train".
            suffix: of the new file, such as ".txt".
            tally: counts a name that had to be changed.

        Returns:
            The path inside the exported folder, with forward slashes.
        """
        inner = inside(image.image.path)
        wanted = (PurePosixPath(folder) / inner).with_suffix("")
        name = f"{wanted}{suffix}"
        changed = inner.as_posix() != image.image.path
        if (self.root / name).exists():
            changed = True
            name = f"{wanted}{inner.suffix}{suffix}"
        if (self.root / name).exists():
            name = f"{wanted}~{image.image.id}{suffix}"
        if changed:
            tally.lose(Loss.RENAMED, image.image.path)
        return name

    def write(self, name: str, data: bytes) -> None:
        """Write a file; its folders are made."""
        path = self.place(name)
        path.write_bytes(data)

    def place(self, name: str) -> Path:
        """Count a file that is about to be written, and return where."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files += 1
        return path


@contextmanager
def whole_folder(path: Path, form: str) -> Iterator[Folder]:
    """Write a folder beside its place, and rename it when the block ends well.

    Args:
        path: the folder.  It may be missing, empty, or an earlier export of the same format in
            which nothing was changed or added since.
        form: the format's name.

    Raises:
        ExportError: something is there that must not be replaced.
        OSError: it cannot be written.
    """
    _check_replaceable(path, form)
    root = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        content = root / "content"  # the outer folder is for its owner only; this one is not
        content.mkdir()
        folder = Folder(content, path)
        yield folder
        marker = _Marker(form, folder.files)
        (content / MARKER).write_bytes(encode(marker) + b"\n")
        sync_folder(content)
        _check_replaceable(path, form)
        _exchange(content, path, root / "old")
    except BaseException:
        # The older export may wait in here, where even putting it back has failed.
        shutil.rmtree(root / "content", ignore_errors=True)
        with suppress(OSError):
            root.rmdir()
        raise
    shutil.rmtree(root, ignore_errors=True)


def _exchange(content: Path, path: Path, old: Path) -> None:
    """Put a folder in the place of what is there, or leave that as it was."""
    had_old = path.exists()
    if had_old:
        path.rename(old)
    try:
        content.rename(path)
    except BaseException:
        if had_old:
            old.rename(path)
        raise


def _check_replaceable(path: Path, form: str) -> None:
    if not path.exists():
        return
    advice = tr("Choose the name of a new folder.")
    if not path.is_dir():
        raise ExportError(
            tr("“{name}” is a file; {form} needs a folder.", name=path.name, form=form),
            advice=advice,
        )
    if not any(path.iterdir()):
        return
    marker = path / MARKER
    try:
        found = msgspec.json.decode(marker.read_bytes()[:1000], type=_Marker)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if found is None or found.format != form:
        raise ExportError(
            tr(
                "“{name}” has files in it, and is no earlier export as {form}.",
                name=path.name,
                form=form,
            ),
            advice=advice,
        )
    written = marker.stat().st_mtime_ns
    count = 0
    for file in path.rglob("*"):
        if file.is_dir() and not file.is_symlink():
            continue
        count += 1
        if file.lstat().st_mtime_ns > written:
            raise ExportError(
                tr(
                    "“{path}” was changed since “{name}” was exported; it was not replaced.",
                    path=file.relative_to(path),
                    name=path.name,
                ),
                advice=advice,
            )
    if count != found.files + 1:
        raise ExportError(
            tr(
                "“{name}” has {count} files where the export wrote {files}; it was not replaced.",
                name=path.name,
                count=count - 1,
                files=found.files,
            ),
            advice=advice,
        )


def inside(name: str) -> PurePosixPath:
    """Return a photo's path as a name inside a folder: nothing absolute, nothing upwards."""
    windows = PureWindowsPath(name) if re.match(r"[A-Za-z]:[\\/]|\\\\", name) else None
    parts: Sequence[str] = windows.parts[1:] if windows else PurePosixPath(name).parts
    kept = [part for part in parts if part not in ("..", ".", "/")]
    return PurePosixPath(*kept) if kept else PurePosixPath("image")


def is_named(region: Region, labels: Labels) -> bool:
    """Whether a region's category says more than that it is an object."""
    return labels.category_of(region).name != DEFAULT_CATEGORY_NAME


def lose_unheld(
    tally: Tally,
    image: ImageLabels,
    *,
    captions: bool = False,
    relations: bool = False,
    questions: bool = False,
    reviews: bool = False,
    provenance: bool = False,
    states: bool = False,
) -> None:
    """Count what a format cannot hold of an image; the flags say what it can."""
    path = image.image.path
    if not captions:
        for region in image.regions:
            tally.lose(Loss.CAPTIONS, image.place(region), count=int(region.caption is not None))
    if not relations:
        tally.lose(Loss.RELATIONS, path, count=len(image.relations))
    if not questions:
        tally.lose(Loss.QUESTIONS, path, count=sum(e.task == "ask" for e in image.exchanges))
    if not reviews:
        reviewed = sum(region.review is not None for region in image.regions)
        tally.lose(Loss.REVIEWS, path, count=reviewed)
    if not provenance:
        tally.lose(Loss.PROVENANCE, path, count=len(image.regions))
    state = image.state
    if not states and (state.done or state.flagged or state.note):
        tally.lose(Loss.STATES, path)
    tally.lose(Loss.DRAFTS, path, count=image.drafts)
    tally.lose(Loss.CHOICE, path, count=image.left_out)
