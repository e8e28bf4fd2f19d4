"""The entry points of the segmenters.  Importing this imports neither torch nor OpenCV."""

from dataclasses import dataclass

from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.protocol import Segmenter
from gar_studio.errors import EngineError


@dataclass(frozen=True, slots=True)
class GrabCutFactory:
    """Builds `models.segment.grabcut.GrabCutSegmenter`."""

    kind: EngineKind = EngineKind.SEGMENT
    title: str = "GrabCut"
    needs: str = "nothing: no weights, no graphics card"
    model_source: ModelSource = ModelSource.NONE

    def build(self, options: EngineOptions) -> Segmenter:
        """Build the engine; it has no options and runs on the CPU.

        Raises:
            EngineError: OpenCV is missing.
        """
        del options
        try:
            from models.segment.grabcut import GrabCutSegmenter  # noqa: PLC0415
        except ImportError as error:
            raise EngineError(
                f"OpenCV cannot be loaded: {error}.",
                advice="Install it with “pip install opencv-python-headless”.",
            ) from error
        return GrabCutSegmenter()


@dataclass(frozen=True, slots=True)
class SamFactory:
    """Builds `models.segment.sam.SamSegmenter`."""

    kind: EngineKind = EngineKind.SEGMENT
    title: str = "Segment Anything (SAM)"
    needs: str = "a sam_vit_b, sam_vit_l or sam_vit_h .pth file (0.4 to 2.6 GB)"
    model_source: ModelSource = ModelSource.FILE

    def build(self, options: EngineOptions) -> Segmenter:
        """Build the engine from the checkpoint file `options.model`.

        `options.variant` may be "vit_b", "vit_l" or "vit_h"; "" reads it from the weights.
        The network runs in float32 (`options.dtype` "auto" or "float32").

        Raises:
            CheckpointError: the file is missing, damaged, unsafe or not SAM's.
            EngineError: no file is named, a package or device is missing, or `options.dtype`
                is another one.
        """
        if not options.model:
            raise EngineError(
                "SAM needs a checkpoint file: sam_vit_b, sam_vit_l or sam_vit_h, "
                "each ending in .pth.",
                advice="Give its path with “--sam FILE” on the command line "
                "or under Tools > Engines in the window.",
            )
        try:
            from models.segment.sam import SamSegmenter  # noqa: PLC0415
        except ImportError as error:
            raise EngineError(
                f"SAM's packages cannot be loaded: {error}.",
                advice="Install them with “pip install torch torchvision segment-anything”.",
            ) from error
        return SamSegmenter.from_options(options)


GRABCUT = GrabCutFactory()
SAM = SamFactory()
