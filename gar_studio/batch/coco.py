"""Takes the regions of a COCO file into a batch's project, each image once."""

from collections.abc import Callable, Iterator
from pathlib import Path

from gar_studio.annotation.region import utc_now
from gar_studio.document.document import Document
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import FormatError, GarStudioError
from gar_studio.formats.coco_import import open_coco
from gar_studio.formats.coco_rows import BOX_ONLY
from gar_studio.formats.importing import apply_import, plan_import
from gar_studio.formats.plan import Fate, ImportPlan
from gar_studio.language import tr
from gar_studio.workspace import path_in_project

_TAKEN = "batch.taken."
_STEP = 50
"""Images between two words about how far it is."""


def take_in(
    document: Document,
    file: Path,
    photos: Path | None,
    *,
    cancel: CancelToken,
    tell: Callable[[int, int], None],
) -> tuple[tuple[str, ...], tuple[GarStudioError, ...]]:
    """Take a COCO file's images and regions into a project.

    The first time the images that the project has get their regions too.  From then on the project
    has its own life, and only images that it lacks come in: what was taken in and then changed,
    thrown out or described is not touched.

    Args:
        document: open for writing.
        file: the file.
        photos: the folder that its names of photos are in; None for its own.
        cancel: stops it; nothing is written then.
        tell: called with the images looked at so far, and of how many.

    Returns:
        What there is to say, and an error for each image or kind of annotation left out.

    Raises:
        FormatError: it is no COCO file, or none of its photos is there.
        StoreError: the project cannot be written.
        Cancelled: the token was cancelled.
    """

    def told(done: int, total: int) -> None:
        cancel.check()
        if done % _STEP == 0:
            tell(done, total)

    folder = photos or file.resolve().parent
    plan = plan_import(document, open_coco(file, folder), folder, told)
    if plan.is_empty:
        raise FormatError(
            tr("No photo that “{name}” names is in “{folder}”.", name=file.name, folder=folder),
            advice=tr("Name the folder of its photos with --images."),
        )
    key = _TAKEN + path_in_project(file, document.path.parent)
    fates = (Fate.NEW,) if document.notes.get(key) else (Fate.KNOWN, Fate.NEW)
    missing = tuple(_missing(plan, folder))
    if not any(image.fate in fates for image in plan.images):
        return (), missing
    result = apply_import(document, plan, told, fates=fates)
    document.notes.put(key, utc_now())
    came = tr(
        "{images:,} images and {regions:,} regions came from “{name}”.",
        images=result.images,
        regions=result.regions,
        name=file.name,
    )
    return (came, *_notes(plan)), (*missing, *_left_out(plan))


def _notes(plan: ImportPlan) -> Iterator[str]:
    if plan.new_categories:
        yield tr("New categories: {names}.", names=", ".join(plan.new_categories))
    for name, other in plan.alike:
        yield tr("“{name}” differs only in case from “{other}”.", name=name, other=other)
    if boxes := plan.problems.get(BOX_ONLY):
        yield tr("{count:,} annotations are boxes; --segment boxes cuts them out.", count=boxes)


def _missing(plan: ImportPlan, folder: Path) -> Iterator[GarStudioError]:
    for image in plan.images:
        if image.fate not in (Fate.KNOWN, Fate.NEW):
            fate = tr(image.fate.value)
            yield FormatError(
                tr("“{name}”: {fate} (“{folder}”).", name=image.name, fate=fate, folder=folder)
            )


def _left_out(plan: ImportPlan) -> Iterator[GarStudioError]:
    for name in plan.unusable:
        yield FormatError(tr("No category can be called “{name}”.", name=name))
    for what, count in plan.problems.items():
        if what != BOX_ONLY:
            place = next(iter(plan.examples.get(what, ())), "…")
            yield FormatError(
                tr("{count:,} {what}, such as {place}.", count=count, what=tr(what), place=place)
            )
