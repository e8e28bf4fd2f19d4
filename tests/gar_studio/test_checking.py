"""Each kind of damage is found, named by where it is, and nothing is changed by looking."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gar_studio import checking
from gar_studio.checking import CheckReport, check_project
from gar_studio.document.commands import (
    AcceptAnswer,
    AssignNewCategory,
    CreateCategory,
    DeleteRegions,
    MergeCategories,
    SetCaption,
)
from gar_studio.document.document import Document
from gar_studio.document.relation_commands import AddRelation
from gar_studio.engines.protocol import CancelToken, Progress
from gar_studio.errors import Cancelled, StoreError
from gar_studio.store import schema
from gar_studio.store.inspection import Kind
from gar_studio.workspace import open_target
from tests.gar_studio.store.test_schema import make_version_1
from tests.helpers.images import save, scene
from tests.helpers.projects import PERSON, add_region, caption, draft


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """Two photos that are there, regions, captions, answers, relations, and merged categories."""
    for name in ("a.png", "b.png"):
        save(tmp_path / "set" / name, scene(16, 12))
    made = open_target(tmp_path / "set").document
    regions = [add_region(made, 1) for _ in range(3)]
    other = add_region(made, 2)
    made.do(SetCaption(1, regions[0].id, caption("A red dog.")))
    made.do(SetCaption(2, other.id, caption("一只猫")))
    made.do(AssignNewCategory(1, (regions[0].id,), "dog"))
    made.do(CreateCategory("hound"))
    made.do(MergeCategories(3, 2))
    made.do(AddRelation(1, regions[0].id, "is by", (regions[1].id,), PERSON))
    answer = draft(made, "describe", regions[2], answer="A box.")
    made.do(AcceptAnswer(1, answer.id))
    made.do(DeleteRegions(1, (regions[2].id,)))  # its answer stays: undo may bring it back
    yield made
    made.close()


def spoil(document: Document, *statements: str) -> None:
    with closing(sqlite3.connect(document.path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def kinds(report: CheckReport) -> list[Kind]:
    return [finding.kind for finding in report.findings]


def test_a_sound_project_is_sound_and_left_as_it_is(document: Document) -> None:
    path = document.path
    for quick in (False, True):
        report = check_project(path, quick=quick)
        assert report.findings == ()
        assert report.sound
        assert (report.images, report.regions, report.quick) == (2, 3, quick)
    document.close()
    before = path.read_bytes()
    assert check_project(path).sound
    assert path.read_bytes() == before


DAMAGE = {
    "region of no image": ("UPDATE region SET image_id = 77 WHERE id = 4", Kind.ORPHAN, "region 4"),
    "answer of no image": ("UPDATE exchange SET image_id = 77", Kind.ORPHAN, "exchange 1"),
    "relation of no image": ("UPDATE relation SET image_id = 77", Kind.ORPHAN, "relation 1"),
    "state of no image": (
        "INSERT INTO image_state VALUES (77, 1, 0, '', '', '')",
        Kind.ORPHAN,
        "image state 77",
    ),
    "history of no image": ("UPDATE history SET image_id = 77", Kind.ORPHAN, "history 1"),
    "answer about nothing": (
        """UPDATE exchange SET regions = '[{"region_id":99,"mask_version":""}]'""",
        Kind.ORPHAN,
        "answer 1",
    ),
    "relation to nothing": ("UPDATE relation SET object_ids = '[3]'", Kind.ORPHAN, "relation 1"),
    "relation across images": ("UPDATE relation SET subject_id = 4", Kind.ORPHAN, "relation 1"),
    "no such category": ("UPDATE region SET category_id = 9", Kind.CATEGORY, "category 9"),
    "merged in a circle": (
        "UPDATE category SET merged_into = 3 WHERE id = 2",
        Kind.CATEGORY,
        "category 2",
    ),
    "merged into itself": (
        "UPDATE category SET merged_into = 2 WHERE id = 2",
        Kind.CATEGORY,
        "category 2",
    ),
    "merged into nothing": (
        "UPDATE category SET merged_into = 9 WHERE id = 3",
        Kind.CATEGORY,
        "category 3",
    ),
    "two of a name": ("UPDATE category SET name = 'dog' WHERE id = 1", Kind.CATEGORY, "category 2"),
    "first category": ("DELETE FROM category WHERE id = 1", Kind.CATEGORY, "category 1"),
    "mask of another size": (
        "UPDATE image SET width = 12, height = 16 WHERE id = 2",
        Kind.MASK,
        "region 4 on b.png",
    ),
    "mask that is none": (
        "UPDATE region SET mask_counts = x'6F6F' WHERE id = 1",
        Kind.MASK,
        "region 1 on a.png",
    ),
    "mask of no size": (
        "UPDATE region SET mask_height = 'tall' WHERE id = 1",
        Kind.ROW,
        "region 1 on a.png",
    ),
    "caption": ("UPDATE region SET caption = '[1]' WHERE id = 1", Kind.ROW, "region 1 on a.png"),
    "provenance": ("UPDATE region SET provenance = '[1]'", Kind.ROW, "region 1 on a.png"),
    "regions of an answer": ("UPDATE exchange SET regions = 'x'", Kind.ROW, "answer 1"),
    "objects of a relation": ("UPDATE relation SET object_ids = '7'", Kind.ROW, "relation 1"),
    "no object of a relation": ("UPDATE relation SET object_ids = '[]'", Kind.ROW, "relation 1"),
    "far too large an id": (
        f"UPDATE relation SET object_ids = '[{2**70}]'",
        Kind.ROW,
        "relation 1",
    ),
    "size of an image": ("UPDATE image SET width = 0 WHERE id = 2", Kind.ROW, "image 2"),
    "path of an image": ("UPDATE image SET path = x'00' WHERE id = 2", Kind.ROW, "image 2"),
    "state": ("INSERT INTO image_state VALUES (1, 1, 0, 5.5, '', x'')", Kind.ROW, "state of"),
    "history": ("UPDATE history SET edits = x'C1' WHERE id = 2", Kind.HISTORY, "step 2"),
    "history as text": ("UPDATE history SET edits = 'x' WHERE id = 2", Kind.HISTORY, "step 2"),
    "ids": ("UPDATE meta SET value = '2' WHERE key = 'last_id.region'", Kind.IDS, "region 4"),
    "ids as words": ("UPDATE meta SET value = 'x' WHERE key = 'last_id.region'", Kind.IDS, "regi"),
    "caption not in the index": ("DELETE FROM caption_words", Kind.SEARCH, "region 1"),
    "index of no caption": (
        "INSERT INTO caption_words (rowid, words) VALUES ((1 << 31) + 2, 'green')",
        Kind.SEARCH,
        "caption of region 2",
    ),
    "index of other words": (
        "UPDATE caption_words_content SET c0 = 'A blue cat.' WHERE id = (1 << 31) + 1",
        Kind.SEARCH,
        "region 1",
    ),
    "words gone from the index": (
        "UPDATE caption_words_docsize SET sz = x'09'",
        Kind.SEARCH,
        "the index",
    ),
    "a table is gone": ("DROP TABLE exchange", Kind.FILE, "Checking answers"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_named(document: Document, damage: str) -> None:
    statement, kind, where = DAMAGE[damage]
    spoil(document, statement)
    report = check_project(document.path)
    found = [finding for finding in report.findings if finding.where.startswith(where)]
    assert kind in [finding.kind for finding in found], report.findings
    assert not report.sound
    for finding in report.findings:
        assert finding.meaning.endswith(".")
        assert finding.advice.endswith(".")


def test_an_index_of_sqlite_that_does_not_fit_is_found(document: Document) -> None:
    spoil(
        document,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = 'CREATE INDEX region_by_image ON region (colour, id)' "
        "WHERE name = 'region_by_image'",
    )
    assert Kind.FILE in kinds(check_project(document.path))


def test_photos_that_went_or_changed_are_found(document: Document, tmp_path: Path) -> None:
    photo, other = document.image_path(1), document.image_path(2)
    data = bytearray(photo.read_bytes())
    data[-1] ^= 1
    photo.write_bytes(data)
    assert kinds(check_project(document.path)) == [Kind.CHANGED]
    assert check_project(document.path, quick=True).sound, "its size is the same"
    other.write_bytes(b"longer" * 999)
    assert kinds(check_project(document.path, quick=True)) == [Kind.CHANGED]
    other.unlink()
    other.mkdir()
    photo.unlink()
    report = check_project(document.path)
    assert kinds(report) == [Kind.MISSING, Kind.UNREADABLE]
    assert [finding.where for finding in report.findings] == ["a.png", "b.png"]


def test_of_many_findings_the_first_are_told_and_the_others_counted(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_MOST", 2)
    spoil(document, "UPDATE region SET provenance = '{'", "UPDATE image SET digest = 'x'")
    report = check_project(document.path)
    assert kinds(report).count(Kind.ROW) == 2
    assert kinds(report).count(Kind.CHANGED) == 2
    assert report.left_out == ((Kind.ROW, 1),)


def test_a_project_of_the_first_version_is_checked_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.garproj"
    make_version_1(path)
    before = path.read_bytes()
    assert {*kinds(check_project(path))} <= {Kind.MISSING, Kind.IDS}
    assert path.read_bytes() == before


def test_what_cannot_be_checked_is_refused(document: Document, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no project"):
        check_project(tmp_path / "none.garproj")
    (tmp_path / "text.garproj").write_text("hello", encoding="utf-8")
    with pytest.raises(StoreError, match="not a GAR Studio project"):
        check_project(tmp_path / "text.garproj")
    spoil(document, f"PRAGMA user_version = {schema.CURRENT_VERSION + 1}")
    with pytest.raises(StoreError, match="newer version"):
        check_project(document.path)


def test_it_tells_how_far_it_is_and_can_be_stopped_anywhere(document: Document) -> None:
    stages: list[str] = []
    check_project(document.path, tell=lambda progress: stages.append(progress.stage))
    assert len(set(stages)) > 8

    def stop_at(stage: str, cancel: CancelToken) -> Callable[[Progress], None]:
        def tell(progress: Progress) -> None:
            if progress.stage == stage:
                cancel.cancel()

        return tell

    for stage in dict.fromkeys(stages[:-1]):
        cancel = CancelToken()
        with pytest.raises(Cancelled):
            check_project(document.path, cancel=cancel, tell=stop_at(stage, cancel))
