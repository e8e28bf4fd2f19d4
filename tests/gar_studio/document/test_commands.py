"""Each command: what it does, that it can be taken back, and that it stays on its image."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gar_studio.annotation.colours import OKABE_ITO
from gar_studio.annotation.mask import Mask
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


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    """Two images with three regions each; regions 1–3 and answers 1–3 are on image 1."""
    made = new_document(tmp_path / "a.garproj")
    for image_id in (1, 2):
        regions = [add_region(made, image_id) for _ in range(3)]
        made.do(CreateCategory(f"cat {image_id}"))
        made.do(SetCategory(image_id, (regions[0].id,), 1 + image_id))
        draft(made, "describe", regions[0], answer="A dog.")
        on = f"⟨region:{regions[0].id}⟩ sits on ⟨region:{regions[1].id}⟩"
        relation = draft(made, "relate", *regions[:2], answer=on)
        made.do(AcceptAnswer(image_id, relation.id))
        draft(made, "ask", regions[2], answer="Red.", question="What colour is #3?")
    draft(made, "relate", *made.regions(1)[1:], answer="⟨region:3⟩ is by ⟨region:2⟩")
    yield made
    made.close()


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


# --- categories ---------------------------------------------------------------------------------


def test_new_categories_get_a_colour_and_the_next_free_key(document: Document) -> None:
    keys = {category.name: category.key for category in document.categories()}
    assert keys == {"object": "", "cat 1": "1", "cat 2": "2"}
    for number in range(12):
        document.do(CreateCategory(f"n{number}"))
    given = [category.key for category in document.categories() if category.key]
    assert len(given) == len(set(given))
    assert set(given) == set("123456789")
    assert len({category.colour for category in document.categories()}) == 15


def test_a_key_belongs_to_one_category(document: Document) -> None:
    document.do(ChangeCategory(3, key="1"))
    document.do(ChangeCategory(2, key="1"))
    assert [c.id for c in document.categories() if c.key == "1"] == [2]


def test_names_are_tidied(document: Document) -> None:
    document.do(CreateCategory("  traffic \n light "))
    assert document.categories()[-1].name == "traffic light"


def test_new_regions_get_the_category_assigned_last(document: Document) -> None:
    assert add_region(document, 1).category_id == document.sticky_category.id
    document.set_sticky_category(3)
    assert add_region(document, 1).category_id == 3
    assert add_region(document, 2).category_id == 3
    assert reopened(document)["sticky"].id == 3
    document.do(MergeCategories(3, 2))
    assert document.sticky_category.id == 2
    assert add_region(document, 2).category_id == 2
    document.set_sticky_category(3)
    assert document.sticky_category.id == 2


def test_merging_counts_for_every_image_at_once(document: Document) -> None:
    (region,) = [r for r in document.regions(2) if r.category_id == 3]
    document.do(MergeCategories(3, 2))
    assert document.category(region.category_id).name == "cat 1"
    assert [c.name for c in document.categories()] == ["object", "cat 1"]
    document.do(MergeCategories(2, 1))
    assert document.category(region.category_id).name == "object"
    document.do(CreateCategory("cat 2"))  # the name is free again
    document.undo(1)
    document.undo(1)
    document.undo(2)
    assert document.category(region.category_id).name == "cat 2"


def test_a_category_that_another_image_uses_by_now_is_kept_when_its_making_is_undone(
    document: Document,
) -> None:
    document.do(AssignNewCategory(1, (1,), "bird"))
    (bird,) = [c for c in document.categories() if c.name == "bird"]
    document.do(SetCategory(2, (5,), bird.id))
    document.undo(1)
    assert document.region(1, 1).category_id == 2
    assert document.category(document.region(2, 5).category_id) == bird
    assert seen(document) == reopened(document)


def test_what_others_did_to_a_category_since_survives_undo_and_redo(document: Document) -> None:
    document.do(AssignNewCategory(1, (1,), "bird"))
    (bird,) = [c for c in document.categories() if c.name == "bird"]
    document.do(AssignNewCategory(2, (5,), "tree"))
    document.do(SetCategory(2, (6,), bird.id))
    document.undo(1)
    document.do(ChangeCategory(bird.id, colour="#010203", image_id=2))
    document.redo(1)
    assert document.category(bird.id).colour == "#010203"
    assert document.region(1, 1).category_id == bird.id


def test_undoing_takes_back_its_own_field_alone(document: Document) -> None:
    document.do(ChangeCategory(2, new_name="hound", image_id=1))
    document.do(ChangeCategory(2, colour="#010203", image_id=2))
    document.undo(1)
    assert (document.category(2).name, document.category(2).colour) == ("cat 1", "#010203")
    document.undo(2)
    document.redo(1)
    assert document.category(2).name == "hound"
    assert document.category(2).colour != "#010203"


def _two_of_a_name_by_rename(document: Document) -> None:
    document.do(ChangeCategory(2, new_name="hound"))
    document.do(AssignNewCategory(2, (5,), "cat 1"))
    document.undo(1)  # would call both “cat 1”


def _two_of_a_name_by_redo(document: Document) -> None:
    document.do(AssignNewCategory(1, (1,), "bird"))
    document.undo(1)
    document.do(AssignNewCategory(2, (5,), "bird"))
    document.redo(1)


def _two_of_a_name_by_unmerging(document: Document) -> None:
    document.do(MergeCategories(3, 2))
    document.do(AssignNewCategory(2, (5,), "cat 2"))
    document.undo(1)


def _circle_of_merges(document: Document) -> None:
    document.do(MergeCategories(2, 3, image_id=1))
    document.undo(1)
    document.do(MergeCategories(3, 2, image_id=2))
    document.redo(1)


def _target_of_a_merge_gone(document: Document) -> None:
    document.do(AssignNewCategory(1, (2,), "bird"))
    bird = document.categories()[-1]
    document.do(SetCategory(1, (2,), 2))
    document.do(MergeCategories(3, bird.id, image_id=2))
    document.undo(1)
    document.undo(1)  # takes back the making of “bird”


def _merge_into_what_is_gone(document: Document) -> None:
    document.do(AssignNewCategory(1, (2,), "bird"))
    bird = document.categories()[-1]
    document.do(SetCategory(1, (2,), 2))
    document.do(MergeCategories(3, bird.id, image_id=2))
    document.undo(2)
    document.undo(1)
    document.undo(1)
    document.redo(2)


def _key_given_away(document: Document) -> None:
    key = document.category(3).key
    document.do(ChangeCategory(3, key="", image_id=1))
    document.do(ChangeCategory(2, key=key, image_id=2))
    document.undo(1)


@pytest.mark.parametrize(
    "story",
    [
        _two_of_a_name_by_rename,
        _two_of_a_name_by_redo,
        _two_of_a_name_by_unmerging,
        _circle_of_merges,
        _target_of_a_merge_gone,
        _merge_into_what_is_gone,
        _key_given_away,
    ],
)
def test_steps_of_several_images_never_leave_the_categories_in_disorder(
    document: Document, story: Callable[[Document], None]
) -> None:
    """Undo runs image by image, so steps on categories come in any order."""
    story(document)
    check_categories(document)
    assert seen(document) == reopened(document)


def check_categories(document: Document) -> None:
    """Check what must hold of categories whatever happened."""
    live = document.categories()
    names, keys = [c.name for c in live], [c.key for c in live if c.key]
    assert len(names) == len(set(names)), names
    assert len(keys) == len(set(keys)), keys
    for image in document.images():
        for region in document.regions(image.id):
            assert document.category(region.category_id) in live
    assert document.sticky_category in live
