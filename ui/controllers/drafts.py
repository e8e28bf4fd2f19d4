"""Takes all answers about the image in view over at once."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gar_studio.annotation.exchange import Exchange
from gar_studio.document.commands import AcceptAnswer
from gar_studio.language import tr_n
from ui.desk import Desk


class DraftController(QObject):
    """Accepts drafts, but for those whose masks have changed since: they want a look each."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {"accept_answers": self.accept_all}

    def enabled(self) -> dict[str, bool]:
        """Return which actions can be taken now."""
        document = self._desk.document
        writable = document is not None and not document.read_only
        return {"accept_answers": writable and bool(self._drafts())}

    def accept_all(self) -> None:
        """Accept every draft; each can be undone by itself."""
        document = self._desk.document
        if document is None:
            return
        drafts = self._drafts()
        good = [draft for draft in drafts if not document.is_stale(draft)]
        accepted = sum(
            bool(self._desk.do(AcceptAnswer(draft.image_id, draft.id, None))) for draft in good
        )
        stale = len(drafts) - len(good)
        if stale:
            told = tr_n(
                "Accepted {n} answer; {stale} left, because the mask has changed since.",
                "Accepted {n} answers; {stale} left, because the mask has changed since.",
                accepted,
                stale=stale,
            )
        else:
            told = tr_n("Accepted {n} answer.", "Accepted {n} answers.", accepted)
        self._desk.told.emit(told)

    def _drafts(self) -> list[Exchange]:
        document, image_id = self._desk.document, self._desk.image_id
        if document is None or image_id is None:
            return []
        return [one for one in document.exchanges(image_id) if not one.accepted]
