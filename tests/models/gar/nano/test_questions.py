"""Questions: each has the one answer that the facts give it."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.gar.nano.facts import ATTRIBUTES
from models.gar.nano.questions import TASKS, Asker, Question, choose_regions
from models.gar.nano.scenes import Scene, make_scene
from models.gar.nano.wordings import COUNTS, article, details
from models.gar.tokens import GARTokenizer

_PROMPT = re.compile(r"<Prompt(\d)>")


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [make_scene((3, number), ()) for number in range(40)]


def asked(scenes: list[Scene], task: str, *, count: int = 4) -> list[tuple[Asker, Question]]:
    found = []
    for number, scene in enumerate(scenes):
        rng = np.random.default_rng(number)
        regions = choose_regions(scene.facts, count, rng)
        asker = Asker(scene.facts, regions, tuple(range(len(regions))), rng)
        question = asker.ask(task)
        if question is not None:
            found.append((asker, question))
    assert found, task
    return found


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from(list(TASKS)), st.integers(1, 5))
def test_regions_are_named_as_they_are_numbered(seed: int, task: str, count: int) -> None:
    rng = np.random.default_rng(seed)
    scene = make_scene(seed, ())
    regions = choose_regions(scene.facts, count, rng)
    numbers = (1,) if count == 1 else tuple(range(len(regions)))
    question = Asker(scene.facts, regions, numbers, rng).ask(task)
    if question is None:
        return
    named = {int(n) for n in _PROMPT.findall(question.text + question.answer)}
    if task == "absent":
        assert not named & set(numbers)
    else:
        assert named <= set(numbers)
    assert question.answer[0].isupper() or question.answer.startswith("<Prompt")
    assert "None" not in question.text


@pytest.mark.parametrize("task", list(ATTRIBUTES))
def test_an_attribute_is_that_of_the_region_that_was_named(scenes: list[Scene], task: str) -> None:
    for asker, question in asked(scenes, task):
        (place,) = question.about
        value = asker.regions[place].value(task)
        assert value is not None
        assert question.answer.startswith(f"<Prompt{place}> is ")
        assert question.answer.endswith(f"{value}.")
        assert f"<Prompt{place}>" in question.text


def test_which_region_has_one_answer_only(scenes: list[Scene]) -> None:
    for asker, question in asked(scenes, "which"):
        (place,) = question.about
        values = [region.value(question.attribute) for region in asker.regions]
        assert values.count(values[place]) == 1
        assert str(values[place]) in question.text
        assert question.answer == f"<Prompt{place}>."


def test_the_letter_is_that_of_the_right_option(scenes: list[Scene]) -> None:
    for asker, question in asked(scenes, "choice"):
        options = dict(re.findall(r"^([A-D])\. (.+)$", question.text, re.MULTILINE))
        right = asker.regions[question.about[0]].value(question.attribute)
        assert options[question.answer] == right
        assert len(set(options.values())) == 4


def test_counts_are_counted(scenes: list[Scene]) -> None:
    for asker, question in asked(scenes, "count"):
        asked_for = question.text.removesuffix("?").split(" are ")[1]
        values = [str(region.value(question.attribute)) for region in asker.regions]
        plural = "s" if question.attribute == "shape" else ""
        assert question.answer == f"{COUNTS[sum(v + plural == asked_for for v in values)]}."


def test_yes_and_no_come_about_equally_often() -> None:
    answers: Counter[str] = Counter()
    for number in range(120):
        scene = make_scene((8, number % 30), ())
        rng = np.random.default_rng(number)
        regions = choose_regions(scene.facts, 4, rng)
        question = Asker(scene.facts, regions, (0, 1, 2, 3), rng).ask("yes_no")
        if question is not None:
            answers[question.answer] += 1
    assert set(answers) == {"Yes.", "No."}
    assert 0.3 < answers["Yes."] / answers.total() < 0.7


def test_a_relation_names_both_regions_and_what_is_so(scenes: list[Scene]) -> None:
    for asker, question in asked(scenes, "relation_2"):
        a, b = question.about
        relation = asker.facts.relation(asker.regions[a], asker.regions[b])
        if relation == "mirrored as":
            a, b, relation = b, a, "the reflection of"
        assert question.answer == f"<Prompt{a}> is {relation} <Prompt{b}>."


def test_a_description_says_all_that_is_certain(scenes: list[Scene]) -> None:
    said = 0
    for scene in scenes:
        for region in scene.facts.objects:
            text = details(region)
            if text is None:
                continue
            said += 1
            for attribute in ATTRIBUTES:
                assert str(region.value(attribute)) in text
            assert ("Something covers" in text) == region.hidden
            assert ("reflection" in text) == region.reflection
    assert said > 20


def test_an_ellipse_has_its_own_article() -> None:
    assert (article("ellipse"), article("star")) == ("an", "a")


def test_every_word_of_a_question_and_its_answer_is_one_token(
    scenes: list[Scene], nano_tokenizer: GARTokenizer
) -> None:
    backend = nano_tokenizer.backend
    for task in TASKS:
        for _, question in asked(scenes, task, count=1 if task in {"brief", "detailed"} else 4):
            text = f" {question.text}\n{question.answer}"
            words = re.findall(r"[A-Za-z]{2,}", _PROMPT.sub("", text))
            pieces = [backend.decode([i]) for i in backend.encode(text).ids]
            whole = [p.strip() for p in pieces if re.fullmatch(r" ?[A-Za-z]{2,}", p)]
            assert whole == words
