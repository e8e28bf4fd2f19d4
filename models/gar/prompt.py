"""The texts that GAR was trained on, filled with the user's regions and words.

Source: gar.md, Tokens (user texts that the model was trained on).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gar_studio.annotation.mentions import split_mentions, stored_mention
from gar_studio.engines.protocol import DescribeRequest, RegionInput, Task
from gar_studio.errors import RequestError

DESCRIBE_ONE = "Describe this masked region in detail."

_INTRODUCTION = "There are some objects I am curious about: "
_ONE_REGION_NUMBER = 1
"""The prompt number of a caption's only region: the model was trained with 1, not 0."""


@dataclass(frozen=True, slots=True)
class PromptPlan:
    """A request in the model's words.

    Attributes:
        text: the user's message; region i's slot token stands in it once, for all its slots.
        prompts: prompt number of each region, in the request's order.
        region_ids: lasting id of the region behind each prompt number.
    """

    text: str
    prompts: tuple[int, ...]
    region_ids: Mapping[int, int]


def prompt_text(number: int) -> str:
    """Return how a region is named in the model's texts: `<Prompt0>` and so on."""
    return f"<Prompt{number}>"


def plan_prompt(
    request: DescribeRequest,
    *,
    slot_texts: Sequence[str],
    neutralise: Callable[[str], str],
) -> PromptPlan:
    """Write the user's message for a request.

    Args:
        request: its regions are already counted and checked.
        slot_texts: the slot token's text of each prompt number.
        neutralise: makes a person's words safe to be tokenised with the template.

    Raises:
        RequestError: a mention is of none of the request's regions, or there is no question.
    """
    alone = request.task is Task.DESCRIBE and len(request.regions) == 1
    numbers = (_ONE_REGION_NUMBER,) if alone else tuple(range(len(request.regions)))
    names = [prompt_text(number) for number in numbers]
    words = _question(request, numbers, neutralise) or _default_question(request.task, names)
    if alone:
        slots = slot_texts[_ONE_REGION_NUMBER]
        text = f"{_INTRODUCTION}{names[0]};\n{names[0]}: {slots}{words}"
    else:
        introduced = "".join(f"{name}; " for name in names)
        pairs = zip(names, numbers, strict=True)
        slots = "\n".join(f"{name}: {slot_texts[number]}" for name, number in pairs)
        text = f"{_INTRODUCTION}{introduced}\n{slots}\n\n{words}"
    ids = [region.region_id for region in request.regions]
    return PromptPlan(text=text, prompts=numbers, region_ids=dict(zip(numbers, ids, strict=True)))


def _question(
    request: DescribeRequest, numbers: Sequence[int], neutralise: Callable[[str], str]
) -> str:
    """Return the user's words with `<PromptN>` for mentions; empty if there are none."""
    names = {
        region.region_id: prompt_text(number)
        for region, number in zip(request.regions, numbers, strict=True)
    }
    pieces = []
    for piece in split_mentions(request.question):
        if isinstance(piece, str):
            pieces.append(neutralise(piece))
        elif piece in names:
            pieces.append(names[piece])
        else:
            raise _unknown_mention(piece, request.regions)
    return "".join(pieces).strip()


def _default_question(task: Task, names: Sequence[str]) -> str:
    """Return the task's own wording for a request without words."""
    if task is Task.ASK:
        raise RequestError("There is no question.", advice="Write what you want to know.")
    if len(names) == 1:
        one = f"What is the relation between {names[0]} and its surroundings?"
        return DESCRIBE_ONE if task is Task.DESCRIBE else one
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    if task is Task.DESCRIBE:
        return f"Describe {listed} in detail."
    return f"What is the relation between {listed}?"


def _unknown_mention(region_id: int, regions: Sequence[RegionInput]) -> RequestError:
    given = ", ".join(f"#{number}" for number in range(1, len(regions) + 1))
    return RequestError(
        f"The question mentions {stored_mention(region_id)}, which is not among the "
        f"{len(regions)} regions that are asked about ({given}).",
        advice="Select that region too, or take it out of the question.",
    )
