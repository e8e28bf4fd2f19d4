"""From clicks to a region: prompts, candidates, and the one that is accepted."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from gar_studio.annotation.prompts import Prompt, PromptSet
from gar_studio.annotation.region import Provenance, utc_now
from gar_studio.document.commands import AddRegion
from gar_studio.engines.protocol import (
    Candidate,
    EngineInfo,
    RequestCounter,
    Segmenter,
    SegmentRequest,
    SegmentResult,
)
from gar_studio.errors import GarStudioError, PromptError
from ui.desk import Desk
from ui.workers import SegmentWorker


class SegmentationController(QObject):
    """Holds the prompts of the object that is being cut out.

    Attributes:
        prompts: what was given so far.
        candidates: what the engine offers for it, best first.
        chosen: index of the candidate in view.
        waiting: whether a result is awaited.
    """

    changed = Signal()

    def __init__(self, desk: Desk, worker: SegmentWorker) -> None:
        super().__init__()
        self._desk = desk
        self._worker = worker
        self._counter = RequestCounter()
        self._request_id = 0
        self._accept_when_ready = False
        self._info: EngineInfo | None = None
        self.prompts = PromptSet()
        self.candidates: Sequence[Candidate] = ()
        self.chosen = 0
        self.waiting = False
        worker.finished.connect(self._take_result)
        worker.failed.connect(self._take_failure)
        desk.image_changed.connect(self.clear)
        desk.pixels_changed.connect(self._prepare)

    @property
    def candidate(self) -> Candidate | None:
        """The candidate in view, or None."""
        return self.candidates[self.chosen] if self.candidates else None

    @property
    def active(self) -> bool:
        """Whether an object is being cut out."""
        return not self.prompts.is_empty

    def add_prompt(self, prompt: Prompt) -> None:
        """Take a click, a box or a scribble and ask the engine for masks."""
        image = self._desk.image
        if image is None or self._desk.document is None:
            return
        if self._desk.document.read_only:
            self._desk.told.emit("The project is open for reading only; masks cannot be added.")
            return
        prompts = self.prompts.with_prompt(prompt)
        try:
            prompts.check(height=image.height, width=image.width)
        except PromptError as error:
            self._desk.failed.emit(error)
            return
        self.prompts = prompts
        self._request_id = self._counter.take()
        self.waiting = True
        self._worker.submit(
            image,
            SegmentRequest(self._request_id, image.key, prompts, previous=self.candidate),
        )
        self.changed.emit()

    def choose(self, index: int) -> bool:
        """Bring the candidate with this index into view; return whether there is one."""
        if not 0 <= index < len(self.candidates):
            return False
        self.chosen = index
        self.changed.emit()
        return True

    def accept(self) -> None:
        """Make a region of the candidate in view.

        While a result is awaited, it is accepted as soon as it is there: a quick Enter after a
        click must not be lost, and must not take the mask from before that click.
        """
        if self.waiting:
            self._accept_when_ready = True
            return
        candidate, image_id = self.candidate, self._desk.image_id
        if candidate is None or image_id is None or self._info is None:
            return
        provenance = Provenance(
            model=self._info.name,
            revision=self._info.revision,
            prompt=_in_words(self.prompts),
            at=utc_now(),
        )
        mask = self._desk.without_others(candidate.mask)
        if mask.is_empty and not candidate.mask.is_empty:
            self._desk.told.emit("Other regions have all of this mask; it was not kept.")
            return
        changes = self._desk.do(AddRegion(image_id, mask, provenance))
        if changes:
            self.clear()
            self._desk.select([changes[0].row.id])

    def clear(self) -> None:
        """Drop prompts and candidates."""
        if self.waiting:
            self._worker.cancel()
        self._request_id = 0
        self._accept_when_ready = False
        self.prompts = PromptSet()
        self.candidates = ()
        self.chosen = 0
        self.waiting = False
        self.changed.emit()

    def change_engine(self, build: Callable[[], Segmenter]) -> None:
        """Let another engine cut out from now on; the object under way is dropped."""
        self.clear()
        self._worker.replace(build)

    def _prepare(self) -> None:
        if self._desk.image is not None:
            self._worker.prepare(self._desk.image)

    def _take_result(self, result: SegmentResult) -> None:
        image = self._desk.image
        if result.request_id != self._request_id or image is None:
            return  # superseded, or of another image
        if result.image_key != image.key:
            return
        self.waiting = False
        self.candidates = result.candidates
        self.chosen = 0
        self._info = result.info
        self.changed.emit()
        if self._accept_when_ready:
            self._accept_when_ready = False
            self.accept()

    def _take_failure(self, request_id: int, error: GarStudioError) -> None:
        if request_id not in (0, self._request_id):
            return
        self._desk.failed.emit(error)
        if request_id:
            self.waiting = False
            self._accept_when_ready = False
            self.changed.emit()


def _in_words(prompts: PromptSet) -> str:
    positive = sum(click.positive for click in prompts.clicks)
    parts = [
        _counted(positive, "click"),
        _counted(len(prompts.clicks) - positive, "negative click"),
        _counted(int(prompts.box is not None), "box", "boxes"),
        _counted(len(prompts.scribbles), "scribble"),
    ]
    return ", ".join(part for part in parts if part)


def _counted(count: int, word: str, plural: str = "") -> str:
    if not count:
        return ""
    return f"{count} {word}" if count == 1 else f"{count} {plural or word + 's'}"
