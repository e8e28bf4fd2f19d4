"""Projects of every earlier version open with all that was in them, history included.

`version-N.sql` is a project as version N itself wrote it; a new version brings one for the last.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gar_studio.annotation.review import Review, Verdict
from gar_studio.checking import check_project
from gar_studio.document.commands import SetCaption
from gar_studio.document.document import Document
from gar_studio.document.review_commands import ReviewRegions
from gar_studio.store import schema
from gar_studio.store.inspection import Kind
from gar_studio.store.opening import open_store
from tests.helpers.projects import add_region, caption, reopened, seen

FILES = {int(path.stem.split("-")[1]): path for path in Path(__file__).parent.glob("version-*.sql")}


@pytest.fixture(params=range(1, schema.CURRENT_VERSION))
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "a.garproj"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FILES[request.param].read_text(encoding="utf-8"))
        assert schema.version(connection) == request.param
    return path


def rows_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the tables that the first version had."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        tables = ("meta", "image", "category", "region", "exchange", "relation", "history")
        return {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1")]
            for name in tables
        }


def definitions(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        return {
            row[0]: " ".join(row[1].replace(", ", ",").split()) for row in connection.execute(query)
        }


def test_there_is_a_project_of_every_earlier_version() -> None:
    assert set(FILES) == set(range(1, schema.CURRENT_VERSION))


def test_every_row_and_every_step_of_the_history_is_kept(project: Path) -> None:
    before = rows_of(project)
    open_store(project).close()
    after = rows_of(project)
    for name, old in before.items():
        assert len(after[name]) == len(old)
        for one, other in zip(old, after[name], strict=True):
            assert {key: other[key] for key in one} == one, name
    assert len(before["history"]) > 10


def test_it_is_then_like_a_new_one(project: Path, tmp_path: Path) -> None:
    open_store(project).close()
    open_store(tmp_path / "new.garproj", create=True).close()
    migrated, new = definitions(project), definitions(tmp_path / "new.garproj")
    assert migrated.keys() == new.keys()
    assert {n: s for n, s in migrated.items() if s != new[n]} == {}
    kinds = {finding.kind for finding in check_project(project).findings}
    assert kinds == {Kind.MISSING}, "only the photos are not there"


def test_what_was_in_it_is_seen(project: Path) -> None:
    for options in ({"read_only": True}, {}):
        with closing(Document(open_store(project, **options))) as document:
            assert [image.path for image in document.images()] == [
                'it\'s a "photo" 图.png',
                "sub/b.jpg",
            ]
            assert [region.id for region in document.regions(1)] == [3, 1, 2]
            captions = [region.caption.text for region in document.regions(1) if region.caption]
            assert captions == ["A blue box.", "A red dog.", "草地上有一只狗"]
            ring = document.region(1, 1).mask
            assert not ring.to_array()[3, 3], "the hole is there"
            assert ring.to_array()[11, 15], "and the part that lies apart"
            assert document.category(document.region(2, 4).category_id).name == "dog"
            assert document.sticky_category.name == "dog"
            assert [e.accepted for e in document.exchanges(1)] == [True, True, False]
            assert [r.predicate for r in document.relations(1)] == ["sits beside"]
            assert (document.undo_name(1), document.redo_name(1)) == (
                "reorder regions",
                "delete region",
            )
            assert document.redo_name(2) == "edit caption"
            assert document.search.with_word("red") == {1}


def test_all_of_its_history_can_be_taken_back_and_done_again(project: Path) -> None:
    with closing(Document(open_store(project))) as document:
        assert document.redo(1) == "delete region"
        assert [region.id for region in document.regions(1)] == [1, 2]
        assert document.redo(2) == "edit caption"
        before = seen(document)
        steps = 0
        for image_id in (2, 1):
            while document.undo(image_id):
                steps += 1
        assert steps == 15
        assert document.region_counts() == {1: 0, 2: 0}
        for image_id in (1, 2):
            while document.redo(image_id):
                steps -= 1
        assert steps == 0
        assert seen(document) == before == reopened(document)


def test_work_goes_on_in_it(project: Path) -> None:
    with closing(Document(open_store(project))) as document:
        assert add_region(document, 1).id == 5, "an id that was given is never given again"
        document.do(ReviewRegions(1, (1,), Review(Verdict.FLAGGED)))
        document.do(SetCaption(1, 1, caption("A green cat.")))
        assert document.search.with_word("green") == {1}
        assert document.search.with_word("一只狗") == {1}
        assert seen(document) == reopened(document)
