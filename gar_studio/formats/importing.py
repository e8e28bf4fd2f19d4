"""Takes labels of other files into a project: first a plan, then all of it in one transaction."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from gar_studio.annotation.category_names import has_empty_part, tidy
from gar_studio.annotation.region import DEFAULT_CATEGORY_ID, ImageRecord
from gar_studio.document.document import Document
from gar_studio.errors import FormatError, ImageError
from gar_studio.formats.incoming import Incoming, ReadImage, ReadRegion
from gar_studio.formats.intake import MAX_ID, Intake, match
from gar_studio.formats.plan import Fate, ImportPlan, PlannedImage
from gar_studio.images import ImageFacts, read_facts
from gar_studio.language import tr
from gar_studio.workspace import path_in_project

Tell = Callable[[int, int], None]
"""Called with the images done and their number (0 while unknown); what it raises stops it."""

_KEPT_BYTES = 256 << 20  # of what was read for the plan, so that it is not read twice
_OVERHEAD = 1000  # bytes of a region in memory, beside its mask


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import wrote.

    Attributes:
        images: images that were added.
        regions: regions that were added.
        filled: regions of the project that got the caption or the review that they had not.
        relations: relations that were added.
        exchanges: questions that were added with their answers.
        categories: categories that were added.
    """

    images: int = 0
    regions: int = 0
    filled: int = 0
    relations: int = 0
    exchanges: int = 0
    categories: int = 0


def plan_import(
    document: Document,
    incoming: Incoming,
    folder: Path,
    tell: Tell = lambda _done, _all: None,
) -> ImportPlan:
    """Find out what importing a file would do; nothing is written.

    An image of the file is an image of the project if its photo has the same path there, or the
    same bytes, or the file's name for it is the project's.  A region is there already if the image
    has one with the same mask and category.

    Args:
        document: the project.
        incoming: the file.
        folder: the folder of photos, which nothing outside is taken from.
        tell: called with the images done.

    Raises:
        FormatError: the file cannot be read on.
    """
    names = _Names(document, incoming)
    finder = _Finder(document, folder)
    planned: list[PlannedImage] = []
    kept: list[ReadImage] | None = []
    size = 0
    highest = dict.fromkeys(("image", "region", "relation", "exchange"), 0)
    total = getattr(incoming, "image_count", lambda: 0)()
    for done, read in enumerate(incoming.images()):
        tell(done, total)
        names.see(read.regions)
        found = finder.plan(read)
        planned.append(_with_counts(found, read, document, names))
        _raise_highest(highest, read)
        size += sum(len(r.mask.counts) + len(r.extra) + _OVERHEAD for r in read.regions)
        if size > _KEPT_BYTES:
            kept = None
        if kept is not None:
            kept.append(read)
    problems = incoming.problems
    return ImportPlan(
        format=incoming.format,
        images=tuple(planned),
        new_categories=names.new,
        present_categories=names.present,
        alike=names.alike,
        unusable=names.unusable,
        problems=dict(problems.counts),
        examples={what: tuple(places) for what, places in problems.examples.items()},
        highest=highest,
        incoming=incoming,
        kept=None if kept is None else tuple(kept),
    )


def apply_import(
    document: Document,
    plan: ImportPlan,
    tell: Tell = lambda _done, _all: None,
    *,
    fates: Container[Fate] = (Fate.KNOWN, Fate.NEW),
) -> ImportResult:
    """Do what a plan says, in one transaction; each image gets one step of undo.

    Regions that are there stay as they are; what they lack, a caption or a review, comes in.

    Args:
        document: the project, open for writing.
        plan: made of the same project.
        tell: called with the images done and their number; what it raises undoes all of it.
        fates: images of these come in; a known image may be left as it is.

    Raises:
        FormatError: the file cannot be read on; nothing was changed.
        StoreError: the project cannot be written; nothing was changed.
    """
    total = len(plan.images)
    with document.bulk() as store:
        intake = Intake(document, store, plan)
        source: Iterable[ReadImage] = plan.incoming.images() if plan.kept is None else plan.kept
        for done, (planned, read) in enumerate(zip_longest(plan.images, source)):
            tell(min(done, total), total)
            if planned is None or read is None or planned.name != read.name:
                raise FormatError(
                    tr("The files that are imported have changed meanwhile."),
                    advice=tr("Import them again."),
                )
            if planned.fate in fates:
                intake.add(planned, read)
        return ImportResult(**intake.finish())


class _Names:
    """Sorts the file's categories into those that the project has and those that it lacks."""

    def __init__(self, document: Document, incoming: Incoming) -> None:
        self._there = {category.name for category in document.categories()}
        self._folded = {name.casefold(): name for name in self._there}
        self._paths = {one.name: one.path for one in incoming.categories() if one.path}
        self.present: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._alike: dict[str, str] = {}
        self._unusable: dict[str, None] = {}
        self._first = document.category(DEFAULT_CATEGORY_ID).name
        for one in incoming.categories():
            self.name_of(one.name)

    def see(self, regions: Iterable[ReadRegion]) -> None:
        """Take note of categories that no list named."""
        for region in regions:
            self.name_of(region.category)

    def name_of(self, name: str) -> str:
        """Return the name that a category of the file has, or will have, in the project."""
        if not name:
            return self._first
        known = self.present.get(name) or self._new.get(name)
        if known is not None:
            return known
        if name in self._unusable:
            return self._first
        cleaned = tidy(name)
        path = tidy(self._paths.get(name, ""))
        for choice in (cleaned, path):
            if choice in self._there:
                self.present[name] = choice
                return choice
        if not cleaned or has_empty_part(cleaned):
            self._unusable[name] = None
            return self._first
        other = self._folded.setdefault(cleaned.casefold(), cleaned)
        if other != cleaned:
            self._alike[cleaned] = other
        self._new[name] = cleaned
        return cleaned

    @property
    def new(self) -> tuple[str, ...]:
        """Names that the project lacks, each once, in the file's order."""
        return tuple(dict.fromkeys(self._new.values()))

    @property
    def alike(self) -> tuple[tuple[str, str], ...]:
        """New names that differ only in case from another, each with that one."""
        return tuple(self._alike.items())

    @property
    def unusable(self) -> tuple[str, ...]:
        """Names that no category can have."""
        return tuple(self._unusable)


class _Finder:
    """Finds the images of a file in the project, or else their photos."""

    def __init__(self, document: Document, folder: Path) -> None:
        self._project = document.path.parent
        self._folder = folder.resolve()
        self._by_path = {image.path: image for image in document.images()}
        self._by_digest = {image.digest: image for image in reversed(document.images())}
        self._taken: set[str] = set()

    def plan(self, read: ReadImage) -> PlannedImage:
        """Say what becomes of an image."""
        record, path, facts = self._find(read)
        if record is not None:
            key, size = f"id {record.id}", (record.width, record.height)
        elif facts is not None:
            key, size = path, (facts.width, facts.height)
        else:
            return PlannedImage(read.name, Fate.MISSING)
        if size != (read.width, read.height):
            return PlannedImage(read.name, Fate.OTHER_SIZE)
        if key in self._taken:
            return PlannedImage(read.name, Fate.REPEATED)
        self._taken.add(key)
        if record is not None:
            return PlannedImage(read.name, Fate.KNOWN, image_id=record.id)
        return PlannedImage(read.name, Fate.NEW, path=path, facts=facts)

    def _find(self, read: ReadImage) -> tuple[ImageRecord | None, str, ImageFacts | None]:
        """Return the image's record, or else its path in the project and the facts of its photo."""
        photo = read.path
        if photo is not None and not photo.resolve().is_relative_to(self._folder):
            photo = None
        path = ""
        if photo is not None:
            try:
                path = path_in_project(photo, self._project)
            except ImageError:  # its name is no text
                photo = None
        record = self._by_path.get(path) or self._by_path.get(read.name)
        if record is None and read.digest:
            record = self._by_digest.get(read.digest)
        if record is not None or photo is None:
            return record, "", None
        try:
            facts = read_facts(photo)
        except ImageError:
            return None, "", None
        return self._by_digest.get(facts.digest), path, facts


def _with_counts(
    found: PlannedImage, read: ReadImage, document: Document, names: _Names
) -> PlannedImage:
    if found.fate not in (Fate.KNOWN, Fate.NEW):
        return replace(found, left_out=len(read.regions))
    image_id = found.image_id
    if image_id is None or not document.region_count(image_id):
        return replace(found, new=len(read.regions))
    matched = match(
        read.regions,
        document.regions(image_id),
        names.name_of,
        lambda region: document.category(region.category_id).name,
    )
    present = sum(region is not None for region in matched)
    return replace(found, present=present, new=len(matched) - present)


def _raise_highest(highest: dict[str, int], read: ReadImage) -> None:
    told = {
        "image": (read.source_id,),
        "region": (region.source_id for region in read.regions),
        "relation": (relation.source_id for relation in read.relations),
        "exchange": (exchange.source_id for exchange in read.exchanges),
    }
    for table, ids in told.items():
        for source_id in ids:
            if source_id is not None and highest[table] < source_id <= MAX_ID:
                highest[table] = source_id
