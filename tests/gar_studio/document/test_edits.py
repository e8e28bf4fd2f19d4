"""Edits are stored with history and come back as they were."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.exchange import AskedRegion, Exchange, Relation
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption, Category, ImageRecord, Provenance, Region
from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.document.edits import Edit, decode, encode, merge
from gar_studio.errors import MaskError
from tests.helpers.masks import mask_arrays

ids = st.integers(1, 2**62)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
provenances = st.builds(Provenance, texts, texts, texts, texts, st.booleans())
regions = st.builds(
    Region,
    id=ids,
    image_id=ids,
    position=st.integers(0, 9),
    mask=mask_arrays(largest=9).map(Mask.from_array),
    colour=texts,
    category_id=ids,
    provenance=provenances,
    caption=st.none() | st.builds(Caption, texts, provenances),
    review=st.none() | st.builds(Review, st.sampled_from(Verdict), texts, texts, texts),
    hidden=st.booleans(),
    locked=st.booleans(),
)
image_states = st.builds(ImageState, ids, st.booleans(), st.booleans(), texts, texts, texts)
categories = st.builds(Category, ids, texts, texts, texts, st.none() | ids)
asked = st.lists(st.builds(AskedRegion, ids, texts), max_size=3).map(tuple)
exchanges = st.builds(
    Exchange, ids, ids, texts, asked, texts, texts, texts, provenances, st.booleans(), texts
)
relations = st.builds(
    Relation,
    ids,
    ids,
    ids,
    texts,
    st.lists(ids, min_size=1).map(tuple),
    texts,
    st.booleans(),
    provenances,
)
kinds = st.sampled_from([regions, categories, exchanges, relations, image_states])
images = st.builds(ImageRecord, ids, texts, ids, ids, ids, texts)
edits = st.builds(Edit, images, images) | kinds.flatmap(
    lambda rows: (
        st.builds(Edit, rows, rows)
        | st.builds(Edit, st.none(), rows)
        | st.builds(Edit, rows, st.none())
    )
)


@given(st.lists(edits, max_size=4).map(tuple))
def test_edits_survive_storing(changes: tuple[Edit, ...]) -> None:
    for change in changes:  # what was computed from a mask is not part of it
        if isinstance(change.row, Region):
            assert change.row.mask.box[2:] <= change.row.mask.size[::-1]
    assert decode(encode(changes)) == changes


@given(edits)
def test_reversing_twice_is_no_change(change: Edit) -> None:
    assert change.reversed().reversed() == change
    assert change.reversed().table == change.table


@given(regions, regions, regions)
def test_merging_brings_only_what_changed(before: Region, after: Region, current: Region) -> None:
    merged = merge(current, before=before, after=after)
    assert isinstance(merged, Region)
    for name in Region.__slots__:
        changed = getattr(before, name) != getattr(after, name)
        assert getattr(merged, name) == getattr(after if changed else current, name)
    assert merge(before, before=before, after=after) == after


@given(st.binary(max_size=60))
def test_damaged_records_give_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(b"\xc1" + data)
    with suppress(msgspec.DecodeError, MaskError):
        decode(data)


def test_a_record_of_a_table_that_is_not_known_is_refused() -> None:
    good = encode((Edit(None, Category(1, "a", "#000000")),))
    with pytest.raises(msgspec.DecodeError, match="castle"):
        decode(good.replace(b"\xa8category", b"\xa6castle"))


@pytest.mark.parametrize("gone", ["before", "after", "both"])
def test_a_record_that_takes_an_image_away_is_refused(gone: str) -> None:
    image = ImageRecord(1, "a.png", 4, 3, 9, "0" * 64)
    edit = Edit(None if gone == "before" else image, None if gone == "after" else image)
    data = encode((edit,))
    if gone == "both":
        data = data.replace(msgspec.msgpack.encode(image), msgspec.msgpack.encode(None))
    with pytest.raises(msgspec.DecodeError):
        decode(data)
