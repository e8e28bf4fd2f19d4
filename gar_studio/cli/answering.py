"""Runs requests to a describer and writes the answers as they come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gar_studio.annotation.mentions import to_shown
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output, printable
from gar_studio.cli.stream import MentionStream
from gar_studio.engines.batch import describe_many
from gar_studio.engines.description import (
    DescribeEvent,
    Describer,
    DescribeRequest,
    Finished,
    Retried,
    StopReason,
    TextDelta,
)
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.errors import EngineError


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its measurements; the text mentions regions as `#1`."""

    request: DescribeRequest
    question: str
    text: str
    finished: Finished

    @property
    def stopped(self) -> bool:
        """Whether the user stopped it."""
        return self.finished.reason is StopReason.CANCELLED

    @property
    def tokens_per_second(self) -> float | None:
        """Speed after the first token; None for fewer than two tokens."""
        first, end = self.finished.first_token_seconds, self.finished.seconds
        if first is None or self.finished.new_tokens < 2 or end <= first:
            return None
        return (self.finished.new_tokens - 1) / (end - first)

    def to_json(self) -> dict[str, object]:
        """Return the answer for the JSON object; times are in seconds."""
        return {
            "regions": [region.region_id for region in self.request.regions],
            "task": self.request.task.value,
            "question": self.question,
            "text": self.text,
            "stop_reason": self.finished.reason.value,
            "new_tokens": self.finished.new_tokens,
            "first_token_seconds": self.finished.first_token_seconds,
            "seconds": self.finished.seconds,
            "tokens_per_second": self.tokens_per_second,
        }

    def summary(self) -> str:
        """Return the measurements as a line for people."""
        parts = [f"{self.finished.new_tokens} tokens"]
        if self.finished.first_token_seconds is not None:
            parts.append(f"the first after {self.finished.first_token_seconds:.2f} s")
        if self.tokens_per_second is not None:
            parts.append(f"then {self.tokens_per_second:.1f} tokens/s")
        if self.finished.reason is StopReason.LENGTH:
            raised = self.finished.new_tokens >= self.request.max_new_tokens
            parts.append("cut off by --max-new-tokens" if raised else "cut off at its limit")
        if self.stopped:
            parts.append("stopped")
        return ", ".join(parts)


def run(
    describer: Describer,
    image: ImageData,
    requests: Sequence[DescribeRequest],
    *,
    output: Output,
    labels: Sequence[str],
    grouped: bool = False,
) -> list[Answer]:
    """Ask, write the texts as they are generated, each after its label, and return them.

    Answers may grow together; they are written in their order.  Ctrl+C stops them; what was
    generated until then is kept, and what was not begun is left out.

    Raises:
        GarStudioError: as `Describer.describe`.
    """
    token = CancelToken()
    stage = _Stage(describer.info, requests, output, labels)
    cancels = [token] * len(requests)
    with cancelled_by_interrupt(token):
        try:
            for index, event in describe_many(describer, image, requests, cancels, grouped=grouped):
                stage.take(index, event)
        finally:
            output.end_progress()
            stage.end()
    if stage.unfinished:
        raise EngineError(f"The engine “{describer.info.name}” stopped without an end.")
    answers = stage.answers()
    begun = [answer for answer in answers if answer.text or not answer.stopped]
    return begun or answers[:1]


class _Stage:
    """Gives the word to one answer after the other and lets the later ones wait."""

    def __init__(
        self,
        info: EngineInfo,
        requests: Sequence[DescribeRequest],
        output: Output,
        labels: Sequence[str],
    ) -> None:
        self._info = info
        self._requests = requests
        self._output = output
        self._labels = labels
        self._waiting: list[list[str]] = [[] for _ in requests]
        self._finished: dict[int, Finished] = {}
        self._speaker = 0
        self._writer = self._new_writer()

    @property
    def unfinished(self) -> bool:
        """Whether an answer has no end."""
        return len(self._finished) < len(self._requests)

    def take(self, index: int, event: DescribeEvent) -> None:
        """Write an event, or keep it until its answer's turn comes."""
        match event:
            case Progress():
                self._output.progress(event)
            case TextDelta():
                self._waiting[index].append(event.text)
            case Retried():
                self._begin_anew(index, event.reason)
            case Finished():
                self._finished[index] = event
        self._speak()

    def end(self) -> None:
        """End the line of the answer that has the word."""
        if self._speaker < len(self._requests):
            self._writer.end()

    def answers(self) -> list[Answer]:
        """Return all answers, in their order."""
        return [self._answer(index) for index in range(len(self._requests))]

    def _speak(self) -> None:
        while self._speaker < len(self._requests):
            for text in self._waiting[self._speaker]:
                self._writer.write(text)
            self._waiting[self._speaker].clear()
            if self._speaker not in self._finished:
                return
            self._output.end_progress()
            self._writer.end()
            summary = self._answer(self._speaker).summary()
            self._output.note(f"({self._info.name} on {self._info.device}: {summary})")
            self._speaker += 1
            if self._speaker < len(self._requests):
                self._writer = self._new_writer()

    def _begin_anew(self, index: int, reason: str) -> None:
        self._waiting[index].clear()
        self._output.end_progress()
        if index == self._speaker:
            self._writer.end()
            self._writer = self._new_writer()
        self._output.note(f"gar-studio: {reason}")

    def _new_writer(self) -> "_Writer":
        request = self._requests[self._speaker]
        return _Writer(self._output, self._labels[self._speaker], _numbers(request))

    def _answer(self, index: int) -> Answer:
        request, finished = self._requests[index], self._finished[index]
        numbers = _numbers(request)
        return Answer(
            request=request,
            question=printable(to_shown(request.question, numbers)),
            text=printable(to_shown(finished.text, numbers)).strip(),
            finished=finished,
        )


def _numbers(request: DescribeRequest) -> dict[int, int]:
    return {region.region_id: region.region_id for region in request.regions}


class _Writer:
    """Writes deltas to the output, the label before the first one."""

    def __init__(self, output: Output, label: str, numbers: Mapping[int, int]) -> None:
        self._output = output
        self._label = label
        self._stream = MentionStream(numbers)
        self._started = False

    def write(self, delta: str) -> None:
        text = self._stream.feed(delta)
        if not self._started:
            text = text.lstrip()  # models begin with a space
            if not text:
                return
            self._output.end_progress()
            text = self._label + text
            self._started = True
        self._output.text(text)

    def end(self) -> None:
        if self._started:
            self._output.text(self._stream.finish() + "\n")
