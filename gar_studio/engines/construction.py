"""How an engine is built: what a user may say about it, and what its factory says of itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from gar_studio.engines.description import Describer
from gar_studio.engines.segmentation import Segmenter


class EngineKind(StrEnum):
    """Which protocol an engine fulfils."""

    SEGMENT = "segment"
    DESCRIBE = "describe"


class ModelSource(StrEnum):
    """What `EngineOptions.model` is for an engine."""

    NONE = "none"
    FILE = "file"
    FOLDER = "folder"  # or a hub id
    ADDRESS = "address"  # of a server, such as http://192.168.1.20:8765


class ScribblePrompt(StrEnum):
    """What a SAM is given for a scribble; its networks know none."""

    CLICKS = "clicks"  # some of its points, far from each other
    MASK = "mask"  # the stroke, drawn into the mask prompt


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What a user may say about an engine to be built.

    Attributes:
        model: a file, a folder, a hub id or an address, or "" for the engine's default.
        device: "auto", "cpu", "cuda", "cuda:1", "mps".
        dtype: "auto", "float32", "bfloat16", "float16", "int8" or "int4".
        variant: the engine's own choice, such as SAM's "vit_b"; "" for automatic.
        allow_download: whether the hub may be reached; never without the user's word.
        cache_bytes: most memory for what is kept between requests, or None for a share of what
            is free.
        scribbles: what a SAM is given for scribbles.  Clicks, unless a measurement says otherwise
            (`python -m benchmarks.segmentation`): SAM was trained on clicks, and on masks that it
            had made itself, never on strokes.  Other engines take scribbles as they are.
        own_process: whether the engine runs in a process of its own, so that no crash of it and
            no want of memory takes the program with it.
    """

    model: str = ""
    device: str = "auto"
    dtype: str = "auto"
    variant: str = ""
    allow_download: bool = False
    cache_bytes: int | None = None
    scribbles: ScribblePrompt = ScribblePrompt.CLICKS
    own_process: bool = False


@runtime_checkable
class EngineFactory(Protocol):
    """Builds an engine.  Importing and listing factories imports no torch; `build` may."""

    @property
    def kind(self) -> EngineKind:
        """Which protocol the engine fulfils."""

    @property
    def title(self) -> str:
        """The name that people read."""

    @property
    def needs(self) -> str:
        """What it needs, in one line: files, packages, memory."""

    @property
    def model_source(self) -> ModelSource:
        """Where its weights come from."""

    def build(self, options: EngineOptions) -> Segmenter | Describer:
        """Build the engine.

        Raises:
            EngineError: a package, file or device is missing or unfit.
        """
