"""What hand tools do to the regions of a project: other shapes, parts, one for several."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Region
from gar_studio.annotation.shaping import split, subtract
from gar_studio.document.commands import DeleteRegions, check_mask, free_colour
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError
from gar_studio.language import mark, tr

if TYPE_CHECKING:
    from gar_studio.document.document import Document


@dataclass(frozen=True, slots=True)
class ReshapeRegions:
    """Gives regions other masks by hand; numbers, categories and words stay.

    Attributes:
        masks: region id and mask of each.
        name: what the undo menu calls it, such as “fill holes”.
    """

    image_id: int
    masks: tuple[tuple[int, Mask], ...]
    name: str

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`.

        Raises:
            MaskError: a mask would be empty or of another size; nothing is changed then.
        """
        return tuple(
            _reshaped(document, document.region(self.image_id, region_id), mask)
            for region_id, mask in self.masks
        )


@dataclass(frozen=True, slots=True)
class SplitRegion:
    """Makes a region of every separate part; the largest part keeps number, words and category."""

    image_id: int
    region_id: int
    name: str = mark("split parts")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        region = document.region(self.image_id, self.region_id)
        first, *others = split(region.mask)
        if not others:
            raise CommandError(
                tr("The region hangs together."), advice=tr("There is nothing to split.")
            )
        regions = list(document.regions(self.image_id))
        edits = [_reshaped(document, region, first)]
        for mask in others:
            part = replace(
                region,
                id=document.reserve_id("region"),
                position=regions[-1].position + 1,
                mask=mask,
                colour=free_colour(tuple(regions)),
                provenance=replace(region.provenance, edited=True),
                caption=None,
                review=None,  # nobody has looked at this part by itself
            )
            regions.append(part)
            edits.append(Edit(None, part))
        return tuple(edits)


@dataclass(frozen=True, slots=True)
class MergeRegions:
    """Makes one region of several: the first one given keeps number, words and category."""

    image_id: int
    region_ids: tuple[int, ...]
    name: str = mark("merge regions")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        first, others = _first_and_others(document, self.image_id, self.region_ids)
        merged = first.mask.union(*(other.mask for other in others))
        gone = DeleteRegions(self.image_id, tuple(other.id for other in others))
        return (_reshaped(document, first, merged), *gone.edits(document))


@dataclass(frozen=True, slots=True)
class SubtractRegions:
    """Takes the other regions' pixels away from the first one given; the others stay."""

    image_id: int
    region_ids: tuple[int, ...]
    name: str = mark("subtract regions")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        first, others = _first_and_others(document, self.image_id, self.region_ids)
        left = subtract(first.mask, *(other.mask for other in others))
        return (_reshaped(document, first, left),)


@dataclass(frozen=True, slots=True)
class IntersectRegions:
    """Leaves of the first region given what lies in all others too; the others stay."""

    image_id: int
    region_ids: tuple[int, ...]
    name: str = mark("intersect regions")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        first, others = _first_and_others(document, self.image_id, self.region_ids)
        left = first.mask.intersection(*(other.mask for other in others))
        return (_reshaped(document, first, left),)


def _reshaped(document: "Document", region: Region, mask: Mask) -> Edit:
    if mask == region.mask:
        return Edit(region, region)
    check_mask(document, region.image_id, mask)
    provenance = replace(region.provenance, edited=True)
    return Edit(region, replace(region, mask=mask, provenance=provenance))


def _first_and_others(
    document: "Document", image_id: int, region_ids: tuple[int, ...]
) -> tuple[Region, list[Region]]:
    if len(region_ids) < 2:
        raise CommandError(
            tr("This takes two regions or more."),
            advice=tr("Select them with Ctrl, the first one first."),
        )
    first, *others = (document.region(image_id, region_id) for region_id in region_ids)
    return first, others
