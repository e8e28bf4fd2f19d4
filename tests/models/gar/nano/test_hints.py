"""Hints: each is true of the scene, and stands at the token that can know it."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from models.gar.config import GARConfig
from models.gar.nano.dialogues import IGNORED, Dialogue, Writer
from models.gar.nano.facts import ATTRIBUTES, RELATIONS, SceneFacts
from models.gar.nano.hints import NONE, Hints, Marker
from models.gar.nano.shards import load_shard
from models.gar.tokens import GARTokenizer

Marked = tuple[SceneFacts, Dialogue, Hints]


@pytest.fixture(scope="module")
def tokenizer(nano_tokenizer: GARTokenizer) -> Tokenizer:
    return nano_tokenizer.backend


@pytest.fixture(scope="module")
def marked(shards: Path, tokenizer: Tokenizer, nano_config: GARConfig) -> list[Marked]:
    writer, marker = Writer(tokenizer, nano_config), Marker(tokenizer, nano_config)
    found = []
    for number, scene in enumerate(load_shard(shards, 0).scenes):
        for seed in range(3):
            sequence = writer.write(scene, np.random.default_rng((number, seed)))
            found.append((scene.facts, sequence, marker.mark(sequence, scene.facts)))
    return found


def numbers_of(sequence: Dialogue, config: GARConfig) -> list[int]:
    return [n for n, slot in enumerate(config.slot_ids) if slot in sequence.ids]


def test_slots_and_names_stand_for_the_region_with_their_number(
    marked: list[Marked], tokenizer: Tokenizer, nano_config: GARConfig
) -> None:
    names = [tokenizer.token_to_id(f"<Prompt{n}>") for n in range(5)]
    named = 0
    for _, sequence, hints in marked:
        given = numbers_of(sequence, nano_config)
        for place, number in enumerate(given):
            slots = sequence.ids == nano_config.slot_ids[number]
            assert (hints.numbers[slots] == number).all()
            assert (hints.sights[slots][-nano_config.tokens_per_side :] == place).all()
            assert set(sequence.ids[hints.names == place]) <= {names[number]}
            named += int((hints.names == place).sum())
            first = np.flatnonzero(hints.names == place)
            assert not len(first) or first[0] > np.flatnonzero(slots)[-1]
    assert named > 200


def test_the_second_of_two_names_stands_for_how_they_relate(marked: list[Marked]) -> None:
    kinds = set()
    for facts, sequence, hints in marked:
        names = np.flatnonzero(hints.names != NONE)
        for place in np.flatnonzero(hints.pairs != NONE):
            before = names[names < place][-1]
            assert sequence.branches[before] == sequence.branches[place]
            a, b = (sequence.regions[hints.names[i]] for i in (before, place))
            relation, is_larger, *same, overlap = hints.relations[hints.pairs[place]].tolist()
            said = facts.relation(a, b)
            assert said == (None if relation == NONE else RELATIONS[relation])
            kinds.add(said)
            assert is_larger == NONE or (a.area > b.area) == bool(is_larger)
            for name, value in zip(("colour", "shape", "texture"), same, strict=True):
                known = None not in (a.value(name), b.value(name))
                assert value == (int(a.value(name) == b.value(name)) if known else NONE)
            assert overlap == NONE or facts.overlap(a, b) == bool(overlap)
    assert len(kinds) > 6


def test_a_value_in_a_question_stands_for_the_regions_that_have_it(
    marked: list[Marked], tokenizer: Tokenizer, nano_config: GARConfig
) -> None:
    words: dict[str, str] = {}
    for attribute, values in ATTRIBUTES.items():
        words |= {value.split()[-1]: attribute for value in values if " " not in value}
        words |= {f"{value}s": attribute for value in values if attribute == "shape"}
    checked = 0
    for _, sequence, hints in marked:
        given = numbers_of(sequence, nano_config)
        for place in np.flatnonzero(hints.traits != NONE):
            word = tokenizer.decode([int(sequence.ids[place])]).strip()
            before = tokenizer.decode([int(sequence.ids[place - 1])]).strip()
            value = f"{before} {word}" if before in {"upper", "middle", "lower"} else word
            attribute = words.get(value, "place")
            value = value.removesuffix("s") if attribute == "shape" else value
            row = hints.matches[hints.traits[place]]
            for region, number in zip(sequence.regions, given, strict=True):
                held = region.value(attribute)
                assert row[number] == (NONE if held is None else int(held == value))
            assert all(row[n] == NONE for n in range(5) if n not in given)
            checked += 1
    assert checked > 100


def test_one_option_of_four_is_right_and_its_letter_the_answer(
    marked: list[Marked], tokenizer: Tokenizer
) -> None:
    asked = 0
    for _, sequence, hints in marked:
        ends = np.flatnonzero(hints.letters != NONE)
        for branch in set(sequence.branches[ends].tolist()):
            own = ends[sequence.branches[ends] == branch]
            assert hints.letters[own].tolist() == [0, 1, 2, 3]
            assert hints.truths[own].sum() == 1
            learnt = np.flatnonzero((sequence.branches == branch) & (sequence.labels != IGNORED))
            letter = tokenizer.decode([int(sequence.labels[learnt[0]])])
            assert letter == "ABCD"[int(hints.truths[own].argmax())]
            asked += 1
    assert asked > 20


def test_a_value_is_true_if_the_answer_is_yes(marked: list[Marked], tokenizer: Tokenizer) -> None:
    answers = {"Yes": 1, "No": 0}
    asked = 0
    for _, sequence, hints in marked:
        for place in np.flatnonzero((hints.truths != NONE) & (hints.letters == NONE)):
            branch = sequence.branches == sequence.branches[place]
            learnt = np.flatnonzero(branch & (sequence.labels != IGNORED))
            answer = tokenizer.decode([int(sequence.labels[learnt[0]])])
            if answer in answers:
                assert hints.truths[place] == answers[answer]
                asked += 1
    assert asked > 10


def test_nothing_is_told_by_what_is_to_be_learnt(marked: list[Marked]) -> None:
    for _, sequence, hints in marked:
        for told in (hints.pairs, hints.traits, hints.truths, hints.letters):
            places = np.flatnonzero(told != NONE)
            assert (sequence.labels[places] == IGNORED).all()
            assert (sequence.branches[places] > 0).all()
