"""What happens to images' files: they are found again elsewhere, or take another content."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gar_studio.annotation.region import ImageRecord
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError
from gar_studio.image_files import is_missing
from gar_studio.images import ImageFacts
from gar_studio.language import mark, tr
from gar_studio.store.project import ProjectStore

if TYPE_CHECKING:
    from gar_studio.document.document import Document


@dataclass(frozen=True, slots=True)
class RelinkImages:
    """Points images to where their files are now; labels stay as they are.

    Attributes:
        paths: ids of images, and their new paths in the project.
    """

    paths: tuple[tuple[int, str], ...]
    image_id: int | None = None
    name: str = mark("find images again")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        images = {image.id: image for image in document.images()}
        owners = {image.path: image.id for image in images.values()}
        waiting = {image_id: path for image_id, path in self.paths if image_id in images}
        edits: list[Edit] = []

        def move(image_id: int, path: str) -> None:
            moved = replace(images[image_id], path=path)
            edits.append(Edit(images[image_id], moved))
            owners.pop(images[image_id].path)
            owners[path] = image_id
            images[image_id] = moved

        # No two images may have one path at any moment, so the places that are free come first.
        while waiting:
            free = [i for i, path in waiting.items() if owners.get(path, i) == i]
            for image_id in free:
                if owners.get(waiting[image_id], image_id) == image_id:  # not given away meanwhile
                    move(image_id, waiting.pop(image_id))
            if free:
                continue
            image_id, path = next(iter(waiting.items()))
            if owners[path] not in waiting:
                raise CommandError(
                    tr("“{path}” belongs to another image of the project already.", path=path),
                    advice=tr("Take that image out first, or leave this one as it is."),
                )
            move(image_id, f".moving-{image_id}")  # they wait for each other in a ring
        return tuple(edits)


@dataclass(frozen=True, slots=True)
class AcceptImageFile:
    """Takes an image's file as it is now for the image that was labelled.

    Attributes:
        facts: of the file as it is now.
    """

    image_id: int
    facts: ImageFacts
    name: str = mark("accept changed file")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        image, facts = document.image(self.image_id), self.facts
        same_size = (image.width, image.height) == (facts.width, facts.height)
        if not same_size and document.regions(self.image_id):
            raise CommandError(
                tr(
                    "“{path}” has {width}×{height} pixels now, and its masks were "
                    "made for {image_width}×{image_height}: they do not fit any "
                    "more.",
                    path=image.path,
                    width=facts.width,
                    height=facts.height,
                    image_width=image.width,
                    image_height=image.height,
                ),
                kept=tr("The masks are kept as they are."),
                advice=tr("Put the old file back, or delete the image's regions first."),
            )
        accepted = replace(
            image,
            width=facts.width,
            height=facts.height,
            file_size=facts.file_size,
            digest=facts.digest,
        )
        return (Edit(image, accepted),)


def moved_images(
    found: Sequence[tuple[str, ImageFacts]], images: Iterable[ImageRecord], folder: Path
) -> dict[str, ImageRecord]:
    """Return the images that these files were when they had another name, by the new path.

    Args:
        found: paths in the project, none of them an image's, and facts of the files.
        images: those of the project.
        folder: the project's.
    """
    by_content: defaultdict[tuple[int, str], list[ImageRecord]] = defaultdict(list)
    wanted = {(facts.file_size, facts.digest) for _, facts in found if facts.digest}
    for image in images:
        if (image.file_size, image.digest) in wanted and is_missing(folder / image.path):
            by_content[image.file_size, image.digest].append(image)
    moved: dict[str, ImageRecord] = {}
    for path, facts in found:
        lost = by_content.get((facts.file_size, facts.digest))
        if lost and path not in moved and not is_missing(folder / path):
            moved[path] = replace(lost.pop(0), path=path)
    return moved


def add_images(
    store: ProjectStore, images: Iterable[ImageRecord], found: Iterable[tuple[str, ImageFacts]]
) -> tuple[ImageRecord, ...]:
    """Add images to a project's file; those that only moved get their new path.

    Args:
        store: the file.
        images: those that it has.
        found: paths in the project, and facts of the files.

    Returns:
        The records of all that were found, in the given order.
    """
    listed, by_path = list(found), {image.path: image for image in images}
    if new := [one for one in listed if one[0] not in by_path]:
        moved = moved_images(new, by_path.values(), store.folder)
        with store.transaction():
            for path, facts in new:
                if path in moved:
                    store.put(moved[path])
                    by_path[path] = moved[path]
                elif path not in by_path:
                    by_path[path] = store.add_image(path, facts)
    return tuple(by_path[path] for path, _ in listed)


class Places:
    """Which image has which path, while undo or redo moves them one after the other."""

    def __init__(self, images: Mapping[int, ImageRecord]) -> None:
        self._images = images
        self._paths: dict[int, str] = {}
        self._owners: dict[str, int] = {}

    def take(self, wanted: ImageRecord) -> bool:
        """Give an image its path; return False where another one has it by now."""
        if not self._owners:  # not before it is needed: there may be many images
            self._paths = {image.id: image.path for image in self._images.values()}
            self._owners = {path: image_id for image_id, path in self._paths.items()}
        if self._owners.get(wanted.path, wanted.id) != wanted.id:
            return False
        self._owners.pop(self._paths.get(wanted.id, ""), None)
        self._paths[wanted.id] = wanted.path
        self._owners[wanted.path] = wanted.id
        return True
