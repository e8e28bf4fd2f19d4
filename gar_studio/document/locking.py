"""Locked regions keep their masks."""

from collections.abc import Iterable

from gar_studio.annotation.region import Region
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError


def refuse_locked(edits: Iterable[Edit]) -> None:
    """Raise `CommandError` if an edit would delete a locked region or change its mask."""
    locked = [
        edit.before
        for edit in edits
        if isinstance(edit.before, Region)
        and edit.before.locked
        and (not isinstance(edit.after, Region) or edit.after.mask != edit.before.mask)
    ]
    if locked:
        raise CommandError(
            "The region is locked." if len(locked) == 1 else f"{len(locked)} regions are locked.",
            kept="Nothing was changed.",
            advice="Unlock it first, with the lock in the list of regions.",
        )
