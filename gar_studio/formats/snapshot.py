"""A project's labels as they are at one moment, read from its file beside whoever writes it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from sqlite3 import Row
from typing import TypeVar

from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mask_batch import masks_from
from gar_studio.annotation.region import (
    DEFAULT_CATEGORY_ID,
    DEFAULT_CATEGORY_NAME,
    Category,
    ImageRecord,
    Region,
    default_category,
    heir,
)
from gar_studio.annotation.review import ImageState, progress
from gar_studio.formats.labels import ImageLabels
from gar_studio.formats.selection import Selection
from gar_studio.store import extras, rows
from gar_studio.store.extras import Extra
from gar_studio.store.opening import open_store
from gar_studio.store.project import ProjectStore

_PAGE = 32  # images that are read at once

_IMAGES = (
    "SELECT * FROM image WHERE id > ? "
    "AND (? OR id IN (SELECT value FROM json_each(?))) ORDER BY id LIMIT ?"
)
_REGIONS = "SELECT * FROM region WHERE image_id BETWEEN ? AND ? ORDER BY image_id, position, id"
_RELATIONS = "SELECT * FROM relation WHERE image_id BETWEEN ? AND ? ORDER BY image_id, id"
_EXCHANGES = "SELECT * FROM exchange WHERE image_id BETWEEN ? AND ? ORDER BY image_id, id"

_MASK = (int, int, bytes)
_TOO_LARGE = 2**62  # pixels that no array counts

_EVERYTHING = Selection()

RowT = TypeVar("RowT", Region, Relation, Exchange)


@contextmanager
def project_labels(project: Path, selection: Selection = _EVERYTHING) -> Iterator["ProjectLabels"]:
    """Open a project's labels for an export, on any thread and beside a window that writes.

    Args:
        project: the project's file.
        selection: what is taken.

    Raises:
        StoreError: it cannot be opened.
    """
    store = open_store(project, read_only=True)
    try:
        store.hold()
        yield ProjectLabels(store, selection)
    finally:
        store.close()


class ProjectLabels:
    """See `Labels`.  Memory holds the labels of a few images at a time."""

    def __init__(self, store: ProjectStore, selection: Selection) -> None:
        self.title = store.path.stem
        self.project = store.path
        self._store = store
        self._selection = selection
        self._categories = {category.id: category for category in store.categories()}
        self._categories.setdefault(DEFAULT_CATEGORY_ID, default_category())
        self._wanted = frozenset(heir(i, self._categories).id for i in selection.categories)
        self._states = {state.id: state for state in store.image_states()}
        self._has_extras = extras.are_there(store)

    def categories(self) -> tuple[Category, ...]:
        """See `Labels`."""
        # In a damaged file the first one may be merged and stand for others all the same.
        found = [c for c in self._categories.values() if heir(c.id, self._categories).id == c.id]
        if self._wanted:
            found = [category for category in found if category.id in self._wanted]
        others = len(found) > 1
        first = self._categories[DEFAULT_CATEGORY_ID]
        untouched = first.name == DEFAULT_CATEGORY_NAME and first.merged_into is None
        said = self.extras_of("category", "coco")
        # The category that every project begins with gives way to those of an imported file.
        if others and untouched and said and first.id not in said and not self._is_used(first):
            found.remove(first)
        return tuple(sorted(found, key=lambda category: category.id))

    def category_of(self, region: Region) -> Category:
        """See `Labels`."""
        return heir(region.category_id, self._categories)

    def image_count(self) -> int:
        """See `Labels`."""
        if self._selection.images:
            return len(self._selection.images)
        return int(self._store.select("SELECT COUNT(*) FROM image")[0][0])

    def extras_of(self, kind: str, form: str) -> Mapping[int, Extra]:
        """See `Labels`."""
        return extras.of_kind(self._store, kind, form) if self._has_extras else {}

    def images(self) -> Iterator[ImageLabels]:
        """See `Labels`.

        Raises:
            StoreError: the project cannot be read.
        """
        last, chosen = 0, self._selection.images
        listed = "[" + ",".join(map(str, sorted(chosen))) + "]"
        while True:
            page = self._store.read_rows(
                rows.image_from, _IMAGES, last, int(not chosen), listed, _PAGE
            )
            if not page:
                return
            yield from self._read(page)
            last = page[-1].id

    def _read(self, page: tuple[ImageRecord, ...]) -> Iterator[ImageLabels]:
        span = (page[0].id, page[-1].id)
        regions = _by_image(self._regions(span))
        relations = _by_image(self._store.read_rows(rows.relation_from, _RELATIONS, *span))
        exchanges = _by_image(self._store.read_rows(rows.exchange_from, _EXCHANGES, *span))
        kept = (
            extras.of_images(self._store, first=span[0], last=span[1]) if self._has_extras else {}
        )
        for image in page:
            labels = self._labels(
                image,
                regions.get(image.id, ()),
                relations.get(image.id, ()),
                exchanges.get(image.id, ()),
                kept.get(image.id, {}),
            )
            if labels is not None:
                yield labels

    def _regions(self, span: tuple[int, int]) -> tuple[Region, ...]:
        found = self._store.select(_REGIONS, *span)
        masks = iter(_masks(found))

        def read(row: Row) -> Region:
            mask: Mask | None = next(masks)
            return rows.region_from(row, mask)

        return self._store.each(read, found)

    def _labels(
        self,
        image: ImageRecord,
        regions: tuple[Region, ...],
        relations: tuple[Relation, ...],
        exchanges: tuple[Exchange, ...],
        kept: Mapping[tuple[str, int, str], Extra],
    ) -> ImageLabels | None:
        """Return what is chosen of an image, or None if the image is not."""
        selection = self._selection
        state = self._states.get(image.id)
        if selection.states and progress(state, regions=len(regions)) not in selection.states:
            return None
        part = selection.split.part_of(image.digest) if selection.split else ""
        if selection.parts and part not in selection.parts:
            return None
        chosen = tuple(region for region in regions if self._is_wanted(region))
        if not chosen and not selection.empty_images:
            return None
        numbers = {region.id: number for number, region in enumerate(regions, start=1)}
        ids = {region.id for region in chosen}
        related = tuple(r for r in relations if ids.issuperset((r.subject_id, *r.object_ids)))
        accepted = [_about_present(e, numbers) for e in exchanges if e.accepted]
        told = tuple(e for e in accepted if ids.issuperset(e.region_ids))
        return ImageLabels(
            image=image,
            file=self._store.folder / image.path,
            state=state or ImageState(image.id),
            part=part,
            regions=chosen,
            numbers=numbers,
            relations=related,
            exchanges=told,
            drafts=len(exchanges) - len(accepted),
            left_out=len(relations) - len(related) + len(accepted) - len(told),
            extras=kept,
        )

    def _is_wanted(self, region: Region) -> bool:
        if self._wanted and self.category_of(region).id not in self._wanted:
            return False
        verdicts = self._selection.verdicts
        return not verdicts or (region.review is not None and region.review.verdict in verdicts)

    def _is_used(self, category: Category) -> bool:
        return any(
            heir(category_id, self._categories).id == category.id
            for category_id in self._store.category_counts()
        )


def _masks(found: Sequence[Row]) -> list[Mask | None]:
    """Return the masks of regions' rows; none where one is damaged, which `region_from` says."""
    try:
        stored = [(row["mask_height"], row["mask_width"], row["mask_counts"]) for row in found]
    except LookupError:
        return [None] * len(found)
    if all(tuple(map(type, one)) == _MASK and abs(one[0] * one[1]) < _TOO_LARGE for one in stored):
        return masks_from(stored)
    return [None] * len(found)


def _about_present(exchange: Exchange, numbers: Mapping[int, int]) -> Exchange:
    """Leave out regions that were deleted since the question."""
    present = tuple(asked for asked in exchange.regions if asked.region_id in numbers)
    return exchange if len(present) == len(exchange.regions) else replace(exchange, regions=present)


def _by_image(found: tuple[RowT, ...]) -> dict[int, tuple[RowT, ...]]:
    return {image_id: tuple(group) for image_id, group in groupby(found, lambda row: row.image_id)}
