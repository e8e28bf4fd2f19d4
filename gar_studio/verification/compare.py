"""Asks a describer what the released code was asked, and counts the equal answers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gar_studio.annotation.mentions import map_mentions
from gar_studio.engines.description import Describer, DescribeRequest, Finished, Retried, StopReason
from gar_studio.engines.protocol import CancelToken, RequestCounter
from gar_studio.errors import EngineError, GarStudioError
from gar_studio.verification.items import Part, PartItems, ReleasedItem, read_as_released


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item.

    Attributes:
        item: the question and the released answer.
        answer: ours, regions named as the released answers name them.
        cut_off: whether our answer was as long as was allowed.
        problem: why there is no answer; "" where there is one.
        retried: why the engine began anew in another way, such as with fewer tiles; "" if not.
    """

    item: ReleasedItem
    answer: str
    cut_off: bool = False
    problem: str = ""
    retried: str = ""

    @property
    def equal(self) -> bool:
        """Whether the answers are equal, character by character."""
        return not self.problem and self.answer == self.item.expected

    @property
    def letter_equal(self) -> bool:
        """Whether the answers are equal but for case, as GAR-Bench scores letters."""
        return not self.problem and self.answer.lower() == self.item.expected.lower()


@dataclass(frozen=True, slots=True)
class PartReport:
    """What became of one part.

    Attributes:
        part: which part.
        planned: the items that were to be asked; None where the part could not be run.
        outcomes: those that were answered until the end, or until the user stopped.
        not_run: why it could not be run; "" where it could.
        decides: whether the released answers are of the model that is verified.
    """

    part: Part
    planned: PartItems | None
    outcomes: tuple[Outcome, ...] = ()
    not_run: str = ""
    decides: bool = True

    @property
    def equal(self) -> int:
        """How many answers are equal, character by character."""
        return sum(outcome.equal for outcome in self.outcomes)

    @property
    def letter_equal(self) -> int | None:
        """How many letters are equal but for case; None where no answer is a letter."""
        letters = [outcome for outcome in self.outcomes if outcome.item.choice]
        return sum(outcome.letter_equal for outcome in letters) if letters else None

    @property
    def several(self) -> tuple[Outcome, ...]:
        """The outcomes about several regions, which the released script's leaked box touches."""
        return tuple(outcome for outcome in self.outcomes if len(outcome.item.masks) > 1)

    @property
    def differing(self) -> tuple[Outcome, ...]:
        """The outcomes that are not equal."""
        return tuple(outcome for outcome in self.outcomes if not outcome.equal)

    @property
    def passed(self) -> bool | None:
        """Whether all that was planned is equal; None where nothing was run."""
        if self.planned is None:
            return None
        return len(self.outcomes) == len(self.planned.items) and not self.differing


def compare(
    describer: Describer,
    items: Sequence[ReleasedItem],
    *,
    max_new_tokens: int,
    max_tiles: int | None,
    cancel: CancelToken,
    counter: RequestCounter,
    on_progress: Callable[[int], None],
) -> Iterator[Outcome]:
    """Ask one item after another; end early when the token is cancelled.

    An item that the engine refuses or fails on is an outcome with a problem: the others count.

    Args:
        describer: who is asked.
        items: what is asked.
        max_new_tokens: most tokens of an answer; the released scripts have 1024.
        max_tiles: most image tiles, or None for the model's own.
        cancel: stops the answer under way, which is then not counted.
        counter: gives out request ids.
        on_progress: called with the number of items done, before each one.
    """
    for done, item in enumerate(items):
        on_progress(done)
        try:
            finished, retried = ask(
                describer,
                item,
                max_new_tokens=max_new_tokens,
                max_tiles=max_tiles,
                cancel=cancel,
                request_id=counter.take(),
            )
        except GarStudioError as error:
            yield Outcome(item, "", problem=str(error))
            continue
        if finished.reason is StopReason.CANCELLED:
            return
        yield Outcome(
            item,
            as_released(finished.text, item),
            cut_off=finished.reason is StopReason.LENGTH,
            retried=retried,
        )


def as_released(stored: str, item: ReleasedItem) -> str:
    """Turn an answer's mentions into what the released decoding makes of them."""
    kept = item.names_kept
    return map_mentions(stored, lambda number: f"<Prompt{number}>" if kept else "").strip()


def ask(
    describer: Describer,
    item: ReleasedItem,
    *,
    max_new_tokens: int,
    max_tiles: int | None,
    cancel: CancelToken,
    request_id: int,
) -> tuple[Finished, str]:
    """Ask one item; return the end of the answer, and why the engine began anew, or "".

    Args:
        describer: who is asked.
        item: what is asked.
        max_new_tokens: most tokens of the answer.
        max_tiles: most image tiles, or None for the model's own.
        cancel: stops the answer.
        request_id: larger than any before.

    Raises:
        GarStudioError: the photo cannot be read, or the engine refuses the item or fails.
    """
    image = read_as_released(item.image)
    request = DescribeRequest(
        request_id=request_id,
        image_key=image.key,
        task=item.task,
        regions=item.regions,
        question=item.stored_question,
        max_new_tokens=max_new_tokens,
        max_tiles=max_tiles,
    )
    retried = ""
    for event in describer.describe(image, request, cancel):
        if isinstance(event, Retried):
            retried = event.reason
        if isinstance(event, Finished):
            return event, retried
    raise EngineError(f"The engine “{describer.info.name}” stopped without an end.")
