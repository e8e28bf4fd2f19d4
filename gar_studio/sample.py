"""The sample project: a few drawn scenes and free photographs to try the studio on."""

from importlib.resources import as_file, files
from pathlib import Path

from gar_studio.errors import StoreError
from gar_studio.files import atomic_write
from gar_studio.language import tr
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import add_images, open_project

_FOLDERS = ("scenes", "sample")
_IMAGES = (".jpg", ".jpeg", ".png")


def make_sample_project(folder: Path) -> Path:
    """Put the bundled images and a project with them into `folder`, where they are missing.

    What a person did to an earlier sample project in the same folder is kept.

    Returns:
        The project file.

    Raises:
        StoreError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = [name for source in _FOLDERS for name in _copy_images(source, folder)]
    except OSError as error:
        raise StoreError(
            tr(
                "The sample project cannot be put into “{folder}”: {strerror}.",
                folder=folder,
                strerror=error.strerror or error,
            ),
            advice=tr("Free some disk space, or set GAR_STUDIO_HOME to a folder you may write to."),
        ) from error
    project = folder / f"sample{SUFFIX}"
    document = open_project(project, create=True)
    try:
        if not document.read_only:
            add_images(document, [folder / name for name in names])
    finally:
        document.close()
    return project


def _copy_images(source: str, folder: Path) -> list[str]:
    """Copy the images of one of the program's folders that are missing; return all names."""
    names = []
    with as_file(files("resources") / source) as bundled:
        for image in sorted(bundled.iterdir()):
            if image.suffix.lower() not in _IMAGES:
                continue
            names.append(image.name)
            if not (folder / image.name).exists():
                with atomic_write(folder / image.name) as file:
                    file.write(image.read_bytes())
    return names
