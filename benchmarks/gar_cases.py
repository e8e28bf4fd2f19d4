"""The cases of `python -m benchmarks.gar`, run on both sides in turns."""

from collections.abc import Set
from dataclasses import dataclass, field, replace
from enum import StrEnum

from benchmarks.gar_ours import Ours
from benchmarks.gar_photos import Scene
from benchmarks.gar_plain import PlainWay, Timed
from benchmarks.gar_shapes import Shape
from gar_studio.engines.description import DescribeRequest, RegionInput, Task, Turn
from models.gar.model import GARModel
from models.gar.tokens import GARTokenizer

QUESTION = "What is it made of, and what colour is it?"


class Case(StrEnum):
    """What is measured."""

    FIRST = "first"
    NEXT = "next"
    FOLLOW_UP = "follow-up"
    STREAMING = "streaming"
    MANY = "many"
    GROUPED = "grouped"
    MEMORY = "memory"


class Measure(StrEnum):
    """A time that both sides have."""

    FIRST = "first token, first question"
    NEXT_VISION = "vision, next small object"
    NEXT = "first token, next small object"
    FOLLOW_UP = "first token, follow-up question"
    STREAMING = "per token, streaming"
    MANY = "regions together, one by one"
    GROUPED = "regions together, grouped"


_TALK = frozenset({Case.FIRST, Case.NEXT, Case.FOLLOW_UP, Case.STREAMING})


@dataclass(frozen=True, slots=True)
class Pair:
    """The seconds that the two sides took for the same work, one right after the other."""

    ours: float
    plain: float

    @property
    def ratio(self) -> float:
        """Ours by plain: below one, ours is faster."""
        return self.ours / self.plain


@dataclass(slots=True)
class Figures:
    """What was measured so far.

    Attributes:
        pairs: the repeats of each measurement.
        answers: ours and the plain one to each request that both answered by itself.
        grouped: ours in the grouped mode and the plain one, which may differ.
    """

    pairs: dict[Measure, list[Pair]] = field(default_factory=dict)
    answers: list[tuple[str, str]] = field(default_factory=list)
    grouped: list[tuple[str, str]] = field(default_factory=list)

    def add(self, measure: Measure, *, ours: float, plain: float) -> None:
        """Note one repeat of a measurement."""
        self.pairs.setdefault(measure, []).append(Pair(ours, plain))


def describe(scene: Scene, region: RegionInput, shape: Shape) -> DescribeRequest:
    """Return a request for a description of one region."""
    return DescribeRequest(
        request_id=region.region_id,
        image_key=scene.image.key,
        task=Task.DESCRIBE,
        regions=(region,),
        max_new_tokens=shape.new_tokens,
    )


def follow_up(described: DescribeRequest, answer: str) -> DescribeRequest:
    """Return a further question in the conversation that `described` and its answer began."""
    about = tuple(region.region_id for region in described.regions)
    turn = Turn(Task.DESCRIBE, about=about, question="", answer=answer)
    return replace(
        described,
        request_id=described.request_id + 100,
        task=Task.ASK,
        question=QUESTION,
        history=(turn,),
    )


class Benchmark:
    """Runs the cases and collects the figures."""

    def __init__(
        self, shape: Shape, *, model: GARModel, tokenizer: GARTokenizer, cases: Set[Case]
    ) -> None:
        """Take the network that both sides share."""
        self._shape = shape
        self._model = model
        self._tokenizer = tokenizer
        self._cases = cases
        self._plain = PlainWay(model, tokenizer)
        self.figures = Figures()

    def warm_up(self, scene: Scene) -> None:
        """Let both sides do everything once, in small, before anything is measured."""
        request = describe(scene, scene.regions[0], self._shape)
        small = replace(request, max_tiles=1, max_new_tokens=2)
        self._ours().answer(scene.image, small)
        self._plain.answer(scene.image, small)

    def run(self, scene: Scene) -> None:
        """Run all cases once, each from empty caches."""
        if self._cases & _TALK:
            self._talk(scene)
        if self._cases & {Case.MANY, Case.GROUPED}:
            self._together(scene)

    def _talk(self, scene: Scene) -> None:
        """Ask about a region, then about the next one, then a further question about that."""
        ours, add = self._ours(), self.figures.add
        first, second = (describe(scene, region, self._shape) for region in scene.regions[:2])
        a, b = self._both(ours, scene, first)
        if Case.FIRST in self._cases:
            add(Measure.FIRST, ours=a.first_token, plain=b.first_token)
        if Case.STREAMING in self._cases:
            add(Measure.STREAMING, ours=a.per_token, plain=b.per_token)
        if not self._cases & {Case.NEXT, Case.FOLLOW_UP}:
            return
        a, b = self._both(ours, scene, second)
        if Case.NEXT in self._cases:
            add(Measure.NEXT_VISION, ours=a.vision, plain=b.vision)
            add(Measure.NEXT, ours=a.first_token, plain=b.first_token)
        if Case.FOLLOW_UP in self._cases:
            a, b = self._both(ours, scene, follow_up(second, a.text))
            add(Measure.FOLLOW_UP, ours=a.first_token, plain=b.first_token)

    def _together(self, scene: Scene) -> None:
        """Describe all regions of the photo."""
        regions = scene.regions[: self._shape.regions]
        requests = [describe(scene, region, self._shape) for region in regions]
        modes = {Case.MANY: Measure.MANY, Case.GROUPED: Measure.GROUPED}
        ours = {
            case: self._ours().answer_many(scene.image, requests, grouped=case is Case.GROUPED)
            for case in modes
            if case in self._cases
        }
        plain = [self._plain.answer(scene.image, request) for request in requests]
        seconds = sum(answer.seconds for answer in plain)
        for case, together in ours.items():
            self.figures.add(modes[case], ours=together.seconds, plain=seconds)
            compared = self.figures.grouped if case is Case.GROUPED else self.figures.answers
            compared += [_texts(a, b) for a, b in zip(together.answers, plain, strict=True)]

    def _both(self, ours: Ours, scene: Scene, request: DescribeRequest) -> tuple[Timed, Timed]:
        a, b = ours.answer(scene.image, request), self._plain.answer(scene.image, request)
        self.figures.answers.append(_texts(a, b))
        return a, b

    def _ours(self) -> Ours:
        return Ours(self._model, self._tokenizer)


def _texts(ours: Timed, plain: Timed) -> tuple[str, str]:
    # Times are comparable only between answers of the same length.
    assert ours.new_tokens == plain.new_tokens
    return ours.text, plain.text
