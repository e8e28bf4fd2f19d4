"""Locked regions keep their masks."""

from collections.abc import Iterable

from gar_studio.annotation.region import Region
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError
from gar_studio.language import tr


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
            tr("The region is locked.")
            if len(locked) == 1
            else tr("{count} regions are locked.", count=len(locked)),
            kept=tr("Nothing was changed."),
            advice=tr("Unlock it first, with the lock in the list of regions."),
        )
