"""What goes between `gar-studio serve` and its clients: JSON, checked as it is read.

`docs/server.md` says the same for people who write a client.
"""

from typing import Annotated, TypeAlias

import msgspec
import numpy as np

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    RegionInput,
    Retried,
    StopReason,
    Task,
    TextDelta,
    Turn,
)
from gar_studio.engines.protocol import EngineInfo, FloatArray, Progress
from gar_studio.engines.segmentation import Candidate, SegmentRequest, SegmentResult
from gar_studio.errors import MaskError

PROTOCOL = 1
"""Both sides have to speak the same one."""

MOST_REQUESTS = 64
"""Most requests of one call."""

MOST_LOGITS = 1024 * 1024
"""Most values of a low-resolution mask; SAM's have 256 × 256."""


class Limits(msgspec.Struct, frozen=True):
    """What a server takes.

    Attributes:
        pixels: most pixels of a photo.
        json_bytes: most bytes of a call without a photo.
    """

    pixels: int
    json_bytes: int


class ServerInfo(msgspec.Struct, frozen=True):
    """What a server says of itself."""

    protocol: int
    version: str
    describer: EngineInfo | None
    segmenter: EngineInfo | None
    limits: Limits


class RunLengths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mask in COCO's compressed run lengths; `size` is (height, width)."""

    size: tuple[int, int]
    counts: str

    @classmethod
    def of(cls, mask: Mask) -> "RunLengths":
        """Pack a mask."""
        return cls((mask.height, mask.width), mask.counts.decode("ascii"))

    def mask(self) -> Mask:
        """Unpack it.

        Raises:
            MaskError: it is malformed.
        """
        return Mask.from_coco(self.size, self.counts)


class Logits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A low-resolution mask: (height, width) float32, little-endian, row by row; Base64 in JSON."""

    size: tuple[int, int]
    data: bytes

    @classmethod
    def of(cls, array: FloatArray) -> "Logits":
        """Pack an array."""
        height, width = array.shape
        return cls((height, width), np.ascontiguousarray(array, dtype="<f4").tobytes())

    def array(self) -> FloatArray:
        """Unpack it.

        Raises:
            MaskError: the bytes do not fill the size, or there are too many.
        """
        height, width = self.size
        fits = height > 0 and width > 0 and height * width <= MOST_LOGITS
        if not fits or len(self.data) != 4 * height * width:
            raise MaskError("A low-resolution mask has another size than it says.")
        return np.frombuffer(self.data, dtype="<f4").reshape(height, width).astype(np.float32)


class WireCandidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `Candidate`."""

    mask: RunLengths
    score: float
    low_res: Logits | None = None

    @classmethod
    def of(cls, candidate: Candidate) -> "WireCandidate":
        """Pack a candidate."""
        low_res = None if candidate.low_res is None else Logits.of(candidate.low_res)
        return cls(RunLengths.of(candidate.mask), candidate.score, low_res)

    def candidate(self) -> Candidate:
        """Unpack it.

        Raises:
            MaskError: a mask is malformed.
        """
        low_res = None if self.low_res is None else self.low_res.array()
        return Candidate(self.mask.mask(), self.score, low_res)


class WireRegion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `RegionInput`."""

    id: int
    mask: RunLengths


class WireQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `DescribeRequest` without its number and image; mentions are in stored form."""

    task: Task
    regions: tuple[WireRegion, ...]
    question: str = ""
    max_new_tokens: int = 1024
    max_tiles: int | None = None
    history: tuple[Turn, ...] = ()
    about: tuple[int, ...] | None = None

    @classmethod
    def of(cls, request: DescribeRequest) -> "WireQuestion":
        """Pack a request."""
        return cls(
            task=request.task,
            regions=tuple(WireRegion(r.region_id, RunLengths.of(r.mask)) for r in request.regions),
            question=request.question,
            max_new_tokens=request.max_new_tokens,
            max_tiles=request.max_tiles,
            history=request.history,
            about=request.about,
        )

    def request(self, *, request_id: int, image_key: str) -> DescribeRequest:
        """Unpack it.

        Raises:
            MaskError: a mask is malformed.
        """
        return DescribeRequest(
            request_id=request_id,
            image_key=image_key,
            task=self.task,
            regions=tuple(RegionInput(r.id, r.mask.mask()) for r in self.regions),
            question=self.question,
            max_new_tokens=self.max_new_tokens,
            max_tiles=self.max_tiles,
            history=self.history,
            about=self.about,
        )


class DescribeCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Questions about one photo, answered together."""

    image: str
    questions: Annotated[
        tuple[WireQuestion, ...], msgspec.Meta(min_length=1, max_length=MOST_REQUESTS)
    ]
    grouped: bool = False


class PrepareCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wish that a photo be looked at ahead."""

    image: str


class SegmentCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `SegmentRequest` without its number."""

    image: str
    prompts: PromptSet
    previous: WireCandidate | None = None
    most: Annotated[int, msgspec.Meta(ge=1, le=3)] = 3

    @classmethod
    def of(cls, request: SegmentRequest, image: str) -> "SegmentCall":
        """Pack a request about a photo that the server knows as `image`."""
        previous = None if request.previous is None else WireCandidate.of(request.previous)
        return cls(image, request.prompts, previous, request.most)

    def request(self, request_id: int) -> SegmentRequest:
        """Unpack it.

        Raises:
            MaskError: the previous mask is malformed.
        """
        previous = None if self.previous is None else self.previous.candidate()
        return SegmentRequest(request_id, self.image, self.prompts, previous, self.most)


class EverythingCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An `EverythingRequest` without its number; `box` is (x0, y0, x1, y1) in pixels."""

    image: str
    box: tuple[float, float, float, float] | None = None
    points_per_side: Annotated[int, msgspec.Meta(ge=1, le=64)] = 32


# --- what comes back, one event at a time ---


class Opened(msgspec.Struct, frozen=True, tag_field="event", tag="opened"):
    """The first event: the stream's name, by which it can be stopped, and who will answer."""

    stream: str
    engine: EngineInfo


class Told(msgspec.Struct, frozen=True, tag_field="event", tag="progress"):
    """How far a request is."""

    index: int
    stage: str
    done: int
    total: int


class Delta(msgspec.Struct, frozen=True, tag_field="event", tag="delta"):
    """A piece of an answer."""

    index: int
    text: str


class Anew(msgspec.Struct, frozen=True, tag_field="event", tag="retried"):
    """An answer begins anew."""

    index: int
    reason: str


class End(msgspec.Struct, frozen=True, tag_field="event", tag="finished"):
    """The end of an answer."""

    index: int
    text: str
    reason: StopReason
    new_tokens: int
    first_token_seconds: float | None
    seconds: float


class Found(msgspec.Struct, frozen=True, tag_field="event", tag="found"):
    """Masks, best first; `whole` is False for the first one alone, before the others are there."""

    candidates: tuple[WireCandidate, ...]
    engine: EngineInfo
    seconds: float
    whole: bool

    @classmethod
    def of(cls, result: SegmentResult, *, whole: bool) -> "Found":
        """Pack a result."""
        packed = tuple(WireCandidate.of(one) for one in result.candidates)
        return cls(packed, result.info, result.seconds, whole)

    def result(self, *, request_id: int, image_key: str) -> SegmentResult:
        """Unpack it for its request.

        Raises:
            MaskError: a mask is malformed.
        """
        candidates = tuple(one.candidate() for one in self.candidates)
        return SegmentResult(request_id, image_key, candidates, self.engine, self.seconds)


class Done(msgspec.Struct, frozen=True, tag_field="event", tag="done"):
    """The end of a stream in which all went well."""


class Failure(msgspec.Struct, frozen=True, tag_field="event", tag="error"):
    """What went wrong: one of the studio's errors, by the name of its class."""

    kind: str
    what: str
    kept: str = ""
    advice: str = ""


Event: TypeAlias = Opened | Told | Delta | Anew | End | Found | Done | Failure


def pack_event(index: int, event: DescribeEvent) -> Event:
    """Pack what a describer says about request `index`."""
    match event:
        case Progress():
            return Told(index, event.stage, event.done, event.total)
        case TextDelta():
            return Delta(index, event.text)
        case Retried():
            return Anew(index, event.reason)
        case Finished():
            return End(
                index,
                event.text,
                event.reason,
                event.new_tokens,
                event.first_token_seconds,
                event.seconds,
            )


def unpack_event(event: Told | Delta | Anew | End) -> DescribeEvent:
    """Unpack what a describer said."""
    match event:
        case Told():
            return Progress(event.stage, event.done, event.total)
        case Delta():
            return TextDelta(event.text)
        case Anew():
            return Retried(event.reason)
        case End():
            return Finished(
                event.text,
                event.reason,
                event.new_tokens,
                event.first_token_seconds,
                event.seconds,
            )
