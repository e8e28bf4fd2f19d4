"""What a segmenter and a describer are, and the frozen values that go in and out of them.

Engines live behind these protocols and run on worker threads.  Only what is defined here
crosses between threads: values that never change and refer to no window and no network.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, PromptSet
from gar_studio.errors import Cancelled

RGBArray: TypeAlias = npt.NDArray[np.uint8]
FloatArray: TypeAlias = npt.NDArray[np.float32]

MAX_REGIONS = 5
"""Most regions in one request: GAR has five region prompts (gar.md, Checkpoint layout)."""


class CancelToken:
    """Says across threads that a request is no longer wanted."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the engine to stop at its next check."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if the request is no longer wanted."""
        if self._event.is_set():
            raise Cancelled


@dataclass(frozen=True, eq=False)
class ImageData:
    """An image's pixels, with a key that names their content.

    Holds an array, so it is compared by identity; compare `key` instead.

    Attributes:
        key: digest of the content; equal keys mean equal pixels.
        pixels: (H, W, 3) uint8 RGB, EXIF orientation applied, read-only.
    """

    key: str
    pixels: RGBArray

    @property
    def height(self) -> int:
        """Rows in pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns in pixels."""
        return int(self.pixels.shape[1])


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who answered: shown in the status line and written into provenance.

    Attributes:
        name: the model's short name, such as "GrabCut" or "GAR-1B".
        revision: commit, file digest or version of its weights.
        device: where it runs, such as "cpu" or "cuda:0".
        licence: licence of the weights, or "no weights".
        notice: what every reader of its output has to know, or "".  An engine with random
            weights says so here, and the panel and the command line show it beside every text.
        encodes: whether it is a segmenter that encodes an image first, which takes long, and
            then answers quickly; images are encoded ahead then, and masks shown under the pointer.
    """

    name: str
    revision: str
    device: str
    licence: str
    notice: str = ""
    encodes: bool = False


# --- segmentation ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Candidate:
    """One of the masks that a segmenter offers.

    Holds an array, so it is compared by identity.

    Attributes:
        mask: the mask, of the image's size.
        score: the engine's own estimate of quality in 0…1; higher is better.
        low_res: (h, w) float32 logits to be given back on refinement, or None.
    """

    mask: Mask
    score: float
    low_res: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class SegmentRequest:
    """A wish for a mask.

    Attributes:
        request_id: grows with every request, so that a late result can be told.
        image_key: `ImageData.key` of the image that the prompts lie on.
        prompts: clicks, box and scribbles in image pixels.
        previous: the candidate that is being refined, or None for a new object.
        most: how many candidates are wanted at most; one alone may take less time.
    """

    request_id: int
    image_key: str
    prompts: PromptSet
    previous: Candidate | None = None
    most: int = 3


@dataclass(frozen=True, slots=True)
class EverythingRequest:
    """A wish for masks of all objects.

    Attributes:
        request_id: grows with every request.
        image_key: `ImageData.key` of the image.
        box: where to look, in image pixels; None for the whole image.
        points_per_side: how many points a side of the grid has that is looked at.
    """

    request_id: int
    image_key: str
    box: Box | None = None
    points_per_side: int = 32


@dataclass(frozen=True, eq=False)
class SegmentResult:
    """Candidates, best first, bound to their request and image; for prompts up to three."""

    request_id: int
    image_key: str
    candidates: tuple[Candidate, ...]
    info: EngineInfo
    seconds: float


@runtime_checkable
class Segmenter(Protocol):
    """Cuts objects out.  Used by one thread at a time."""

    @property
    def info(self) -> EngineInfo:
        """Who this is."""

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Compute ahead what depends on the image alone (SAM's embedding); may do nothing.

        Raises:
            Cancelled: the token was cancelled.
            EngineError: the image could not be prepared.
        """

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        """Return one to three candidates for the request's prompts on `image`.

        Args:
            image: the image.
            request: what is asked.
            cancel: checked while it works.
            first: called with the best candidate alone if it is there before the others.

        Raises:
            PromptError: the prompts lie outside the image or ask for nothing.
            Cancelled: the token was cancelled.
            EngineError: the engine failed.
        """

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[["Progress"], None],
    ) -> SegmentResult:
        """Return masks of all objects in an image or a box, as many as there are.

        Raises:
            PromptError: the box lies outside the image.
            Cancelled: the token was cancelled.
            EngineError: the engine failed, or cannot do this.
        """

    def close(self) -> None:
        """Free memory; the engine is not used afterwards."""


# --- description ----------------------------------------------------------------------------


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
class Progress:
    """How far the work before the first word is: `done` of `total` in `stage`."""

    stage: str
    done: int
    total: int


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


@dataclass(slots=True)
class RequestCounter:
    """Gives out growing request ids."""

    _next: int = field(default=0)

    def take(self) -> int:
        """Return the next id, starting at 1."""
        self._next += 1
        return self._next
