"""A locked region keeps its mask, whoever asks."""

import pytest

from gar_studio.document.commands import Command, DeleteRegions, SetCaption, SetMask
from gar_studio.document.document import Document
from gar_studio.document.mask_commands import ReshapeRegions
from gar_studio.document.review_commands import LockRegions
from gar_studio.errors import CommandError
from tests.helpers.projects import MODEL, box, caption, seen


@pytest.mark.parametrize(
    "command",
    [
        SetMask(1, 2, box(5, 5), MODEL),
        DeleteRegions(1, (1, 2)),
        ReshapeRegions(1, ((1, box(0, 0)), (2, box(4, 4))), "smooth"),
    ],
)
def test_its_mask_cannot_change_and_it_cannot_go(document: Document, command: Command) -> None:
    document.do(LockRegions(1, (2,), locked=True))
    before = seen(document)
    with pytest.raises(CommandError, match="locked") as caught:
        document.do(command)
    assert "Unlock" in caught.value.advice
    assert seen(document) == before
    document.do(LockRegions(1, (2,), locked=False))
    assert document.do(command)


def test_its_words_can_change(document: Document) -> None:
    document.do(LockRegions(1, (2,), locked=True))
    assert document.do(SetCaption(1, 2, caption("A cat.")))


def test_what_was_done_before_the_lock_is_undone_after_the_lock_itself(document: Document) -> None:
    document.do(SetMask(1, 2, box(5, 5), MODEL))
    document.do(LockRegions(1, (2,), locked=True))
    assert document.undo(1) == "lock or unlock"
    assert document.undo(1) == "change mask"
