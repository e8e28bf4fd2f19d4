"""Regions, their categories and captions, and where each came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from gar_studio.annotation.colours import region_colour
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.review import Review

PERSON = "person"
"""`Provenance.model` of what a person made by hand."""

DEFAULT_CATEGORY_ID = 1
DEFAULT_CATEGORY_NAME = "object"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a mask or a text came from.

    Attributes:
        model: name of the engine, or `PERSON`.
        revision: revision of its weights, or "".
        prompt: what it was given, in words or as a short description of the clicks.
        at: UTC time in ISO 8601, to the second.
        edited: whether a person changed the result afterwards.
    """

    model: str
    revision: str = ""
    prompt: str = ""
    at: str = ""
    edited: bool = False

    @classmethod
    def by_person(cls) -> "Provenance":
        """Return the provenance of something a person just made."""
        return cls(model=PERSON, at=utc_now())


def utc_now() -> str:
    """Return the time as ISO 8601 in UTC, to the second."""
    return datetime.now(tz=UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class Caption:
    """Words about one region, mentions in stored form."""

    text: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Category:
    """A class of objects.

    Attributes:
        id: lasting id, from 1; it is COCO's category id.
        name: unique among the categories that are not merged.
        colour: "#rrggbb".
        key: the digit that assigns it ("1"…"9"), or "".
        merged_into: id of the category that took this one's place, or None.  A merged category
            is kept, so that merging a million regions is one small change and can be undone.
    """

    id: int
    name: str
    colour: str
    key: str = ""
    merged_into: int | None = None


def default_category() -> Category:
    """Return the category that every project begins with."""
    return Category(DEFAULT_CATEGORY_ID, DEFAULT_CATEGORY_NAME, region_colour(0))


def heir(category_id: int, categories: Mapping[int, Category]) -> Category:
    """Return a category, or the one that took its place.

    Args:
        category_id: as a region has it; where it is gone altogether, the first one is meant.
        categories: all of them by id, the first one among them.
    """
    category = categories.get(category_id, categories[DEFAULT_CATEGORY_ID])
    seen = set[int]()
    while category.merged_into is not None and category.id not in seen:
        seen.add(category.id)
        category = categories.get(category.merged_into, category)
    # In a damaged file two may stand for each other.
    return category if category.merged_into is None else categories[DEFAULT_CATEGORY_ID]


@dataclass(frozen=True, slots=True)
class Region:
    """An object on an image.

    Attributes:
        id: lasting id, from 1, never given twice; it is COCO's annotation id.
        image_id: id of its image.
        position: place in the image's order, ascending; the number on screen counts it off.
        mask: its pixels.
        colour: "#rrggbb" on the canvas.
        category_id: its category as assigned; resolve it through `Category.merged_into`.
        provenance: where the mask came from.
        caption: accepted words about it, or None.
        review: what somebody who looked at it says, or None.
        hidden: whether it is left out on the canvas for now; it is exported all the same.
        locked: whether its mask must not change and it must not be deleted.
    """

    id: int
    image_id: int
    position: int
    mask: Mask
    colour: str
    category_id: int
    provenance: Provenance
    caption: Caption | None = None
    review: Review | None = None
    hidden: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """An image that belongs to a project.

    Attributes:
        id: lasting id, from 1; it is COCO's image id.
        path: relative to the project's folder, with forward slashes (absolute only where no
            relative path exists).
        width: columns after EXIF orientation.
        height: rows after EXIF orientation.
        file_size: bytes.
        digest: SHA-256 of the file, hexadecimal.
    """

    id: int
    path: str
    width: int
    height: int
    file_size: int
    digest: str
