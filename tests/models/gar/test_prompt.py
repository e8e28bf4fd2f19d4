from collections.abc import Callable

import pytest

from gar_studio.annotation.mentions import escape, stored_mention
from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.errors import RequestError
from models.gar.prompt import PromptPlan, plan_prompt

SLOTS = [f"<S{i}>" for i in range(5)]
ONE = [(5, 5, 50, 40)]
TWO = [(5, 5, 50, 40), (60, 50, 110, 80)]
Make = Callable[..., DescribeRequest]


def plan(request: DescribeRequest) -> PromptPlan:
    return plan_prompt(request, slot_texts=SLOTS, neutralise=str.upper)


def test_one_region_is_described_in_the_words_of_the_training(request_for: Make) -> None:
    found = plan(request_for(ONE))
    assert found.text == (
        "There are some objects I am curious about: <Prompt1>;\n"
        "<Prompt1>: <S1>Describe this masked region in detail."
    )
    assert found.prompts == (1,)
    assert found.region_ids == {1: 11}


def test_a_wish_of_ones_own_replaces_the_wording(request_for: Make) -> None:
    found = plan(request_for(ONE, question=f" describe {stored_mention(11)} in one sentence. "))
    assert found.text.endswith("<S1>DESCRIBE <Prompt1> IN ONE SENTENCE.")


def test_several_regions_in_the_users_order(request_for: Make) -> None:
    question = f"what is {stored_mention(12)} to {stored_mention(11)}?"
    found = plan(request_for(TWO, task=Task.ASK, question=question))
    assert found.text == (
        "There are some objects I am curious about: <Prompt0>; <Prompt1>; \n"
        "<Prompt0>: <S0>\n<Prompt1>: <S1>\n\nWHAT IS <Prompt1> TO <Prompt0>?"
    )
    assert found.prompts == (0, 1)
    assert found.region_ids == {0: 11, 1: 12}


def test_a_question_on_one_region_uses_the_form_for_several(request_for: Make) -> None:
    found = plan(request_for(ONE, task=Task.ASK, question="red?"))
    assert found.text == (
        "There are some objects I am curious about: <Prompt0>; \n<Prompt0>: <S0>\n\nRED?"
    )
    assert found.prompts == (0,)


@pytest.mark.parametrize(
    ("count", "question"),
    [
        (2, "What is the relation between <Prompt0> and <Prompt1>?"),
        (3, "What is the relation between <Prompt0>, <Prompt1> and <Prompt2>?"),
        (1, "What is the relation between <Prompt0> and its surroundings?"),
    ],
)
def test_a_relation_without_words_names_every_region(
    request_for: Make, count: int, question: str
) -> None:
    found = plan(request_for(TWO[:1] * count, task=Task.RELATE))
    assert found.text.endswith(f"\n\n{question}")


def test_several_regions_are_described_by_name(request_for: Make) -> None:
    assert plan(request_for(TWO)).text.endswith("\n\nDescribe <Prompt0> and <Prompt1> in detail.")


@pytest.mark.parametrize("question", ["", "  \n "])
def test_asking_needs_a_question(request_for: Make, question: str) -> None:
    with pytest.raises(RequestError, match="no question"):
        plan(request_for(ONE, task=Task.ASK, question=question))


def test_a_mention_of_another_region_is_named(request_for: Make) -> None:
    request = request_for(TWO, task=Task.ASK, question=f"and {stored_mention(99)}?")
    with pytest.raises(RequestError, match="⟨region:99⟩"):
        plan(request)


def test_a_typed_bracket_is_no_mention(request_for: Make) -> None:
    request = request_for(ONE, task=Task.ASK, question=escape("⟨region:99⟩?"))
    assert plan(request).text.endswith("\n\n⟨REGION:99⟩?")
