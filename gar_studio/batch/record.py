"""What becomes of a batch: its answers in the project, and its report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gar_studio.annotation.exchange import Exchange
from gar_studio.annotation.region import Provenance, utc_now
from gar_studio.batch.plan import ImagePlan, Item
from gar_studio.document.document import Document
from gar_studio.engines.description import Finished, StopReason
from gar_studio.engines.protocol import EngineInfo
from gar_studio.errors import EngineError, GarStudioError
from gar_studio.language import tr


@dataclass(frozen=True, slots=True)
class Problem:
    """An image, or a part of one, that was passed over, and why."""

    image: str
    why: str


@dataclass(frozen=True, slots=True)
class Tick:
    """How far a batch is.

    Attributes:
        done: answers that are new in the project.
        total: answers that are wanted, as far as is known.
        seconds: since the first image was begun.
        image: path of the image at hand.
    """

    done: int
    total: int
    seconds: float
    image: str

    @property
    def rate(self) -> float | None:
        """Answers in a second, or None before the first."""
        return self.done / self.seconds if self.done and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at this rate, or None if that is not known."""
        rate = self.rate
        return None if rate is None else (self.total - self.done) / rate


@dataclass(slots=True)
class Report:
    """What a batch did.

    Attributes:
        answered: answers that are new in the project.
        cut_off: how many of them were as long as was allowed.
        found: regions that were found or cut out.
        done_before: items whose answers were there already.
        captioned: regions with a caption, which were left alone.
        unfit: questions that could not be asked of their image.
        left: items that are still to be asked.
        problems: what was passed over.
        seconds: it took.
        stopped: whether the user stopped it.
    """

    answered: int = 0
    cut_off: int = 0
    found: int = 0
    done_before: int = 0
    captioned: int = 0
    unfit: int = 0
    left: int = 0
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False


class Record:
    """Keeps the answers of one batch, and counts them.

    Args:
        document: open for writing.
        tell: called after each answer, and at each image.
    """

    def __init__(self, document: Document, tell: Callable[[Tick], None]) -> None:
        self.report = Report()
        self.total = 0
        self._document = document
        self._tell = tell
        self._started = time.monotonic()

    def start(self, plans: Sequence[ImagePlan], limit: int | None) -> None:
        """Count what there is to do, and begin."""
        for plan in plans:
            self.report.done_before += plan.done
            self.report.captioned += plan.captioned
            self.report.unfit += plan.unfit
        self.total = sum(len(plan.items) for plan in plans)
        if limit is not None:
            self.total = min(self.total, limit)
        self.begin()

    def begin(self) -> None:
        """Let the clock run from here."""
        self._started = time.monotonic()

    def keep(self, image_id: int, item: Item, finished: Finished, info: EngineInfo) -> bool:
        """Write an answer as a draft, in a transaction of its own; one without a word is none.

        Returns:
            Whether there was an answer.

        Raises:
            StoreError: the project cannot be written.
        """
        exchange = draft(image_id, item, finished, info)
        if not exchange.answer:
            self.problem(image_id, EngineError(tr("The model said nothing about a region.")))
            return False
        self._document.record_exchange(exchange)
        self.report.answered += 1
        self.report.cut_off += finished.reason is StopReason.LENGTH
        self.show(image_id)
        return True

    def problem(self, image_id: int, error: GarStudioError) -> None:
        """Note what was passed over on an image."""
        path = self._document.image(image_id).path
        self.report.problems.append(Problem(path, f"{error.what} {error.advice}".rstrip()))

    def show(self, image_id: int) -> None:
        """Tell how far it is."""
        seconds = time.monotonic() - self._started
        path = self._document.image(image_id).path
        self._tell(Tick(self.report.answered, self.total, seconds, path))

    def end(self, *, stopped: bool) -> Report:
        """Return the report."""
        self.report.seconds = time.monotonic() - self._started
        self.report.stopped = stopped
        return self.report


def draft(image_id: int, item: Item, finished: Finished, info: EngineInfo) -> Exchange:
    """Return an answer as the project keeps it; its id is given by the document."""
    return Exchange(
        id=0,
        image_id=image_id,
        task=item.task.value,
        regions=item.asked,
        question=item.question,
        answer=finished.text.strip(),
        reason=finished.reason.value,
        provenance=Provenance(
            model=info.name,
            revision=info.revision,
            prompt=item.question or item.task.value,
            at=utc_now(),
        ),
        notice=info.notice,
    )
