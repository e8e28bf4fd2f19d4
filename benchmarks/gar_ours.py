"""GAR's own engine, timed through the events that every caller gets."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.gar_plain import Timed
from gar_studio.engines.description import DescribeEvent, DescribeRequest, Finished
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from models.gar.engine import GARDescriber
from models.gar.model import GARModel
from models.gar.session import STAGE_TILES, GARSession
from models.gar.store import SessionStore, default_budget
from models.gar.tokens import GARTokenizer
from models.memory import free_memory

_INFO = EngineInfo(name="GAR", revision="random", device="cpu", licence="none: random numbers")


@dataclass(frozen=True, slots=True)
class Together:
    """Answers to several requests, and the seconds that all of them took in all."""

    answers: tuple[Timed, ...]
    seconds: float


class Ours:
    """An engine with empty caches of the default budget."""

    def __init__(self, model: GARModel, tokenizer: GARTokenizer) -> None:
        """Put an engine together as `models.gar.factory` does."""
        weights = sum(weight.nbytes for weight in model.parameters())
        free = partial(free_memory, model.device)
        store = SessionStore(default_budget(weights=weights, free=free()))
        session = GARSession(model, store=store, free_memory=free)
        self._engine = GARDescriber(session, tokenizer, info=_INFO)

    def answer(self, image: ImageData, request: DescribeRequest) -> Timed:
        """Answer one request; what earlier ones left in the caches is used."""
        watch = _Watch()
        for event in self._engine.describe(image, request, CancelToken()):
            watch.see(event)
        return watch.timed()

    def answer_many(
        self, image: ImageData, requests: Sequence[DescribeRequest], *, grouped: bool = False
    ) -> Together:
        """Answer several requests together."""
        watches = [_Watch() for _ in requests]
        cancels = [CancelToken() for _ in requests]
        started = time.perf_counter()
        for index, event in self._engine.describe_many(image, requests, cancels, grouped=grouped):
            watches[index].see(event)
        seconds = time.perf_counter() - started
        return Together(tuple(watch.timed() for watch in watches), seconds)


class _Watch:
    """Notes when the tiles began and ended, and how the answer did."""

    def __init__(self) -> None:
        self._tiles: list[float] = []
        self._finished: Finished | None = None

    def see(self, event: DescribeEvent) -> None:
        if isinstance(event, Progress) and event.stage == STAGE_TILES:
            self._tiles.append(time.perf_counter())
        elif isinstance(event, Finished):
            self._finished = event

    def timed(self) -> Timed:
        end = self._finished
        assert end is not None
        assert end.first_token_seconds is not None
        return Timed(
            text=end.text,
            new_tokens=end.new_tokens,
            vision=self._tiles[-1] - self._tiles[0] if self._tiles else 0.0,
            first_token=end.first_token_seconds,
            seconds=end.seconds,
        )
