"""From a selection and a question to words, and from words to drafts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QTimer, Signal

from gar_studio.annotation.exchange import AskedRegion, Exchange
from gar_studio.annotation.mentions import mentioned_ids, unknown_numbers
from gar_studio.annotation.region import Provenance, Region, utc_now
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
from ui.desk import Desk
from ui.workers import DescribeWorker

REPAINT_MILLISECONDS = 33
"""At most 30 repaints a second while text streams (design.md, The way of the data)."""


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """An answer that is not finished.

    Attributes:
        request: what was asked.
        image_id: the image that it belongs to, whatever is in view now.
        text: the words so far, mentions in stored form.
        progress: what the engine is at before the first word, or None.
        started: whether its turn has come.
        notice: what the reader has to know about it, or "".
    """

    request: DescribeRequest
    image_id: int
    text: str = ""
    progress: Progress | None = None
    started: bool = False
    notice: str = ""


@dataclass(slots=True)
class _Live:
    answer: LiveAnswer
    info: EngineInfo | None = None  # who answers it, once its turn has come
    pending: list[str] = field(default_factory=list)


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
        self._live: dict[int, _Live] = {}
        self.info: EngineInfo | None = None
        self.loading = False
        self._repaint = QTimer(self)
        self._repaint.setSingleShot(True)
        self._repaint.setInterval(REPAINT_MILLISECONDS)
        self._repaint.timeout.connect(self._flush)
        desk.closing.connect(self._give_up)
        worker.loading.connect(self._take_loading)
        worker.ready.connect(self._take_info)
        worker.started.connect(self._take_start)
        worker.progressed.connect(self._take_event)
        worker.failed.connect(self._take_failure)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._live)

    def live_answers(self, image_id: int | None) -> tuple[LiveAnswer, ...]:
        """Return the unfinished answers about an image, in the order asked."""
        return tuple(
            live.answer for live in self._live.values() if live.answer.image_id == image_id
        )

    # --- asking ---

    def describe(self) -> None:
        """Describe each selected region; the answers may grow side by side."""
        regions = self._selected()
        if not regions:
            self._refuse("No region is selected.", "Select one or more regions first.")
        else:
            self._ask(Task.DESCRIBE, [(region,) for region in regions], "")

    def relate(self) -> None:
        """Ask how the selected regions relate to each other."""
        regions = self._selected()
        if len(regions) < 2:
            self._refuse(
                "A relation needs two regions or more.",
                "Select two to five regions (Ctrl+click), then relate them.",
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
                f"There is no region #{unknown[0]} on this image.",
                "Use the numbers on the masks.",
            )
            return False
        question = document.stored(image_id, shown.strip())
        mentioned = tuple(dict.fromkeys(mentioned_ids(question)))
        regions = self._by_id(mentioned) if mentioned else self._selected()
        if not regions:
            self._refuse(
                "The question is about no region.",
                "Select regions, or write #1, #2… in the question.",
            )
            return False
        if not self._fits(len(regions)):
            return False
        self._ask(Task.ASK, [regions], question)
        return True

    def stop(self) -> None:
        """Stop the answer under way and drop those that wait; the words so far are kept."""
        waiting = [key for key, live in self._live.items() if not live.answer.started]
        for key in waiting:
            del self._live[key]
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
        return self._by_id(self._desk.selection)

    def _by_id(self, region_ids: Iterable[int]) -> tuple[Region, ...]:
        present = {region.id: region for region in self._desk.regions()}
        return tuple(present[i] for i in region_ids if i in present)

    def _fits(self, count: int) -> bool:
        if count > MAX_REGIONS:
            self._refuse(
                f"{count} regions are too many for one question; GAR takes {MAX_REGIONS}.",
                f"Select at most {MAX_REGIONS} regions.",
            )
        return count <= MAX_REGIONS

    def _refuse(self, what: str, advice: str) -> None:
        self._desk.failed.emit(RequestError(what, kept="Nothing was asked.", advice=advice))

    def _ask(self, task: Task, groups: Sequence[tuple[Region, ...]], question: str) -> None:
        """Ask the same about each group of regions."""
        image, image_id, document = self._desk.image, self._desk.image_id, self._desk.document
        if document is not None and document.read_only:
            self._refuse(
                "The project is open for reading only, so answers could not be kept.",
                document.notice,
            )
            return
        if image is None or image_id is None:
            self._refuse("The image is not loaded.", "Wait for it, or open another one.")
            return
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
        for request in requests:
            self._live[request.request_id] = _Live(LiveAnswer(request, image_id))
        self.live_changed.emit()
        self._worker.submit(image, *requests)

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
                self._desk.told.emit(event.reason)
                self._schedule()
            case Finished():
                del self._live[request_id]
                self._keep(live, event)
                self.speed_changed.emit(event)
                self.live_changed.emit()

    def _take_failure(self, request_id: int, error: GarStudioError) -> None:
        self.loading = False
        self.info_changed.emit()
        live = self._live.pop(request_id, None)
        if live is not None:
            text = live.answer.text + "".join(live.pending)
            self._keep(live, Finished(text, StopReason.CANCELLED, 0, None, 0.0))
            error = self._readable(error, live.answer.image_id)
        self._desk.failed.emit(error)
        self.live_changed.emit()

    def _give_up(self) -> None:
        """Keep the words so far in the project that is being closed; drop what comes later."""
        unfinished = tuple(self._live.values())
        self._live.clear()
        self._worker.cancel()
        for live in unfinished:
            text = live.answer.text + "".join(live.pending)
            self._keep(live, Finished(text, StopReason.CANCELLED, 0, None, 0.0))
        self.live_changed.emit()

    def _readable(self, error: GarStudioError, image_id: int) -> GarStudioError:
        """Return the error with `#1` for regions, as engines know only their lasting ids."""
        document = self._desk.document
        if document is None:
            return error
        what, kept, advice = (
            document.shown(image_id, text) for text in (error.what, error.kept, error.advice)
        )
        return GarStudioError(what, kept=kept, advice=advice)

    def _schedule(self) -> None:
        if not self._repaint.isActive():
            self._repaint.start()

    def _flush(self) -> None:
        for live in self._live.values():
            if live.pending:
                text = live.answer.text + "".join(live.pending)
                live.pending.clear()
                live.answer = replace(live.answer, text=text.lstrip())
        self.live_changed.emit()

    def _keep(self, live: _Live, finished: Finished) -> None:
        """Keep an answer as a draft of the image that it was asked about."""
        document, answer, info = self._desk.document, live.answer, live.info
        if document is None or not finished.text.strip():
            return
        exchange = Exchange(
            id=0,
            image_id=answer.image_id,
            task=answer.request.task.value,
            regions=tuple(
                AskedRegion(region.region_id, region.mask.version)
                for region in answer.request.regions
            ),
            question=answer.request.question,
            answer=finished.text.strip(),
            reason=finished.reason.value,
            provenance=Provenance(
                model=info.name if info else "",
                revision=info.revision if info else "",
                prompt=answer.request.question or answer.request.task.value,
                at=utc_now(),
            ),
            notice=" ".join(part for part in (info.notice if info else "", answer.notice) if part),
        )
        try:
            document.record_exchange(exchange)
        except GarStudioError as error:
            self._desk.failed.emit(error)
