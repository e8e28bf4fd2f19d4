"""The figures of a project are those that one counts by hand."""

import csv
import io
from pathlib import Path

from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.document.commands import AcceptAnswer, AssignNewCategory, MergeCategories
from gar_studio.document.document import Document
from gar_studio.document.review_commands import ReviewRegions, SetImageState
from gar_studio.statistics import measure
from tests.helpers.projects import add_region, draft, new_document


def worked_on(path: Path) -> Document:
    """Four images; three regions, two described, one of them in other words."""
    document = new_document(path, images=4)
    regions = [add_region(document, image_id) for image_id in (1, 1, 2)]
    document.do(AssignNewCategory(1, (1,), "dog"))
    document.do(AssignNewCategory(1, (2,), "hound"))
    document.do(MergeCategories(3, 2))
    first = draft(document, "describe", regions[0], answer="A red dog.")
    second = draft(document, "describe", regions[1], answer="A cat.")
    draft(document, "describe", regions[2], answer="A bird.")
    relation = draft(document, "relate", *regions[:2], answer="⟨region:1⟩ is left of ⟨region:2⟩")
    document.do(AcceptAnswer(1, first.id))
    document.do(AcceptAnswer(1, second.id, "A small blue dog."))
    document.do(AcceptAnswer(1, relation.id))
    document.do(ReviewRegions(1, (1, 2), Review(Verdict.ACCEPTED)))
    document.do(SetImageState(ImageState(3, done=True)))
    document.do(SetImageState(ImageState(1, flagged=True)))
    return document


def test_everything_is_counted(tmp_path: Path) -> None:
    document = worked_on(tmp_path / "a.garproj")
    figures = measure(document)
    document.close()
    assert dict(figures.images) == {"empty": 1, "in work": 1, "done": 1, "flagged": 1}
    assert figures.categories == (("dog", 2), ("object", 1))
    assert (figures.regions, figures.captions, figures.words) == (3, 2, 7)
    assert figures.relations == 1
    assert dict(figures.reviews) == {
        "accepted": 2,
        "rejected": 0,
        "flagged": 0,
        "not reviewed": 1,
    }
    assert dict(figures.answers) == {
        "accepted as they were": 2,
        "accepted after a change": 1,
        "not accepted": 1,
    }
    assert figures.agreement == 2 / 3


def test_the_table_holds_all_of_it(tmp_path: Path) -> None:
    document = worked_on(tmp_path / "a.garproj")
    figures = measure(document)
    document.close()
    rows = list(csv.DictReader(io.StringIO(figures.as_csv())))
    told = {(row["table"], row["name"]): int(row["count"]) for row in rows}
    for title, counted in figures.tables():
        for name, count in counted:
            assert told[title, name] == count
    assert told["Totals", "words"] == 7


def test_an_empty_project_has_no_agreement(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj")
    figures = measure(document)
    document.close()
    assert figures.agreement is None
    assert figures.categories == ()
