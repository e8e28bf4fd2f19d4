"""How many regions each image has, counted no sooner than somebody wants to know."""

from gar_studio.store.project import ProjectStore


class RegionCounts:
    """Counts of an open project; kept up to date by the document.

    A list shows a dozen of 100,000 images: theirs are counted one by one, in no time.  Counting
    all of them reads an index of a million regions.
    """

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._counts: dict[int, int] = {}
        self._complete = False

    def of(self, image_id: int) -> int:
        """Return how many regions an image has."""
        if self._complete:
            return self._counts.get(image_id, 0)
        if image_id not in self._counts:
            self._counts[image_id] = self._store.region_count(image_id)
        return self._counts[image_id]

    def all(self) -> dict[int, int]:
        """Return how many regions images have; those without may be left out."""
        if not self._complete:
            self._counts = self._store.region_counts()
            self._complete = True
        return self._counts

    def note(self, image_id: int, count: int) -> None:
        """Take over how many regions an image has now."""
        self._counts[image_id] = count
