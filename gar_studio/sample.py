"""The sample project: a few free photographs to try the studio on."""

from importlib.resources import as_file, files
from pathlib import Path

from gar_studio.errors import StoreError
from gar_studio.files import atomic_write
from gar_studio.store.project import SUFFIX
from gar_studio.workspace import add_images, open_project

_PHOTOS = ("jpg", "jpeg", "png")


def make_sample_project(folder: Path) -> Path:
    """Put the bundled photographs and a project with them into `folder`, where they are missing.

    What a person did to an earlier sample project in the same folder is kept.

    Returns:
        The project file.

    Raises:
        StoreError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with as_file(files("resources") / "sample") as source:
            photos = sorted(p for p in source.iterdir() if p.suffix[1:].lower() in _PHOTOS)
            for photo in photos:
                if not (folder / photo.name).exists():
                    with atomic_write(folder / photo.name) as file:
                        file.write(photo.read_bytes())
    except OSError as error:
        raise StoreError(
            f"The sample project cannot be put into “{folder}”: {error.strerror or error}.",
            advice="Free some disk space, or set GAR_STUDIO_HOME to a folder you may write to.",
        ) from error
    project = folder / f"sample{SUFFIX}"
    document = open_project(project, create=True)
    try:
        if not document.read_only:
            add_images(document, [folder / photo.name for photo in photos])
    finally:
        document.close()
    return project
