"""Writes what an import brings into an open transaction, image by image."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from gar_studio.annotation.category_names import tidy
from gar_studio.annotation.colours import region_colour
from gar_studio.annotation.exchange import AskedRegion, Exchange, Relation
from gar_studio.annotation.mentions import from_shown
from gar_studio.annotation.region import (
    DEFAULT_CATEGORY_ID,
    PERSON,
    Caption,
    Category,
    ImageRecord,
    Provenance,
    Region,
    utc_now,
)
from gar_studio.annotation.review import ImageState
from gar_studio.document import edits as edit_codec
from gar_studio.document.branches import KEYS
from gar_studio.document.document import Document
from gar_studio.document.edits import Edit
from gar_studio.formats.incoming import ReadExchange, ReadImage, ReadRegion, ReadRelation, SaysMore
from gar_studio.formats.plan import ImportPlan, PlannedImage
from gar_studio.language import mark
from gar_studio.store.extras import FILE
from gar_studio.store.project import ProjectStore

IMPORTED: Final = "import"
"""`Provenance.model` of masks that came with a file which does not say who made them."""

MAX_ID: Final = 1 << 30
"""Highest id of a file that the project keeps as its own; there has to be room above it."""


def match(
    regions: Sequence[ReadRegion],
    existing: Sequence[Region],
    name_of: Callable[[str], str],
    category_of: Callable[[Region], str],
) -> list[Region | None]:
    """Return for each region of a file the one that is there already, or None.

    Args:
        regions: those of the file.
        existing: those of the project's image.
        name_of: gives the project's name for a category of the file.
        category_of: gives the name of a region's category.
    """
    if not existing:
        return [None] * len(regions)
    there: dict[tuple[bytes, str], list[Region]] = {}
    for region in reversed(existing):
        there.setdefault((region.mask.counts, category_of(region)), []).append(region)
    found = (there.get((read.mask.counts, name_of(read.category))) for read in regions)
    return [same.pop() if same else None for same in found]


class _Ids:
    """Gives ids of one table: the file's own where no row ever had it, else new ones above."""

    def __init__(self, *, last: int, highest: int) -> None:
        self._last = last
        self._next = max(last, highest) + 1
        self._given: set[int] = set()

    def take(self, source_id: int | None) -> int:
        if source_id is not None and self._last < source_id <= MAX_ID:
            before = len(self._given)
            self._given.add(source_id)
            if len(self._given) > before:
                return source_id
        self._next += 1
        return self._next - 1

    @property
    def last(self) -> int:
        """The highest id that was given, or was before."""
        return self._next - 1


class Intake:
    """See `apply_import`, which is its one user."""

    def __init__(self, document: Document, store: ProjectStore, plan: ImportPlan) -> None:
        self._document = document
        self._store = store
        self._plan = plan
        self._at = utc_now()
        self._ids = {
            table: _Ids(last=store.last_id(table), highest=highest)
            for table, highest in plan.highest.items()
        }
        self._counts = dict.fromkeys(
            ("images", "regions", "filled", "relations", "exchanges", "categories"), 0
        )
        self._new = frozenset(plan.new_categories)
        self._names = dict(plan.present_categories)
        self._categories = {c.name: c for c in document.categories()}
        self._first = document.category(DEFAULT_CATEGORY_ID)
        self._create_categories()
        if isinstance(plan.incoming, SaysMore) and plan.incoming.extra:
            self._keep(FILE, 0, None, plan.incoming.extra)

    def finish(self) -> dict[str, int]:
        """Reserve the ids that were given; return how much was added, by what."""
        for table, ids in self._ids.items():
            if table != "image":  # SQLite keeps that one's mark itself
                self._store.reserve_ids(table, ids.last)
        return self._counts

    def add(self, planned: PlannedImage, read: ReadImage) -> None:
        """Write one image's labels, with one step of undo."""
        image_id = self._image(planned, read)
        known = planned.image_id is not None
        has_regions = known and self._document.region_count(image_id) > 0
        existing = self._document.regions(image_id) if has_regions else ()
        matched = match(read.regions, existing, self._name_of, self._category_name)
        ids = [
            self._ids["region"].take(one.source_id) if there is None else there.id
            for one, there in zip(read.regions, matched, strict=True)
        ]
        mentions = dict(enumerate(ids, start=1))
        position = existing[-1].position + 1 if existing else 1
        edits: list[Edit] = []
        added = 0
        for one, there, region_id in zip(read.regions, matched, ids, strict=True):
            caption = self._caption(one, mentions)
            if there is not None:
                filled = replace(
                    there, caption=there.caption or caption, review=there.review or one.review
                )
                if filled != there:
                    edits.append(Edit(there, filled))
                    self._counts["filled"] += 1
                continue
            place = len(existing) + added
            edits.append(
                Edit(
                    None,
                    Region(
                        id=region_id,
                        image_id=image_id,
                        position=position + added,
                        mask=one.mask,
                        colour=region_colour(place),
                        category_id=self._categories[self._name_of(one.category)].id,
                        provenance=one.provenance
                        or Provenance(IMPORTED, prompt=self._plan.format, at=self._at),
                        caption=caption,
                        review=one.review,
                    ),
                )
            )
            self._keep("region", region_id, one.source_id, one.extra)
            added += 1
        edits += self._relations(image_id, read, ids, mentions, known=known)
        edits += self._exchanges(image_id, read, ids, mentions, known=known)
        edits += self._state(image_id, read)
        self._counts["regions"] += added
        self._write(image_id, edits, added)

    # --- parts ---

    def _write(self, image_id: int, edits: Sequence[Edit], added: int) -> None:
        if not edits:
            return
        self._store.put_all(edit.row for edit in edits)
        regions = "1 region" if added == 1 else f"{added:,} regions"
        name = f"import {regions}" if added else mark("import labels")
        self._store.push_history(image_id, name, edit_codec.encode(tuple(edits)))

    def _image(self, planned: PlannedImage, read: ReadImage) -> int:
        if planned.image_id is not None:
            return planned.image_id
        facts = planned.facts
        assert facts is not None, "a new image was read for the plan"
        image_id = self._ids["image"].take(read.source_id)
        self._store.put_image(
            ImageRecord(
                image_id, planned.path, facts.width, facts.height, facts.file_size, facts.digest
            )
        )
        self._counts["images"] += 1
        self._keep("image", image_id, read.source_id, read.extra)
        return image_id

    def _caption(self, read: ReadRegion, mentions: Mapping[int, int]) -> Caption | None:
        if not read.caption:
            return None
        provenance = read.caption_provenance or self._by(read.caption_model)
        return Caption(from_shown(read.caption, mentions), provenance)

    def _relations(
        self,
        image_id: int,
        read: ReadImage,
        ids: Sequence[int],
        mentions: Mapping[int, int],
        *,
        known: bool,
    ) -> list[Edit]:
        if not read.relations:
            return []
        there = self._document.relations(image_id) if known else ()
        taken = {(r.subject_id, r.predicate, r.object_ids) for r in there}
        found: list[Edit] = []
        for one in read.relations:
            relation = self._relation(one, image_id, ids, mentions)
            if (relation.subject_id, relation.predicate, relation.object_ids) in taken:
                continue
            relation = replace(relation, id=self._ids["relation"].take(one.source_id))
            self._keep("relation", relation.id, one.source_id, one.extra)
            found.append(Edit(None, relation))
        self._counts["relations"] += len(found)
        return found

    def _relation(
        self, read: ReadRelation, image_id: int, ids: Sequence[int], mentions: Mapping[int, int]
    ) -> Relation:
        return Relation(
            id=0,
            image_id=image_id,
            subject_id=ids[read.subject],
            predicate=from_shown(read.predicate, mentions),
            object_ids=tuple(ids[place] for place in read.objects),
            answer=from_shown(read.answer, mentions),
            parsed=read.parsed,
            provenance=read.provenance or self._by(read.model),
        )

    def _exchanges(
        self,
        image_id: int,
        read: ReadImage,
        ids: Sequence[int],
        mentions: Mapping[int, int],
        *,
        known: bool,
    ) -> list[Edit]:
        if not read.exchanges:
            return []
        there = self._document.exchanges(image_id) if known else ()
        taken = {(e.region_ids, e.question, e.answer) for e in there}
        found: list[Edit] = []
        for one in read.exchanges:
            exchange = self._exchange(one, read, image_id, ids, mentions)
            if (exchange.region_ids, exchange.question, exchange.answer) in taken:
                continue
            exchange = replace(exchange, id=self._ids["exchange"].take(one.source_id))
            self._keep("exchange", exchange.id, one.source_id, one.extra)
            found.append(Edit(None, exchange))
        self._counts["exchanges"] += len(found)
        return found

    def _exchange(
        self,
        one: ReadExchange,
        read: ReadImage,
        image_id: int,
        ids: Sequence[int],
        mentions: Mapping[int, int],
    ) -> Exchange:
        asked = (AskedRegion(ids[i], read.regions[i].mask.version) for i in one.regions)
        return Exchange(
            id=0,
            image_id=image_id,
            task="ask",
            regions=tuple(asked),
            question=from_shown(one.question, mentions),
            answer=from_shown(one.answer, mentions),
            reason="end",
            provenance=one.provenance or self._by(one.model),
            accepted=True,
        )

    def _state(self, image_id: int, read: ReadImage) -> list[Edit]:
        said = read.state
        before = self._document.image_state(image_id)
        if said is None or before != ImageState(image_id):  # what was said here stays
            return []
        state = ImageState(image_id, said.done, said.flagged, said.note, said.by, said.at)
        return [] if state == before else [Edit(None, state)]

    def _create_categories(self) -> None:
        listed = self._plan.incoming.categories()
        mark = self._store.last_id("category")
        usable = [c.source_id for c in listed if c.source_id is not None and c.source_id <= MAX_ID]
        ids = _Ids(last=mark, highest=max(usable, default=0))
        used = {category.key for category in self._categories.values()}
        free = iter([digit for digit in KEYS if digit not in used])
        source_ids: dict[str, int | None] = {}
        for one in listed:
            source_ids.setdefault(self._name_of(one.name), one.source_id)
        edits: list[Edit] = []
        for name in self._plan.new_categories:
            category_id = ids.take(source_ids.get(name))
            colour = region_colour(category_id - 1)
            self._categories[name] = Category(category_id, name, colour, next(free, ""))
            edits.append(Edit(None, self._categories[name]))
        if edits:
            self._store.put_all(edit.row for edit in edits)
            self._store.push_history(None, "import categories", edit_codec.encode(tuple(edits)))
            self._store.reserve_ids("category", ids.last)
        self._counts["categories"] = len(edits)
        for one in listed:
            self._keep(
                "category", self._categories[self._name_of(one.name)].id, one.source_id, one.extra
            )

    def _name_of(self, name: str) -> str:
        """Return the project's name for a category of the file; see the plan."""
        known = self._names.get(name)
        if known is not None:
            return known
        cleaned = tidy(name)
        there = cleaned in self._categories or cleaned in self._new
        self._names[name] = cleaned if there else self._first.name
        return self._names[name]

    def _category_name(self, region: Region) -> str:
        return self._document.category(region.category_id).name

    def _by(self, model: str) -> Provenance:
        return Provenance(model or PERSON, at=self._at)

    def _keep(self, kind: str, row_id: int, source_id: int | None, keys: bytes) -> None:
        """Keep what the file says of a row, unless it says nothing more or something is kept."""
        if source_id == row_id:
            source_id = None
        if source_id is not None or keys:
            self._store.put_extra(
                kind, row_id, form=self._plan.format, source_id=source_id, keys=keys
            )
