"""Asks a describer about a whole project; each answer is in it, as a draft, before the next."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from gar_studio.batch.cutting import SegmentMode, cut, wants_cutting
from gar_studio.batch.gathering import MOST_QUESTIONS, Gathering, OpenPhoto
from gar_studio.batch.plan import ImagePlan, Item, Job, misfit, plan_image, request_for
from gar_studio.batch.record import Record, Report, Tick
from gar_studio.document.document import Document
from gar_studio.engines.batch import describe_photos
from gar_studio.engines.description import (
    Describer,
    Finished,
    PhotosDescriber,
    Question,
    StopReason,
)
from gar_studio.engines.protocol import CancelToken, ImageData, RequestCounter
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import Cancelled, EngineError, GarStudioError, StoreError
from gar_studio.images import read_image

_T = TypeVar("_T")

PATIENCE = 5
"""After so many images in a row on which the engine failed, it is the engine."""


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
        self._counter = RequestCounter()
        self._record = Record(document, tell)
        self._gathering = Gathering()
        self._failed = 0  # images in a row

    def run(self, image_ids: Sequence[int], limit: int | None) -> Report:
        """Go through the images in their order."""
        report = self._record.report
        plans = [plan_image(self._document, one, self._job) for one in image_ids]
        self._record.start(plans, limit)
        for plan in plans:
            if not self._may_wait(plan, limit):
                self._ask_gathered()
            asked = report.answered + self._gathering.questions
            left = None if limit is None else limit - asked
            if self._cancel.cancelled or left == 0:
                report.left += len(plan.items)
            else:
                self._open(plan, left)
        self._ask_gathered()
        return self._record.end(stopped=self._cancel.cancelled)

    def _may_wait(self, plan: ImagePlan, limit: int | None) -> bool:
        """Whether the photos at hand may wait for one more, to be asked about together."""
        gathering = self._gathering
        if not isinstance(self._describer, PhotosDescriber):
            return not gathering.questions
        if limit is not None and self._record.report.answered + gathering.questions >= limit:
            return False
        return gathering.has_room(self._document.image(plan.image_id), len(plan.items))

    def _open(self, plan: ImagePlan, limit: int | None) -> None:
        """Read an image and gather what can be asked about it."""
        items: list[Item] = []
        with self._passing_over(plan.image_id):
            cutting = wants_cutting(self._document, plan.image_id, self._mode)
            if plan.items or cutting:
                image = read_image(self._document.image_path(plan.image_id))
                self._record.show(plan.image_id)
                if cutting and self._segmenter is not None:
                    plan = self._cut(plan, image, self._segmenter, limit)
                items = list(self._fitting(plan, image))[:limit]
        if items:
            self._gathering.add(OpenPhoto(plan.image_id, image, items, len(plan.items)))
        else:
            self._record.report.left += len(plan.items)

    def _ask_gathered(self) -> None:
        """Ask about the photos at hand; count what is left of them, whatever comes of it."""
        photos = self._gathering.take()
        try:
            if len(photos) > 1 and self._ask_together(photos):
                return
            for photo in photos:
                with self._passing_over(photo.image_id):
                    self._ask([photo])
                    self._failed = 0
        finally:
            self._record.report.left += sum(photo.left for photo in photos)

    def _ask_together(self, photos: Sequence[OpenPhoto]) -> bool:
        """Ask about several photos; return whether none of them has to be tried by itself."""
        try:
            self._ask(photos)
        except Cancelled:
            return True
        except StoreError:
            raise
        except GarStudioError:
            return False  # whose fault it is comes out when each is tried by itself
        self._failed = 0
        return True

    @contextmanager
    def _passing_over(self, image_id: int) -> Iterator[None]:
        """Report what goes wrong with an image, and go on with the next one."""
        try:
            yield
        except Cancelled:
            return
        except StoreError:
            raise
        except GarStudioError as error:
            self._record.problem(image_id, error)
            self._failed = self._failed + 1 if isinstance(error, EngineError) else 0
            if self._failed == PATIENCE:
                raise

    def _cut(
        self, plan: ImagePlan, image: ImageData, segmenter: Segmenter, limit: int | None
    ) -> ImagePlan:
        self._record.report.found += cut(
            self._document,
            plan.image_id,
            image,
            segmenter,
            mode=self._mode,
            cancel=self._cancel,
            counter=self._counter,
        )
        found = plan_image(self._document, plan.image_id, self._job)
        self._record.total += len(found.items[:limit]) - len(plan.items[:limit])
        return found

    def _fitting(self, plan: ImagePlan, image: ImageData) -> Iterator[Item]:
        """Yield what can be asked; one bad mask keeps no other region from its words."""
        for item in plan.items:
            error = misfit(item, height=image.height, width=image.width)
            if error is None:
                yield item
            else:
                self._record.problem(plan.image_id, error)

    def _ask(self, photos: Sequence[OpenPhoto]) -> None:
        waiting = [(photo, item) for photo in photos for item in photo.items]
        for part in slices(waiting, MOST_QUESTIONS):
            questions = [
                Question(
                    photo.image,
                    request_for(item, photo.image, self._job, self._counter.take()),
                    self._cancel,
                )
                for photo, item in part
            ]
            for index, event in describe_photos(
                self._describer, questions, grouped=self._job.grouped
            ):
                if isinstance(event, Finished) and event.reason is not StopReason.CANCELLED:
                    photo, item = part[index]
                    kept = self._record.keep(photo.image_id, item, event, self._describer.info)
                    photo.settle(item, answered=kept)
            self._cancel.check()


def slices(items: Sequence[_T], size: int) -> Iterator[tuple[_T, ...]]:
    """Yield items in parts of at most `size`."""
    waiting = iter(items)
    while part := tuple(islice(waiting, size)):
        yield part
