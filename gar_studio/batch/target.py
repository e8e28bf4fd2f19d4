"""Opens what a batch is about: a project, or a folder or a COCO file with its project."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gar_studio.batch.coco import take_in
from gar_studio.document.document import Document
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import FormatError, GarStudioError, ReadOnlyError
from gar_studio.gathering import gather
from gar_studio.language import tr
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import open_project, project_of, remove_project

COCO = ".json"


@dataclass(frozen=True, slots=True)
class Target:
    """What a batch is about.

    Attributes:
        path: a project, a folder of photos, or a COCO file.
        out: where the project of a folder or a file goes; None for its usual place.
        photos: the folder of a file's photos; None for the file's own.
    """

    path: Path
    out: Path | None = None
    photos: Path | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is a file of regions, which is not the project itself."""
        return self.path.suffix.lower() == COCO and self.path.is_file()


@dataclass(frozen=True, slots=True)
class BatchProject:
    """A project that is open for a batch.

    Attributes:
        document: the project.
        notes: what there is to say of what came into it.
        problems: one for each photo, image or kind of annotation that did not.
    """

    document: Document
    notes: tuple[str, ...] = ()
    problems: tuple[GarStudioError, ...] = ()


def project_for(target: Target) -> Path:
    """Return the project that a batch works in; it need not be there yet.

    Raises:
        FormatError: the target is none, or `out` is no project's name.
    """
    path, out = target.path, target.out
    if out is not None and out.suffix.lower() != SUFFIX:
        raise FormatError(
            tr("“{out}” is no project's name.", out=out),
            advice=tr("Give --out a name that ends in {suffix}.", suffix=SUFFIX),
        )
    if path.suffix.lower() == SUFFIX:
        if out is not None and out.resolve() != path.resolve():
            raise FormatError(
                tr("A project keeps its answers itself."),
                advice=tr("Leave --out away, or copy the project first."),
            )
        return path
    if path.is_dir():
        return out or project_of(path.resolve())
    if target.is_file:
        return out or path.with_suffix(SUFFIX)
    raise FormatError(
        tr("“{target}” is neither a project nor a folder of photos, nor a COCO file.", target=path),
        advice=tr("Check the name; a batch takes a .garproj file, a folder or a .json file."),
    )


def open_batch(
    target: Target, *, cancel: CancelToken, tell: Callable[[int, int], None]
) -> BatchProject:
    """Open a batch's project for writing; what a folder or a file has and it lacks comes in.

    Args:
        target: what it is about.
        cancel: stops the reading of photos.
        tell: called with the photos read so far, and of how many.

    Raises:
        FormatError: as `project_for`, or the file is no COCO file, or none of its photos is there.
        ReadOnlyError: the project cannot be written, as while a window works on it.
        StoreError: it is missing or damaged.
        Cancelled: the token was cancelled.
    """
    path = project_for(target)
    made = target.is_file and not path.exists()
    document = open_project(path, create=target.is_file or target.path.is_dir())
    try:
        _check_writable(document)
        if target.is_file:
            notes, problems = take_in(
                document, target.path, target.photos, cancel=cancel, tell=tell
            )
            return BatchProject(document, notes, problems)
        if target.path.is_dir():
            return BatchProject(document, (), _gather(document, target.path, cancel, tell))
    except BaseException:
        document.close()
        if made:
            remove_project(path)
        raise
    return BatchProject(document)


@contextmanager
def rehearsal(
    target: Target, *, cancel: CancelToken, tell: Callable[[int, int], None]
) -> Iterator[BatchProject]:
    """Open what a file's project would be, in a place that is gone at the end of the block.

    Raises: see `open_batch`.
    """
    with TemporaryDirectory() as folder:
        path = target.path.resolve()
        out = Path(folder) / f"rehearsal{SUFFIX}"
        opened = open_batch(Target(path, out, target.photos), cancel=cancel, tell=tell)
        try:
            yield opened
        finally:
            opened.document.close()


def _gather(
    document: Document, folder: Path, cancel: CancelToken, tell: Callable[[int, int], None]
) -> tuple[GarStudioError, ...]:
    problems: list[GarStudioError] = []
    known = frozenset(image.path for image in document.images())
    place = document.path.resolve().parent
    for part in gather(folder, project_folder=place, known=known, cancel=cancel):
        document.add_images(part.found)
        problems += part.problems
        tell(part.done, part.total)
    return tuple(problems)


def _check_writable(document: Document) -> None:
    if document.read_only:
        raise ReadOnlyError(
            tr(
                "“{name}” can only be read now, and a batch writes its answers into it.",
                name=document.path.name,
            ),
            advice=document.notice,
        )
