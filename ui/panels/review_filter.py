"""Chooses which regions the list shows, by what reviewers said of them."""

from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox

from gar_studio.annotation.region import Region
from gar_studio.annotation.review import Verdict
from gar_studio.language import mark, tr


@dataclass(frozen=True, slots=True)
class ReviewChoice:
    """One of the choices.

    Attributes:
        text: as it is offered.
        nothing: what the list says where no region fits.
        verdict: the verdict that a region must have; None for no verdict.
        everything: whether every region fits, whatever its verdict.
    """

    text: str
    nothing: str
    verdict: Verdict | None = None
    everything: bool = False

    def fits(self, region: Region) -> bool:
        """Whether the list shows this region."""
        verdict = region.review.verdict if region.review is not None else None
        return self.everything or verdict is self.verdict


EVERYTHING = ReviewChoice(mark("All regions"), "", everything=True)
CHOICES = (
    EVERYTHING,
    ReviewChoice(mark("Not reviewed"), mark("Every region here has been reviewed.")),
    ReviewChoice(mark("Accepted"), mark("No region here is accepted."), Verdict.ACCEPTED),
    ReviewChoice(mark("Rejected"), mark("No region here is rejected."), Verdict.REJECTED),
    ReviewChoice(mark("Flagged"), mark("No region here is flagged."), Verdict.FLAGGED),
)


class ReviewFilter(QComboBox):
    """A list of the choices, from all regions to those of one verdict."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Regions shown by review"))
        self.setToolTip(tr("Which regions the list shows"))
        for choice in CHOICES:
            self.addItem(tr(choice.text))

    @property
    def choice(self) -> ReviewChoice:
        """The choice that is made."""
        return CHOICES[self.currentIndex()]
