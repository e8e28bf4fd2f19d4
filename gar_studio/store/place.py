"""Whether the files of an open project are still where its path leads to."""

from collections.abc import Iterable
from pathlib import Path

from gar_studio.errors import StoreError
from gar_studio.files import identity
from gar_studio.language import tr


class Place:
    """Remembers which files were opened.

    SQLite goes on with a file that was deleted or whose drive was taken away, and what it writes
    there is gone with the process.

    Args:
        files: those that were opened.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._known = {file: found for file in files if (found := identity(file)) is not None}

    @property
    def holds(self) -> bool:
        """Whether every file is the one that was opened."""
        return all(identity(file) == known for file, known in self._known.items())

    def check(self, name: str) -> None:
        """Raise `StoreError` unless what is written goes to where the project is looked for.

        Args:
            name: of the project, for the message.
        """
        if self.holds:
            return
        raise StoreError(
            tr("“{name}” was moved, deleted or replaced, or its drive is gone.", name=name),
            kept=tr(
                "Everything accepted before is safe while this window is open; "
                "this last change was not made."
            ),
            advice=tr(
                "Put the file back where it was, or back the project up now and "
                "go on with the backup."
            ),
        )
