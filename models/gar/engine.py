"""GAR as a `Describer`: checks requests, runs the session, streams the answers."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, cast

import torch

from gar_studio.engines.description import (
    DescribeEvent,
    DescribeRequest,
    Finished,
    Retried,
    StopReason,
    Task,
    Turn,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.errors import Cancelled, EngineError
from gar_studio.language import mark, tr
from models.gar.answer import Answer, Clock
from models.gar.batch import Batch
from models.gar.image_processor import TileStack
from models.gar.prompt import PromptPlan, plan_prompt
from models.gar.requests import check_request, engine_error, is_out_of_memory
from models.gar.session import GARSession, PromptIds
from models.gar.tokens import GARTokenizer

ANSWER_LIMIT = 1024
"""Most new tokens of an answer (gar.md: generation)."""

STAGE_IMAGE = mark("image")
MAX_TOGETHER = 8
"""Most requests that are decoded together."""

_FEWER = 4
"""By how much the tiles are divided when the memory did not suffice."""


E = TypeVar("E")
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class _Job:
    """A request that was checked, with the end of its stream still to come."""

    index: int
    request: DescribeRequest
    plan: PromptPlan
    cancel: CancelToken
    clock: Clock


class GARDescriber:
    """Answers in words about one to five regions.  Used by one thread at a time."""

    def __init__(
        self,
        session: GARSession,
        tokenizer: GARTokenizer,
        *,
        info: EngineInfo,
        answer_limit: int = ANSWER_LIMIT,
        leaked_boxes: bool = False,
    ) -> None:
        """Put an engine together.

        Args:
            session: the network.
            tokenizer: of the same checkpoint.
            info: who this is.
            answer_limit: most new tokens of an answer, whatever a request says.
            leaked_boxes: for evaluation only: repeat a fault of the released script, in which
                every region replays the last one's box (gar.md, Faults).
        """
        self._session: GARSession | None = session
        self._tokenizer = tokenizer
        self._info = info
        self._answer_limit = answer_limit
        self._leaked_boxes = leaked_boxes
        self._stacks: dict[object, TileStack] = {}

    @property
    def info(self) -> EngineInfo:
        """Who this is."""
        return self._info

    def describe(
        self, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> Iterator[DescribeEvent]:
        """Yield progress, then text as it is generated, then exactly one `Finished`.

        When the memory runs out, all that is kept between requests is dropped, and the request
        is tried once more with fewer tiles (`Retried`).

        Raises (on the first `next`, before anything is computed):
            RequestError: no region, too many, a mention of a region not given, or limits that
                make no sense.
            MaskError: a mask is empty or of another size than the image.
            EngineError: the engine failed; it stays usable.
        """
        yield from self._answer(image, self._job(0, image, request, cancel))

    def describe_many(
        self,
        image: ImageData,
        requests: Sequence[DescribeRequest],
        cancels: Sequence[CancelToken],
        *,
        grouped: bool = False,
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Yield (index of the request, event); see `BatchDescriber.describe_many`.

        Requests are decoded together as far as the caches' budget holds their keys and values.
        """
        jobs = [
            self._job(index, image, request, cancel)
            for index, (request, cancel) in enumerate(zip(requests, cancels, strict=True))
        ]
        if grouped:
            yield from self._answer_grouped(image, jobs)
        else:
            yield from self._answer_all(image, jobs)

    def close(self) -> None:
        """Free the network's memory; the engine is not used afterwards."""
        self._session = None
        self._stacks.clear()
        _empty_device_cache()

    # --- one request ---

    def _answer(self, image: ImageData, job: _Job) -> Generator[DescribeEvent, None, None]:
        session = self._open_session()
        answer = Answer(self._tokenizer, job.plan, job.clock)
        try:
            yield from self._attempt(image, job, answer, session=session)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise engine_error(error) from error
        else:
            return
        # Only now, when the error and with it the failed attempt's tensors are gone.
        job, reason = self._smaller(job, session)
        yield Retried(reason)
        answer = Answer(self._tokenizer, job.plan, job.clock)
        try:
            yield from self._attempt(image, job, answer, session=session)
        except (RuntimeError, MemoryError) as error:
            session.forget("the memory is full")
            _empty_device_cache()
            raise engine_error(error) from error

    def _attempt(
        self, image: ImageData, job: _Job, answer: Answer, *, session: GARSession
    ) -> Generator[DescribeEvent, None, None]:
        reason = StopReason.CANCELLED
        try:
            stack, prompt = yield from self._prepare(image, job, session=session)
            run = session.run(
                stack,
                prompt,
                max_new_tokens=self._limit(job.request),
                stop_ids=self._tokenizer.stop_ids,
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

    def _prepare(
        self, image: ImageData, job: _Job, *, session: GARSession
    ) -> Generator[Progress, None, tuple[TileStack, PromptIds]]:
        job.cancel.check()
        yield Progress(STAGE_IMAGE, 0, 1)
        stack = self._stack(image, job, session)
        yield Progress(STAGE_IMAGE, 1, 1)
        return stack, self._tokenizer.encode(job.plan, tiles=stack.count)

    def _stack(self, image: ImageData, job: _Job, session: GARSession) -> TileStack:
        """Return the photo's tiles with the regions' masks; those asked for last are kept."""
        request = job.request
        versions = tuple(region.mask.version for region in request.regions)
        key = (image.key, request.max_tiles, versions)
        if key in self._stacks:
            return self._stacks[key]
        stack = session.prepare(
            image.pixels,
            [region.mask.to_array() for region in request.regions],
            cancel=job.cancel,
            max_tiles=request.max_tiles,
            image_key=image.key,
        )
        if self._leaked_boxes:
            stack = replace(stack, boxes=stack.boxes[-1:] * len(stack.boxes))
        while len(self._stacks) >= MAX_TOGETHER:
            del self._stacks[next(iter(self._stacks))]
        self._stacks[key] = stack
        return stack

    def _smaller(self, job: _Job, session: GARSession) -> tuple[_Job, str]:
        """Free what can be freed; return the request with fewer tiles, and words about it."""
        session.forget("the memory is full")
        self._stacks.clear()
        _empty_device_cache()
        tiles = job.request.max_tiles or session.config.max_tiles
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

    # --- several requests ---

    def _answer_all(
        self, image: ImageData, jobs: Sequence[_Job]
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Answer as many of the jobs at a time as there is room for."""
        waiting = jobs
        while waiting:
            count = self._together(image, waiting)
            now, waiting = waiting[:count], waiting[count:]
            if len(now) == 1:
                yield from _numbered(now[0].index, self._answer(image, now[0]))
            else:
                yield from self._answer_together(image, now)

    def _together(self, image: ImageData, jobs: Sequence[_Job]) -> int:
        """Return how many of the jobs are decoded together."""
        session = self._open_session()
        if len(jobs) == 1:
            return 1
        tiles = session.tiles_of(image.pixels, max_tiles=jobs[0].request.max_tiles)
        prompts = [self._tokenizer.encode(job.plan, tiles=tiles) for job in jobs[:MAX_TOGETHER]]
        same = [job for job in jobs if job.request.max_tiles == jobs[0].request.max_tiles]
        return min(MAX_TOGETHER, len(same), session.together(prompts))

    def _answer_together(
        self, image: ImageData, jobs: Sequence[_Job]
    ) -> Iterator[tuple[int, DescribeEvent]]:
        open_jobs = {job.index: job for job in jobs}
        try:
            for index, event in self._attempt_together(image, jobs):
                if isinstance(event, Finished):
                    del open_jobs[index]
                yield index, event
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise engine_error(error) from error
        else:
            return
        self._open_session().forget("the memory is full")
        _empty_device_cache()
        for job in open_jobs.values():
            yield job.index, Retried(mark("The memory was full. The answer begins anew, alone."))
            yield from _numbered(job.index, self._answer(image, job))

    def _attempt_together(
        self, image: ImageData, jobs: Sequence[_Job]
    ) -> Iterator[tuple[int, DescribeEvent]]:
        session = self._open_session()
        batch: Batch | None = None
        rows: list[tuple[_Job, Answer]] = []
        for job in jobs:
            answer = Answer(self._tokenizer, job.plan, job.clock)
            limit = self._limit(job.request)
            try:
                prepared = self._prepare(image, job, session=session)
                stack, prompt = yield from _numbered(job.index, prepared)
                batch = batch or self._new_batch(session, jobs, tiles=stack.count)
                begun = session.begin(stack, prompt, max_new_tokens=limit, cancel=job.cancel)
                prefix = yield from _numbered(job.index, begun)
            except Cancelled:
                yield from _numbered(job.index, answer.finish(StopReason.CANCELLED))
                continue
            batch.add(prefix.cache, prefix.logits, limit=limit, cancel=job.cancel)
            session.keep(prefix, ())
            rows.append((job, answer))
        if batch is None:
            return
        for row, event in batch.decode(self._tokenizer.stop_ids):
            job, answer = rows[row]
            words = answer.push(event) if isinstance(event, int) else answer.finish(event)
            yield from _numbered(job.index, words)

    def _new_batch(self, session: GARSession, jobs: Sequence[_Job], *, tiles: int) -> Batch:
        return session.new_batch([self._tokenizer.encode(job.plan, tiles=tiles) for job in jobs])

    def _answer_grouped(
        self, image: ImageData, jobs: Sequence[_Job]
    ) -> Iterator[tuple[int, DescribeEvent]]:
        """Answer in conversations of at most as many regions as the model has prompts.

        Turn by turn; the same turn of all conversations is decoded together.
        """
        most = self._open_session().config.prompt_count
        single = [j for j in jobs if j.request.task is Task.DESCRIBE and len(j.plan.prompts) == 1]
        yield from self._answer_all(image, [job for job in jobs if job not in single])
        groups = _evenly(single, most)
        histories: dict[int, tuple[Turn, ...]] = dict.fromkeys(range(len(groups)), ())
        for place in range(max(map(len, groups), default=0)):
            turns: dict[int, tuple[int, _Job]] = {}
            for number, group in enumerate(groups):
                if place < len(group):
                    job = self._turn(group, place, histories[number])
                    turns[job.index] = (number, job)
            for index, event in self._answer_all(image, [job for _, job in turns.values()]):
                yield index, event
                if isinstance(event, Finished) and event.text:
                    number, job = turns[index]
                    about = job.request.about or ()
                    told = Turn(Task.DESCRIBE, about, job.request.question, event.text)
                    histories[number] += (told,)

    def _turn(self, group: Sequence[_Job], place: int, history: tuple[Turn, ...]) -> _Job:
        """Return a job as the next turn of its group's conversation."""
        job = group[place]
        request = replace(
            job.request,
            regions=tuple(other.request.regions[0] for other in group),
            history=history,
            about=(job.request.regions[0].region_id,),
        )
        return replace(job, request=request, plan=self._plan(request))

    # --- inside ---

    def _job(
        self, index: int, image: ImageData, request: DescribeRequest, cancel: CancelToken
    ) -> _Job:
        clock = Clock()
        session = self._open_session()
        check_request(image, request, prompt_count=session.config.prompt_count)
        return _Job(index, request, self._plan(request), cancel, clock)

    def _plan(self, request: DescribeRequest) -> PromptPlan:
        return plan_prompt(
            request,
            slot_texts=self._tokenizer.slot_texts,
            neutralise=self._tokenizer.neutralise,
        )

    def _limit(self, request: DescribeRequest) -> int:
        return min(request.max_new_tokens, self._answer_limit)

    def _open_session(self) -> GARSession:
        if self._session is None:
            raise EngineError(tr("This GAR engine was closed."), advice=tr("Load the model again."))
        return self._session


def _evenly(jobs: Sequence[_Job], most: int) -> list[Sequence[_Job]]:
    """Split jobs into as few groups of at most `most` as there can be, of about equal size."""
    count = -(-len(jobs) // most)
    ends = [len(jobs) * number // count for number in range(1, count + 1)]
    return [jobs[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _numbered(index: int, events: Generator[E, None, R]) -> Generator[tuple[int, E], None, R]:
    """Yield each event with the request's index; return what the generator returns."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            return cast(R, end.value)
        yield index, event


def _empty_device_cache() -> None:
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
