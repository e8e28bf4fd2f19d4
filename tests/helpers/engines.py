"""Engines whose pace and answers a test decides.

They stand behind the real protocols, for tests of what the window does with an engine.  The
engines themselves are tested in `tests/models`, and both together in `tests/ui/test_main_job.py`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    Retried,
    StopReason,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.engines.segmentation import (
    Candidate,
    EverythingRequest,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import EngineError

INFO = EngineInfo("Scripted", "1", "cpu", "no weights", notice="Scripted: not a real answer.")
ENCODER_INFO = replace(INFO, encodes=True)


@dataclass
class ScriptedSegmenter:
    """Returns three boxes around the last prompt, the first one the smallest.

    Attributes:
        gate: `segment` waits for it, so that a test can hold a result back.
        rest_gate: `segment` waits for it once it has told the first candidate.
        search_gate: `everything` waits for it before each of its steps.
        tells_first: whether the best candidate is told before the others are there.
        error: raised instead of an answer.
        search_error: raised instead of looking for everything.
        requests: what was asked.
        searches: what was asked of everything.
    """

    gate: threading.Event = field(default_factory=threading.Event)
    search_gate: threading.Event = field(default_factory=threading.Event)
    rest_gate: threading.Event = field(default_factory=threading.Event)
    tells_first: bool = True
    error: Exception | None = None
    search_error: Exception | None = None
    requests: list[SegmentRequest] = field(default_factory=list)
    searches: list[EverythingRequest] = field(default_factory=list)
    info: EngineInfo = INFO

    def __post_init__(self) -> None:
        self.gate.set()
        self.search_gate.set()
        self.rest_gate.set()

    @property
    def last_prompts(self) -> PromptSet:
        """What was asked last; empty if nothing was."""
        return self.requests[-1].prompts if self.requests else PromptSet()

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Nothing to prepare."""

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        """Return boxes of 10, 20 and 30 pixels; the first of them before `rest_gate` opens."""
        self.requests.append(request)
        while not self.gate.wait(0.01):
            cancel.check()
        if self.error is not None:
            raise self.error
        x, y = self._centre(request)
        masks = [
            Mask.from_box(x - r, y - r, x + r, y + r, height=image.height, width=image.width)
            for r in (5, 10, 15)
        ]
        candidates = tuple(
            Candidate(m, 0.9 - i / 10, np.zeros((4, 4), np.float32)) for i, m in enumerate(masks)
        )
        result = SegmentResult(request.request_id, image.key, candidates, self.info, 0.0)
        if first is not None and self.tells_first:
            first(replace(result, candidates=candidates[:1]))
        while not self.rest_gate.wait(0.01):
            cancel.check()
        return replace(result, candidates=candidates[: request.most])

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        """Return four boxes of 20 pixels, side by side, in four steps."""
        self.searches.append(request)
        if self.search_error is not None:
            raise self.search_error
        found = []
        for step in range(4):
            while not self.search_gate.wait(0.01):
                cancel.check()
            cancel.check()
            x = 30 + 40 * step
            mask = Mask.from_box(x, 30, x + 20, 50, height=image.height, width=image.width)
            found.append(Candidate(mask, 0.9 - step / 10))
            progress(Progress("looking for objects", step + 1, 4))
        return SegmentResult(request.request_id, image.key, tuple(found), self.info, 0.0)

    @staticmethod
    def _centre(request: SegmentRequest) -> tuple[int, int]:
        prompts = request.prompts
        if prompts.clicks:
            return int(prompts.clicks[-1].x), int(prompts.clicks[-1].y)
        if prompts.box is not None:
            box = prompts.box
            return int(box.x0 + box.x1) // 2, int(box.y0 + box.y1) // 2
        x, y = prompts.scribbles[-1].points[0]
        return int(x), int(y)

    def close(self) -> None:
        """Nothing to free."""


@dataclass
class ScriptedEncoder(ScriptedSegmenter):
    """A segmenter that encodes an image in four blocks before its first mask.

    Attributes:
        held: keys of the images whose encoding does not get on.
        begun: keys of the images that it began to encode.
        encoded: keys of the images that are encoded.
        shortage: raised instead of encoding.
    """

    held: set[str] = field(default_factory=set)
    begun: list[str] = field(default_factory=list)
    encoded: list[str] = field(default_factory=list)
    shortage: Exception | None = None
    info: EngineInfo = ENCODER_INFO

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Encode an image, once."""
        if self.shortage is not None:
            raise self.shortage
        if image.key in self.encoded:
            return
        self.begun.append(image.key)
        for _ in range(4):
            cancel.check()
            while image.key in self.held:
                cancel.check()
                time.sleep(0.002)
        self.encoded.append(image.key)


@dataclass
class ScriptedDescriber:
    """Says given words one by one, mentioning the regions in turn.

    Attributes:
        words: the answer.
        before_word: called with the index of each word before it is said; may block or raise.
        requests: what was asked.
        retry_at: before this word the answer begins anew, once.
        closed: how often `close` was called.
    """

    words: tuple[str, ...] = ("A", " small", " box", ".")
    before_word: object = None
    requests: list[DescribeRequest] = field(default_factory=list)
    fail_at: int | None = None
    info: EngineInfo = INFO
    closed: int = 0
    retry_at: int | None = None

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        """Say the words."""
        self.requests.append(request)
        yield Progress("looking", 1, 2)
        text = ""
        reason = StopReason.END
        for index, word in enumerate((*self._mentions(request), *self.words)):
            if callable(self.before_word):
                self.before_word(index)
            if cancel.cancelled:
                reason = StopReason.CANCELLED
                break
            if self.retry_at == index:
                self.retry_at = None
                yield Retried("The memory was full.")
                yield from self.describe(image, request, cancel)
                return
            if self.fail_at == index:
                raise EngineError("The engine broke.", kept="The words so far were kept.")
            text += word
            yield TextDelta(word)
        yield Finished(text, reason, len(self.words), 0.1, 0.2)

    @staticmethod
    def _mentions(request: DescribeRequest) -> tuple[str, ...]:
        if len(request.regions) < 2:
            return ()
        first, second = request.regions[:2]
        return (
            stored_mention(first.region_id),
            " is beside ",
            stored_mention(second.region_id),
            ": ",
        )

    def close(self) -> None:
        """Nothing to free."""
        self.closed += 1
