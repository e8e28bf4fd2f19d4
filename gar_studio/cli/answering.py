"""Runs one request to a describer and writes the answer as it comes."""

from collections.abc import Mapping
from dataclasses import dataclass

from gar_studio.annotation.mentions import to_shown
from gar_studio.cli.interrupt import cancelled_by_interrupt
from gar_studio.cli.output import Output, printable
from gar_studio.cli.stream import MentionStream
from gar_studio.engines.protocol import (
    CancelToken,
    Describer,
    DescribeRequest,
    Finished,
    ImageData,
    Progress,
    StopReason,
    TextDelta,
)
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
    request: DescribeRequest,
    *,
    output: Output,
    label: str = "",
) -> Answer:
    """Ask, write the text as it is generated after `label`, and return the whole.

    Ctrl+C stops the answer; what was generated until then is kept.

    Raises:
        GarStudioError: as `Describer.describe`.
    """
    numbers = {region.region_id: region.region_id for region in request.regions}
    token = CancelToken()
    finished: Finished | None = None
    writer = _Writer(output, label, numbers)
    with cancelled_by_interrupt(token):
        try:
            for event in describer.describe(image, request, token):
                match event:
                    case Progress():
                        output.progress(event)
                    case TextDelta():
                        writer.write(event.text)
                    case Finished():
                        finished = event
        finally:
            output.end_progress()
            writer.end()
    if finished is None:
        raise EngineError(f"The engine “{describer.info.name}” stopped without an end.")
    return Answer(
        request=request,
        question=printable(to_shown(request.question, numbers)),
        text=printable(to_shown(finished.text, numbers)).strip(),
        finished=finished,
    )


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
