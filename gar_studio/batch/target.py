"""Opens what a batch is about: a project, or a folder of photos with its project."""

from collections.abc import Callable
from pathlib import Path

from gar_studio.document.document import Document
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import FormatError, GarStudioError, ReadOnlyError
from gar_studio.gathering import gather
from gar_studio.language import tr
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import open_project, project_of


def project_for(target: Path, out: Path | None) -> Path:
    """Return the project that a batch about `target` works in; it need not be there yet.

    Raises:
        FormatError: `target` is no project and no folder, or `out` is no project's name.
    """
    if out is not None and out.suffix.lower() != SUFFIX:
        raise FormatError(
            tr("“{out}” is no project's name.", out=out),
            advice=tr("Give --out a name that ends in {suffix}.", suffix=SUFFIX),
        )
    if target.suffix.lower() == SUFFIX:
        if out is not None and out.resolve() != target.resolve():
            raise FormatError(
                tr("A project keeps its answers itself."),
                advice=tr("Leave --out away, or copy the project first."),
            )
        return target
    if target.is_dir():
        return out or project_of(target.resolve())
    raise FormatError(
        tr("“{target}” is neither a project nor a folder of photos.", target=target),
        advice=tr("Check the name; a batch takes a .garproj file or a folder."),
    )


def open_batch(
    target: Path, out: Path | None, *, cancel: CancelToken, tell: Callable[[int, int], None]
) -> tuple[Document, tuple[GarStudioError, ...]]:
    """Open a batch's project for writing; photos of a folder that it lacks are added.

    Args:
        target: a project or a folder.
        out: where a folder's project goes; None for its usual place in the folder.
        cancel: stops the reading of photos.
        tell: called with the photos read so far, and of how many.

    Returns:
        The document, and an error for each photo that cannot be opened.

    Raises:
        FormatError: as `project_for`.
        ReadOnlyError: the project cannot be written, as while a window works on it.
        StoreError: it is missing or damaged.
        Cancelled: the token was cancelled.
    """
    path = project_for(target, out)
    folder = target.is_dir()
    document = open_project(path, create=folder)
    problems: list[GarStudioError] = []
    try:
        _check_writable(document)
        if folder:
            known = frozenset(image.path for image in document.images())
            place = path.resolve().parent
            for part in gather(target, project_folder=place, known=known, cancel=cancel):
                document.add_images(part.found)
                problems += part.problems
                tell(part.done, part.total)
    except BaseException:
        document.close()
        raise
    return document, tuple(problems)


def _check_writable(document: Document) -> None:
    if document.read_only:
        raise ReadOnlyError(
            tr(
                "“{name}” can only be read now, and a batch writes its answers into it.",
                name=document.path.name,
            ),
            advice=document.notice,
        )
