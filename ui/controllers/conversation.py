"""From a selection and a question to words, and from words to drafts."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from gar_studio.annotation.exchange import Exchange
from gar_studio.annotation.mentions import unknown_numbers
from gar_studio.annotation.region import Region
from gar_studio.document.commands import AcceptAnswer, DeleteExchange
from gar_studio.engines.description import (
    MAX_REGIONS,
    DescribeEvent,
    Describer,
    DescribeRequest,
    Finished,
    RegionInput,
    Retried,
    StopReason,
    Task,
    TextDelta,
)
from gar_studio.engines.protocol import EngineInfo, Progress, RequestCounter
from gar_studio.errors import GarStudioError, RequestError
from gar_studio.language import mark, tr, tr_n
from ui.controllers.answers import FAILED, LeftOver, Live, LiveAnswer, Unanswered
from ui.controllers.asking import by_id, named, too_many_regions, undescribed
from ui.desk import Desk
from ui.workers import DescribeWorker

_STOPPED = mark("Stopped before the first word.")

REPAINT_MILLISECONDS = 33
"""At most 30 repaints a second while text streams (design.md, The way of the data)."""


class ConversationController(QObject):
    """Asks the describer and keeps its answers as drafts."""

    live_changed = Signal()
    info_changed = Signal()
    speed_changed = Signal(object)  # Finished

    def __init__(
        self,
        desk: Desk,
        worker: DescribeWorker,
        *,
        max_tiles: int | None = None,
        max_new_tokens: int = 1024,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._worker = worker
        self._max_tiles = max_tiles
        self._max_new_tokens = max_new_tokens
        self._counter = RequestCounter()
        self._live: dict[int, Live] = {}
        self._left = LeftOver()
        self._asked = 0  # since the last time that nothing was awaited
        self._last_error: GarStudioError | None = None
        self.info: EngineInfo | None = None
        self.loading = False
        self.keeping = False  # an answer that ended is being written into the project
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(REPAINT_MILLISECONDS)
        self._repaint.timeout.connect(self._flush)
        desk.closing.connect(self._give_up)
        self._heard = (
            (worker.loading, self._take_loading),
            (worker.ready, self._take_info),
            (worker.unloaded, self._forget_info),
            (worker.started, self._take_start),
            (worker.progressed, self._take_event),
            (worker.failed, self._take_failure),
        )
        for signal, slot in self._heard:
            signal.connect(slot)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._live)

    def live_answers(self, image_id: int | None) -> tuple[LiveAnswer, ...]:
        """Return the unfinished answers about an image, in the order asked."""
        return tuple(
            live.answer for live in self._live.values() if live.answer.image_id == image_id
        )

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the answers asked for have come, of how many."""
        return self._asked - len(self._live), self._asked

    def unanswered(self, image_id: int | None) -> tuple[Unanswered, ...]:
        """Return the questions about an image that ended without a word."""
        return self._left.of(image_id)

    def undescribed(self) -> tuple[Region, ...]:
        """Return the regions in view without caption and draft that nobody is asked about yet."""
        awaited = {
            region.region_id
            for live in self._live.values()
            if live.answer.request.task is Task.DESCRIBE
            for region in live.answer.request.regions
        }
        return undescribed(self._desk, awaited)

    def close(self) -> None:
        """Hear and show nothing any more; the window is being closed."""
        self._repaint.stop()
        for signal, slot in self._heard:
            signal.disconnect(slot)
        # What the worker said before is on its way still.
        QCoreApplication.removePostedEvents(self, QEvent.Type.MetaCall)

    # --- asking ---

    def describe_all(self) -> None:
        """Describe every region in view that has neither caption nor draft."""
        regions = self.undescribed()
        if not regions:
            self._desk.told.emit(tr("Every region of this image has a caption or a draft."))
        elif self._ask(Task.DESCRIBE, [(region,) for region in regions], ""):
            self._desk.told.emit(tr_n("Describing it.", "Describing {n} regions.", len(regions)))

    def retry(self, exchange: Exchange) -> None:
        """Ask the same again about the same regions; the answer that there is stays."""
        self._ask_again(Task(exchange.task), [exchange.region_ids], exchange.question)

    def retry_unanswered(self, one: Unanswered) -> None:
        """Ask again what ended without a word."""
        if self._ask_again(one.task, one.groups, one.question):
            self.dismiss(one)

    def dismiss(self, one: Unanswered) -> None:
        """Forget a question that ended without a word."""
        self._left.drop(one)
        self.live_changed.emit()

    def describe(self) -> None:
        """Describe each selected region; the answers may grow side by side."""
        regions = self._selected()
        if not regions:
            self._refuse(tr("No region is selected."), tr("Select one or more regions first."))
        else:
            self._ask(Task.DESCRIBE, [(region,) for region in regions], "")

    def relate(self) -> None:
        """Ask how the selected regions relate to each other."""
        regions = self._selected()
        if len(regions) < 2:
            self._refuse(
                tr("A relation needs two regions or more."),
                tr("Select two to five regions (Ctrl+click), then relate them."),
            )
        elif self._fits(len(regions)):
            self._ask(Task.RELATE, [regions], "")

    def ask(self, shown: str) -> bool:
        """Ask a question in a person's words, about the regions it mentions or the selected ones.

        Args:
            shown: the question, with `#1` for regions.

        Returns:
            Whether it was asked.
        """
        document, image_id = self._desk.document, self._desk.image_id
        if document is None or image_id is None or not shown.strip():
            return False
        unknown = unknown_numbers(shown, document.numbers(image_id).values())
        if unknown:
            self._refuse(
                tr("There is no region #{unknown} on this image.", unknown=unknown[0]),
                tr("Use the numbers on the masks."),
            )
            return False
        question = document.stored(image_id, shown.strip())
        mentioned = named(self._desk, shown)
        regions = by_id(self._desk, mentioned) if mentioned else self._selected()
        if not regions:
            self._refuse(
                tr("The question is about no region."),
                tr("Select regions, or write #1, #2… in the question."),
            )
            return False
        if not self._fits(len(regions)):
            return False
        return self._ask(Task.ASK, [regions], question)

    def stop(self) -> None:
        """Stop the answer under way and drop those that wait; the words so far are kept."""
        waiting = [key for key, live in self._live.items() if not live.answer.started]
        for key in waiting:
            self._left.add(self._live.pop(key), tr(_STOPPED), failed=False)
        self._worker.cancel()
        self.live_changed.emit()

    def set_limits(self, *, max_tiles: int | None, max_new_tokens: int) -> None:
        """Limit the requests from now on."""
        self._max_tiles, self._max_new_tokens = max_tiles, max_new_tokens

    def change_engine(self, build: Callable[[], Describer]) -> None:
        """Let another engine answer from now on; the words so far are kept."""
        self.stop()
        self._worker.replace(build)
        self.loading = False
        self.info = None
        self.info_changed.emit()

    def _forget_info(self) -> None:
        self.info = None
        self.info_changed.emit()

    # --- answers ---

    def accept(self, exchange: Exchange, shown: str | None = None) -> None:
        """Take an answer over, in a person's wording if `shown` is given."""
        document = self._desk.document
        if document is None:
            return
        text = None if shown is None else document.stored(exchange.image_id, shown)
        self._desk.do(AcceptAnswer(exchange.image_id, exchange.id, text))

    def delete(self, exchange: Exchange) -> None:
        """Delete a question with its answer."""
        self._desk.do(DeleteExchange(exchange.image_id, exchange.id))

    # --- inside ---

    def _selected(self) -> tuple[Region, ...]:
        return by_id(self._desk, self._desk.selection)

    def _ask_again(self, task: Task, groups: Sequence[tuple[int, ...]], question: str) -> bool:
        """Ask about regions as they are now; those that are gone are not asked about."""
        found = [(by_id(self._desk, ids), len(ids)) for ids in groups]
        whole = [regions for regions, count in found if len(regions) == count]
        if not whole:
            self._refuse(
                tr("A region of this question has been deleted."),
                tr("Undo that, or ask about the regions that are there."),
            )
            return False
        return self._ask(task, whole, question)

    def _fits(self, count: int) -> bool:
        if count > MAX_REGIONS:
            self._refuse(
                too_many_regions(count),
                tr("Select at most {max_regions} regions.", max_regions=MAX_REGIONS),
            )
        return count <= MAX_REGIONS

    def _refuse(self, what: str, advice: str) -> None:
        self._desk.failed.emit(RequestError(what, kept=tr("Nothing was asked."), advice=advice))

    def _ask(self, task: Task, groups: Sequence[tuple[Region, ...]], question: str) -> bool:
        """Ask the same about each group of regions; return whether it was asked."""
        image, image_id, document = self._desk.image, self._desk.image_id, self._desk.document
        if document is not None and document.read_only:
            self._refuse(
                tr("The project is open for reading only, so answers could not be kept."),
                document.notice,
            )
            return False
        if image is None or image_id is None:
            self._refuse(tr("The image is not loaded."), tr("Wait for it, or open another one."))
            return False
        requests = [
            DescribeRequest(
                request_id=self._counter.take(),
                image_key=image.key,
                task=task,
                regions=tuple(RegionInput(region.id, region.mask) for region in regions),
                question=question,
                max_new_tokens=self._max_new_tokens,
                max_tiles=self._max_tiles,
            )
            for regions in groups
        ]
        self._last_error = None
        self._asked = len(requests) + (self._asked if self._live else 0)
        for request in requests:
            self._live[request.request_id] = Live(LiveAnswer(request, image_id))
        self.live_changed.emit()
        self._worker.submit(image, *requests)
        return True

    def _take_loading(self) -> None:
        self.loading = True
        self.info_changed.emit()

    def _take_info(self, info: EngineInfo) -> None:
        self.loading = False
        self.info = info
        self.info_changed.emit()

    def _take_start(self, request_id: int) -> None:
        live = self._live.get(request_id)
        if live is not None:
            live.answer = replace(live.answer, started=True)
            live.info = self.info
            self._schedule()

    def _take_event(self, request_id: int, event: DescribeEvent) -> None:
        live = self._live.get(request_id)
        if live is None:
            return  # dropped by Stop before its turn
        match event:
            case Progress():
                live.answer = replace(live.answer, progress=event)
                self._schedule()
            case TextDelta():
                live.pending.append(event.text)
                self._schedule()
            case Retried():
                live.pending.clear()
                live.answer = replace(live.answer, text="", notice=event.reason)
                self._desk.told.emit(tr(event.reason))
                self._schedule()
            case Finished():
                del self._live[request_id]
                stopped = event.reason is StopReason.CANCELLED
                why = tr(_STOPPED) if stopped else tr("The model had nothing to say.")
                self._keep(live, event.text, event.reason.value, why)
                self.speed_changed.emit(event)
                self.live_changed.emit()

    def _take_failure(self, request_id: int, error: GarStudioError) -> None:
        self.loading = False
        self.info_changed.emit()
        live = self._live.pop(request_id, None)
        told = error is self._last_error  # requests that fail together share one error
        self._last_error = error
        if live is not None:
            error = self._readable(error, live.answer.image_id)
            self._keep(live, live.text, FAILED, error.what)
        if not told:
            self._desk.failed.emit(error)
        self.live_changed.emit()

    def _give_up(self) -> None:
        """Keep the words so far in the project that is being closed; drop what comes later."""
        unfinished = tuple(self._live.values())
        self._live.clear()
        self._worker.cancel()
        for live in unfinished:
            self._keep(live, live.text, StopReason.CANCELLED.value, tr(_STOPPED))
        self._left.clear()
        self.live_changed.emit()

    def _readable(self, error: GarStudioError, image_id: int) -> GarStudioError:
        """Return the error with `#1` for regions, as engines know only their lasting ids."""
        document = self._desk.document
        if document is None:
            return error
        what, kept, advice = (
            document.shown(image_id, text) for text in (error.what, error.kept, error.advice)
        )
        readable = GarStudioError(what, kept=kept, advice=advice)
        readable.__cause__ = error.__cause__
        return readable

    def _schedule(self) -> None:
        if not self._repaint.isActive():
            self._repaint.start()

    def _flush(self) -> None:
        for live in self._live.values():
            if live.pending:
                text = live.text
                live.pending.clear()
                live.answer = replace(live.answer, text=text.lstrip())
        self.live_changed.emit()

    def _keep(self, live: Live, text: str, reason: str, why: str) -> None:
        """Keep an answer as a draft of the image that it was asked about.

        One without a word is kept as a question to be asked again, with the reason why.
        """
        document = self._desk.document
        if document is None:
            return
        if not text.strip():
            self._left.add(live, why, failed=reason != StopReason.CANCELLED)
            return
        self.keeping = True
        try:
            document.record_exchange(live.as_exchange(text, reason))
        except GarStudioError as error:
            self._desk.failed.emit(error)
        finally:
            self.keeping = False
