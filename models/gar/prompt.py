"""The texts that GAR was trained on, filled with the user's regions and words.

Source: gar.md, Tokens (user texts that the model was trained on).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gar_studio.annotation.mentions import split_mentions, stored_mention
from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.errors import RequestError
from gar_studio.language import tr

DESCRIBE_ONE = "Describe this masked region in detail."

_INTRODUCTION = "There are some objects I am curious about: "
_ONE_REGION_NUMBER = 1
"""The prompt number of a caption's only region: the model was trained with 1, not 0."""


@dataclass(frozen=True, slots=True)
class PromptPlan:
    """A request in the model's words.

    Attributes:
        text: the user's message; each slot token that it introduces stands in it once.
        prompts: prompt number of each region, in the request's order.
        region_ids: lasting id of the region behind each prompt number.
        earlier: earlier messages of the user, each with the model's answer.
        introduced: the prompt numbers whose slot tokens stand in a message.
    """

    text: str
    prompts: tuple[int, ...]
    region_ids: Mapping[int, int]
    earlier: tuple[tuple[str, str], ...] = ()
    introduced: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PromptIds:
    """The tokens before the answer, image and slot tokens written out.

    Attributes:
        ids: token ids.
        prompts: prompt number of each region, in the order of the regions' masks.
        introduced: the prompt numbers whose slots are in `ids`; None for all.
    """

    ids: tuple[int, ...]
    prompts: tuple[int, ...]
    introduced: frozenset[int] | None = None

    def introduces(self, number: int) -> bool:
        """Return whether a prompt number's slots are among the tokens."""
        return self.introduced is None or number in self.introduced


def prompt_text(number: int) -> str:
    """Return how a region is named in the model's texts: `<Prompt0>` and so on."""
    return f"<Prompt{number}>"


def plan_prompt(
    request: DescribeRequest,
    *,
    slot_texts: Sequence[str],
    neutralise: Callable[[str], str],
) -> PromptPlan:
    """Write the messages of a request and of its conversation so far.

    Args:
        request: its regions are already counted and checked.
        slot_texts: the slot token's text of each prompt number.
        neutralise: makes a person's words safe to be tokenised with the template.

    Raises:
        RequestError: a mention is of none of the request's regions, or there is no question.
    """
    first = request.history[0].task if request.history else request.task
    alone = first is Task.DESCRIBE and len(request.regions) == 1
    numbers = (_ONE_REGION_NUMBER,) if alone else tuple(range(len(request.regions)))
    ids = [region.region_id for region in request.regions]
    writer = _Writer(
        numbers=dict(zip(ids, numbers, strict=True)), slot_texts=slot_texts, neutralise=neutralise
    )
    earlier = tuple(
        (writer.message(turn.task, turn.about, turn.question), writer.words(turn.answer))
        for turn in request.history
    )
    about = writer.not_introduced if request.about is None else request.about
    text = writer.message(request.task, about, request.question)
    return PromptPlan(
        text=text,
        prompts=numbers,
        region_ids=dict(zip(numbers, ids, strict=True)),
        earlier=earlier,
        introduced=frozenset(writer.introduced),
    )


class _Writer:
    """Writes a conversation's messages one after the other."""

    def __init__(
        self,
        *,
        numbers: Mapping[int, int],
        slot_texts: Sequence[str],
        neutralise: Callable[[str], str],
    ) -> None:
        self._numbers = numbers  # prompt number of each region, by its lasting id
        self._slot_texts = slot_texts
        self._neutralise = neutralise
        self._began = False
        self.introduced: list[int] = []

    @property
    def not_introduced(self) -> tuple[int, ...]:
        """Lasting ids of the regions that no message has introduced yet."""
        return tuple(i for i, number in self._numbers.items() if number not in self.introduced)

    def message(self, task: Task, about: Sequence[int], question: str) -> str:
        """Return the user's next message, which introduces the regions `about`."""
        numbers = [self._known(region_id) for region_id in about]
        new = [number for number in numbers if number not in self.introduced]
        self.introduced += new
        named = [prompt_text(n) for n in numbers or self._numbers.values()]
        words = self.words(question) or _default_question(task, named)
        slots = [f"{prompt_text(n)}: {self._slot_texts[n]}" for n in new]
        if task is Task.DESCRIBE and len(new) == 1:
            text = f"{slots[0]}{words}"
            listed = "; ".join(map(prompt_text, self._numbers.values())) + ";\n"
        else:
            text = "\n".join(slots) + f"\n\n{words}" if slots else words
            listed = "".join(f"{prompt_text(n)}; " for n in self._numbers.values()) + "\n"
        if self._began:
            return text
        self._began = True
        return f"{_INTRODUCTION}{listed}{text}"

    def words(self, stored: str) -> str:
        """Return a stored text with `<PromptN>` for mentions, safe to be tokenised."""
        pieces = [
            self._neutralise(piece) if isinstance(piece, str) else prompt_text(self._known(piece))
            for piece in split_mentions(stored)
        ]
        return "".join(pieces).strip()

    def _known(self, region_id: int) -> int:
        if region_id not in self._numbers:
            raise _unknown_mention(region_id, len(self._numbers))
        return self._numbers[region_id]


def _default_question(task: Task, names: Sequence[str]) -> str:
    """Return the task's own wording for a request without words."""
    if task is Task.ASK:
        raise RequestError(tr("There is no question."), advice=tr("Write what you want to know."))
    if len(names) == 1:
        one = f"What is the relation between {names[0]} and its surroundings?"
        return DESCRIBE_ONE if task is Task.DESCRIBE else one
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    if task is Task.DESCRIBE:
        return f"Describe {listed} in detail."
    return f"What is the relation between {listed}?"


def _unknown_mention(region_id: int, count: int) -> RequestError:
    given = ", ".join(f"#{number}" for number in range(1, count + 1))
    return RequestError(
        tr(
            "The question mentions {region_id}, which is not among the {count} "
            "regions that are asked about ({given}).",
            region_id=stored_mention(region_id),
            count=count,
            given=given,
        ),
        advice=tr("Select that region too, or take it out of the question."),
    )
