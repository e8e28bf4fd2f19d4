"""Questions about scenes with their answers, in the wordings that gar-nano learns.

Regions are named `<PromptN>` here, as the model reads and writes them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from models.gar.nano.facts import ATTRIBUTES, SceneFacts, SceneObject, larger
from models.gar.nano.wordings import (
    ASKED,
    BRIEF,
    CANNOT_SAY,
    COMPARED,
    COUNTS,
    DETAILED,
    LETTERS,
    OPPOSITES,
    REAL,
    RELATION,
    SAID,
    UNKNOWN,
    article,
    details,
    looks,
    named_value,
    sentence,
)
from models.gar.prompt import prompt_text


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the one right answer.

    Attributes:
        task: what kind of question it is, one of `TASKS`.
        text: the question.
        answer: the answer, as the model should give it.
        about: places, in the list of regions, of those that the question is about.
        attribute: which attribute it asks for, or "".
    """

    task: str
    text: str
    answer: str
    about: tuple[int, ...]
    attribute: str = ""


@dataclass(frozen=True, eq=False)
class Asker:
    """Asks about some regions of a scene; holds a random generator, so compared by identity.

    Attributes:
        facts: of the scene.
        regions: the regions that are given to the model.
        numbers: the prompt number of each.
        rng: chooses regions, values and wordings.
    """

    facts: SceneFacts
    regions: Sequence[SceneObject]
    numbers: Sequence[int]
    rng: np.random.Generator

    def ask(self, task: str) -> Question | None:
        """Return a question of this task, or None if these regions have none that is certain."""
        return TASKS[task](self)

    # --- helpers ---

    def _name(self, place: int) -> str:
        return prompt_text(self.numbers[place])

    def _names(self, places: Sequence[int]) -> str:
        names = [self._name(place) for place in places]
        return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]

    def _some(self, count: int = 1) -> list[int]:
        return [int(i) for i in self.rng.permutation(len(self.regions))[:count]]

    def _one_of(self, wordings: Sequence[str]) -> str:
        return wordings[int(self.rng.integers(len(wordings)))]

    def _known(self, attribute: str) -> list[int]:
        return [i for i, r in enumerate(self.regions) if r.value(attribute) is not None]

    # --- descriptions ---

    def brief(self) -> Question | None:
        """Ask for one sentence about the only region."""
        region = self.regions[0]
        if len(self.regions) > 1 or not region.is_certain:
            return None
        return Question("brief", self._one_of(BRIEF), f"{sentence(region)}.", (0,))

    def detailed(self) -> Question | None:
        """Ask for all that is known about the only region."""
        if len(self.regions) > 1:
            return None
        answer = details(self.regions[0])
        if answer is None:
            return None
        return Question("detailed", self._one_of(DETAILED), answer, (0,))

    def each(self) -> Question | None:
        """Ask for a description of one, two or three of the regions by name."""
        certain = [i for i, region in enumerate(self.regions) if region.is_certain]
        places = certain[: 1 + int(self.rng.integers(3))]
        if not places:
            return None
        said = [f"{self._name(i)} is {looks(self.regions[i])}." for i in places]
        text = f"Describe {self._names(places)} in detail."
        return Question("each", text, " ".join(said), tuple(places))

    # --- attributes ---

    def attribute(self, name: str | None = None) -> Question | None:
        """Ask for an attribute of one region."""
        name = name or str(self.rng.choice(list(ATTRIBUTES)))
        known = self._known(name)
        if not known:
            return None
        place = int(self.rng.choice(known))
        value = self.regions[place].value(name)
        return Question(
            "attribute" if len(self.regions) > 1 else name,
            self._one_of(ASKED[name]).format(self._name(place)),
            SAID[name].format(self._name(place), value=value, a=article(value)),
            (place,),
            name,
        )

    def which(self) -> Question | None:
        """Ask which region has a value that only one of them has."""
        if len(self.regions) < 2:
            return None
        name = str(self.rng.choice(list(ATTRIBUTES)))
        if len(self._known(name)) < len(self.regions):
            return None
        values = [region.value(name) for region in self.regions]
        single = [i for i, value in enumerate(values) if values.count(value) == 1]
        if not single:
            return None
        place = int(self.rng.choice(single))
        named = named_value(name, values[place])
        text = self._one_of((f"Which region is {named}?", f"Which of the regions is {named}?"))
        return Question("which", text, f"{self._name(place)}.", (place,), name)

    def yes_no(self) -> Question | None:
        """Ask whether something is so: half of the time it is."""
        kinds = ["attribute", "attribute", "real"]
        if len(self.regions) > 1:
            kinds += ["attribute", "relation", "relation", "same", "same", "meet"]
        kind = str(self.rng.choice(kinds))
        found = {
            "attribute": self._is_value,
            "relation": self._is_related,
            "same": self._is_same,
            "meet": self._is_overlapping,
            "real": self._is_reflection,
        }[kind]()
        if found is None:
            return None
        text, truth, about, name = found
        return Question("yes_no", text, "Yes." if truth else "No.", about, name)

    def choice(self) -> Question | None:
        """Ask for an attribute with four answers to choose from, by letter."""
        name = str(self.rng.choice(list(ATTRIBUTES)))
        known = self._known(name)
        if not known:
            return None
        place = int(self.rng.choice(known))
        right = self.regions[place].value(name)
        wrong = [value for value in ATTRIBUTES[name] if value != right]
        options = [right, *self.rng.permutation(wrong)[:3]]
        options = [options[i] for i in self.rng.permutation(4)]
        lines = [f"{letter}. {text}" for letter, text in zip(LETTERS, options, strict=True)]
        asked = self._one_of(ASKED[name]).format(self._name(place))
        text = "\n".join(
            [
                f"Question: {asked}",
                "Options:",
                *lines,
                "Answer with the correct option's letter directly.",
            ]
        )
        return Question("choice", text, LETTERS[options.index(right)], (place,), name)

    def count(self) -> Question | None:
        """Ask how many of the regions have a value."""
        name = str(self.rng.choice(["colour", "shape", "texture", "size"]))
        if len(self.regions) < 2 or len(self._known(name)) < len(self.regions):
            return None
        values = [region.value(name) for region in self.regions]
        asked = values[self.rng.integers(len(values))]
        if self.rng.random() < 0.25:
            asked = str(self.rng.choice(ATTRIBUTES[name]))
        named = f"{asked}s" if name == "shape" else asked
        text = f"How many of the regions are {named}?"
        about = tuple(range(len(self.regions)))
        return Question("count", text, f"{COUNTS[values.count(asked)]}.", about, name)

    # --- several regions ---

    def relation(self) -> Question | None:
        """Ask what two regions are to each other."""
        return self._relate(2, "relation_2")

    def relation_of_three(self) -> Question | None:
        """Ask what three regions are to each other."""
        return self._relate(3, "relation_3")

    def compare(self) -> Question | None:
        """Ask which of two regions is larger."""
        if len(self.regions) < 2:
            return None
        a, b = self._some(2)
        is_larger = larger(self.regions[a], self.regions[b])
        if is_larger is None:
            return None
        text = self._one_of(COMPARED).format(self._name(a), self._name(b))
        word = "larger" if is_larger else "smaller"
        answer = f"{self._name(a)} is {word} than {self._name(b)}."
        return Question("compare", text, answer, (a, b))

    def reflection(self) -> Question | None:
        """Ask whether a region is real: half of the time, where there is a choice, it is not."""
        mirrored = [i for i, region in enumerate(self.regions) if region.reflection]
        real = [i for i, region in enumerate(self.regions) if not region.reflection]
        pick = mirrored if mirrored and (not real or self.rng.random() < 0.6) else real
        place = int(self.rng.choice(pick))
        text = self._one_of(REAL).format(self._name(place))
        word = "a reflection" if self.regions[place].reflection else "real"
        return Question("reflection", text, f"{self._name(place)} is {word}.", (place,))

    def absent(self) -> Question | None:
        """Ask about a region that is not given."""
        others = [number for number in range(5) if number not in self.numbers]
        if not others:
            return None
        name = prompt_text(int(self.rng.choice(others)))
        asked = self._one_of(ASKED[str(self.rng.choice(list(ASKED)))])
        return Question("absent", asked.format(name), f"{name} is not in the image.", ())

    def unknown(self) -> Question | None:
        """Ask what the model cannot know."""
        count = 2 if len(self.regions) > 1 else 1
        wordings = [text for text in UNKNOWN if count > 1 or "{1}" not in text]
        places = self._some(count)
        text = self._one_of(wordings).format(*map(self._name, places))
        return Question("unknown", text, CANNOT_SAY, tuple(places))

    # --- parts ---

    def _relate(self, count: int, task: str) -> Question | None:
        if len(self.regions) < count:
            return None
        places = sorted(self._some(count)) if self.rng.random() < 0.7 else self._some(count)
        pairs = list(pairwise(places))
        said = [self._related(a, b) for a, b in pairs]
        if None in said:
            return None
        text = self._one_of(RELATION).format(all=self._names(places))
        return Question(task, text, f"{', and '.join(filter(None, said))}.", tuple(places))

    def _related(self, a: int, b: int) -> str | None:
        relation = self.facts.relation(self.regions[a], self.regions[b])
        if relation == "mirrored as":
            return f"{self._name(b)} is the reflection of {self._name(a)}"
        return relation and f"{self._name(a)} is {relation} {self._name(b)}"

    def _is_value(self) -> tuple[str, bool, tuple[int, ...], str] | None:
        name = str(self.rng.choice(list(ATTRIBUTES)))
        known = self._known(name)
        if not known:
            return None
        place = int(self.rng.choice(known))
        truth = bool(self.rng.random() < 0.5)
        value = self.regions[place].value(name)
        if not truth:
            value = str(self.rng.choice([v for v in ATTRIBUTES[name] if v != value]))
        named = named_value(name, value)
        return f"Is {self._name(place)} {named}?", truth, (place,), name

    def _is_related(self) -> tuple[str, bool, tuple[int, ...], str] | None:
        a, b = self._some(2)
        relation = self.facts.relation(self.regions[a], self.regions[b])
        if relation not in OPPOSITES:
            return None
        truth = bool(self.rng.random() < 0.5)
        asked = relation if truth else OPPOSITES[relation]
        return f"Is {self._name(a)} {asked} {self._name(b)}?", truth, (a, b), ""

    def _is_same(self) -> tuple[str, bool, tuple[int, ...], str] | None:
        name = str(self.rng.choice(["colour", "shape", "texture"]))
        known = self._known(name)
        pairs = [(a, b) for a in known for b in known if a != b]
        same = [
            p for p in pairs if self.regions[p[0]].value(name) == self.regions[p[1]].value(name)
        ]
        other = [pair for pair in pairs if pair not in same]
        pick = same if same and (not other or self.rng.random() < 0.6) else other
        if not pick:
            return None
        a, b = pick[self.rng.integers(len(pick))]
        text = f"Do {self._name(a)} and {self._name(b)} have the same {name}?"
        return text, pick is same, (a, b), name

    def _is_reflection(self) -> tuple[str, bool, tuple[int, ...], str] | None:
        place = self._some()[0]
        truth = self.regions[place].reflection
        return f"Is {self._name(place)} a reflection?", truth, (place,), ""

    def _is_overlapping(self) -> tuple[str, bool, tuple[int, ...], str] | None:
        a, b = self._some(2)
        overlap = self.facts.overlap(self.regions[a], self.regions[b])
        if overlap is None:
            return None
        return f"Do {self._name(a)} and {self._name(b)} overlap?", overlap, (a, b), ""


TASKS: dict[str, Callable[[Asker], Question | None]] = {
    "brief": Asker.brief,
    "detailed": Asker.detailed,
    "each": Asker.each,
    **{name: partial(Asker.attribute, name=name) for name in ATTRIBUTES},
    "attribute": Asker.attribute,
    "which": Asker.which,
    "yes_no": Asker.yes_no,
    "choice": Asker.choice,
    "count": Asker.count,
    "relation_2": Asker.relation,
    "relation_3": Asker.relation_of_three,
    "compare": Asker.compare,
    "reflection": Asker.reflection,
    "absent": Asker.absent,
    "unknown": Asker.unknown,
}


def choose_regions(
    facts: SceneFacts, count: int, rng: np.random.Generator
) -> tuple[SceneObject, ...]:
    """Choose regions to ask about, some of them because they have to do with each other."""
    objects = list(facts.objects)
    chosen = [objects[rng.integers(len(objects))]]
    while len(chosen) < min(count, len(objects)):
        left = [one for one in objects if one not in chosen]
        if rng.random() < 0.5:
            near = [one for one in left if _belong(facts, chosen[-1], one)]
            left = near or left
        chosen.append(left[rng.integers(len(left))])
    return tuple(chosen[i] for i in rng.permutation(len(chosen)))


def _belong(facts: SceneFacts, a: SceneObject, b: SceneObject) -> bool:
    if a.reflection_of == b.number or b.reflection_of == a.number:
        return True
    pair = {a.number, b.number}
    return any({c.upper, c.lower} == pair and c.kind != "unclear" for c in facts.contacts)
