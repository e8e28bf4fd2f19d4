"""Relations by hand: each part can be changed, and every step is taken back to the last bit."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gar_studio.annotation.exchange import Relation
from gar_studio.annotation.mentions import stored_mention
from gar_studio.document.commands import AcceptAnswer, Command, DeleteRegions
from gar_studio.document.document import Document
from gar_studio.document.relation_commands import AddRelation, ChangeRelation, DeleteRelations
from gar_studio.errors import CommandError
from tests.helpers.projects import (
    MODEL,
    PERSON,
    add_region,
    draft,
    export_coco,
    labels_in_file,
    new_document,
    reopened,
    seen,
)

READ, ACCEPTED = 1, 2
"""The relation of the fixture on image 1, and the answer that it was read from."""


def relation(document: Document) -> Relation:
    return document.relation(1, READ)


def test_a_relation_by_hand_is_a_persons(document: Document) -> None:
    document.do(AddRelation(1, 3, " is  under ", (1, 2, 1), PERSON))
    made = document.relations(1)[-1]
    assert (made.subject_id, made.predicate, made.object_ids) == (3, "is under", (1, 2))
    assert (made.parsed, made.answer, made.provenance) == (True, "", PERSON)


def test_each_part_is_changed_alone_and_says_that_a_person_did(document: Document) -> None:
    before = relation(document)
    document.do(ChangeRelation(1, READ, predicate="hides"))
    document.do(ChangeRelation(1, READ, object_ids=(3,)))
    document.do(ChangeRelation(1, READ, subject_id=2))
    assert relation(document) == replace(
        before,
        subject_id=2,
        predicate="hides",
        object_ids=(3,),
        provenance=replace(before.provenance, edited=True),
    )
    for _ in range(3):
        document.undo(1)
    assert relation(document) == before


def test_a_sentence_that_was_not_taken_apart_is_marked_until_a_person_writes_the_words(
    document: Document,
) -> None:
    exchange = draft(document, "relate", *document.regions(1)[:2], answer="They touch.")
    document.do(AcceptAnswer(1, exchange.id))
    made = document.relations(1)[-1]
    assert not made.parsed
    document.do(ChangeRelation(1, made.id, object_ids=(3,)))
    assert not document.relation(1, made.id).parsed, "its words are the whole sentence still"
    document.do(ChangeRelation(1, made.id, predicate="touches"))
    assert document.relation(1, made.id).parsed


def test_what_is_the_same_already_is_no_step(document: Document) -> None:
    before = relation(document)
    name = document.undo_name(1)
    same = ChangeRelation(
        1, READ, before.subject_id, predicate=before.predicate, object_ids=before.object_ids
    )
    assert document.do(same) == ()
    assert document.undo_name(1) == name


def test_rewording_the_answer_leaves_a_relation_alone_that_a_person_changed(
    document: Document,
) -> None:
    document.do(ChangeRelation(1, READ, predicate="guards"))
    text = f"{stored_mention(2)} lies under {stored_mention(1)}"
    document.do(AcceptAnswer(1, ACCEPTED, text))
    assert (relation(document).subject_id, relation(document).predicate) == (1, "guards")
    assert relation(document).answer == text


def test_rewording_the_answer_rereads_a_relation_that_nobody_changed(document: Document) -> None:
    text = f"{stored_mention(2)} lies under {stored_mention(1)}"
    document.do(AcceptAnswer(1, ACCEPTED, text))
    assert (relation(document).subject_id, relation(document).predicate) == (2, "lies under")


def test_what_was_changed_by_hand_is_what_is_exported(document: Document) -> None:
    document.do(ChangeRelation(1, READ, subject_id=3, object_ids=(2, 1)))
    document.do(ChangeRelation(1, READ, predicate=f"stands with {stored_mention(2)} by"))
    document.do(AddRelation(1, 2, "leans on", (3,), PERSON))
    path = document.path.with_name("out.json")
    export_coco(document, path)
    relations = [r for r in json.loads(path.read_text("utf-8"))["relations"] if r["image_id"] == 1]
    assert relations == [
        {
            "id": READ,
            "image_id": 1,
            "subject_id": 3,
            "predicate": "stands with #2 by",
            "object_id": 2,
            "object_ids": [2, 1],
            "answer": "#1 sits on #2",
            "parsed": True,
            "provenance": relations[0]["provenance"],
        },
        {
            "id": relations[1]["id"],
            "image_id": 1,
            "subject_id": 2,
            "predicate": "leans on",
            "object_id": 3,
            "object_ids": [3],
            "answer": "",
            "parsed": True,
            "provenance": relations[1]["provenance"],
        },
    ]
    assert relations[0]["provenance"]["model"] == MODEL.model
    assert relations[0]["provenance"]["edited"]
    assert relations[1]["provenance"]["model"] == PERSON.model


COMMANDS: dict[str, Command] = {
    "add": AddRelation(1, 1, "faces", (3, 2), PERSON),
    "subject": ChangeRelation(1, READ, subject_id=3),
    "predicate": ChangeRelation(1, READ, predicate="sits by"),
    "objects": ChangeRelation(1, READ, object_ids=(3, 2)),
    "all": ChangeRelation(1, READ, 2, predicate="x", object_ids=(1, 3)),
    "delete": DeleteRelations(1, (READ,)),
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


REFUSED: dict[str, Command] = {
    "no words": AddRelation(1, 1, "  ", (2,), PERSON),
    "no object": AddRelation(1, 1, "by", (), PERSON),
    "with itself": AddRelation(1, 1, "by", (2, 1), PERSON),
    "a region of another image": AddRelation(1, 1, "by", (4,), PERSON),
    "a subject that is an object": ChangeRelation(1, READ, subject_id=2),
    "an object that is gone": ChangeRelation(1, READ, object_ids=(99,)),
    "objects none": ChangeRelation(1, READ, object_ids=()),
    "words none": ChangeRelation(1, READ, predicate=" "),
    "none there": ChangeRelation(1, 99, predicate="x"),
    "none to delete": DeleteRelations(1, (READ, 99)),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_cannot_be_done_changes_nothing(document: Document, kind: str) -> None:
    before = seen(document)
    with pytest.raises(CommandError):
        document.do(REFUSED[kind])
    assert seen(document) == before == reopened(document)


def a_command(document: Document, random: np.random.Generator) -> Command:
    """Return something that a person might do to the relations that are there."""
    regions = [region.id for region in document.regions(1)]
    subject, *others = random.permutation(regions).tolist()
    known = [one.id for one in document.relations(1)]
    kind = random.integers(0, 6) if known else 0
    one = int(random.choice(known)) if known else 0
    if kind == 0:
        return AddRelation(1, subject, f"word {random.integers(9)}", tuple(others[:2]), PERSON)
    if kind == 1:
        return DeleteRelations(1, (one,))
    if kind == 2:
        return ChangeRelation(1, one, predicate=f"word {random.integers(9)}")
    if kind == 3:
        return ChangeRelation(1, one, subject_id=subject)
    if kind == 4 and len(regions) > 3:
        return DeleteRegions(1, (subject,))
    return ChangeRelation(1, one, object_ids=tuple(others[: random.integers(1, 3)]))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_a_hundred_steps_are_taken_back_and_done_again_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    random = np.random.default_rng(seed)
    document = new_document(tmp_path_factory.mktemp("steps") / "hand.garproj", images=1)
    for _ in range(6):
        add_region(document, 1)
    states = [seen(document)["per image"][1][:3]]
    for _ in range(100):
        try:
            changed = document.do(a_command(document, random))
        except CommandError:
            continue
        if changed:
            states.append(seen(document)["per image"][1][:3])
    assert len(states) > 30
    for state in reversed(states[:-1]):
        document.undo(1)
        assert seen(document)["per image"][1][:3] == state
    for state in states[1:]:
        document.redo(1)
        assert seen(document)["per image"][1][:3] == state
    assert seen(document) == reopened(document)
    document.close()
