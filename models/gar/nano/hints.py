"""What single tokens of a sequence have to know before the answer can be told.

A question about several regions is answered in leaps: a region's slots add up to what it looks
like and where it is; a name in the question stands for the slots behind the same name; the second
of two names for how the two regions relate; a value for the regions that have it, and for whether
the one that was named has it; the value of an option for its letter.  Answers alone teach these
leaps late, one word in twenty tokens at a time.  In training every such token therefore has to
tell, part of the way up, what it has learnt.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from gar_studio.engines.description import MAX_REGIONS
from models.gar.config import GARConfig
from models.gar.nano.dialogues import IGNORED, Dialogue
from models.gar.nano.facts import ATTRIBUTES, RELATIONS, SceneFacts, SceneObject, larger
from models.gar.nano.wordings import LETTERS
from models.gar.prompt import prompt_text

NONE = -1
"""Where a token has nothing to tell, and where a fact is not certain."""

RELATION_SIZES = (len(RELATIONS), 2, 2, 2, 2, 2)
"""Classes of a pair: how they relate, which is larger, and whether colour, shape and texture are
the same and the two overlap."""

_COMPARED = ("colour", "shape", "texture")

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Hints:
    """A sequence's hints; L tokens, `NONE` wherever there is none.

    Attributes:
        numbers: (L,) a slot's prompt number.
        sights: (L,) for the last slots of a region its place among the sequence's regions.
        names: (L,) the same for its name in a question or an answer.
        pairs: (L,) for a name in a question that has another before it, a row of `relations`.
        traits: (L,) for the last token of a value in a question, a row of `matches`.
        truths: (L,) for the same tokens where the question names one region, 1 if it has the value.
        letters: (L,) for the last token of an option's value its letter's place in `LETTERS`.
        relations: (pairs, 6) classes; see `RELATION_SIZES`.
        matches: (values, `MAX_REGIONS`) whether the region with that prompt number has the value.
    """

    numbers: _Ints
    sights: _Ints
    names: _Ints
    pairs: _Ints
    traits: _Ints
    truths: _Ints
    letters: _Ints
    relations: _Ints
    matches: _Ints


class _Value(NamedTuple):
    attribute: str
    value: str


class Marker:
    """Finds the tokens that have something to tell, for a checkpoint's tokenizer."""

    def __init__(self, tokenizer: Tokenizer, config: GARConfig) -> None:
        """Look the tokens up."""

        def tokens(text: str) -> tuple[int, ...]:
            return tuple(tokenizer.encode(text, add_special_tokens=False).ids)

        self._slots = np.array(config.slot_ids)
        self._names = np.array(
            [tokenizer.token_to_id(prompt_text(n)) for n in range(len(config.slot_ids))]
        )
        # The last row of the replayed map: it has seen all that comes before.
        self._last = config.tokens_per_side
        self._values = {
            tokens(f" {value}{ending}"): _Value(attribute, value)
            for attribute, values in ATTRIBUTES.items()
            for value in values
            for ending in (("", "s") if attribute == "shape" else ("",))
        }
        self._first_words = np.array(sorted({words[0] for words in self._values}))
        self._letters = np.array([tokens(letter)[0] for letter in LETTERS])
        (self._stop,) = tokens("A.")[1:]
        (self._line,) = tokens("A\n")[1:]

    def mark(self, sequence: Dialogue, facts: SceneFacts) -> Hints:
        """Return the hints of a sequence about a scene."""
        ids = sequence.ids
        slots = ids[:, None] == self._slots
        numbers = np.where(slots.any(1), slots.argmax(1), NONE)
        given = [int(n) for n in np.flatnonzero(slots.any(0))]
        sights, names = np.full(len(ids), NONE), np.full(len(ids), NONE)
        for place, number in enumerate(given):
            own = np.flatnonzero(slots[:, number])
            sights[own[-self._last :]] = place
            named = np.flatnonzero(ids == self._names[number])
            names[named[named > own[-1]]] = place
        asked = (sequence.branches > 0) & (sequence.labels == IGNORED)
        pairs, relations = self._pairs(sequence, facts, names, asked)
        traits, matches = self._matches(sequence, given, asked)
        truths = self._truths(sequence, given, names, traits, matches)
        letters = self._letters_of(sequence, asked, traits)
        return Hints(numbers, sights, names, pairs, traits, truths, letters, relations, matches)

    def _pairs(
        self, sequence: Dialogue, facts: SceneFacts, names: _Ints, asked: npt.NDArray[np.bool_]
    ) -> tuple[_Ints, _Ints]:
        pairs = np.full(len(names), NONE)
        relations: list[list[int]] = []
        places = np.flatnonzero(asked & (names != NONE))
        for before, place in pairwise(places):
            a, b = int(names[before]), int(names[place])
            if sequence.branches[before] == sequence.branches[place] and a != b:
                pairs[place] = len(relations)
                relations.append(relate(facts, sequence.regions[a], sequence.regions[b]))
        return pairs, np.array(relations, dtype=np.int64).reshape(-1, len(RELATION_SIZES))

    def _matches(
        self, sequence: Dialogue, given: list[int], asked: npt.NDArray[np.bool_]
    ) -> tuple[_Ints, _Ints]:
        ids = sequence.ids
        values = np.full(len(ids), NONE)
        matches: list[list[int]] = []
        for place in np.flatnonzero(asked & np.isin(ids, self._first_words)):
            for length in (2, 1):
                found = self._values.get(tuple(ids[place : place + length].tolist()))
                if found is not None:
                    values[place + length - 1] = len(matches)
                    matches.append(_having(found, sequence.regions, given))
                    break
        return values, np.array(matches, dtype=np.int64).reshape(-1, MAX_REGIONS)

    def _truths(
        self, sequence: Dialogue, given: list[int], names: _Ints, traits: _Ints, matches: _Ints
    ) -> _Ints:
        truths = np.full(len(names), NONE)
        for place in np.flatnonzero(traits != NONE):
            branch = np.flatnonzero(sequence.branches[:place] == sequence.branches[place])
            named = set(names[branch].tolist()) - {NONE}
            if len(named) == 1:
                truths[place] = matches[traits[place], given[named.pop()]]
        return truths

    def _letters_of(self, sequence: Dialogue, asked: npt.NDArray[np.bool_], traits: _Ints) -> _Ints:
        ids = sequence.ids
        letters = np.full(len(ids), NONE)
        starts = asked & np.isin(ids, self._letters)
        starts[:-1] &= ids[1:] == self._stop
        lines, ends = np.flatnonzero(ids == self._line), np.flatnonzero(traits != NONE)
        for place in np.flatnonzero(starts):
            line = lines[np.searchsorted(lines, place)]
            (end,) = ends[(ends > place) & (ends < line)]
            letters[end] = int(np.flatnonzero(self._letters == ids[place])[0])
        return letters


def relate(facts: SceneFacts, a: SceneObject, b: SceneObject) -> list[int]:
    """Return what is certain about a pair as classes; see `RELATION_SIZES`."""
    relation = facts.relation(a, b)
    is_larger, overlap = larger(a, b), facts.overlap(a, b)
    found = [NONE if relation is None else RELATIONS.index(relation)]
    found.append(NONE if is_larger is None else int(is_larger))
    for name in _COMPARED:
        values = (a.value(name), b.value(name))
        found.append(NONE if None in values else int(values[0] == values[1]))
    return [*found, NONE if overlap is None else int(overlap)]


def _having(wanted: _Value, regions: tuple[SceneObject, ...], given: list[int]) -> list[int]:
    row = [NONE] * MAX_REGIONS
    for region, number in zip(regions, given, strict=True):
        value = region.value(wanted.attribute)
        if value is not None:
            row[number] = int(value == wanted.value)
    return row
