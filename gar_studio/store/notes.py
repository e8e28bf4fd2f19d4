"""Small facts about a project that are no labels: what was tried and need not be tried again."""

from gar_studio.store.project import ProjectStore

_PREFIX = "note."


class Notes:
    """Reads and writes the notes of a project file.  Used by the document's thread."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    def get(self, key: str) -> str:
        """Return a note, or "" where there is none."""
        return self._store.meta(_PREFIX + key)

    def put(self, key: str, value: str) -> None:
        """Keep a note.

        Raises:
            StoreError: the project cannot be written.
        """
        with self._store.transaction():
            self._store.set_meta(_PREFIX + key, value)
