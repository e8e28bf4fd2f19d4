"""Lists, fetches, tries, uses and unloads models; the dialog and the status line show it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gar_studio.engines.catalogue import DownloadProgress, ModelEntry, OwnModel
from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.pace import Pace
from gar_studio.engines.protocol import CancelToken, EngineInfo
from gar_studio.engines.shelf import Key, Offer, Shelf
from gar_studio.engines.trial import TrialResult, try_describer, try_segmenter
from gar_studio.errors import GarStudioError
from gar_studio.language import tr
from gar_studio.settings import EngineChoice
from ui.controllers.settings import BuildDescriber, BuildSegmenter, SettingsController
from ui.desk import Desk
from ui.model_run import Run
from ui.model_workers import DownloadWorker, ShelfWorker, TrialWorker
from ui.workers import EngineWorker


@dataclass(frozen=True, slots=True)
class Fetching:
    """A download that is under way or waits for its turn.

    Attributes:
        offer: what is fetched.
        progress: how far it is; None as long as it waits or asks the server.
        speed: bytes in a second, or None as long as that is not known.
        seconds_left: for the rest, or None as long as that is not known.
        stopping: whether it is being stopped.
    """

    offer: Offer
    progress: DownloadProgress | None = None
    speed: float | None = None
    seconds_left: float | None = None
    stopping: bool = False


@dataclass(slots=True)
class _Workers:
    """Threads that most sessions never need; each is started at the first wish."""

    shelf: ShelfWorker | None = None
    downloads: DownloadWorker | None = None
    trials: TrialWorker | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the last wish about a model: an error, or a trial's result."""

    error: GarStudioError | None = None
    trial: TrialResult | None = None


@dataclass(slots=True)
class _State:
    fetching: dict[Key, Fetching] = field(default_factory=dict)
    pace: dict[Key, Pace] = field(default_factory=dict)
    outcomes: dict[Key, Outcome] = field(default_factory=dict)
    loaded: dict[EngineKind, EngineInfo] = field(default_factory=dict)


class ModelsController(QObject):
    """Everything about models that outlives the dialog.

    Signals:
        changed: a download, a trial, what is loaded or what is used.
        listed: the list is new.
        look_failed: `GarStudioError`, why there is no new list.
        recognised: a path that was asked about, and its `ModelEntry` or None.
        downloads_changed: a download began, got on or ended.

    Attributes:
        shelf: what there is; None before the first look.
        trying: the model that is tried out, or None.
    """

    changed = Signal()
    listed = Signal()
    look_failed = Signal(object)
    recognised = Signal(str, object)
    downloads_changed = Signal()

    def __init__(
        self,
        settings: SettingsController,
        *,
        desk: Desk,
        masks: EngineWorker,
        words: EngineWorker,
        build_segmenter: BuildSegmenter,
        build_describer: BuildDescriber,
    ) -> None:
        super().__init__()
        self._settings = settings
        self._desk = desk
        self._engines = {EngineKind.SEGMENT: masks, EngineKind.DESCRIBE: words}
        self._build_segmenter = build_segmenter
        self._build_describer = build_describer
        self._workers = _Workers()
        self._state = _State()
        self.shelf: Shelf | None = None
        self.trying: Key | None = None
        self.in_view = False
        settings.changed.connect(self.changed)
        # Bound methods, and no partials: Qt calls them on this object's thread.
        masks.ready.connect(self._take_masks)
        masks.unloaded.connect(self._forget_masks)
        words.ready.connect(self._take_words)
        words.unloaded.connect(self._forget_words)

    # --- what there is ---

    def look(self) -> None:
        """Look again at what there is; `listed` tells when that is done."""
        self._shelf_worker().look(self._own())

    def recognise(self, path: str) -> None:
        """Find out what a folder, a file or a hub id is for; `recognised` tells."""
        self._shelf_worker().recognise(path)

    def add(self, engine: str, model: str) -> None:
        """Put a model of the user's own on the shelf."""
        present = self._settings.settings.own_models
        one = OwnModel(engine, model)
        if one not in present:
            self._settings.keep_own_models((*present, one))
        self.look()

    def remove(self, offer: Offer) -> None:
        """Take a model of the user's own off the shelf; its files stay."""
        gone = OwnModel(*offer.key)
        present = self._settings.settings.own_models
        self._settings.keep_own_models(tuple(one for one in present if one != gone))
        self.look()

    def choice(self, kind: EngineKind) -> EngineChoice:
        """Return the engine in use and its options."""
        settings = self._settings.settings
        return settings.segmenter if kind is EngineKind.SEGMENT else settings.describer

    def in_use(self, offer: Offer) -> bool:
        """Whether masks or words come from this model."""
        choice = self.choice(offer.kind)
        return (choice.name, choice.options.model) == offer.key

    def run_of(self, offer: Offer) -> Run:
        """Return how a model is run now, or would be if it was not used before."""
        options = self.choice(offer.kind).options
        if not self.in_use(offer):
            return Run()
        return Run(options.device, options.dtype, options.own_process)

    # --- using ---

    def use(self, offer: Offer, run: Run) -> None:
        """Let masks or words come from a model from now on; it is loaded when first needed."""
        settings = self._settings.settings
        choice = EngineChoice(offer.entry.engine, self._options(offer, run))
        segments = offer.kind is EngineKind.SEGMENT
        self._settings.choose_engines(
            choice if segments else settings.segmenter,
            settings.describer if segments else choice,
            max_tiles=settings.max_tiles,
            ahead=settings.ahead,
        )

    def choose_detail(self, max_tiles: int | None) -> None:
        """Let the describer look at photos this finely."""
        self._choose_limits(max_tiles=max_tiles, ahead=self._settings.settings.ahead)

    def choose_ahead(self, ahead: int) -> None:
        """Let so many of the next images be encoded ahead."""
        self._choose_limits(max_tiles=self._settings.settings.max_tiles, ahead=ahead)

    @property
    def max_tiles(self) -> int | None:
        """Most tiles of a request, or None for the model's own."""
        return self._settings.settings.max_tiles

    @property
    def ahead(self) -> int:
        """How many of the next images are encoded ahead."""
        return self._settings.settings.ahead

    # --- fetching ---

    @property
    def fetching(self) -> tuple[Fetching, ...]:
        """The download under way, then those that wait."""
        return tuple(self._state.fetching.values())

    def fetching_of(self, key: Key) -> Fetching | None:
        """Return a model's download, if there is one."""
        return self._state.fetching.get(key)

    def outcome(self, key: Key) -> Outcome:
        """Return what came of the last wish about a model."""
        return self._state.outcomes.get(key, Outcome())

    def download(self, offer: Offer) -> None:
        """Fetch a model, or what is missing of it."""
        if offer.key in self._state.fetching or not offer.entry.source:
            return
        self._state.outcomes.pop(offer.key, None)
        self._state.fetching[offer.key] = Fetching(offer)
        self._state.pace[offer.key] = Pace()
        self._download_worker().fetch(offer.entry)
        self._tell_download()

    def stop_download(self, key: Key) -> None:
        """Stop a download; what came is kept."""
        fetching = self._state.fetching.get(key)
        if fetching is not None and self._workers.downloads is not None:
            self._state.fetching[key] = replace(fetching, stopping=True)
            self._workers.downloads.stop(key)
            self._tell_download()

    # --- trying ---

    def attempt(self, offer: Offer, run: Run) -> None:
        """Build a model, ask it one small thing about a sample scene, and free it again."""
        if self.in_use(offer):
            self._engines[offer.kind].unload()  # two of a kind may not fit into the memory
        self._state.outcomes.pop(offer.key, None)
        self.trying = offer.key
        engine, options = offer.entry.engine, self._options(offer, run)
        work: Callable[[CancelToken], TrialResult]
        if offer.kind is EngineKind.SEGMENT:
            work = partial(try_segmenter, partial(self._build_segmenter, engine, options))
        else:
            work = partial(try_describer, partial(self._build_describer, engine, options))
        self._trial_worker().attempt(offer.key, work)
        self.changed.emit()

    def stop_trial(self) -> None:
        """Stop the trial at its next check."""
        if self._workers.trials is not None:
            self._workers.trials.cancel()

    # --- what is loaded ---

    @property
    def loaded(self) -> dict[EngineKind, EngineInfo]:
        """Who is loaded now."""
        return dict(self._state.loaded)

    def unload(self) -> None:
        """Free both engines after what they are at; they are loaded again when needed."""
        for worker in self._engines.values():
            worker.unload()

    def close(self) -> None:
        """Stop all threads; what has come of a download stays for the next time."""
        self.blockSignals(True)
        for worker in (self._workers.downloads, self._workers.trials, self._workers.shelf):
            if worker is not None:
                worker.close()

    # --- inside ---

    def _own(self) -> tuple[OwnModel, ...]:
        settings = self._settings.settings
        used = (OwnModel(c.name, c.options.model) for c in (settings.segmenter, settings.describer))
        return (*settings.own_models, *(one for one in used if one.model))

    def _options(self, offer: Offer, run: Run) -> EngineOptions:
        present = self.choice(offer.kind)
        cache = present.options.cache_bytes if present.name == offer.entry.engine else None
        kept = present.options if self.in_use(offer) else EngineOptions(cache_bytes=cache)
        return replace(
            kept,
            model=offer.entry.weights,
            device=run.device,
            dtype=run.dtype,
            own_process=run.own_process,
        )

    def _choose_limits(self, *, max_tiles: int | None, ahead: int) -> None:
        settings = self._settings.settings
        self._settings.choose_engines(
            settings.segmenter, settings.describer, max_tiles=max_tiles, ahead=ahead
        )

    def _shelf_worker(self) -> ShelfWorker:
        if self._workers.shelf is None:
            worker = self._workers.shelf = ShelfWorker()
            worker.listed.connect(self._take_shelf)
            worker.recognised.connect(self._take_recognised)
            worker.failed.connect(self.look_failed)
        return self._workers.shelf

    def _download_worker(self) -> DownloadWorker:
        if self._workers.downloads is None:
            worker = self._workers.downloads = DownloadWorker()
            worker.progressed.connect(self._take_progress)
            worker.finished.connect(self._take_download)
            worker.stopped.connect(self._take_stop)
            worker.failed.connect(self._take_failure)
        return self._workers.downloads

    def _trial_worker(self) -> TrialWorker:
        if self._workers.trials is None:
            worker = self._workers.trials = TrialWorker()
            worker.finished.connect(self._take_trial)
            worker.failed.connect(self._take_failed_trial)
            worker.stopped.connect(self._take_stopped_trial)
        return self._workers.trials

    def _take_shelf(self, found: Shelf) -> None:
        self.shelf = found
        self.listed.emit()

    def _take_recognised(self, path: str, entry: ModelEntry | None) -> None:
        self.recognised.emit(path, entry)

    def _take_progress(self, key: Key, now: DownloadProgress) -> None:
        present = self._state.fetching.get(key)
        if present is None:
            return
        pace = self._state.pace[key]
        pace.note(now.done)
        self._state.fetching[key] = replace(
            present, progress=now, speed=pace.speed, seconds_left=pace.seconds_left(now.total)
        )
        self._tell_download()

    def _take_download(self, key: Key, _where: Path) -> None:
        ended = self._end_download(key)
        if ended is not None and not self.in_view:
            name = ended.offer.entry.name
            self._desk.told.emit(
                tr("{name} is on this computer now. Tools › Models uses it.", name=name)
            )

    def _take_stop(self, key: Key) -> None:
        self._end_download(key)

    def _take_failure(self, key: Key, error: GarStudioError) -> None:
        self._state.outcomes[key] = Outcome(error=error)
        self._end_download(key)
        if not self.in_view:
            self._desk.failed.emit(error)

    def _end_download(self, key: Key) -> Fetching | None:
        self._state.pace.pop(key, None)
        ended = self._state.fetching.pop(key, None)
        self._tell_download()
        self.look()
        return ended

    def _tell_download(self) -> None:
        self.downloads_changed.emit()
        self.changed.emit()

    def _take_trial(self, key: Key, result: TrialResult) -> None:
        self._end_trial(key, Outcome(trial=result))

    def _take_failed_trial(self, key: Key, error: GarStudioError) -> None:
        self._end_trial(key, Outcome(error=error))

    def _take_stopped_trial(self, key: Key) -> None:
        self._end_trial(key, Outcome())

    def _end_trial(self, key: Key, outcome: Outcome) -> None:
        self._state.outcomes[key] = outcome
        if self.trying == key:
            self.trying = None
        self.changed.emit()

    def _take_masks(self, info: EngineInfo) -> None:
        self._set_loaded(EngineKind.SEGMENT, info)

    def _forget_masks(self) -> None:
        self._set_loaded(EngineKind.SEGMENT, None)

    def _take_words(self, info: EngineInfo) -> None:
        self._set_loaded(EngineKind.DESCRIBE, info)

    def _forget_words(self) -> None:
        self._set_loaded(EngineKind.DESCRIBE, None)

    def _set_loaded(self, kind: EngineKind, info: EngineInfo | None) -> None:
        if info is None:
            self._state.loaded.pop(kind, None)
        else:
            self._state.loaded[kind] = info
        self.changed.emit()
