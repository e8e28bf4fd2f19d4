"""What an import would do, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gar_studio.formats.incoming import Incoming, ReadImage
from gar_studio.images import ImageFacts
from gar_studio.language import mark


class Fate(StrEnum):
    """What becomes of an image of the file."""

    KNOWN = mark("in the project already")
    NEW = mark("new")
    MISSING = mark("photo not found")
    OTHER_SIZE = mark("photo of another size")
    REPEATED = mark("named twice in the file")


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """An image of the file.

    Attributes:
        name: as the file has it.
        fate: what becomes of it; labels come in only where it is known or new.
        image_id: its id in the project, where it is known.
        path: its path in the project, where it is new.
        facts: what the project will keep of its file, where it is new.
        new: regions that will be added.
        present: regions that are there already, with the same mask and category.
        left_out: regions that cannot come in, because the image does not.
    """

    name: str
    fate: Fate
    image_id: int | None = None
    path: str = ""
    facts: ImageFacts | None = None
    new: int = 0
    present: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, eq=False)  # what was read compares by its bytes, slowly
class ImportPlan:
    """What an import would do.

    Attributes:
        format: the format's name.
        images: every image of the file, in its order.
        new_categories: names that the project does not have.
        present_categories: names that it has, with the file's name for each.
        alike: names among the new ones that differ only in case from another, with that one.
        unusable: names that no category can have; their regions get the first category.
        problems: what could not be read, counted, in words such as “annotations without a mask”.
        examples: some places of each problem.
        highest: by table, the highest id of the file that the project can keep.
        incoming: the file.
        kept: what was read, if it is little enough to keep; otherwise it is read again.
    """

    format: str
    images: tuple[PlannedImage, ...]
    new_categories: tuple[str, ...]
    present_categories: Mapping[str, str]
    alike: tuple[tuple[str, str], ...]
    unusable: tuple[str, ...]
    problems: Mapping[str, int]
    examples: Mapping[str, tuple[str, ...]]
    highest: Mapping[str, int]
    incoming: Incoming
    kept: tuple[ReadImage, ...] | None = None

    @property
    def regions(self) -> int:
        """Regions that will be added."""
        return sum(image.new for image in self.images)

    @property
    def present(self) -> int:
        """Regions that are there already and stay as they are."""
        return sum(image.present for image in self.images)

    @property
    def left_out(self) -> int:
        """Regions that cannot come in, because their image does not."""
        return sum(image.left_out for image in self.images)

    def count(self, fate: Fate) -> int:
        """Return how many images have a fate."""
        return sum(image.fate is fate for image in self.images)

    @property
    def is_empty(self) -> bool:
        """Whether no image can take labels."""
        return not any(image.fate in (Fate.KNOWN, Fate.NEW) for image in self.images)

    def sentences(self) -> tuple[tuple[str, int], ...]:
        """Say what would happen, as what and how often, in the order of importance."""
        images = ((f"images: {fate.value}", self.count(fate)) for fate in Fate)
        told = (
            (mark("regions: new"), self.regions),
            (mark("regions: there already, with this mask and category"), self.present),
            (mark("regions: left out with their image"), self.left_out),
            *images,
            (mark("categories: new"), len(self.new_categories)),
            (mark("categories: in the project already"), len(self.present_categories)),
            (mark("categories: differ only in case from another"), len(self.alike)),
            (mark("categories: without a name that can be used"), len(self.unusable)),
            *self.problems.items(),
        )
        return tuple((what, count) for what, count in told if count)
