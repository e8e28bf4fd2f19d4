"""What a segmenter is, and the frozen values that go in and out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, PromptSet
from gar_studio.engines.protocol import CancelToken, EngineInfo, FloatArray, ImageData, Progress


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
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        """Return masks of all objects in an image or a box, as many as there are.

        Raises:
            PromptError: the box lies outside the image.
            Cancelled: the token was cancelled.
            EngineError: the engine failed, or cannot do this.
        """

    def close(self) -> None:
        """Free memory; the engine is not used afterwards."""
