"""Several requests answered together, about one photo or several.

A step of the decoder for many requests costs little more than one for a single request, because
it reads the same weights.  So requests are prepared one after the other and then decoded as one
batch, as far as the caches' budget holds their keys and values.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar, cast

from gar_studio.engines.description import (
    DescribeEvent,
    Finished,
    Retried,
    StopReason,
    Task,
    Turn,
)
from gar_studio.errors import Cancelled
from gar_studio.language import mark
from models.gar.answer import Answer
from models.gar.batch import Batch
from models.gar.failures import engine_error, is_out_of_memory
from models.gar.kv_cache import BLOCK
from models.gar.prompt import PromptIds
from models.gar.session import Prefix
from models.gar.single import Job, OneByOne

E = TypeVar("E")
R = TypeVar("R")

Events: TypeAlias = Iterator[tuple[int, DescribeEvent]]

_MOST_PADDING = 2
"""A batch is at most this many times as large as the requests in it: padding is computed, too."""


@dataclass(frozen=True, eq=False)
class _Row:
    """A request in the batch.

    Attributes:
        job: the request.
        answer: its answer so far.
        prefix: the decoder's state after the prompt, if it is to be kept with the answer.
        tokens: the answer's tokens so far.
    """

    job: Job
    answer: Answer
    prefix: Prefix | None
    tokens: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Conversation:
    """Requests about single regions of one photo, asked as turns of one conversation."""

    jobs: Sequence[Job]
    history: tuple[Turn, ...] = ()

    def turn(self, place: int, one: OneByOne) -> Job:
        """Return a job as the conversation's next turn."""
        job = self.jobs[place]
        request = replace(
            job.request,
            regions=tuple(other.request.regions[0] for other in self.jobs),
            history=self.history,
            about=(job.request.regions[0].region_id,),
        )
        return replace(job, request=request, plan=one.plan(request))

    def note(self, job: Job, text: str) -> None:
        """Take an answer into the conversation."""
        about = job.request.about or ()
        self.history += (Turn(Task.DESCRIBE, about, job.request.question, text),)


class Together:
    """Answers several requests.  Used by one thread at a time."""

    def __init__(self, one: OneByOne, *, rows: int) -> None:
        """Decode at most `rows` requests together; `one` answers them where they are alone."""
        self._one = one
        self._rows = rows

    def answer(self, jobs: Sequence[Job]) -> Events:
        """Answer each job as if it were alone, as many at a time as there is room for."""
        yield from self._answer(jobs, talking=False)

    def answer_grouped(self, jobs: Sequence[Job]) -> Events:
        """Answer in conversations of at most as many regions as the model has prompts.

        Turn by turn; the same turn of several conversations is decoded together.
        """
        single = [j for j in jobs if j.request.task is Task.DESCRIBE and len(j.plan.prompts) == 1]
        yield from self._answer([job for job in jobs if job not in single], talking=False)
        waiting = self._conversations(single)
        while waiting:
            count = self._talking(waiting)
            now, waiting = waiting[:count], waiting[count:]
            with self._one.keeping(count):
                yield from self._converse(now)

    # --- conversations ---

    def _conversations(self, jobs: Sequence[Job]) -> list[_Conversation]:
        most = self._one.session.config.prompt_count
        by_image: dict[int, list[Job]] = {}
        for job in jobs:
            by_image.setdefault(id(job.image), []).append(job)
        return [_Conversation(part) for some in by_image.values() for part in _evenly(some, most)]

    def _talking(self, conversations: Sequence[_Conversation]) -> int:
        """Return how many go on at a time: all of them are kept from one turn to the next."""
        tokens = 0
        for count, conversation in enumerate(conversations[: self._rows]):
            tokens = max(tokens, self._tokens_of(conversation))
            if count and count >= self._one.session.together(tokens=tokens):
                return count
        return min(self._rows, len(conversations))

    def _tokens_of(self, conversation: _Conversation) -> int:
        """Estimate how long a conversation gets: a block for each answer and question."""
        first = self._prompt(conversation.turn(0, self._one))
        later = len(conversation.jobs) * (self._one.session.config.tokens_per_tile + BLOCK)
        return len(first.ids) + later

    def _converse(self, conversations: Sequence[_Conversation]) -> Events:
        for place in range(max(len(one.jobs) for one in conversations)):
            turns: dict[int, tuple[_Conversation, Job]] = {}
            for conversation in conversations:
                if place < len(conversation.jobs):
                    job = conversation.turn(place, self._one)
                    turns[job.index] = (conversation, job)
            for index, event in self._answer([job for _, job in turns.values()], talking=True):
                yield index, event
                if isinstance(event, Finished) and event.text:
                    conversation, job = turns[index]
                    conversation.note(job, event.text)

    # --- batches ---

    def _answer(self, jobs: Sequence[Job], *, talking: bool) -> Events:
        """Answer the jobs; with `talking` each answer is kept for the turn that comes next."""
        waiting = [(job, self._prompt(job)) for job in jobs]
        while waiting:
            count = self._fitting([prompt for _, prompt in waiting])
            now, waiting = waiting[:count], waiting[count:]
            if len(now) == 1:
                ((job, _),) = now
                yield from _numbered(job.index, self._one.answer(job))
            else:
                yield from self._answer_batch(now, talking=talking)

    def _prompt(self, job: Job) -> PromptIds:
        session = self._one.session
        tiles = session.tiles_of(job.image.pixels, max_tiles=job.request.max_tiles)
        return self._one.tokenizer.encode(job.plan, tiles=tiles)

    def _fitting(self, prompts: Sequence[PromptIds]) -> int:
        """Return how many of the requests are decoded together, the first ones."""
        longest = tokens = 0
        for count, prompt in enumerate(prompts[: self._rows]):
            longest = max(longest, len(prompt.ids))
            tokens += len(prompt.ids)
            full = count >= self._one.session.together(tokens=longest + BLOCK)
            if count and (full or (count + 1) * longest > _MOST_PADDING * tokens):
                return count
        return min(self._rows, len(prompts))

    def _answer_batch(self, ready: Sequence[tuple[Job, PromptIds]], *, talking: bool) -> Events:
        open_jobs = {job.index: job for job, _ in ready}
        try:
            for index, event in self._attempt(ready, talking=talking):
                if isinstance(event, Finished):
                    del open_jobs[index]
                yield index, event
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise engine_error(error) from error
        else:
            return
        self._one.free_memory()
        for job in open_jobs.values():
            yield job.index, Retried(mark("The memory was full. The answer begins anew, alone."))
            yield from _numbered(job.index, self._one.answer(job))

    def _attempt(self, ready: Sequence[tuple[Job, PromptIds]], *, talking: bool) -> Events:
        session = self._one.session
        batch: Batch | None = None
        rows: list[_Row] = []
        for job, prompt in ready:
            answer = self._one.begin_answer(job)
            limit = self._one.limit(job.request)
            try:
                stack = yield from _numbered(job.index, self._one.prepare(job))
                begun = session.begin(
                    stack,
                    prompt,
                    max_new_tokens=limit,
                    cancel=job.cancel,
                    room=BLOCK if talking else 0,
                )
                prefix = yield from _numbered(job.index, begun)
            except Cancelled:
                yield from _numbered(job.index, answer.finish(StopReason.CANCELLED))
                continue
            batch = batch or session.new_batch([prompt for _, prompt in ready])
            batch.add(prefix.cache, prefix.logits, limit=limit, cancel=job.cancel)
            if not talking:
                session.keep(prefix, ())
            rows.append(_Row(job, answer, prefix if talking else None))
        if batch is not None:
            yield from self._decode(batch, rows)

    def _decode(self, batch: Batch, rows: Sequence[_Row]) -> Events:
        for number, event in batch.decode(self._one.tokenizer.stop_ids):
            row = rows[number]
            if isinstance(event, int):
                row.tokens.append(event)
                words = row.answer.push(event)
            else:
                if row.prefix is not None:
                    batch.give_answer(number, row.prefix.cache)
                    self._one.session.keep(row.prefix, row.tokens)
                words = row.answer.finish(event)
            yield from _numbered(row.job.index, words)


def _evenly(jobs: Sequence[Job], most: int) -> list[Sequence[Job]]:
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
