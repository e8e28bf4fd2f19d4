"""One request from its check to the end of its answer, and once more when the memory ran out."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Retried,
    StopReason,
)
from gar_studio.engines.protocol import CancelToken, ImageData, Progress
from gar_studio.engines.request_check import check_request
from gar_studio.errors import Cancelled
from gar_studio.language import mark, tr
from models.gar.answer import Answer, Clock
from models.gar.failures import engine_error, is_out_of_memory
from models.gar.image_processor import TileStack
from models.gar.prompt import PromptPlan, plan_prompt
from models.gar.session import GARSession
from models.gar.tokens import GARTokenizer

STAGE_IMAGE = mark("image")

_STACKS = 8
"""Most photos' tiles with regions on them that are kept for the next request."""

_FEWER = 4
"""By how much the tiles are divided when the memory did not suffice."""


@dataclass(frozen=True, eq=False)
class Job:
    """A request that was checked, with the end of its stream still to come.

    Attributes:
        index: names it among the requests that were handed in together.
        image: what it is about.
        request: what is asked.
        plan: the request in the model's words.
        cancel: checked before each step.
        clock: runs since the request came.
    """

    index: int
    image: ImageData
    request: DescribeRequest
    plan: PromptPlan
    cancel: CancelToken
    clock: Clock


class OneByOne:
    """Answers one request at a time.  Used by one thread at a time."""

    def __init__(
        self,
        session: GARSession,
        tokenizer: GARTokenizer,
        *,
        answer_limit: int,
        leaked_boxes: bool,
    ) -> None:
        """Put it together; see `models.gar.engine.GARDescriber`."""
        self.session = session
        self.tokenizer = tokenizer
        self._answer_limit = answer_limit
        self._leaked_boxes = leaked_boxes
        self._stacks: dict[object, TileStack] = {}
        self._most_stacks = _STACKS

    def job(
        self, index: int, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Job:
        """Check a request.

        Raises:
            RequestError, MaskError: see `gar_studio.engines.description.Describer.describe`.
        """
        clock = Clock()
        check_request(image, request, prompt_count=self.session.config.prompt_count)
        return Job(index, image, request, self.plan(request), cancel, clock)

    def plan(self, request: DescribeRequest) -> PromptPlan:
        """Return a request in the model's words."""
        return plan_prompt(
            request,
            slot_texts=self.tokenizer.slot_texts,
            neutralise=self.tokenizer.neutralise,
        )

    def limit(self, request: DescribeRequest) -> int:
        """Return the most tokens of a request's answer."""
        return min(request.max_new_tokens, self._answer_limit)

    def begin_answer(self, job: Job) -> Answer:
        """Return a job's answer, still empty."""
        return Answer(self.tokenizer, job.plan, job.clock)

    def answer(self, job: Job) -> Generator[DescribeEvent, None, None]:
        """Yield a job's events; see `gar_studio.engines.description.Describer.describe`."""
        try:
            yield from self._attempt(job)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise engine_error(error) from error
        else:
            return
        # Only now, when the error and with it the failed attempt's tensors are gone.
        job, reason = self._smaller(job)
        yield Retried(reason)
        try:
            yield from self._attempt(job)
        except (RuntimeError, MemoryError) as error:
            self.free_memory()
            raise engine_error(error) from error

    def prepare(self, job: Job) -> Generator[Progress, None, TileStack]:
        """Return the photo's tiles with the regions' masks.

        Raises:
            Cancelled: the job's token was cancelled.
        """
        job.cancel.check()
        yield Progress(STAGE_IMAGE, 0, 1)
        stack = self._stack(job)
        yield Progress(STAGE_IMAGE, 1, 1)
        return stack

    @contextmanager
    def keeping(self, stacks: int) -> Iterator[None]:
        """Keep the tiles of at least so many requests for a while."""
        self._most_stacks = max(_STACKS, stacks)
        try:
            yield
        finally:
            self._most_stacks = _STACKS
            self._drop_stacks(_STACKS)

    def free_memory(self) -> None:
        """Drop all that is kept between requests."""
        self.session.forget("the memory is full")
        self._stacks.clear()
        empty_device_cache()

    def _attempt(self, job: Job) -> Generator[DescribeEvent, None, None]:
        answer = self.begin_answer(job)
        reason = StopReason.CANCELLED
        try:
            stack = yield from self.prepare(job)
            run = self.session.run(
                stack,
                self.tokenizer.encode(job.plan, tiles=stack.count),
                max_new_tokens=self.limit(job.request),
                stop_ids=self.tokenizer.stop_ids,
                cancel=job.cancel,
            )
            while True:
                event = next(run)
                if isinstance(event, Progress):
                    yield event
                else:
                    yield from answer.push(event.token)
        except StopIteration as end:
            reason = StopReason.END if end.value.ended else StopReason.LENGTH
        except Cancelled:
            pass  # a stop is no error: the text so far is the answer
        yield from answer.finish(reason)

    def _stack(self, job: Job) -> TileStack:
        """Return the photo's tiles with the regions' masks; those asked for last are kept."""
        image, request = job.image, job.request
        versions = tuple(region.mask.version for region in request.regions)
        key = (image.key, request.max_tiles, versions)
        if key in self._stacks:
            return self._stacks[key]
        stack = self.session.prepare(
            image.pixels,
            [region.mask.to_array() for region in request.regions],
            cancel=job.cancel,
            max_tiles=request.max_tiles,
            image_key=image.key,
        )
        if self._leaked_boxes:
            stack = replace(stack, boxes=stack.boxes[-1:] * len(stack.boxes))
        self._drop_stacks(self._most_stacks - 1)
        self._stacks[key] = stack
        return stack

    def _drop_stacks(self, most: int) -> None:
        """Drop the oldest until there are at most so many."""
        while len(self._stacks) > most:
            del self._stacks[next(iter(self._stacks))]

    def _smaller(self, job: Job) -> tuple[Job, str]:
        """Free what can be freed; return the request with fewer tiles, and words about it."""
        self.free_memory()
        tiles = job.request.max_tiles or self.session.config.max_tiles
        fewer = max(1, tiles // _FEWER)
        # It is stored with the answer, in the language of whoever asked.
        return (
            replace(job, request=replace(job.request, max_tiles=fewer)),
            tr(
                "The memory was full. The answer begins anew with at most {fewer} tiles instead "
                "of {tiles}, so it sees less detail.",
                fewer=fewer,
                tiles=tiles,
            ),
        )


def empty_device_cache() -> None:
    """Give memory of the graphics card back that torch keeps for itself."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
