"""Brings the core's signals to Qt, on the thread that owns the window."""

from PySide6.QtCore import QObject, QThread, Signal

from gar_studio.document.changes import Changed
from gar_studio.document.document import Document


class DocumentBridge(QObject):
    """Repeats a document's `changed` as a Qt signal and asserts the thread."""

    changed = Signal(object)  # Changed

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        document.changed.connect(self._repeat)

    def close(self) -> None:
        """Stop listening."""
        self._document.changed.disconnect(self._repeat)

    def _repeat(self, changed: Changed) -> None:
        assert QThread.currentThread() is self.thread(), "documents belong to the UI thread"
        self.changed.emit(changed)
