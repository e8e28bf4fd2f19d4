"""What a person says of regions and images: verdicts, hidden, locked, done, flagged."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from gar_studio.annotation.region import Region, utc_now
from gar_studio.annotation.review import Review, Verdict
from gar_studio.document.review_commands import (
    HideRegions,
    LockRegions,
    ReviewRegions,
    SetImageState,
)
from gar_studio.language import mark, tr
from ui.desk import Desk

AskReason = Callable[[str], str | None]
"""Asks why, given a title; returns the reason, "" for none, or None if all is to stay as it is."""


class ReviewController(QObject):
    """Turns review actions into commands.

    Args:
        desk: what is selected.
        reviewer: returns the name of who is at the desk.
        ask_reason: asks for the reason of a verdict.
    """

    def __init__(self, desk: Desk, *, reviewer: Callable[[], str], ask_reason: AskReason) -> None:
        super().__init__()
        self._desk = desk
        self._reviewer = reviewer
        self._ask_reason = ask_reason

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what to call, by action id."""
        return {
            "approve": lambda: self._judge(Verdict.ACCEPTED),
            "reject": lambda: self._judge(
                Verdict.REJECTED, title=mark("Reject"), several=mark("Reject {count} regions")
            ),
            "flag": lambda: self._judge(
                Verdict.FLAGGED, title=mark("Flag"), several=mark("Flag {count} regions")
            ),
            "unreview": lambda: self._judge(None),
            "hide": self._hide,
            "show_all": self._show_all,
            "lock": self._lock,
            "image_done": self._finish_image,
            "image_flagged": self._flag_image,
        }

    def enabled(self) -> dict[str, bool]:
        """Return by action id whether it can be taken."""
        desk, document = self._desk, self._desk.document
        writable = document is not None and not document.read_only
        chosen = writable and bool(desk.selection)
        on_image = writable and desk.image_id is not None
        return {
            "approve": chosen,
            "reject": chosen,
            "flag": chosen,
            "unreview": chosen and any(r.review is not None for r in self._selected()),
            "hide": chosen,
            "show_all": writable and any(region.hidden for region in desk.regions()),
            "lock": chosen,
            "image_done": on_image,
            "image_flagged": on_image,
        }

    def checked(self) -> dict[str, bool]:
        """Return by action id whether it is on."""
        desk, selected = self._desk, self._selected()
        state = None
        if desk.document is not None and desk.image_id is not None:
            state = desk.document.image_state(desk.image_id)
        return {
            "hide": bool(selected) and all(region.hidden for region in selected),
            "lock": bool(selected) and all(region.locked for region in selected),
            "image_done": state is not None and state.done,
            "image_flagged": state is not None and state.flagged,
        }

    def _selected(self) -> list[Region]:
        return [region for region in self._desk.regions() if region.id in self._desk.selection]

    def _judge(self, verdict: Verdict | None, *, title: str = "", several: str = "") -> None:
        desk = self._desk
        if desk.image_id is None or not desk.selection:
            return
        reason: str | None = ""
        if title:
            count = len(desk.selection)
            reason = self._ask_reason(tr(title) if count == 1 else tr(several, count=count))
        if reason is None:
            return
        review = None
        if verdict is not None:
            review = Review(verdict, reason, self._reviewer(), utc_now())
        desk.do(ReviewRegions(desk.image_id, desk.selection, review))

    def _hide(self) -> None:
        desk = self._desk
        if desk.image_id is not None:
            hidden = not self.checked()["hide"]
            desk.do(HideRegions(desk.image_id, desk.selection, hidden=hidden))

    def _show_all(self) -> None:
        desk = self._desk
        hidden = tuple(region.id for region in desk.regions() if region.hidden)
        if desk.image_id is not None and hidden:
            desk.do(HideRegions(desk.image_id, hidden, hidden=False))

    def _lock(self) -> None:
        desk = self._desk
        if desk.image_id is not None:
            locked = not self.checked()["lock"]
            desk.do(LockRegions(desk.image_id, desk.selection, locked=locked))

    def _finish_image(self) -> None:
        desk = self._desk
        if desk.document is not None and desk.image_id is not None:
            state = desk.document.image_state(desk.image_id)
            said = replace(state, done=not state.done, by=self._reviewer(), at=utc_now())
            desk.do(SetImageState(said, name=mark("mark image done")))

    def _flag_image(self) -> None:
        desk = self._desk
        if desk.document is None or desk.image_id is None:
            return
        state = desk.document.image_state(desk.image_id)
        note: str | None = ""
        if not state.flagged:
            note = self._ask_reason(tr("Flag the image"))
        if note is None:
            return
        said = replace(
            state, flagged=not state.flagged, note=note, by=self._reviewer(), at=utc_now()
        )
        desk.do(SetImageState(said, name=mark("flag image")))
