"""Photos of a batch that are read already and asked about together."""

from dataclasses import dataclass

from gar_studio.annotation.region import ImageRecord
from gar_studio.batch.plan import Item
from gar_studio.engines.protocol import ImageData

MOST_QUESTIONS = 64
"""Most questions handed to an engine at once; a multiple of what it decodes or groups together."""

_MOST_PHOTOS = 8
_MOST_PIXELS = 2**25
"""Most pixels of the photos that are asked about together: 100 MB of memory."""


@dataclass(slots=True, eq=False)
class OpenPhoto:
    """A photo that was read, with what is still to be asked about it.

    Attributes:
        image_id: the image.
        image: its pixels.
        items: what is still to be asked.
        left: how many items have no answer, also of those that cannot or may not be asked.
    """

    image_id: int
    image: ImageData
    items: list[Item]
    left: int

    def settle(self, item: Item, *, answered: bool) -> None:
        """Take note that an item has had its turn."""
        self.items = [other for other in self.items if other is not item]
        self.left -= answered


class Gathering:
    """Collects photos until there are as many as are asked about together."""

    def __init__(self) -> None:
        self._photos: list[OpenPhoto] = []

    @property
    def questions(self) -> int:
        """How many questions the photos have together."""
        return sum(len(photo.items) for photo in self._photos)

    def has_room(self, record: ImageRecord, questions: int) -> bool:
        """Whether a photo with so many questions may join; the first one always may."""
        if not self._photos:
            return True
        pixels = sum(photo.image.width * photo.image.height for photo in self._photos)
        return (
            len(self._photos) < _MOST_PHOTOS
            and self.questions + questions <= MOST_QUESTIONS
            and pixels + record.width * record.height <= _MOST_PIXELS
        )

    def add(self, photo: OpenPhoto) -> None:
        """Let a photo join."""
        self._photos.append(photo)

    def take(self) -> list[OpenPhoto]:
        """Give all photos away."""
        photos, self._photos = self._photos, []
        return photos
