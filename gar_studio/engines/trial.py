"""Tries a model out: builds it and asks it one small thing about a sample scene."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from time import monotonic
from typing import Final

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.description import Describer, DescribeRequest, Finished, RegionInput, Task
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData
from gar_studio.engines.segmentation import Segmenter, SegmentRequest
from gar_studio.errors import Cancelled, EngineError
from gar_studio.images import read_image
from gar_studio.language import tr

_SCENE: Final = "shapes.jpg"
_ON_ELLIPSE: Final = (550.0, 340.0)
_AROUND_IT: Final = (470, 270, 630, 410)
_TOKENS: Final = 24
_TILES: Final = 1


@dataclass(frozen=True, slots=True)
class TrialResult:
    """How a trial went.

    Attributes:
        info: who answered.
        load_seconds: from nothing to an engine that can be asked.
        answer_seconds: from the question to the end of the answer.
        said: the answer, as a sentence or more.
        in_words: whether these are the engine's own words, and not a report on a mask.
    """

    info: EngineInfo
    load_seconds: float
    answer_seconds: float
    said: str
    in_words: bool = True


def sample_scene() -> ImageData:
    """Return one of the program's own scenes.

    Raises:
        ImageError: the installation is damaged.
    """
    with as_file(files("resources") / "scenes" / _SCENE) as path:
        return read_image(path)


def try_segmenter(build: Callable[[], Segmenter], cancel: CancelToken) -> TrialResult:
    """Build a segmenter, click on an ellipse of the scene, and close it again.

    Raises:
        Cancelled: the token was cancelled.
        EngineError: it cannot be built, failed, or found nothing.
    """
    start = monotonic()
    engine = build()
    try:
        cancel.check()
        loaded = monotonic()
        scene = sample_scene()
        x, y = _ON_ELLIPSE
        request = SegmentRequest(1, scene.key, PromptSet(clicks=(Click(x, y),)))
        engine.prepare(scene, cancel)
        result = engine.segment(scene, request, cancel)
        if not result.candidates:
            raise EngineError(tr("It found no mask on the sample scene."))
        best = result.candidates[0]
        said = tr(
            "A click on the sample scene gave {masks} masks; the best has {area:,} pixels "
            "and a score of {score:.2f}.",
            masks=len(result.candidates),
            area=best.mask.area,
            score=best.score,
        )
        return TrialResult(engine.info, loaded - start, monotonic() - loaded, said, in_words=False)
    finally:
        engine.close()


def try_describer(build: Callable[[], Describer], cancel: CancelToken) -> TrialResult:
    """Build a describer, let it begin to describe an ellipse of the scene, and close it again.

    Raises:
        Cancelled: the token was cancelled.
        EngineError: it cannot be built, or failed.
    """
    start = monotonic()
    engine = build()
    try:
        cancel.check()
        loaded = monotonic()
        scene = sample_scene()
        mask = Mask.from_box(*_AROUND_IT, height=scene.height, width=scene.width)
        request = DescribeRequest(
            1,
            scene.key,
            Task.DESCRIBE,
            (RegionInput(1, mask),),
            max_new_tokens=_TOKENS,
            max_tiles=_TILES,
        )
        said = ""
        for event in engine.describe(scene, request, cancel):
            if isinstance(event, Finished):
                said = event.text
        if cancel.cancelled:
            raise Cancelled
        return TrialResult(engine.info, loaded - start, monotonic() - loaded, said)
    finally:
        engine.close()
