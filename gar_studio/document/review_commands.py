"""What a person says about labels: verdicts, what is hidden or locked, how far an image is."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gar_studio.annotation.review import ImageState, Review
from gar_studio.document.edits import Edit
from gar_studio.language import mark

if TYPE_CHECKING:
    from gar_studio.document.document import Document


@dataclass(frozen=True, slots=True)
class ReviewRegions:
    """Gives regions a verdict, or takes it away (None)."""

    image_id: int
    region_ids: tuple[int, ...]
    review: Review | None
    name: str = mark("review")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        regions = [document.region(self.image_id, region_id) for region_id in self.region_ids]
        return tuple(Edit(region, replace(region, review=self.review)) for region in regions)


@dataclass(frozen=True, slots=True)
class HideRegions:
    """Leaves regions out on the canvas, or shows them again."""

    image_id: int
    region_ids: tuple[int, ...]
    hidden: bool
    name: str = mark("hide or show")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        regions = [document.region(self.image_id, region_id) for region_id in self.region_ids]
        return tuple(Edit(region, replace(region, hidden=self.hidden)) for region in regions)


@dataclass(frozen=True, slots=True)
class LockRegions:
    """Protects regions' masks, or lets them change again."""

    image_id: int
    region_ids: tuple[int, ...]
    locked: bool
    name: str = mark("lock or unlock")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        regions = [document.region(self.image_id, region_id) for region_id in self.region_ids]
        return tuple(Edit(region, replace(region, locked=self.locked)) for region in regions)


@dataclass(frozen=True, slots=True)
class SetImageState:
    """Says how far an image is."""

    state: ImageState
    name: str = mark("change image state")

    @property
    def image_id(self) -> int:
        """The image whose undo stack it goes to."""
        return self.state.image_id

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        before = document.image_state(document.image(self.image_id).id)
        there = before != ImageState(before.image_id)
        return (Edit(before if there else None, self.state),)
