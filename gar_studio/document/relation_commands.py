"""What a person does to relations: write one by hand, change each of its three parts, delete it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gar_studio.annotation.exchange import Relation
from gar_studio.annotation.region import Provenance
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError
from gar_studio.language import mark, tr

if TYPE_CHECKING:
    from gar_studio.document.document import Document


@dataclass(frozen=True, slots=True)
class AddRelation:
    """Relates regions by hand.

    Attributes:
        subject_id: region that the predicate is said of.
        predicate: words between them, mentions in stored form.
        object_ids: the other region or regions.
    """

    image_id: int
    subject_id: int
    predicate: str
    object_ids: tuple[int, ...]
    provenance: Provenance
    name: str = mark("add relation")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        relation = Relation(
            id=document.reserve_id("relation"),
            image_id=self.image_id,
            subject_id=self.subject_id,
            predicate=" ".join(self.predicate.split()),
            object_ids=tuple(dict.fromkeys(self.object_ids)),
            answer="",
            parsed=True,
            provenance=self.provenance,
        )
        _check(document, relation)
        return (Edit(None, relation),)


@dataclass(frozen=True, slots=True)
class ChangeRelation:
    """Changes parts of a relation; None leaves a part alone.

    Attributes:
        predicate: words between them, mentions in stored form.
    """

    image_id: int
    relation_id: int
    subject_id: int | None = None
    predicate: str | None = None
    object_ids: tuple[int, ...] | None = None
    name: str = mark("change relation")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        relation = document.relation(self.image_id, self.relation_id)
        changed = relation
        if self.subject_id is not None:
            changed = replace(changed, subject_id=self.subject_id)
        if self.object_ids is not None:
            changed = replace(changed, object_ids=tuple(dict.fromkeys(self.object_ids)))
        if self.predicate is not None and self.predicate != relation.predicate:
            # The words are a person's now, and no longer a whole sentence that nobody took apart.
            changed = replace(changed, predicate=" ".join(self.predicate.split()), parsed=True)
        if changed == relation:
            return ()
        _check(document, changed)
        provenance = replace(relation.provenance, edited=True)
        return (Edit(relation, replace(changed, provenance=provenance)),)


@dataclass(frozen=True, slots=True)
class DeleteRelations:
    """Deletes relations; the regions and the answers that they were read from stay."""

    image_id: int
    relation_ids: tuple[int, ...]
    name: str = mark("delete relation")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        found = (document.relation(self.image_id, one) for one in dict.fromkeys(self.relation_ids))
        return tuple(Edit(relation, None) for relation in found)


def _check(document: "Document", relation: Relation) -> None:
    """Raise `CommandError` unless subject and objects are there and are different regions."""
    if not relation.predicate:
        raise CommandError(tr("A relation needs words between its regions."))
    if not relation.object_ids:
        raise CommandError(
            tr("A relation needs an object."), advice=tr("Choose one region or more.")
        )
    if relation.subject_id in relation.object_ids:
        raise CommandError(
            tr("A region cannot be related to itself."),
            advice=tr("Choose another region for one of them."),
        )
    for region_id in (relation.subject_id, *relation.object_ids):
        document.region(relation.image_id, region_id)
