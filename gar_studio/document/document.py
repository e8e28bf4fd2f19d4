"""The open project.  Whatever changes it goes through `Document.do`, `undo` or `redo`."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from psygnal import Signal

from gar_studio.annotation.exchange import AskedRegion, Exchange, Relation
from gar_studio.annotation.mentions import from_shown, to_shown
from gar_studio.annotation.region import (
    DEFAULT_CATEGORY_ID,
    Category,
    ImageRecord,
    Region,
    default_category,
    heir,
)
from gar_studio.annotation.review import ImageState, Progress, progress, so_far
from gar_studio.document import edits as edit_codec
from gar_studio.document.changes import Changed
from gar_studio.document.commands import Command
from gar_studio.document.counting import RegionCounts
from gar_studio.document.edits import Edit, find, get, merge, with_edit
from gar_studio.document.image_commands import Places, add_images
from gar_studio.document.locking import refuse_locked
from gar_studio.document.settling import settle
from gar_studio.images import ImageFacts
from gar_studio.language import mark
from gar_studio.store.copying import BackupReport
from gar_studio.store.notes import Notes
from gar_studio.store.project import ProjectStore
from gar_studio.store.rows import TABLES, Row
from gar_studio.store.search import ImageSearch

_STICKY = "sticky_category"


class Document:
    """A project in memory and on disk at once: a change is in the file before it is seen.

    Used by one thread.  Reading returns frozen values that may go to others.
    """

    changed = Signal(Changed)

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self.search, self.notes = ImageSearch(store), Notes(store)
        self._read()

    def _read(self) -> None:
        """Read what is small, and forget the rest until it is asked for."""
        self._images = {image.id: image for image in self._store.images()}
        self._categories = {category.id: category for category in self._store.categories()}
        # Only a file that was tampered with lacks it; its regions are shown all the same.
        self._categories.setdefault(DEFAULT_CATEGORY_ID, default_category())
        self._states = {state.id: state for state in self._store.image_states()}
        self._counts = RegionCounts(self._store)
        self._regions: dict[int, tuple[Region, ...]] = {}
        self._exchanges: dict[int, tuple[Exchange, ...]] = {}
        self._relations: dict[int, tuple[Relation, ...]] = {}

    def close(self) -> None:
        """Close the project's file."""
        self._store.close()

    def copy_to(self, path: Path) -> BackupReport:
        """See `ProjectStore.copy_to`."""
        return self._store.copy_to(path)

    @property
    def in_place(self) -> bool:
        """See `ProjectStore.in_place`."""
        return self._store.in_place

    @property
    def path(self) -> Path:
        """The project's file."""
        return self._store.path

    @property
    def read_only(self) -> bool:
        """Whether changes are refused."""
        return self._store.read_only

    @property
    def notice(self) -> str:
        """What the user has to know about how the project is open, or ""."""
        return self._store.notice

    # --- reading ---

    def images(self) -> tuple[ImageRecord, ...]:
        """Return all images in their order."""
        return tuple(self._images.values())

    def image(self, image_id: int) -> ImageRecord:
        """Return one image.  Raises `CommandError` if there is none."""
        return get(self._images, image_id, mark("image"))

    def image_path(self, image_id: int) -> Path:
        """Return where the image's file is."""
        return self._store.folder / self.image(image_id).path

    def regions(self, image_id: int) -> tuple[Region, ...]:
        """Return an image's regions in their order."""
        if image_id not in self._regions:
            self._regions[image_id] = self._store.regions(image_id)
        return self._regions[image_id]

    def region(self, image_id: int, region_id: int) -> Region:
        """Return one region.  Raises `CommandError` if there is none."""
        return get({r.id: r for r in self.regions(image_id)}, region_id, mark("region"))

    def numbers(self, image_id: int) -> dict[int, int]:
        """Return the number on screen of each of an image's regions, by lasting id."""
        return {r.id: number for number, r in enumerate(self.regions(image_id), start=1)}

    def region_counts(self) -> dict[int, int]:
        """Return how many regions each image has."""
        counts = self._counts.all()
        return {image_id: counts.get(image_id, 0) for image_id in self._images}

    def region_count(self, image_id: int) -> int:
        """Return how many regions an image has, without reading them."""
        return self._counts.of(image_id)

    def image_state(self, image_id: int) -> ImageState:
        """Return what was said of an image."""
        return self._states.get(image_id, ImageState(image_id))

    def progress(self, image_id: int) -> Progress:
        """Say how far an image is."""
        return progress(self._states.get(image_id), regions=self.region_count(image_id))

    def with_progress(self, wanted: Collection[Progress]) -> frozenset[int]:
        """Return the images that are so far."""
        return so_far(self._images, self._counts.all(), self._states, wanted)

    def exchanges(self, image_id: int) -> tuple[Exchange, ...]:
        """Return the exchanges about an image, oldest first."""
        if image_id not in self._exchanges:
            self._exchanges[image_id] = self._store.exchanges(image_id)
        return self._exchanges[image_id]

    def exchange(self, image_id: int, exchange_id: int) -> Exchange:
        """Return one exchange.  Raises `CommandError` if there is none."""
        return get({e.id: e for e in self.exchanges(image_id)}, exchange_id, mark("answer"))

    def is_stale(self, exchange: Exchange) -> bool:
        """Whether a region that the exchange is about has gone or has another mask now."""
        current = {
            AskedRegion(region.id, region.mask.version)
            for region in self.regions(exchange.image_id)
        }
        return not current.issuperset(exchange.regions)

    def relations(self, image_id: int) -> tuple[Relation, ...]:
        """Return the relations on an image."""
        if image_id not in self._relations:
            self._relations[image_id] = self._store.relations(image_id)
        return self._relations[image_id]

    def relation(self, image_id: int, relation_id: int) -> Relation:
        """Return one relation.  Raises `CommandError` if there is none."""
        return get({r.id: r for r in self.relations(image_id)}, relation_id, mark("relation"))

    def categories(self) -> tuple[Category, ...]:
        """Return the categories that are not merged into others, the oldest first."""
        found = (c for c in self._categories.values() if c.merged_into is None)
        return tuple(sorted(found, key=lambda category: category.id))

    def category_ids(self) -> tuple[int, ...]:
        """Return the ids of all categories, merged ones too."""
        return tuple(self._categories)

    def category(self, category_id: int) -> Category:
        """Return a category, or the one that took its place.

        One that is gone altogether, as in a damaged file, counts as the first one.
        """
        return heir(category_id, self._categories)

    def category_counts(self) -> dict[int, int]:
        """Return how many regions each category has, those of merged ones with their heirs."""
        counts = dict.fromkeys((category.id for category in self.categories()), 0)
        for category_id, count in self._store.category_counts().items():
            found = self.category(category_id).id
            counts[found] = counts.get(found, 0) + count
        return counts

    def count_regions(self, category_ids: Iterable[int]) -> tuple[int, int]:
        """Return how many regions have one of the categories, and on how many images."""
        wanted = frozenset(category_ids)
        return self._store.count_regions(
            one for one in self._categories if self.category(one).id in wanted
        )

    @property
    def sticky_category(self) -> Category:
        """The category that new regions get: the one assigned last."""
        return self.category(self._store.number(_STICKY, DEFAULT_CATEGORY_ID))

    def shown(self, image_id: int, text: str) -> str:
        """Turn stored mentions into `#1`."""
        return to_shown(text, self.numbers(image_id))

    def stored(self, image_id: int, text: str) -> str:
        """Turn `#1` into stored mentions."""
        return from_shown(text, {n: region_id for region_id, n in self.numbers(image_id).items()})

    def undo_name(self, image_id: int | None) -> str:
        """Return what undoing would take back, or "" if there is nothing."""
        return self._store.name_on_top(image_id, undone=False)

    def redo_name(self, image_id: int | None) -> str:
        """Return what redoing would bring back, or "" if there is nothing."""
        return self._store.name_on_top(image_id, undone=True)

    # --- changing ---

    def do(self, command: Command) -> tuple[Edit, ...]:
        """Do a command in one transaction and put it on its undo stack.

        Returns:
            What it changed; empty if nothing had to change (then it is on no stack either).

        Raises:
            CommandError, MaskError: it cannot be done; nothing was changed.
            StoreError: it could not be written; nothing was changed.
        """
        with self._store.transaction():
            changes = tuple(edit for edit in command.edits(self) if edit.before != edit.after)
            refuse_locked(changes)
            for edit in changes:
                self._write(edit)
            if changes:
                encoded = edit_codec.encode(changes)
                self._store.push_history(command.image_id, command.name, encoded)
        self._take_over(changes)
        return changes

    def undo(self, image_id: int | None) -> str:
        """Take the last command on the image back; return its name, or "" if there is none."""
        return self._step(image_id, undone=False)

    def redo(self, image_id: int | None) -> str:
        """Do the command undone last again; return its name, or "" if there is none."""
        return self._step(image_id, undone=True)

    def set_sticky_category(self, category_id: int) -> None:
        """Make new regions get this category.  Not a change of labels, so not undoable."""
        with self._store.transaction():
            self._store.set_meta(_STICKY, str(self.category(category_id).id))
        self.changed.emit(Changed(frozenset(), frozenset({"category"})))

    def add_images(self, found: Iterable[tuple[str, ImageFacts]]) -> tuple[ImageRecord, ...]:
        """Add images that the project does not have yet, by their path in the project.

        An image whose file is gone, and is found here under another name, is not added: it moved.

        Returns the records of all of them, those that were there too, in the given order.
        """
        records = add_images(self._store, self.images(), found)
        changed = {r.id: r for r in records if self._images.get(r.id) != r}
        if changed:
            self._images.update(changed)
            self.changed.emit(Changed(frozenset(changed), frozenset({"image"})))
        return records

    def record_exchange(self, exchange: Exchange) -> Exchange:
        """Keep an answer as a draft, outside the undo stack; its `id` is given here."""
        with self._store.transaction():
            kept = replace(exchange, id=self._store.next_id("exchange"))
            self._store.put(kept)
        self._take_over((Edit(None, kept),))
        return kept

    @contextmanager
    def bulk(self) -> Iterator[ProjectStore]:
        """Let an import write many rows, with their history, in one transaction.

        Raises:
            ReadOnlyError, StoreError: it cannot be written; then nothing was.
        """
        with self._store.transaction():
            yield self._store
        self._read()
        self.changed.emit(Changed(frozenset(self._images), frozenset({"image", *TABLES})))

    def reserve_id(self, table: str) -> int:
        """Return an id that no row of `table` ever had.  For commands, inside `do`."""
        return self._store.next_id(table)

    def _step(self, image_id: int | None, *, undone: bool) -> str:
        entry = self._store.top_of_history(image_id, undone=undone)
        if entry is None:
            return ""
        name = str(entry["name"])
        stored = edit_codec.decode_step(entry["edits"], name)
        steps = stored if undone else tuple(edit.reversed() for edit in reversed(stored))
        applied, places = list[Edit](), Places(self._images)
        with self._store.transaction():
            for step in steps:
                change = self._rebase(step, applied, places)
                if change is not None:
                    self._write(change)
                    applied.append(change)
            self._store.mark_history(entry["id"], undone=not undone)
        self._take_over(tuple(applied))
        return name

    def _rebase(self, step: Edit, applied: list[Edit], places: Places) -> Edit | None:
        """Fit a stored edit to the row as it is now, which others may have changed since.

        Args:
            step: the edit as stored, or its reverse.
            applied: edits of the same step that are written already, but not in memory yet.
            places: paths of the images, with these edits.
        """
        current = self._current(step.row)
        if step.before is None and current is not None:
            return None  # it was kept when its making was undone
        if step.after is None:
            if isinstance(step.before, Category) and self._store.category_in_use(step.before.id):
                return None  # regions of another image use it by now
            return Edit(current, None) if current is not None else None
        if step.before is None:
            wanted = step.after
        elif current is None:
            return None
        else:
            wanted = merge(current, before=step.before, after=step.after)
        if isinstance(wanted, ImageRecord) and not places.take(wanted):
            return None  # another image has its path by now
        if isinstance(wanted, Category):
            assert current is None or isinstance(current, Category)
            now = {e.row.id: e.row for e in applied if isinstance(e.row, Category)}
            wanted = settle(wanted, current=current, categories={**self._categories, **now})
        return Edit(current, wanted)

    def _current(self, row: Row) -> Row | None:
        found: Row | None
        match row:
            case ImageState():
                found = self._states.get(row.id)
            case ImageRecord():
                found = self._images.get(row.id)
            case Category():
                found = self._categories.get(row.id)
            case Region():
                found = find(self.regions(row.image_id), row.id)
            case Exchange():
                found = find(self.exchanges(row.image_id), row.id)
            case Relation():
                found = find(self.relations(row.image_id), row.id)
        return found

    def _write(self, edit: Edit) -> None:
        if edit.after is None:
            self._store.delete(edit.row)
        else:
            self._store.put(edit.after)

    def _take_over(self, changes: tuple[Edit, ...]) -> None:
        """Bring the memory in line with the file, then tell the listeners once."""
        if not changes:
            return
        image_ids = set[int]()
        for edit in changes:
            row = edit.row
            if isinstance(row, Category):
                if edit.after is None:
                    self._categories.pop(row.id, None)
                else:
                    self._categories[row.id] = row
                continue
            if isinstance(row, ImageRecord):
                image_ids.add(row.id)
                self._images[row.id] = row
                continue
            image_ids.add(row.image_id)
            match row:
                case ImageState():
                    self._states.pop(row.id, None)
                    if edit.after is not None:
                        self._states[row.id] = row
                case Region():
                    kept = with_edit(self.regions(row.image_id), edit)
                    kept = tuple(sorted(kept, key=lambda r: (r.position, r.id)))
                    self._regions[row.image_id] = kept
                    self._counts.note(row.image_id, len(kept))
                case Exchange():
                    self._exchanges[row.image_id] = with_edit(self.exchanges(row.image_id), edit)
                case Relation():
                    self._relations[row.image_id] = with_edit(self.relations(row.image_id), edit)
        self.changed.emit(Changed(frozenset(image_ids), frozenset(e.table for e in changes)))
