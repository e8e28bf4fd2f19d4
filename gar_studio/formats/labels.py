"""A project's labels on their way out, one image at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.annotation.mentions import map_mentions, stored_mention, to_shown
from gar_studio.annotation.region import Category, ImageRecord, Region
from gar_studio.annotation.review import ImageState
from gar_studio.store.extras import Extra

_NOTHING = Extra()


@dataclass(frozen=True, slots=True)
class ImageLabels:
    """All that leaves about one image.

    Attributes:
        image: the image.
        file: where its file is.
        state: what was said of it as a whole.
        part: "train", "val" or "test", or "" where the export is not split.
        regions: the chosen ones, in their order.
        numbers: number on screen of every region of the image, chosen or not, by lasting id.
        relations: those whose subject and objects are all chosen.
        exchanges: accepted ones about chosen regions only, descriptions too.
        drafts: how many answers nobody accepted.
        left_out: relations and accepted exchanges left out with a region.
        extras: what files that were imported said beyond what the studio knows, by table
            ("image", "region", "relation", "exchange"), row id and name of the format.
    """

    image: ImageRecord
    file: Path
    state: ImageState
    part: str
    regions: tuple[Region, ...]
    numbers: Mapping[int, int]
    relations: tuple[Relation, ...]
    exchanges: tuple[Exchange, ...]
    drafts: int = 0
    left_out: int = 0
    extras: Mapping[tuple[str, int, str], Extra] = field(default_factory=dict)

    def shown(self, stored: str) -> str:
        """Return a text as people read it, regions as `#2`."""
        return to_shown(stored, self.numbers)

    def with_prompts(self, stored: str, order: tuple[int, ...]) -> str:
        """Return a text with regions as `<Prompt0>`, by their place in `order`.

        A region that is not in `order` stays `#2`.
        """
        places = {region_id: place for place, region_id in enumerate(order)}

        def mention(region_id: int) -> str:
            place = places.get(region_id)
            if place is None:
                return to_shown(stored_mention(region_id), self.numbers)
            return f"<Prompt{place}>"

        return map_mentions(stored, mention)

    def said_of(self, kind: str, row_id: int, form: str) -> Extra:
        """Return what a format's file said of a row, empty for most."""
        return self.extras.get((kind, row_id, form), _NOTHING)

    def place(self, region: Region) -> str:
        """Say where a region is, for a report: “photos/a.jpg #3”."""
        return f"{self.image.path} #{self.numbers.get(region.id, 0)}"


class Labels(Protocol):
    """What an exporter reads: a snapshot, in which nothing changes while it is read.

    Attributes:
        title: the project's name.
        project: the project's file, which no export may overwrite.
    """

    title: str
    project: Path

    def categories(self) -> tuple[Category, ...]:
        """Return the categories that are in use or were made by a person; merged ones are gone."""
        ...

    def category_of(self, region: Region) -> Category:
        """Return a region's category, through merges."""
        ...

    def extras_of(self, kind: str, form: str) -> Mapping[int, Extra]:
        """Return what a format's files said of all categories, or of themselves, by row id.

        Args:
            kind: "category" or "file"; a file's row id is 0.
            form: name of the format.
        """
        ...

    def image_count(self) -> int:
        """Return how many images there are, for progress."""
        ...

    def images(self) -> Iterator[ImageLabels]:
        """Yield the labels image by image, in the project's order; may be called again."""
        ...
