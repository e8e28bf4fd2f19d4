"""Everything a person can do to a project, one small class each.

A command is data.  `edits` looks at the document and says which rows change; the document
applies and stores them, which makes every command undoable in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gar_studio.annotation.colours import region_colour
from gar_studio.annotation.exchange import Exchange, Relation, parse_relation
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Category, Provenance, Region
from gar_studio.document.branches import merge_branch, new_categories, rename_branch
from gar_studio.document.edits import Edit
from gar_studio.errors import MaskError
from gar_studio.language import mark, tr

if TYPE_CHECKING:
    from gar_studio.document.document import Document


class Command(Protocol):
    """Something that can be done, undone and done again."""

    @property
    def name(self) -> str:
        """What the undo menu calls it, as in “Undo delete region”."""

    @property
    def image_id(self) -> int | None:
        """The image whose undo stack it goes to; None for the whole project."""

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """Return the rows that change.

        Raises:
            CommandError: it cannot be done to the document as it is.
        """


@dataclass(frozen=True, slots=True)
class AddRegion:
    """Adds a region with the category that was assigned last."""

    image_id: int
    mask: Mask
    provenance: Provenance
    name: str = mark("add region")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        return AddRegions(self.image_id, (self.mask,), self.provenance).edits(document)


@dataclass(frozen=True, slots=True)
class AddRegions:
    """Adds several regions at once, all with the category that was assigned last."""

    image_id: int
    masks: tuple[Mask, ...]
    provenance: Provenance
    name: str = mark("add regions")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        for mask in self.masks:
            check_mask(document, self.image_id, mask)
        regions = list(document.regions(self.image_id))
        before = len(regions)
        for mask in self.masks:
            region = Region(
                id=document.reserve_id("region"),
                image_id=self.image_id,
                position=regions[-1].position + 1 if regions else 1,
                mask=mask,
                colour=free_colour(regions),
                category_id=document.sticky_category.id,
                provenance=self.provenance,
            )
            regions.append(region)
        return tuple(Edit(None, region) for region in regions[before:])


@dataclass(frozen=True, slots=True)
class SetMask:
    """Gives a region another mask; its number, category and words stay."""

    image_id: int
    region_id: int
    mask: Mask
    provenance: Provenance
    name: str = mark("change mask")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        check_mask(document, self.image_id, self.mask)
        region = document.region(self.image_id, self.region_id)
        return (Edit(region, replace(region, mask=self.mask, provenance=self.provenance)),)


@dataclass(frozen=True, slots=True)
class DeleteRegions:
    """Deletes regions and the relations that they are part of."""

    image_id: int
    region_ids: tuple[int, ...]
    name: str = mark("delete region")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        regions = [document.region(self.image_id, region_id) for region_id in self.region_ids]
        gone = frozenset(self.region_ids)
        relations = [
            relation
            for relation in document.relations(self.image_id)
            if gone & {relation.subject_id, *relation.object_ids}
        ]
        return (*(Edit(row, None) for row in relations), *(Edit(row, None) for row in regions))


@dataclass(frozen=True, slots=True)
class MoveRegion:
    """Puts a region to another place in its image's order, and so gives it another number."""

    image_id: int
    region_id: int
    number: int
    name: str = mark("reorder regions")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        moved = document.region(self.image_id, self.region_id)
        order = [r for r in document.regions(self.image_id) if r.id != moved.id]
        order.insert(max(self.number, 1) - 1, moved)
        return tuple(
            Edit(region, replace(region, position=position))
            for position, region in enumerate(order, start=1)
            if region.position != position
        )


@dataclass(frozen=True, slots=True)
class SetCategory:
    """Assigns a category to regions."""

    image_id: int
    region_ids: tuple[int, ...]
    category_id: int
    name: str = mark("assign category")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        category = document.category(self.category_id)
        regions = [document.region(self.image_id, region_id) for region_id in self.region_ids]
        return tuple(
            Edit(region, replace(region, category_id=category.id))
            for region in regions
            if region.category_id != category.id
        )


@dataclass(frozen=True, slots=True)
class AssignNewCategory:
    """Creates a category and assigns it to regions, in one step."""

    image_id: int
    region_ids: tuple[int, ...]
    category_name: str
    name: str = mark("assign new category")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        (category,) = new_categories(document, [self.category_name])
        regions = [document.region(self.image_id, region_id) for region_id in self.region_ids]
        assigned = (Edit(region, replace(region, category_id=category.id)) for region in regions)
        return (Edit(None, category), *assigned)


@dataclass(frozen=True, slots=True)
class SetCaption:
    """Sets or removes (None) the words about a region."""

    image_id: int
    region_id: int
    caption: Caption | None
    name: str = mark("edit caption")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        region = document.region(self.image_id, self.region_id)
        return (Edit(region, replace(region, caption=self.caption)),)


@dataclass(frozen=True, slots=True)
class AcceptAnswer:
    """Takes an answer over, as it is or in a person's own wording.

    A description becomes the region's caption.  An answer to a question about how regions relate
    becomes a relation.  Other answers are kept and exported as question and answer.

    Attributes:
        text: the wording to keep, mentions in stored form; None for the answer as it is.
    """

    image_id: int
    exchange_id: int
    text: str | None = None
    name: str = mark("accept answer")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        exchange = document.exchange(self.image_id, self.exchange_id)
        text = exchange.answer if self.text is None else self.text
        edited = exchange.provenance.edited or text != exchange.answer
        provenance = replace(exchange.provenance, edited=edited)
        accepted = replace(exchange, answer=text, accepted=True, provenance=provenance)
        changes = [Edit(exchange, accepted)]
        if exchange.task == "describe":
            for region_id in exchange.region_ids:
                region = document.region(self.image_id, region_id)
                changes.append(Edit(region, replace(region, caption=Caption(text, provenance))))
        if exchange.task == "relate":
            changes.extend(self._relate(document, exchange, accepted))
        return tuple(changes)

    def _relate(
        self, document: "Document", exchange: Exchange, accepted: Exchange
    ) -> tuple[Edit, ...]:
        """Return the relation read from the answer, in place of one read from it before.

        One that a person has changed since keeps its parts: only the sentence is another.
        """
        parsed = parse_relation(accepted.answer, accepted.region_ids)
        if parsed is None:
            return ()
        for region_id in (parsed.subject_id, *parsed.object_ids):
            document.region(self.image_id, region_id)  # a relation needs all of them
        known = document.relations(self.image_id)
        before = next((r for r in known if r.exchange_id == accepted.id), None)
        if before is not None and not before.is_as_read(exchange):
            return (Edit(before, replace(before, answer=accepted.answer)),)
        relation = Relation(
            id=before.id if before else document.reserve_id("relation"),
            image_id=self.image_id,
            subject_id=parsed.subject_id,
            predicate=parsed.predicate,
            object_ids=parsed.object_ids,
            answer=accepted.answer,
            parsed=parsed.parsed,
            provenance=accepted.provenance,
            exchange_id=accepted.id,
        )
        return (Edit(before, relation),)


@dataclass(frozen=True, slots=True)
class DeleteExchange:
    """Deletes a question with its answer; an accepted caption stays on its region."""

    image_id: int
    exchange_id: int
    name: str = mark("delete answer")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        return (Edit(document.exchange(self.image_id, self.exchange_id), None),)


@dataclass(frozen=True, slots=True)
class CreateCategory:
    """Creates a category."""

    category_name: str
    image_id: int | None = None
    name: str = mark("create category")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        return tuple(Edit(None, c) for c in new_categories(document, [self.category_name]))


@dataclass(frozen=True, slots=True)
class ChangeCategory:
    """Renames a category, gives it another colour or another key; None leaves a field alone.

    Renaming takes the categories below it along.
    """

    category_id: int
    new_name: str | None = None
    colour: str | None = None
    key: str | None = None
    image_id: int | None = None
    name: str = mark("change category")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        category = document.category(self.category_id)
        moves: tuple[Edit, ...] = (Edit(category, category),)
        if self.new_name is not None:
            moves = rename_branch(document, category.name, self.new_name)
        freed = (
            Edit(other, replace(other, key=""))
            for other in document.categories()
            if self.key and other.key == self.key and other.id != category.id
        )
        return (*freed, *(self._changed(m) if m.row.id == category.id else m for m in moves))

    def _changed(self, move: Edit) -> Edit:
        assert isinstance(move.after, Category)
        after = move.after
        if self.colour is not None:
            after = replace(after, colour=self.colour)
        if self.key is not None:
            after = replace(after, key=self.key)
        return Edit(move.before, after)


@dataclass(frozen=True, slots=True)
class MergeCategories:
    """Lets one category take the place of another, on every image; children go along."""

    source_id: int
    target_id: int
    image_id: int | None = None
    name: str = mark("merge categories")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        source = document.category(self.source_id)
        return merge_branch(document, source.name, document.category(self.target_id))


def check_mask(document: "Document", image_id: int, mask: Mask) -> None:
    """Raise `MaskError` unless a region of the image can have this mask."""
    image = document.image(image_id)
    if mask.size != (image.height, image.width):
        raise MaskError(
            tr(
                "The mask has {width}×{height} pixels, but the image has "
                "{image_width}×{image_height}.",
                width=mask.width,
                height=mask.height,
                image_width=image.width,
                image_height=image.height,
            ),
            advice=tr("Use a mask that was made for this image."),
        )
    if mask.is_empty:
        raise MaskError(tr("The mask is empty."), advice=tr("Click the object again."))


def free_colour(regions: Sequence[Region]) -> str:
    """Return the first colour that no region of the image has; hundreds share the last."""
    used = {region.colour for region in regions}
    free = (c for c in map(region_colour, range(len(regions) + 1)) if c not in used)
    return next(free, region_colour(len(regions)))
