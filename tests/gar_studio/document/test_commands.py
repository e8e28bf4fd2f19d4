"""Each command: what it does, that it can be taken back, and that it stays on its image."""

from pathlib import Path

import pytest

from gar_studio.annotation.colours import OKABE_ITO
from gar_studio.annotation.mask import Mask
from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.document.commands import (
    AcceptAnswer,
    AddRegion,
    AssignNewCategory,
    ChangeCategory,
    Command,
    CreateCategory,
    DeleteExchange,
    DeleteRegions,
    MergeCategories,
    MoveRegion,
    SetCaption,
    SetCategory,
    SetMask,
)
from gar_studio.document.document import Document
from gar_studio.document.review_commands import (
    HideRegions,
    LockRegions,
    ReviewRegions,
    SetImageState,
)
from gar_studio.errors import CommandError, MaskError
from tests.helpers.projects import (
    HEIGHT,
    MODEL,
    PERSON,
    WIDTH,
    add_region,
    box,
    caption,
    draft,
    labels_in_file,
    new_document,
    reopened,
    seen,
)

ACCEPTED = Review(Verdict.ACCEPTED, by="Ana", at="2026-01-02T03:04:05+00:00")

COMMANDS: dict[str, Command] = {
    "add": AddRegion(1, box(0, 0), PERSON),
    "mask": SetMask(1, 2, box(5, 5), MODEL),
    "delete one": DeleteRegions(1, (3,)),
    "delete with relation": DeleteRegions(1, (1,)),
    "delete all": DeleteRegions(1, (3, 1, 2)),
    "delete twice named": DeleteRegions(1, (2, 2)),
    "move up": MoveRegion(1, 3, 1),
    "move down": MoveRegion(1, 1, 3),
    "move beyond": MoveRegion(1, 1, 99),
    "category": SetCategory(1, (1, 2, 3), 3),
    "new category": AssignNewCategory(1, (1, 3), "bird"),
    "caption": SetCaption(1, 1, caption("⟨region:1⟩ ⟨⟨ “a” 狗")),
    "describe": AcceptAnswer(1, 1),
    "describe edited": AcceptAnswer(1, 1, "A cat."),
    "relate": AcceptAnswer(1, 7),
    "relate reworded": AcceptAnswer(1, 2, "⟨region:2⟩ is under ⟨region:1⟩"),
    "ask": AcceptAnswer(1, 3),
    "drop answer": DeleteExchange(1, 1),
    "create": CreateCategory("tree"),
    "rename": ChangeCategory(2, new_name="hound"),
    "recolour": ChangeCategory(3, colour="#123456"),
    "take key": ChangeCategory(3, key="1"),
    "no key": ChangeCategory(3, key=""),
    "all at once": ChangeCategory(2, new_name="x", colour="#000000", key="9"),
    "merge": MergeCategories(2, 3),
    "merge the first": MergeCategories(1, 3),
    "merge used elsewhere": MergeCategories(3, 1),
    "accept": ReviewRegions(1, (1, 3), ACCEPTED),
    "reject": ReviewRegions(1, (2,), Review(Verdict.REJECTED, "outline “cuts” 狗", "Ana", "now")),
    "hide": HideRegions(1, (1, 2), hidden=True),
    "lock": LockRegions(1, (3,), locked=True),
    "done": SetImageState(ImageState(1, done=True, by="Ana", at="now")),
    "flag": SetImageState(ImageState(1, flagged=True, note="blurred")),
}


@pytest.mark.parametrize("kind", list(COMMANDS))
def test_a_command_is_undone_and_redone_to_the_last_bit(document: Document, kind: str) -> None:
    command = COMMANDS[kind]
    events: list[object] = []
    before, before_seen = labels_in_file(document.path), seen(document)
    document.changed.connect(events.append)

    assert document.do(command)
    after, after_seen = labels_in_file(document.path), seen(document)
    assert after != before
    assert after_seen == reopened(document)
    assert document.undo_name(1) == command.name
    assert len(events) == 1

    assert document.undo(1) == command.name
    assert labels_in_file(document.path) == before
    # Only what can be redone differs.
    assert {**seen(document), "per image": 0} == {**before_seen, "per image": 0}
    assert seen(document) == reopened(document)
    assert document.redo_name(1) == command.name
    assert len(events) == 2

    assert document.redo(1) == command.name
    assert labels_in_file(document.path) == after
    assert seen(document) == after_seen == reopened(document)
    assert len(events) == 3


@pytest.mark.parametrize("kind", [k for k, c in COMMANDS.items() if c.image_id == 1])
def test_a_command_on_one_image_leaves_the_other_alone(document: Document, kind: str) -> None:
    other = seen(document)["per image"][2]
    document.do(COMMANDS[kind])
    assert seen(document)["per image"][2] == other
    assert document.undo_name(1) == COMMANDS[kind].name


NOTHING_TO_DO: dict[str, Command] = {
    "same place": MoveRegion(1, 1, 1),
    "same category": SetCategory(1, (1,), 2),
    "same name": ChangeCategory(2, new_name="cat 1"),
    "no field": ChangeCategory(2),
}


@pytest.mark.parametrize("kind", list(NOTHING_TO_DO))
def test_what_changes_nothing_is_no_step(document: Document, kind: str) -> None:
    before = seen(document)
    assert document.do(NOTHING_TO_DO[kind]) == ()
    assert seen(document) == before


REFUSED: dict[str, Command] = {
    "no image": AddRegion(9, box(0, 0), PERSON),
    "mask of another size": AddRegion(1, Mask.empty(height=HEIGHT, width=WIDTH + 1), PERSON),
    "turned mask": AddRegion(1, Mask.from_runs([0, 192], height=WIDTH, width=HEIGHT), PERSON),
    "empty mask": AddRegion(1, Mask.empty(height=HEIGHT, width=WIDTH), PERSON),
    "other size for a region": SetMask(1, 1, Mask.from_runs([0, 1], height=1, width=1), PERSON),
    "empty mask for a region": SetMask(1, 1, Mask.empty(height=HEIGHT, width=WIDTH), PERSON),
    "no region": SetMask(1, 99, box(0, 0), PERSON),
    "region of another image": SetMask(1, 4, box(0, 0), PERSON),
    "delete one that is not there": DeleteRegions(1, (1, 99)),
    "move one that is not there": MoveRegion(2, 1, 1),
    "categorise one that is not there": SetCategory(1, (1, 99), 2),
    "new category for none": AssignNewCategory(1, (99,), "bird"),
    "name taken": AssignNewCategory(1, (1,), "cat 2"),
    "name taken, spaces": CreateCategory("  cat \n 2 "),
    "no name": CreateCategory(" \t"),
    "rename to a taken one": ChangeCategory(2, new_name="object"),
    "merge with itself": MergeCategories(2, 2),
    "caption for none": SetCaption(1, 99, None),
    "no answer": AcceptAnswer(1, 99),
    "answer of another image": DeleteExchange(1, 4),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_cannot_be_done_changes_nothing(document: Document, kind: str) -> None:
    before, before_seen = labels_in_file(document.path), seen(document)
    with pytest.raises((CommandError, MaskError)) as caught:
        document.do(REFUSED[kind])
    assert caught.value.what.endswith(".")
    assert seen(document) == before_seen == reopened(document)
    assert labels_in_file(document.path) == before
    next_region = add_region(document, 1)
    assert next_region.id == 7, "a refused command used up no id"


def test_regions_are_numbered_in_their_order(document: Document) -> None:
    assert document.numbers(1) == {1: 1, 2: 2, 3: 3}
    document.do(DeleteRegions(1, (2,)))
    assert document.numbers(1) == {1: 1, 3: 2}
    new = add_region(document, 1)
    assert document.numbers(1) == {1: 1, 3: 2, new.id: 3}
    document.do(MoveRegion(1, new.id, 1))
    assert document.numbers(1) == {new.id: 1, 1: 2, 3: 3}
    assert [region.id for region in document.regions(1)] == [new.id, 1, 3]


def test_a_new_region_is_the_last_whatever_was_deleted(document: Document) -> None:
    document.do(DeleteRegions(1, (1, 2)))
    new = add_region(document, 1)
    assert document.numbers(1) == {3: 1, new.id: 2}


@pytest.mark.parametrize("number", [-5, 0, 1, 2, 3, 4, 99])
def test_a_region_moves_to_the_number_named(document: Document, number: int) -> None:
    document.do(MoveRegion(1, 2, number))
    assert document.numbers(1)[2] == min(max(number, 1), 3)
    assert sorted(document.numbers(1).values()) == [1, 2, 3]


def test_texts_follow_their_regions(document: Document) -> None:
    document.do(SetCaption(1, 1, caption(document.stored(1, "left of #3"))))
    document.do(MoveRegion(1, 3, 1))
    found = document.region(1, 1).caption
    assert found is not None
    assert document.shown(1, found.text) == "left of #1"
    document.do(DeleteRegions(1, (3,)))
    assert document.shown(1, found.text) == "left of #(deleted)"
    document.undo(1)
    assert document.shown(1, found.text) == "left of #1"


def test_ids_are_never_given_twice(document: Document) -> None:
    given = {region.id for image_id in (1, 2) for region in document.regions(image_id)}
    for _ in range(3):
        region = add_region(document, 1)
        assert region.id not in given
        given.add(region.id)
        document.undo(1)
    document.do(DeleteRegions(1, (max(given & {1, 2, 3}),)))
    assert add_region(document, 2).id not in given


def test_the_first_regions_have_the_safe_colours(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj")
    colours = [add_region(document, 1).colour for _ in range(8)]
    assert tuple(colours) == OKABE_ITO
    document.do(DeleteRegions(1, (3,)))
    assert add_region(document, 1).colour == OKABE_ITO[2], "the colour that is free again"
    document.close()


def test_hundreds_of_regions_on_one_image(tmp_path: Path) -> None:
    document = new_document(tmp_path / "a.garproj")
    for _ in range(300):
        add_region(document, 1)
    assert document.numbers(1) == {i: i for i in range(1, 301)}
    document.close()


def test_deleting_a_region_takes_its_relations_along(document: Document) -> None:
    (relation,) = document.relations(1)
    assert (relation.subject_id, relation.object_ids) == (1, (2,))
    document.do(DeleteRegions(1, (3,)))
    assert document.relations(1) == (relation,)
    document.do(DeleteRegions(1, (2,)))
    assert document.relations(1) == ()
    document.undo(1)
    assert document.relations(1) == (relation,)


def test_an_accepted_description_becomes_the_caption(document: Document) -> None:
    document.do(AcceptAnswer(1, 1))
    found = document.region(1, 1).caption
    assert found is not None
    assert (found.text, found.provenance) == ("A dog.", MODEL)
    assert document.exchange(1, 1).accepted
    document.do(AcceptAnswer(1, 1, "A big dog."))
    found = document.region(1, 1).caption
    assert found is not None
    assert found.text == document.exchange(1, 1).answer == "A big dog."
    assert found.provenance.edited
    document.do(DeleteExchange(1, 1))
    assert document.region(1, 1).caption == found


def test_a_draft_changes_no_label_and_is_no_step(document: Document) -> None:
    document.do(SetCaption(1, 2, caption("mine")))
    region = document.region(1, 2)
    made = draft(document, "describe", region, answer="theirs")
    assert not made.accepted
    assert document.region(1, 2) == region
    assert document.undo_name(1) == "edit caption"
    assert document.exchange(1, made.id) == made
    document.undo(1)
    assert document.exchange(1, made.id) == made


def test_an_accepted_relation_is_read_from_the_wording_kept(document: Document) -> None:
    regions = document.regions(1)
    made = draft(document, "relate", *regions[:2], answer="They are near each other.")
    document.do(AcceptAnswer(1, made.id))
    relation = document.relations(1)[-1]
    assert (relation.subject_id, relation.object_ids, relation.parsed) == (1, (2,), False)
    assert relation.predicate == relation.answer == "They are near each other."
    text = document.stored(1, "#2 is near #1")
    document.do(AcceptAnswer(1, draft(document, "relate", *regions[:2], answer="?").id, text))
    relation = document.relations(1)[-1]
    assert (relation.subject_id, relation.predicate, relation.object_ids) == (2, "is near", (1,))
    assert relation.parsed
    assert relation.provenance.edited


def test_accepting_once_more_changes_nothing_and_is_no_step(document: Document) -> None:
    document.do(AcceptAnswer(1, 1))
    before = labels_in_file(document.path)
    assert document.do(AcceptAnswer(1, 1)) == ()
    assert labels_in_file(document.path) == before
    document.undo(1)
    assert not document.exchange(1, 1).accepted


@pytest.mark.parametrize("task", ["describe", "relate"])
def test_an_answer_about_a_deleted_region_is_not_taken_over(document: Document, task: str) -> None:
    regions = document.regions(1)
    made = draft(document, task, regions[2], regions[1], answer="⟨region:3⟩ is by ⟨region:2⟩")
    document.do(DeleteRegions(1, (2,)))
    assert document.is_stale(document.exchange(1, made.id))
    before = seen(document)
    with pytest.raises(CommandError):
        document.do(AcceptAnswer(1, made.id))
    assert seen(document) == before


def test_an_answer_is_stale_while_a_mask_differs(document: Document) -> None:
    made = document.exchange(1, 2)
    others = document.exchange(1, 3)
    assert not document.is_stale(made)
    document.do(SetMask(1, 2, box(9, 9), PERSON))
    assert document.is_stale(made)
    assert not document.is_stale(others)
    document.undo(1)
    assert not document.is_stale(made)
    document.do(SetCategory(1, (2,), 3))
    document.do(MoveRegion(1, 2, 1))
    assert not document.is_stale(made)
    document.do(DeleteRegions(1, (2,)))
    assert document.is_stale(made)
