"""Figures of a project: how far it is, what is on its images, and how often models were right."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from gar_studio.annotation.review import Progress
from gar_studio.document.document import Document
from gar_studio.language import mark


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a project.

    Attributes:
        images: how many images are how far, in the order of `Progress`.
        categories: name and number of regions of each category, the largest first.
        regions: in all.
        captions: regions with a caption.
        words: words of all captions.
        relations: in all.
        reviews: "accepted", "rejected", "flagged" and "not reviewed", and how many regions each.
        answers: what became of models' answers: "accepted as they were", "accepted after a
            change" and "not accepted".
    """

    images: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]
    regions: int
    captions: int
    words: int
    relations: int
    reviews: tuple[tuple[str, int], ...]
    answers: tuple[tuple[str, int], ...]

    @property
    def agreement(self) -> float | None:
        """Part of the accepted answers that nobody had to change; None if there is none."""
        told = dict(self.answers)
        accepted = told[AS_IT_WAS] + told[CHANGED]
        return told[AS_IT_WAS] / accepted if accepted else None

    def tables(self) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
        """Return title and rows of everything that is counted by kind."""
        return (
            (mark("Images"), self.images),
            (BY_CATEGORY, self.categories),
            (mark("Reviews"), self.reviews),
            (mark("Answers of models"), self.answers),
        )

    def as_csv(self) -> str:
        """Return all of it as lines of “table, name, count”."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("table", "name", "count"))
        for title, rows in self.tables():
            writer.writerows((title, name, count) for name, count in rows)
        totals = ("regions", "captions", "words", "relations")
        writer.writerows(("Totals", name, getattr(self, name)) for name in totals)
        return text.getvalue()


BY_CATEGORY = mark("Regions by category")
"""The table whose names are those of the categories."""

AS_IT_WAS = mark("accepted as they were")
CHANGED = mark("accepted after a change")
OPEN = mark("not accepted")
_NOT_REVIEWED = mark("not reviewed")


def measure(document: Document) -> Statistics:
    """Count everything.

    Raises:
        StoreError: the project's file cannot be read.
    """
    search = document.search
    progress = Counter(document.progress(image.id) for image in document.images())
    by_category: Counter[str] = Counter()
    for category_id, count in document.category_counts().items():
        if count:
            by_category[document.category(category_id).name] = count
    regions = by_category.total()
    reviews = dict(search.regions_by_verdict())
    captions, words = search.captions()
    answers = search.answers()
    return Statistics(
        images=tuple((one.value, progress[one]) for one in Progress),
        categories=tuple(by_category.most_common()),
        regions=regions,
        captions=captions,
        words=words,
        relations=search.relations(),
        reviews=(*reviews.items(), (_NOT_REVIEWED, regions - sum(reviews.values()))),
        answers=tuple(zip((AS_IT_WAS, CHANGED, OPEN), answers, strict=True)),
    )
