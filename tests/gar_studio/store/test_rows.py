"""Rows come out of the file as they went in."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.exchange import Exchange, Relation
from gar_studio.annotation.region import Category, Region
from gar_studio.annotation.review import ImageState
from gar_studio.store.opening import open_store
from gar_studio.store.rows import TABLES, Row, table_of
from tests.gar_studio.document.test_edits import (
    categories,
    exchanges,
    image_states,
    regions,
    relations,
)
from tests.helpers.projects import facts

rows = st.one_of(regions, categories, exchanges, relations, image_states)


@given(st.lists(rows, min_size=1, max_size=8))
def test_every_field_survives(written: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "a.garproj", create=True)
        with store.transaction():
            for row in written:
                store.put(row)
        last = {(table_of(row), row.id): row for row in written}
        for row in last.values():
            match row:
                case Region():
                    assert row in store.regions(row.image_id)
                case Category():
                    assert row in store.categories()
                case Exchange():
                    assert row in store.exchanges(row.image_id)
                case Relation():
                    assert row in store.relations(row.image_id)
                case ImageState():
                    assert row in store.image_states()
        with store.transaction():
            for row in last.values():
                store.delete(row)
        assert store.region_counts() == {}
        store.close()


@given(rows)
def test_every_kind_of_row_has_its_table(row: Row) -> None:
    assert isinstance(row, TABLES[table_of(row)])


def test_image_records_survive(tmp_path: Path) -> None:
    store = open_store(tmp_path / "a.garproj", create=True)
    with store.transaction():
        made = [store.add_image(name, facts(width=3, height=5)) for name in ("b/ü 图.png", "a.png")]
    assert store.images() == tuple(made)
    assert [image.id for image in made] == [1, 2]
    assert (made[0].width, made[0].height) == (3, 5)
    moved = replace(made[1], path="c/a.png", digest="x", file_size=2**40)
    with store.transaction():
        store.put(moved)
    assert store.images() == (made[0], moved)
    store.close()
