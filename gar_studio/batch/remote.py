"""The same batch on a cluster: workers answer, and what they say is kept here, word by word.

Only this side writes to the project, each answer in a transaction of its own and as soon as it is
there, so that the end of this process, of a worker or of a machine loses no answer that was given.
"""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import replace
from typing import Any

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Region
from gar_studio.batch.cluster import Cluster
from gar_studio.batch.cutting import SegmentMode, boxes_of, keep_cut, keep_found, wants_cutting
from gar_studio.batch.orders import (
    Answer,
    Done,
    Failed,
    Found,
    Inside,
    Order,
    Passed,
    Ready,
    Unbuilt,
    Word,
)
from gar_studio.batch.plan import BatchTask, ImagePlan, Item, Job, plan_image
from gar_studio.batch.record import Record, Report, Tick
from gar_studio.batch.run import PATIENCE
from gar_studio.batch.worker import CutWorker, DescribeWorker, Worker
from gar_studio.document.document import Document
from gar_studio.engines.protocol import CancelToken, EngineInfo
from gar_studio.errors import Cancelled, ClusterError, EngineError, MaskError
from gar_studio.language import tr
from gar_studio.settings import EngineChoice


def run_on_cluster(
    document: Document,
    cluster: Cluster,
    job: Job,
    *,
    describer: EngineChoice,
    segmenter: EngineChoice | None = None,
    image_ids: Sequence[int] | None = None,
    mode: SegmentMode = SegmentMode.GIVEN,
    limit: int | None = None,
    cancel: CancelToken | None = None,
    tell: Callable[[Tick], None] = lambda _: None,
    meet: Callable[[EngineInfo], None] = lambda _: None,
) -> Report:
    """Ask what `run_batch` would ask, of workers on a cluster.

    With a segmenter there are two rounds: all photos are cut first, then all are described, so
    that no worker holds both models.  A photo that a worker cannot read, or that
    kills its workers, is reported and passed over.

    Args:
        document: open for writing.
        cluster: where the workers are.
        job: what is asked.
        describer: the engine that is asked; each machine has to have it.
        segmenter: for `BOXES` and `EVERYTHING`.
        image_ids: of these images; None for all.
        mode: where regions come from.
        limit: most answers, or None; there may be fewer where something fails.
        cancel: stops it; what is answered by then is kept.
        tell: called after each answer, and at each image that is cut.
        meet: called with who answers, before the first answer.

    Raises:
        EngineError: the engine cannot be built, or failed on five images in a row.
        ClusterError: the workers die again and again, or there is no room for them.
        StoreError: the project cannot be written.
    """
    batch = _Batch(document, cluster, job, cancel=cancel or CancelToken(), tell=tell, meet=meet)
    ids = [image.id for image in document.images()] if image_ids is None else list(image_ids)
    uncut = batch.cut(ids, segmenter, mode, limit) if segmenter is not None else frozenset()
    return batch.describe(ids, uncut, describer, limit)


def ask_who(cluster: Cluster, describer: EngineChoice, cancel: CancelToken) -> EngineInfo:
    """Let a worker build a describer, and return who that is.

    Raises:
        EngineError: it cannot be built.
        ClusterError: the workers die, or there is no room for them.
        Cancelled: the token was cancelled.
    """
    job = Job(BatchTask.DESCRIBE)
    with closing(
        cluster.words(DescribeWorker, describer, [Order(0, "")], cancel=cancel, job=job)
    ) as words:
        for _, word in words:
            if isinstance(word, Ready):
                return word.info
            if isinstance(word, Unbuilt):
                raise EngineError(word.what, advice=word.advice)
    raise _lost()


class _Batch:
    """The side that writes."""

    def __init__(
        self,
        document: Document,
        cluster: Cluster,
        job: Job,
        *,
        cancel: CancelToken,
        tell: Callable[[Tick], None],
        meet: Callable[[EngineInfo], None],
    ) -> None:
        self._document = document
        self._cluster = cluster
        self._job = job
        self._cancel = cancel
        self._meet = meet
        self._record = Record(document, tell)

    def cut(
        self, ids: Sequence[int], segmenter: EngineChoice, mode: SegmentMode, limit: int | None
    ) -> AbstractSet[int]:
        """Let regions be found or cut out; return the images where that has not been done.

        With a limit it ends when there is enough to ask about the others.
        """
        orders: list[Order] = []
        boxes: dict[int, tuple[Region, ...]] = {}
        for image_id in ids:
            if wants_cutting(self._document, image_id, mode):
                inside = boxes_of(self._document, image_id) if mode is SegmentMode.BOXES else ()
                boxes[image_id] = inside
                orders.append(self._order(image_id, boxes=tuple(one.mask for one in inside)))
        uncut = set(boxes)
        there = sum(self._asked(one) for one in ids if one not in uncut)
        if limit is not None and there >= limit:
            return uncut
        with closing(self._words(CutWorker, segmenter, orders)) as words:
            for image_id, word in words:
                if isinstance(word, Found):
                    keep_found(self._document, image_id, word.masks, word.info)
                    self._record.report.found += len(word.masks)
                elif isinstance(word, Inside):
                    region = boxes[image_id][word.place]
                    keep_cut(self._document, region, word.mask, word.info)
                    self._record.report.found += 1
                elif isinstance(word, Done):
                    uncut.discard(image_id)
                    there += self._asked(image_id)
                    self._record.total = there if limit is None else min(there, limit)
                    self._record.show(image_id)
                    if limit is not None and there >= limit:
                        break
        return uncut

    def describe(
        self,
        ids: Sequence[int],
        uncut: AbstractSet[int],
        describer: EngineChoice,
        limit: int | None,
    ) -> Report:
        """Let the items of images that are not left out be answered, and return the report."""
        plans = [plan_image(self._document, one, self._job) for one in ids]
        record = self._record
        record.start(plans, limit)
        wanted = _first([plan for plan in plans if plan.image_id not in uncut], limit)
        orders = [self._order(plan.image_id, items=plan.items) for plan in wanted]
        items = {order.number: order.items for order in orders}
        with closing(self._words(DescribeWorker, describer, orders, job=self._job)) as words:
            for image_id, word in words:
                if isinstance(word, Ready):
                    record.begin()  # until now machines were found and models loaded
                    self._meet(word.info)
                elif isinstance(word, Answer):
                    record.keep(image_id, items[image_id][word.place], word.finished, word.info)
        record.report.left = sum(len(plan.items) for plan in plans) - record.report.answered
        return record.end(stopped=self._cancel.cancelled)

    def _words(
        self,
        worker: type[Worker[Any]],
        choice: EngineChoice,
        orders: Sequence[Order],
        **more: object,
    ) -> Generator[tuple[int, Word], None, None]:
        """Yield words with their images; tell of problems.  It ends early where it is stopped."""
        if not orders or self._cancel.cancelled:
            return
        turn = _Turn(orders, self._record)
        try:
            for alone in (False, True):
                left = [order for order in orders if order.number in turn.waiting]
                if not left:
                    break
                with closing(
                    self._cluster.words(
                        worker, choice, left, cancel=self._cancel, alone=alone, **more
                    )
                ) as words:
                    for number, word in words:
                        if turn.wants(number, word):
                            yield number, word
        except Cancelled:
            return
        for number in sorted(turn.waiting):
            self._record.problem(number, _lost())

    def _order(
        self, image_id: int, *, items: tuple[Item, ...] = (), boxes: tuple[Mask, ...] = ()
    ) -> Order:
        path = os.path.abspath(self._document.image_path(image_id))  # noqa: PTH100 - links stay
        return Order(image_id, path, items, boxes)

    def _asked(self, image_id: int) -> int:
        return len(plan_image(self._document, image_id, self._job).items)


class _Turn:
    """What has come back of some orders.  One that was tried anew may say the same again.

    Attributes:
        waiting: numbers of orders that have not ended.
    """

    def __init__(self, orders: Sequence[Order], record: Record) -> None:
        self.waiting = {order.number for order in orders}
        self._record = record
        self._seen: set[tuple[int, int]] = set()
        self._met = False
        self._failed = 0

    def wants(self, number: int, word: Word) -> bool:
        """Whether a word is news for the batch; problems are told here.

        Raises:
            EngineError: the engine cannot be built, or has failed too often.
        """
        if isinstance(word, Unbuilt):
            raise EngineError(word.what, kept=_kept(), advice=word.advice)
        if isinstance(word, Ready):
            first, self._met = not self._met, True
            return first
        if number not in self.waiting:
            return False
        if isinstance(word, Passed):
            self._record.problem(number, MaskError(word.what, advice=word.advice))
            return False
        if isinstance(word, Failed):
            self._fail(number, word)
            return False
        if isinstance(word, Done):
            self.waiting.discard(number)
            self._failed = 0
            return True
        place = 0 if isinstance(word, Found) else word.place
        before = len(self._seen)
        self._seen.add((number, place))
        return len(self._seen) > before

    def _fail(self, number: int, word: Failed) -> None:
        self.waiting.discard(number)
        error = EngineError(word.what, kept=_kept(), advice=word.advice)
        self._record.problem(number, error)
        self._failed = self._failed + 1 if word.engine else 0
        if self._failed == PATIENCE:
            raise error


def _first(plans: Sequence[ImagePlan], limit: int | None) -> Iterator[ImagePlan]:
    """Yield plans with something to ask, all together with at most `limit` items."""
    left = limit
    for plan in plans:
        items = plan.items[:left]
        if left is not None:
            left -= len(items)
        if items:
            yield replace(plan, items=items)


def _kept() -> str:
    return tr("The answers so far are in the project.")


def _lost() -> ClusterError:
    return ClusterError(
        tr("Each worker that had this photo died or failed."),
        advice=tr(
            "It may be for want of memory: give fewer --workers or --max-tiles; Ray's own logs say "
            "more."
        ),
    )
