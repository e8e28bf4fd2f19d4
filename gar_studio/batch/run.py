"""Asks a describer about a whole project; each answer is in it, as a draft, before the next."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gar_studio.annotation.exchange import Exchange
from gar_studio.annotation.region import Provenance, utc_now
from gar_studio.batch.cutting import SegmentMode, cut, wants_cutting
from gar_studio.batch.plan import ImagePlan, Item, Job, plan_image
from gar_studio.document.document import Document
from gar_studio.engines.batch import describe_many
from gar_studio.engines.description import Describer, DescribeRequest, Finished, StopReason
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress, RequestCounter
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import Cancelled, EngineError, GarStudioError, MaskError, StoreError
from gar_studio.images import read_image
from gar_studio.language import tr

_TOGETHER = 40
"""Most questions handed to an engine at once; a multiple of what it decodes or groups together."""

_PATIENCE = 5
"""After so many images in a row on which the engine failed, it is the engine."""


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


def run_batch(
    document: Document,
    describer: Describer,
    job: Job,
    *,
    image_ids: Sequence[int] | None = None,
    segmenter: Segmenter | None = None,
    mode: SegmentMode = SegmentMode.GIVEN,
    limit: int | None = None,
    cancel: CancelToken | None = None,
    tell: Callable[[Tick], None] = lambda _: None,
) -> Report:
    """Ask what the project has no answer to; answers are drafts, and no text is written over.

    An image that cannot be read, or whose masks do not fit it, is reported and passed over.

    Args:
        document: open for writing.
        describer: who is asked.
        job: what is asked.
        image_ids: of these images; None for all.
        segmenter: for `BOXES` and `EVERYTHING`.
        mode: where regions come from.
        limit: most answers, or None.
        cancel: stops it; what is answered by then is kept.
        tell: called after each answer, and at each image.

    Raises:
        EngineError: the engine failed on five images in a row.
        StoreError: the project cannot be written.
    """
    token = cancel or CancelToken()
    batch = _Batch(
        document, describer, job, segmenter=segmenter, mode=mode, cancel=token, tell=tell
    )
    ids = [image.id for image in document.images()] if image_ids is None else image_ids
    return batch.run(ids, limit)


class _Batch:
    def __init__(
        self,
        document: Document,
        describer: Describer,
        job: Job,
        *,
        segmenter: Segmenter | None,
        mode: SegmentMode,
        cancel: CancelToken,
        tell: Callable[[Tick], None],
    ) -> None:
        self._document = document
        self._describer = describer
        self._job = job
        self._segmenter = segmenter
        self._mode = mode
        self._cancel = cancel
        self._tell = tell
        self._counter = RequestCounter()
        self._report = Report()
        self._total = 0
        self._started = time.monotonic()

    def run(self, image_ids: Sequence[int], limit: int | None) -> Report:
        """Go through the images in their order."""
        report = self._report
        plans = [plan_image(self._document, one, self._job) for one in image_ids]
        self._total = sum(len(plan.items) for plan in plans)
        if limit is not None:
            self._total = min(self._total, limit)
        self._started = time.monotonic()
        failed = 0
        for plan in plans:
            report.done_before += plan.done
            report.captioned += plan.captioned
            report.unfit += plan.unfit
            left = None if limit is None else limit - report.answered
            if self._cancel.cancelled or left == 0:
                report.left += len(plan.items)
                continue
            try:
                self._image(plan, left)
                failed = 0
            except Cancelled:
                continue
            except StoreError:
                raise
            except GarStudioError as error:
                self._problem(plan.image_id, error)
                failed = failed + 1 if isinstance(error, EngineError) else 0
                if failed == _PATIENCE:
                    raise
        report.seconds = time.monotonic() - self._started
        report.stopped = self._cancel.cancelled
        return report

    def _image(self, plan: ImagePlan, limit: int | None) -> None:
        """Do one image; count what is left of it, whatever comes of it."""
        before = self._report.answered
        try:
            cutting = wants_cutting(self._document, plan.image_id, self._mode)
            if not plan.items and not cutting:
                return
            image = read_image(self._document.image_path(plan.image_id))
            self._show(plan.image_id)
            if cutting and self._segmenter is not None:
                plan = self._cut(plan, image, self._segmenter, limit)
            good = tuple(self._fitting(plan, image))
            for items in _slices(good[:limit], _TOGETHER):
                self._ask(plan.image_id, image, items)
        finally:
            self._report.left += len(plan.items) - (self._report.answered - before)

    def _cut(
        self, plan: ImagePlan, image: ImageData, segmenter: Segmenter, limit: int | None
    ) -> ImagePlan:
        self._report.found += cut(
            self._document,
            plan.image_id,
            image,
            segmenter,
            mode=self._mode,
            cancel=self._cancel,
            counter=self._counter,
            progress=_ignore,
        )
        found = plan_image(self._document, plan.image_id, self._job)
        self._total += len(found.items[:limit]) - len(plan.items[:limit])
        return found

    def _fitting(self, plan: ImagePlan, image: ImageData) -> Iterator[Item]:
        """Yield what can be asked; one bad mask keeps no other region from its words."""
        for item in plan.items:
            sizes = {one.mask.size for one in item.regions}
            if sizes != {(image.height, image.width)}:
                self._problem(
                    plan.image_id,
                    MaskError(
                        tr(
                            "A mask has another size than the photo ({width}×{height}).",
                            width=image.width,
                            height=image.height,
                        )
                    ),
                )
            elif any(one.mask.is_empty for one in item.regions):
                self._problem(plan.image_id, MaskError(tr("A mask is empty.")))
            else:
                yield item

    def _ask(self, image_id: int, image: ImageData, items: Sequence[Item]) -> None:
        job = self._job
        requests = [
            DescribeRequest(
                request_id=self._counter.take(),
                image_key=image.key,
                task=item.task,
                regions=item.regions,
                question=item.question,
                max_new_tokens=job.max_new_tokens,
                max_tiles=job.max_tiles,
            )
            for item in items
        ]
        cancels = [self._cancel] * len(requests)
        for index, event in describe_many(
            self._describer, image, requests, cancels, grouped=job.grouped
        ):
            if isinstance(event, Finished) and event.reason is not StopReason.CANCELLED:
                self._keep(image_id, items[index], event)
        self._cancel.check()

    def _keep(self, image_id: int, item: Item, finished: Finished) -> None:
        exchange = draft(image_id, item, finished, self._describer.info)
        if not exchange.answer:
            self._problem(image_id, EngineError(tr("The model said nothing about a region.")))
            return
        self._document.record_exchange(exchange)
        self._report.answered += 1
        self._report.cut_off += finished.reason is StopReason.LENGTH
        self._show(image_id)

    def _problem(self, image_id: int, error: GarStudioError) -> None:
        path = self._document.image(image_id).path
        self._report.problems.append(Problem(path, f"{error.what} {error.advice}".rstrip()))

    def _show(self, image_id: int) -> None:
        seconds = time.monotonic() - self._started
        path = self._document.image(image_id).path
        self._tell(Tick(self._report.answered, self._total, seconds, path))


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


def _slices(items: Sequence[Item], size: int) -> Iterator[tuple[Item, ...]]:
    waiting = iter(items)
    while part := tuple(islice(waiting, size)):
        yield part


def _ignore(_: Progress) -> None:
    """Take no notice: an image's own progress is too fine for a batch."""
