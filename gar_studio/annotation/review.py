"""What people think of labels: of a region, and of an image as a whole."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What somebody who looked at a region says about it."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on a region.

    Attributes:
        verdict: what it is.
        reason: why, in the reviewer's words, or "".
        by: who looked at it, or "" if nobody said.
        at: UTC time in ISO 8601, to the second.
    """

    verdict: Verdict
    reason: str = ""
    by: str = ""
    at: str = ""


class Progress(StrEnum):
    """How far the labels of an image are."""

    EMPTY = "empty"
    IN_WORK = "in work"
    DONE = "done"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class ImageState:
    """What somebody said about an image as a whole.

    Attributes:
        image_id: the image.
        done: whether its labels are complete.
        flagged: whether somebody has to look at it.
        note: why, or "".
        by: who said so.
        at: UTC time in ISO 8601, to the second.
    """

    image_id: int
    done: bool = False
    flagged: bool = False
    note: str = ""
    by: str = ""
    at: str = ""

    @property
    def id(self) -> int:
        """The image's id: an image has one state."""
        return self.image_id


def progress(state: ImageState | None, *, regions: int) -> Progress:
    """Say how far an image is, by what was said of it and how many regions it has."""
    if state is not None and state.flagged:
        return Progress.FLAGGED
    if state is not None and state.done:
        return Progress.DONE
    return Progress.IN_WORK if regions else Progress.EMPTY
