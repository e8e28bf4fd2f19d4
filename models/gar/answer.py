"""One answer as it grows: its text, its times and its events."""

import time
from collections.abc import Generator
from dataclasses import dataclass, field

from gar_studio.engines.description import DescribeEvent, Finished, StopReason, TextDelta
from models.gar.prompt import PromptPlan
from models.gar.text_stream import TextStream
from models.gar.tokens import GARTokenizer


@dataclass(slots=True)
class Clock:
    """When a request began and its first token came, in seconds."""

    started: float = field(default_factory=time.perf_counter)
    first_token: float | None = None

    def note_token(self) -> None:
        """Note the time of the first token."""
        if self.first_token is None:
            self.first_token = time.perf_counter() - self.started


class Answer:
    """Turns tokens into text deltas and the end."""

    def __init__(self, tokenizer: GARTokenizer, plan: PromptPlan, clock: Clock) -> None:
        """Start an empty answer to `plan`; the clock runs since the request came."""
        self._clock = clock
        self._new_tokens = 0
        self._stream = TextStream(
            decode=tokenizer.decode,
            hidden_ids=tokenizer.hidden_ids,
            prompt_numbers=tokenizer.prompt_numbers,
            region_ids=plan.region_ids,
        )

    @property
    def text(self) -> str:
        """The text so far, mentions in stored form."""
        return self._stream.text

    def push(self, token: int) -> Generator[DescribeEvent, None, None]:
        """Take the next token; yield the text that is certain now."""
        self._new_tokens += 1
        self._clock.note_token()
        if delta := self._stream.push(token):
            yield TextDelta(delta)

    def finish(self, reason: StopReason) -> Generator[DescribeEvent, None, None]:
        """Yield what was held back, and the end."""
        if delta := self._stream.finish():
            yield TextDelta(delta)
        yield Finished(
            text=self._stream.text,
            reason=reason,
            new_tokens=self._new_tokens,
            first_token_seconds=self._clock.first_token,
            seconds=time.perf_counter() - self._clock.started,
        )
