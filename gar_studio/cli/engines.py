"""Builds engines for one command and closes them after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gar_studio.annotation.prompts import PromptSet
from gar_studio.cli import options
from gar_studio.engines import registry
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, RequestCounter
from gar_studio.engines.segmentation import Segmenter, SegmentRequest, SegmentResult
from gar_studio.remote.address import is_address
from gar_studio.settings import EngineChoice

GAR = "gar"
"""The engine that loads what `--model` names, unless that is itself the name of an engine."""

SERVER = "gar-server"
"""The engine that asks the server whose address `--model` is."""


def describer_choice(
    setting: EngineChoice,
    *,
    model: str = "",
    engine: str = "",
    device: str = "",
    dtype: options.DType | None = None,
    download: bool = False,
    variant: str = "",
) -> EngineChoice:
    """Return what answers: `--model` names weights, an engine such as gar-nano, or a server."""
    if model and not engine and model in registry.available():
        model, engine = "", model
    if is_address(model) and not engine:
        engine = SERVER
    choice = options.choose(
        setting,
        name=engine or (GAR if model else ""),
        model=model,
        device=device,
        dtype=dtype,
        download=download,
    )
    return replace(choice, options=replace(choice.options, variant=variant))


@contextmanager
def segmenter_for(choice: EngineChoice) -> Iterator[Segmenter]:
    """Build a segmenter; it is closed at the end of the block.

    Raises:
        EngineError: it cannot be found or built.
    """
    engine = registry.build_segmenter(choice.name, choice.options)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def describer_for(choice: EngineChoice) -> Iterator[Describer]:
    """Build a describer; it is closed at the end of the block.

    Raises:
        EngineError: it cannot be found or built.
    """
    engine = registry.build_describer(choice.name, choice.options)
    try:
        yield engine
    finally:
        engine.close()


def cut_out(
    segmenter: Segmenter,
    image: ImageData,
    prompts: PromptSet,
    *,
    cancel: CancelToken,
    counter: RequestCounter,
) -> SegmentResult:
    """Return the candidates for `prompts`; see `Segmenter.segment` for what it raises."""
    segmenter.prepare(image, cancel)
    request = SegmentRequest(request_id=counter.take(), image_key=image.key, prompts=prompts)
    return segmenter.segment(image, request, cancel)


def info_json(info: EngineInfo) -> dict[str, object]:
    """Return who answered, for the JSON object."""
    return {
        "name": info.name,
        "revision": info.revision,
        "device": info.device,
        "licence": info.licence,
        "notice": info.notice,
    }
