"""Prompts: immutable, in order, and refused where they ask for nothing."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.prompts import Box, Click, Prompt, PromptSet, Scribble
from gar_studio.errors import PromptError

NAN = float("nan")


CLICKS = st.builds(Click, st.integers(0, 9), st.integers(0, 9), st.booleans())
BOXES = st.builds(Box.spanning, *[st.integers(0, 9)] * 4)
SCRIBBLES = st.builds(
    Scribble, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1).map(tuple)
)


@given(st.lists(st.one_of(CLICKS, SCRIBBLES, BOXES), max_size=6), st.data())
def test_a_prompt_is_taken_out_or_replaced_and_the_others_stay(
    given_prompts: list[Prompt], data: st.DataObject
) -> None:
    prompts = PromptSet()
    for prompt in given_prompts:
        prompts = prompts.with_prompt(prompt)
    boxes = [prompts.box] if prompts.box is not None else []
    listed = [*prompts.clicks, *prompts.scribbles, *boxes]
    if not listed:
        return
    one = data.draw(st.sampled_from(listed))
    kind = {Click: CLICKS, Scribble: SCRIBBLES, Box: BOXES}[type(one)]
    other = data.draw(kind)
    without, replaced = prompts.without(one), prompts.replaced(one, other)
    listed.remove(one)
    assert Counter(_all(without)) == Counter(listed)
    assert Counter(_all(replaced)) == Counter([*listed, other])


def _all(prompts: PromptSet) -> list[Prompt]:
    return [*prompts.clicks, *prompts.scribbles, *([prompts.box] if prompts.box else [])]


@pytest.mark.parametrize("stranger", [Click(1, 1), Box(0, 0, 1, 1), Scribble(((1, 1),))])
def test_a_prompt_that_is_not_there_is_not_taken_out(stranger: Prompt) -> None:
    prompts = PromptSet(clicks=(Click(5, 5),))
    with pytest.raises(ValueError, match="not in"):
        prompts.without(stranger)
    with pytest.raises(ValueError, match="not in"):
        prompts.replaced(stranger, stranger)


def test_a_set_grows_without_changing() -> None:
    empty = PromptSet()
    assert empty.is_empty
    click, stroke, box = Click(1, 2), Scribble(((1, 1), (2, 2)), positive=False), Box(0, 0, 3, 3)
    filled = empty.with_prompt(click).with_prompt(stroke).with_prompt(box)
    assert empty.is_empty
    assert not filled.is_empty
    assert filled == PromptSet(clicks=(click,), box=box, scribbles=(stroke,))


def test_clicks_keep_their_order_and_a_new_box_takes_the_place_of_the_old() -> None:
    clicks = tuple(Click(x, 0, positive=x % 2 == 0) for x in range(4))
    prompts = PromptSet()
    for prompt in (*clicks, Box(0, 0, 1, 1), Box(2, 2, 5, 5)):
        prompts = prompts.with_prompt(prompt)
    assert prompts.clicks == clicks
    assert prompts.box == Box(2, 2, 5, 5)


def test_a_box_is_spanned_from_any_two_corners() -> None:
    expected = Box(1, 2, 5, 9)
    for corners in ((1, 2, 5, 9), (5, 9, 1, 2), (5, 2, 1, 9), (1, 9, 5, 2)):
        assert Box.spanning(*corners) == expected


@pytest.mark.parametrize(
    "prompts",
    [
        PromptSet(clicks=(Click(0, 0),)),
        PromptSet(clicks=(Click(19.9, 9.9), Click(3, 3, positive=False))),
        PromptSet(box=Box(-5, -5, 1, 1)),
        PromptSet(box=Box(19, 9, 99, 99)),
        PromptSet(box=Box(2, 2, 8, 8), clicks=(Click(3, 3, positive=False),)),
        PromptSet(scribbles=(Scribble(((3, 3), (40, 3))),)),
    ],
)
def test_prompts_inside_the_image_are_taken(prompts: PromptSet) -> None:
    prompts.check(height=10, width=20)


@pytest.mark.parametrize(
    ("prompts", "reason"),
    [
        (PromptSet(), "no click, box or scribble"),
        (PromptSet(clicks=(Click(1, 1, positive=False),)), "what the object is not"),
        (PromptSet(scribbles=(Scribble(((1, 1),), positive=False),)), "what the object is not"),
        (PromptSet(clicks=(Click(20, 1),)), "outside"),
        (PromptSet(clicks=(Click(1, 10),)), "outside"),
        (PromptSet(clicks=(Click(-0.1, 1),)), "outside"),
        (PromptSet(clicks=(Click(NAN, 1),)), "outside"),
        (PromptSet(clicks=(Click(1, 1), Click(1, 99, positive=False))), "outside"),
        (PromptSet(scribbles=(Scribble(()),)), "no points"),
        (PromptSet(scribbles=(Scribble(((25, 3), (40, 3))),)), "outside"),
        (PromptSet(scribbles=(Scribble(((NAN, 3),)),)), "outside"),
        (PromptSet(box=Box(20, 0, 30, 10)), "no pixel"),
        (PromptSet(box=Box(5, 5, 5, 9)), "no pixel"),
        (PromptSet(box=Box(8, 8, 2, 2)), "no pixel"),
        (PromptSet(box=Box(-9, 0, 0, 10)), "no pixel"),
        (PromptSet(box=Box(NAN, 0, 5, 5)), "no pixel"),
        (PromptSet(box=Box(0, 0, 5, NAN)), "no pixel"),
    ],
)
def test_prompts_that_ask_for_nothing_are_refused(prompts: PromptSet, reason: str) -> None:
    with pytest.raises(PromptError, match=reason):
        prompts.check(height=10, width=20)
