"""What a describer is, and the frozen values that go in and out of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

from gar_studio.annotation.mask import Mask
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress

MAX_REGIONS = 5
"""Most regions in one request: GAR has five region prompts (gar.md, Checkpoint layout)."""


class Task(StrEnum):
    """What is asked of a describer."""

    DESCRIBE = "describe"
    RELATE = "relate"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class RegionInput:
    """One region of a request: its lasting id and its mask at the time of asking."""

    region_id: int
    mask: Mask


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of a conversation with its answer.

    Attributes:
        task: what was asked.
        about: lasting ids of the regions that were introduced with it.
        question: the user's words, or "" for the task's own wording; mentions in stored form.
        answer: what the engine answered; mentions in stored form.
    """

    task: Task
    about: tuple[int, ...]
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class DescribeRequest:
    """A wish for words about one to five regions of one image.

    Attributes:
        request_id: grows with every request.
        image_key: `ImageData.key` of the image.
        task: what is asked.
        regions: the regions in the user's order; the first is `<Prompt0>`, and so on.
        question: the user's words, with mentions in stored form
            (`gar_studio.annotation.mentions`).  Empty for the task's own wording.
        max_new_tokens: most tokens of the answer (GAR generates at most 1024).
        max_tiles: most image tiles beside the thumbnail, or None for the model's own.
        history: earlier turns of the conversation, which is about the same regions.
        about: lasting ids of the regions that this turn introduces, or None for all that no
            earlier turn has introduced.
    """

    request_id: int
    image_key: str
    task: Task
    regions: tuple[RegionInput, ...]
    question: str = ""
    max_new_tokens: int = 1024
    max_tiles: int | None = None
    history: tuple[Turn, ...] = ()
    about: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer, mentions in stored form, never half a character."""

    text: str


@dataclass(frozen=True, slots=True)
class Retried:
    """The answer begins anew: the text so far is void.

    Attributes:
        reason: why, and what is different now, as a sentence for people.
    """

    reason: str


class StopReason(StrEnum):
    """Why an answer ended."""

    END = "end"
    LENGTH = "length"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of an answer: always the last event, also after a cancel.

    Attributes:
        text: the whole answer so far, mentions in stored form.
        reason: why it ended.
        new_tokens: tokens generated.
        first_token_seconds: from the request to the first token; None if there was none.
        seconds: from the request to the end.
    """

    text: str
    reason: StopReason
    new_tokens: int
    first_token_seconds: float | None
    seconds: float


DescribeEvent: TypeAlias = Progress | TextDelta | Retried | Finished


@runtime_checkable
class Describer(Protocol):
    """Answers in words about regions.  Used by one thread at a time."""

    @property
    def info(self) -> EngineInfo:
        """Who this is."""

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        """Yield progress, then text as it is generated, then exactly one `Finished`.

        `Retried` may come in between and voids the text so far.  A cancel takes effect within
        one tile, one prefill chunk or one token, and ends the stream with
        `Finished(reason=CANCELLED)` and the text so far.

        Raises (on the first `next`, before anything is computed):
            RequestError: no region, more than five, or a mention of a region not given.
            MaskError: a mask is empty or of another size than the image.
            EngineError: the engine failed; it stays usable.
        """

    def close(self) -> None:
        """Free memory; the engine is not used afterwards."""


@runtime_checkable
class BatchDescriber(Describer, Protocol):
    """A describer that answers several requests about one image together."""

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Yield (index of the request, event); each request ends with exactly one `Finished`.

        Args:
            image: what all requests are about.
            requests: answered as if one by one, each with its own end.
            cancels: one a request.
            grouped: describe regions in conversations of up to five, turn by turn; faster, and
                the answers may differ from those one by one.

        Raises (on the first `next`, before anything is computed):
            RequestError, MaskError, EngineError: see `Describer.describe`.
        """


@dataclass(frozen=True, eq=False)
class Question:
    """A request with the image that it is about.  Holds an array, so compared by identity.

    Attributes:
        image: what is asked about.
        request: what is asked.
        cancel: says when it is no longer wanted.
    """

    image: ImageData
    request: DescribeRequest
    cancel: CancelToken


@runtime_checkable
class PhotosDescriber(BatchDescriber, Protocol):
    """A describer that answers requests about several images together."""

    def describe_photos(
        self, questions: Sequence[Question], *, grouped: bool = False
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Yield (index of the question, event); each question ends with exactly one `Finished`.

        Args:
            questions: answered as if one by one, those about one image beside each other.
            grouped: see `BatchDescriber.describe_many`.

        Raises (on the first `next`, before anything is computed):
            RequestError, MaskError, EngineError: see `Describer.describe`.  One bad question
                spoils all of them: ask about each image by itself then.
        """
