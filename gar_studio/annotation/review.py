"""What people think of labels: of a region, and of an image as a whole."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gar_studio.language import mark


class Verdict(StrEnum):
    """What somebody who looked at a region says about it."""

    ACCEPTED = mark("accepted")
    REJECTED = mark("rejected")
    FLAGGED = mark("flagged")


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

    EMPTY = mark("empty")
    IN_WORK = mark("in work")
    DONE = mark("done")
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


def so_far(
    image_ids: Iterable[int],
    counts: Mapping[int, int],
    states: Mapping[int, ImageState],
    wanted: Collection[Progress],
) -> frozenset[int]:
    """Return the images that are as far as is wanted.

    Args:
        image_ids: which to choose from.
        counts: of regions; images without may be left out.
        states: what was said of images; of most nothing was.
        wanted: how far.
    """
    untouched = progress(None, regions=0) in wanted
    begun = progress(None, regions=1) in wanted
    found = {one for one in image_ids if (begun if counts.get(one) else untouched)}
    for one, state in states.items():
        if progress(state, regions=counts.get(one, 0)) in wanted:
            found.add(one)
        else:
            found.discard(one)
    return frozenset(found)
