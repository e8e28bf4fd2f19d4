"""Hand tools on regions: one step each, taken back to the last bit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Region
from gar_studio.annotation.review import Review, Verdict
from gar_studio.annotation.shaping import fill_holes, grow, paint
from gar_studio.document.commands import AddRegion, Command, SetCaption
from gar_studio.document.document import Document
from gar_studio.document.mask_commands import (
    IntersectRegions,
    MergeRegions,
    ReshapeRegions,
    SplitRegion,
    SubtractRegions,
)
from gar_studio.document.review_commands import ReviewRegions
from gar_studio.errors import CommandError, MaskError
from tests.helpers.projects import (
    HEIGHT,
    PERSON,
    WIDTH,
    add_region,
    box,
    caption,
    labels_in_file,
    new_document,
    reopened,
    seen,
)


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    made = new_document(tmp_path / "hand.garproj", images=1)
    add_region(made, 1, box(0, 0, 6, 6))
    add_region(made, 1, box(4, 4, 6, 6))
    add_region(made, 1, box(12, 0, 2, 2).union(box(12, 8, 3, 3)))
    made.do(SetCaption(1, 1, caption("the first")))
    yield made
    made.close()


def masks(document: Document) -> dict[int, Mask]:
    return {region.id: region.mask for region in document.regions(1)}


def test_a_new_shape_keeps_number_and_words_and_says_that_a_person_made_it(
    document: Document,
) -> None:
    document.do(ReshapeRegions(1, ((1, box(1, 1)),), "paint"))
    region = document.region(1, 1)
    assert region.mask == box(1, 1)
    assert region.caption == caption("the first")
    assert region.provenance.edited
    assert document.numbers(1)[1] == 1
    assert document.undo_name(1) == "paint"


def test_several_regions_change_in_one_step(document: Document) -> None:
    before = masks(document)
    document.do(ReshapeRegions(1, ((1, box(1, 1)), (2, box(2, 2))), "grow"))
    assert document.undo(1) == "grow"
    assert masks(document) == before


def test_a_shape_that_would_vanish_is_refused_and_nothing_is_changed(document: Document) -> None:
    before = seen(document)
    empty = Mask.empty(height=HEIGHT, width=WIDTH)
    with pytest.raises(MaskError, match="empty"):
        document.do(ReshapeRegions(1, ((1, box(1, 1)), (2, empty)), "erase"))
    assert seen(document) == before


def test_parts_become_regions_and_the_largest_keeps_the_number(document: Document) -> None:
    document.do(SplitRegion(1, 3))
    regions = document.regions(1)
    assert [region.mask for region in regions[2:]] == [box(12, 8, 3, 3), box(12, 0, 2, 2)]
    assert regions[2].id == 3
    assert len({region.colour for region in regions}) == 4
    assert regions[3].category_id == regions[2].category_id


def test_what_hangs_together_cannot_be_split(document: Document) -> None:
    with pytest.raises(CommandError, match="hangs together"):
        document.do(SplitRegion(1, 1))


def test_a_verdict_on_the_whole_is_not_one_on_a_part_split_off(document: Document) -> None:
    document.do(ReshapeRegions(1, ((1, box(0, 0, 6, 6).union(box(10, 10, 2, 2))),), "paint"))
    review = Review(Verdict.ACCEPTED, by="Ana", at="now")
    document.do(ReviewRegions(1, (1,), review))
    document.do(SplitRegion(1, 1))
    assert document.region(1, 1).review == review
    assert document.regions(1)[-1].review is None
    document.undo(1)
    assert document.region(1, 1).review == review


def test_merging_leaves_the_first_one_selected(document: Document) -> None:
    document.do(MergeRegions(1, (2, 1)))
    assert set(masks(document)) == {2, 3}
    assert masks(document)[2] == box(0, 0, 6, 6).union(box(4, 4, 6, 6))


def test_subtracting_and_intersecting_change_the_first_one_alone(document: Document) -> None:
    document.do(SubtractRegions(1, (1, 2)))
    assert masks(document)[1].area == 36 - 4
    document.undo(1)
    document.do(IntersectRegions(1, (1, 2)))
    assert masks(document)[1] == box(4, 4, 2, 2)
    assert masks(document)[2] == box(4, 4, 6, 6)


@pytest.mark.parametrize("kind", [MergeRegions, SubtractRegions, IntersectRegions])
def test_one_region_is_not_enough(document: Document, kind: type) -> None:
    with pytest.raises(CommandError, match="two regions"):
        document.do(kind(1, (1,)))


def test_regions_that_do_not_meet_have_no_intersection(document: Document) -> None:
    with pytest.raises(MaskError, match="empty"):
        document.do(IntersectRegions(1, (1, 3)))


COMMANDS: dict[str, Command] = {
    "reshape": ReshapeRegions(1, ((1, box(2, 2)),), "paint"),
    "split": SplitRegion(1, 3),
    "merge": MergeRegions(1, (1, 2, 3)),
    "subtract": SubtractRegions(1, (2, 1)),
    "intersect": IntersectRegions(1, (2, 1)),
}


@pytest.mark.parametrize("kind", list(COMMANDS))
def test_each_is_undone_and_redone_to_the_last_bit(document: Document, kind: str) -> None:
    before = labels_in_file(document.path)
    document.do(COMMANDS[kind])
    after, shown = labels_in_file(document.path), seen(document)
    assert after != before
    document.undo(1)
    assert labels_in_file(document.path) == before
    document.redo(1)
    assert labels_in_file(document.path) == after
    assert seen(document) == shown == reopened(document)


def a_command(document: Document, random: np.random.Generator) -> Command:
    """Return something that a person might do to the regions that are there."""
    regions = document.regions(1)
    if len(regions) < 3:
        return AddRegion(1, box(*random.integers(0, 9, 2).tolist()), PERSON)
    first, second = (regions[i] for i in random.integers(0, len(regions), 2))
    pair = (first.id, second.id)
    point = (float(random.uniform(0, WIDTH)), float(random.uniform(0, HEIGHT)))
    radius, erase = float(random.uniform(0.6, 4)), bool(random.random() < 0.4)
    commands: tuple[Callable[[], Command], ...] = (
        lambda: shaped(first, paint(first.mask, [point], radius=radius, erase=erase)),
        lambda: shaped(first, grow(first.mask, int(random.integers(-2, 3)))),
        lambda: shaped(first, fill_holes(first.mask)),
        lambda: SplitRegion(1, first.id),
        lambda: MergeRegions(1, pair),
        lambda: SubtractRegions(1, pair),
        lambda: IntersectRegions(1, pair),
    )
    chances = (0.5, 0.14, 0.06, 0.12, 0.06, 0.06, 0.06)
    return commands[int(random.choice(len(commands), p=chances))]()


def shaped(region: Region, mask: Mask) -> Command:
    return ReshapeRegions(1, ((region.id, mask),), "shape")


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_two_hundred_steps_are_taken_back_and_done_again_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    random = np.random.default_rng(seed)
    document = new_document(tmp_path_factory.mktemp("steps") / "hand.garproj", images=1)
    for place in (0, 4, 8):
        add_region(document, 1, box(place, place, 4, 4))
    states = [document.regions(1)]
    for _ in range(200):
        try:
            changed = document.do(a_command(document, random))
        except (CommandError, MaskError):
            continue
        if changed:
            states.append(document.regions(1))
    assert len(states) > 50
    for state in reversed(states[:-1]):
        document.undo(1)
        assert document.regions(1) == state
    for state in states[1:]:
        document.redo(1)
        assert document.regions(1) == state
    assert seen(document) == reopened(document)
    document.close()
