"""From clicks to a region: prompts, candidates, and the one that is accepted."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from gar_studio.annotation.prompts import Box, Click, Prompt, PromptSet, Scribble
from gar_studio.annotation.region import Provenance, utc_now
from gar_studio.document.commands import AddRegion, Command, SetMask
from gar_studio.engines.protocol import EngineInfo, RequestCounter
from gar_studio.engines.segmentation import Candidate, Segmenter, SegmentRequest, SegmentResult
from gar_studio.errors import GarStudioError, PromptError
from gar_studio.language import mark, tr
from ui.controllers.prompt_history import ObjectState, PromptHistory
from ui.desk import Desk
from ui.segment_worker import SegmentWorker


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
        self._history = PromptHistory()
        self._request_id = 0
        self._accept_when_ready = False
        self._best_is_there = False  # while the other candidates are awaited
        self._before_drag: ObjectState | None = None
        self._first_live_id = 0
        self._engine: EngineInfo | None = None
        self._info: EngineInfo | None = None
        self._base: Candidate | None = None
        self._region_id = 0
        self.prompts = PromptSet()
        self.candidates: Sequence[Candidate] = ()
        self.chosen = 0
        self.waiting = False
        worker.ready.connect(self._take_engine)
        worker.first_found.connect(self._take_first)
        worker.finished.connect(self._take_result)
        worker.previewed.connect(self._take_live_result)
        worker.failed.connect(self._take_failure)
        desk.image_changed.connect(self.clear)

    @property
    def candidate(self) -> Candidate | None:
        """The candidate in view, or None."""
        return self.candidates[self.chosen] if self.candidates else None

    @property
    def active(self) -> bool:
        """Whether an object is being cut out or refined."""
        return not self.prompts.is_empty or self._base is not None

    @property
    def undo_name(self) -> str:
        """What was done last to the prompts, or ""."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str:
        """What was undone last of the prompts, or ""."""
        return self._history.redo_name

    def take_id(self) -> int:
        """Return the number for another request to the worker."""
        return self._counter.take()

    def add_prompt(self, prompt: Prompt) -> None:
        """Take a click, a box or a scribble and ask the engine for masks."""
        image = self._desk.image
        if image is None or self._desk.document is None:
            return
        if self._desk.document.read_only:
            self._desk.told.emit(tr("The project is open for reading only; masks cannot be added."))
            return
        prompts = self.prompts.with_prompt(prompt)
        try:
            prompts.check(height=image.height, width=image.width)
        except PromptError as error:
            self._desk.failed.emit(error)
            return
        self._history.push(_steps(prompt).add, self._state())
        self.prompts = prompts
        # Another engine's candidate is of no use to this one.
        self._ask(self.candidate if self._info == self._engine else None)
        self.changed.emit()

    def refine(self) -> None:
        """Take the mask of the selected region in hand: clicks change it, Enter keeps it."""
        desk = self._desk
        selected = [region for region in desk.regions() if region.id in desk.selection]
        if len(selected) != 1 or desk.document is None or desk.document.read_only:
            return
        self.clear()
        base = Candidate(selected[0].mask, 1.0)
        self._show(ObjectState(base=base, region_id=selected[0].id))

    def move_prompt(self, prompt: Prompt, moved: Prompt, *, done: bool) -> None:
        """Let the mask follow a prompt that is being dragged.

        Args:
            prompt: as it was before the drag.
            moved: as it is now.
            done: whether the drag is over; `moved` equal to `prompt` takes it back then.
        """
        image = self._desk.image
        if image is None:
            return
        if self._before_drag is None:
            self._before_drag = self._state()
            self._first_live_id = self._counter.take()
            self.waiting = False
        before = self._before_drag
        if done:
            self._before_drag = None
            if moved == prompt:
                self._restore(before)
                return
            self._history.push(_steps(prompt).move, before)
        self.prompts = before.prompts.replaced(prompt, moved)
        if done and self._asks_for_something():
            self._ask(None)
        elif done:  # a box was folded up
            self.candidates = ()
        else:
            request = SegmentRequest(
                self._counter.take(), image.key, self.prompts, previous=self._base, most=1
            )
            self._worker.preview(image, request)
        self.changed.emit()

    def remove_prompt(self, prompt: Prompt) -> None:
        """Take one prompt away."""
        self._history.push(_steps(prompt).remove, self._state())
        self._show(self._anew(self.prompts.without(prompt)))

    def undo(self) -> bool:
        """Take the last change to the prompts back; return whether there was one."""
        return self._restore(self._history.undo(self._state()))

    def redo(self) -> bool:
        """Do the change to the prompts that was undone last again, if there is one."""
        return self._restore(self._history.redo(self._state()))

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
        if self.waiting and not self._best_is_there:
            self._accept_when_ready = True
            return
        candidate, image_id = self.candidate, self._desk.image_id
        if candidate is None or image_id is None:
            return
        if self._info is None:  # nothing was changed yet
            self.clear()
            return
        mask = self._desk.without_others(candidate.mask, but=self._region_id)
        if mask.is_empty and not candidate.mask.is_empty:
            self._desk.told.emit(tr("Other regions have all of this mask; it was not kept."))
            return
        provenance = provenance_of(self._info, in_words(self.prompts))
        if self._region_id:
            command: Command = SetMask(image_id, self._region_id, mask, provenance)
        else:
            command = AddRegion(image_id, mask, provenance)
        changes = self._desk.do(command)
        if changes:
            self.clear()
            self._desk.select([changes[0].row.id])

    @property
    def will_accept(self) -> bool:
        """Whether the mask is accepted as soon as it is there."""
        return self._accept_when_ready

    def clear(self) -> None:
        """Drop prompts and candidates."""
        self._worker.drop()
        self._history.clear()
        self._before_drag = None
        self._show(ObjectState())

    def change_engine(self, build: Callable[[], Segmenter]) -> None:
        """Let another engine cut out from now on, the object under way too."""
        self._worker.replace(build)
        self._show(self._anew(self.prompts))

    def _state(self) -> ObjectState:
        if self.waiting:  # the candidates in view are those of earlier prompts, or not yet all
            return self._anew(self.prompts)
        return ObjectState(
            self.prompts, self.candidates, self.chosen, self._info, self._base, self._region_id
        )

    def _anew(self, prompts: PromptSet) -> ObjectState:
        """Return the object with these prompts, for which nothing was found yet."""
        return ObjectState(prompts, base=self._base, region_id=self._region_id)

    def _restore(self, state: ObjectState | None) -> bool:
        if state is None:
            return False
        self._show(state)
        return True

    def _show(self, state: ObjectState) -> None:
        """Go over to another state; if nothing was found for its prompts yet, look for it."""
        self._request_id = 0
        self._accept_when_ready = False
        self.waiting = False
        self.prompts, self.candidates = state.prompts, state.candidates
        self.chosen, self._info = state.chosen, state.info
        self._base, self._region_id = state.base, state.region_id
        if not self.candidates and self._asks_for_something():
            self._ask(None)
        elif not self.candidates and self._base is not None:
            self.candidates = (self._base,)
        self.changed.emit()

    def _asks_for_something(self) -> bool:
        image = self._desk.image
        if image is None:
            return False
        try:
            self.prompts.check(height=image.height, width=image.width)
        except PromptError:  # nothing is left, or only what the object is not
            return False
        return True

    def _ask(self, previous: Candidate | None) -> None:
        image = self._desk.image
        if image is None:
            return
        self._request_id = self._counter.take()
        self.waiting = True
        self._best_is_there = False
        previous = previous or self._base
        request = SegmentRequest(self._request_id, image.key, self.prompts, previous=previous)
        self._worker.submit(image, request)

    def _take_engine(self, info: EngineInfo) -> None:
        self._engine = info

    def _take_first(self, result: SegmentResult) -> None:
        """Show the best candidate while the others are still made; it may be accepted."""
        if self.waiting and result.request_id == self._request_id:
            self._best_is_there = True
            self._take_candidates(result)
            self._accept_if_wanted()

    def _take_result(self, result: SegmentResult) -> None:
        image = self._desk.image
        if result.request_id != self._request_id or image is None:
            return  # superseded, or of another image
        if result.image_key != image.key:
            return
        self.waiting = False
        self._take_candidates(result)
        self._accept_if_wanted()

    def _accept_if_wanted(self) -> None:
        if self._accept_when_ready:
            self._accept_when_ready = False
            self.accept()

    def _take_live_result(self, result: SegmentResult) -> None:
        """Show the mask of a prompt that is still being dragged."""
        if self._before_drag is not None and result.request_id > self._first_live_id:
            self._take_candidates(result)

    def _take_candidates(self, result: SegmentResult) -> None:
        self.candidates = result.candidates
        self.chosen = 0
        self._info = result.info
        self.changed.emit()

    def _take_failure(self, request_id: int, error: GarStudioError) -> None:
        if request_id not in (0, self._request_id):
            return
        self._desk.failed.emit(error)
        if request_id:
            self.waiting = False
            self._accept_when_ready = False
            self.changed.emit()


def provenance_of(info: EngineInfo, prompt: str) -> Provenance:
    """Return where a mask is from, now."""
    return Provenance(model=info.name, revision=info.revision, prompt=prompt, at=utc_now())


def _steps(prompt: Prompt) -> "_Steps":
    match prompt:
        case Click():
            return _CLICK if prompt.positive else _NEGATIVE_CLICK
        case Box():
            return _BOX
        case Scribble():
            return _SCRIBBLE


class _Steps(NamedTuple):
    """What the undo menu calls what is done with a prompt."""

    add: str
    move: str
    remove: str


_CLICK = _Steps(mark("click"), mark("move click"), mark("remove click"))
_NEGATIVE_CLICK = _Steps(
    mark("negative click"), mark("move negative click"), mark("remove negative click")
)
_BOX = _Steps(mark("box"), mark("move box"), mark("remove box"))
_SCRIBBLE = _Steps(mark("scribble"), mark("move scribble"), mark("remove scribble"))


def in_words(prompts: PromptSet) -> str:
    """Say in English, as it is stored, what was given, as in “2 clicks, 1 box”."""
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
