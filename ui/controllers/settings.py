"""What a user sets once: keeps it on disk and tells the parts that follow it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from gar_studio import settings as store
from gar_studio.engines.catalogue import OwnModel
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import Describer
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import EngineError, GarStudioError
from gar_studio.language import tr
from gar_studio.presets import Preset
from gar_studio.settings import CanvasLook, EngineChoice, Language, Look, Settings, SettingsError
from ui.controllers.conversation import ConversationController
from ui.controllers.segmentation import SegmentationController
from ui.desk import Desk

BuildSegmenter: TypeAlias = Callable[[str, EngineOptions], Segmenter]
BuildDescriber: TypeAlias = Callable[[str, EngineOptions], Describer]


@dataclass(frozen=True, slots=True)
class SegmenterBuild:
    """Builds a segmenter, on whatever thread it is called.

    Attributes:
        choice: which one.
        build: what builds it, by name and options.
    """

    choice: EngineChoice
    build: BuildSegmenter

    def __call__(self) -> Segmenter:
        """Build it.

        Raises:
            EngineError: it cannot be found or built.
        """
        return self.build(self.choice.name, self.choice.options)


class SettingsController(QObject):
    """Holds the settings in force.

    Attributes:
        settings: the settings in force.
    """

    changed = Signal()
    segmenter_changed = Signal()

    def __init__(
        self,
        settings: Settings,
        *,
        desk: Desk,
        segmentation: SegmentationController,
        conversation: ConversationController,
        build_segmenter: BuildSegmenter,
        build_describer: BuildDescriber,
    ) -> None:
        super().__init__()
        self.settings = settings
        self._desk = desk
        self._segmentation = segmentation
        self._conversation = conversation
        self._build_segmenter = build_segmenter
        self._build_describer = build_describer

    def choose_engines(
        self,
        segmenter: EngineChoice,
        describer: EngineChoice,
        *,
        max_tiles: int | None,
        ahead: int,
    ) -> None:
        """Work with these engines from now on; each is built when it is first used."""
        before = self.settings
        self._keep(
            replace(
                before, segmenter=segmenter, describer=describer, max_tiles=max_tiles, ahead=ahead
            )
        )
        self._conversation.set_limits(max_tiles=max_tiles, max_new_tokens=before.max_new_tokens)
        if segmenter != before.segmenter:
            self._segmentation.change_engine(SegmenterBuild(segmenter, self._build_segmenter))
            self.segmenter_changed.emit()
        if describer != before.describer:
            self._conversation.change_engine(
                partial(self._build_describer, describer.name, describer.options)
            )
        self.changed.emit()

    def keep_own_models(self, models: tuple[OwnModel, ...]) -> None:
        """Remember which models of the user's own are listed."""
        self._keep(replace(self.settings, own_models=models))

    def choose_hint(self, *, wanted: bool) -> None:
        """Remember whether masks are shown under the pointer."""
        self._keep(replace(self.settings, hint=wanted))
        self.changed.emit()

    def choose_presets(self, presets: tuple[Preset, ...]) -> None:
        """Remember the questions that are asked often."""
        self._keep(replace(self.settings, presets=presets))
        self.changed.emit()

    def choose_look(self, look: CanvasLook) -> None:
        """Remember what lies over the photo."""
        self._keep(replace(self.settings, look=look))
        self.changed.emit()

    def fall_back(self, error: GarStudioError, build: SegmenterBuild) -> None:
        """Take note that another engine took the place of the one that failed, and say so."""
        failed, used = self.settings.segmenter, build.choice
        self._keep(replace(self.settings, segmenter=used))
        told = EngineError(
            error.what,
            kept=tr("{name} cuts out as before; your labels and clicks are kept.", name=used.name),
            advice=" ".join(
                part
                for part in (error.advice, tr("Then choose {name} again.", name=failed.name))
                if part
            ),
        )
        told.__cause__ = error.__cause__
        self._desk.failed.emit(told)
        self.changed.emit()

    def choose_reviewer(self, name: str) -> None:
        """Remember under which name this person reviews; "" for that of the account."""
        self._keep(replace(self.settings, reviewer=name))
        self.changed.emit()

    def choose_theme(self, theme: Look) -> None:
        """Remember the look."""
        self._keep(replace(self.settings, theme=theme))
        self.changed.emit()

    def choose_language(self, language: Language) -> None:
        """Remember the language; it is in force from the next start on."""
        self._keep(replace(self.settings, language=language))
        self.changed.emit()

    def choose_shortcuts(self, shortcuts: dict[str, tuple[str, ...]]) -> None:
        """Remember the keys that are not the usual ones, by action id."""
        self._keep(replace(self.settings, shortcuts=shortcuts))
        self.changed.emit()

    def _keep(self, settings: Settings) -> None:
        self.settings = settings
        try:
            store.save(settings)
        except SettingsError as error:
            self._desk.failed.emit(error)
