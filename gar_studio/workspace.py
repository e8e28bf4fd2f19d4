"""Opens what a user names, an image, a folder or a project, as a document."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gar_studio.document.document import Document
from gar_studio.errors import GarStudioError, ImageError
from gar_studio.images import ImageFacts, find_images, read_facts
from gar_studio.language import tr
from gar_studio.store.opening import open_store
from gar_studio.store.project import SUFFIX


@dataclass(frozen=True, slots=True)
class AddReport:
    """What came of adding image files.

    Attributes:
        image_ids: ids of the images that are in the project now, in the order given.
        problems: one error for each file that was left out.
    """

    image_ids: tuple[int, ...]
    problems: tuple[GarStudioError, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that was opened for a user.

    Attributes:
        document: the document.
        image_id: the image to show first, or None if the project has none.
        problems: files that were left out, and why.
    """

    document: Document
    image_id: int | None
    problems: tuple[GarStudioError, ...] = ()


def open_project(path: Path, *, read_only: bool = False, create: bool = False) -> Document:
    """Open a project file as a document.

    Raises:
        StoreError: it is missing, damaged or no project.
    """
    store = open_store(path, read_only=read_only, create=create)
    try:
        return Document(store)
    except BaseException:
        store.close()
        raise


def open_target(target: Path) -> Opened:
    """Open an image, a folder of images or a project file.

    An image or a folder gets a project beside it (`FOLDER/FOLDER.garproj`), made when missing.

    Raises:
        ImageError: the image cannot be opened, or the folder has none.
        StoreError: the project cannot be opened.
    """
    if target.suffix.lower() == SUFFIX:
        document = open_project(target)
        images = document.images()
        return Opened(document, images[0].id if images else None)
    if target.is_dir():
        return _open_folder(target.resolve())
    folder = target.resolve().parent
    path_in_project(target, folder)
    read_facts(target)  # an unreadable file makes no project
    document = open_project(project_of(folder), create=True)
    with _closed_on_error(document):
        report = add_images(document, [target])
    return Opened(document, report.image_ids[0] if report.image_ids else None, report.problems)


def add_images(document: Document, paths: Iterable[Path]) -> AddReport:
    """Add image files to the project; files that cannot be read are left out and reported.

    Raises:
        StoreError: the project cannot be written.
    """
    found: list[tuple[str, ImageFacts]] = []
    problems: list[GarStudioError] = []
    for path in paths:
        try:
            found.append((path_in_project(path, document.path.parent), read_facts(path)))
        except ImageError as error:
            problems.append(error)
    records = document.add_images(found)
    return AddReport(tuple(record.id for record in records), tuple(problems))


def _open_folder(folder: Path) -> Opened:
    project = project_of(folder)
    paths = find_images(folder)
    if not paths and not project.exists():
        raise ImageError(
            tr("There are no images in “{folder}”.", folder=folder),
            advice=tr("Open a folder with JPEG, PNG, TIFF, WebP, BMP or GIF files."),
        )
    document = open_project(project, create=True)
    problems: tuple[GarStudioError, ...] = ()
    if not document.read_only:
        with _closed_on_error(document):
            problems = add_images(document, paths).problems
    images = document.images()
    return Opened(document, images[0].id if images else None, problems)


@contextmanager
def _closed_on_error(document: Document) -> Iterator[None]:
    """Close a document that the caller will never see."""
    try:
        yield
    except BaseException:
        document.close()
        raise


def project_of(folder: Path) -> Path:
    """Return where a folder's own project is, or would be."""
    return folder / f"{folder.name or 'project'}{SUFFIX}"


def remove_project(path: Path) -> None:
    """Remove a project that was made a moment ago for what then came to nothing; it is closed."""
    for suffix in ("", "-wal", "-shm", "-lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def path_in_project(path: Path, folder: Path) -> str:
    """Return the path relative to the project's folder, where there is such a path.

    Raises:
        ImageError: its name is not text, which the project could not keep.
    """
    absolute = path.resolve()
    try:
        str(absolute).encode("utf-8")
    except UnicodeEncodeError as error:
        name = os.fsencode(path.name).decode("utf-8", "replace")
        raise ImageError(
            tr("The name of “{name}” (or of its folder) is not valid Unicode.", name=name),
            advice=tr("Rename it, then open it again."),
        ) from error
    try:
        return Path(os.path.relpath(absolute, folder.resolve())).as_posix()
    except ValueError:  # another drive
        return absolute.as_posix()
