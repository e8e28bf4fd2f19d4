"""The entry points of the segmenters.  Importing this imports neither torch nor OpenCV."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gar_studio.engines.construction import EngineKind, EngineOptions, ModelSource
from gar_studio.engines.segmentation import Segmenter
from gar_studio.errors import EngineError
from gar_studio.language import mark, tr
from gar_studio.settings import cache_folder
from models.preloading import preload_torch

if TYPE_CHECKING:
    from models.segment.embeddings import EmbeddingStore


@dataclass(frozen=True, slots=True)
class GrabCutFactory:
    """Builds `models.segment.grabcut.GrabCutSegmenter`."""

    kind: EngineKind = EngineKind.SEGMENT
    title: str = "GrabCut"
    needs: str = mark("nothing: no weights, no graphics card")
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
                tr("OpenCV cannot be loaded: {error}.", error=error),
                advice=tr("Install it with “pip install opencv-python-headless”."),
            ) from error
        return GrabCutSegmenter()


@dataclass(frozen=True, slots=True)
class SamFactory:
    """Builds `models.segment.sam.SamSegmenter` with Meta's own files."""

    kind: EngineKind = EngineKind.SEGMENT
    title: str = mark("Segment Anything (SAM)")
    needs: str = mark("a sam_vit_b, sam_vit_l or sam_vit_h .pth file (0.4 to 2.6 GB)")
    model_source: ModelSource = ModelSource.FILE

    def build(self, options: EngineOptions) -> Segmenter:
        """Build the engine from the checkpoint file `options.model`.

        `options.variant` may be "vit_b", "vit_l" or "vit_h"; "" reads it from the weights.
        The network runs in float32 (`options.dtype` "auto" or "float32"), and gets clicks or a
        mask prompt for scribbles (`options.scribbles`).

        Raises:
            CheckpointError: the file is missing, damaged, unsafe or not SAM's.
            EngineError: no file is named, a package or device is missing, or `options.dtype`
                is another one.
        """
        if not options.model:
            raise EngineError(
                tr(
                    "SAM needs a checkpoint file: sam_vit_b, sam_vit_l or "
                    "sam_vit_h, each ending in .pth."
                ),
                advice=tr(
                    "Give its path with “--sam FILE” on the command line or under "
                    "Tools > Models in the window."
                ),
            )
        preload_torch()
        try:
            from models.segment.sam import SamSegmenter  # noqa: PLC0415
            from models.segment.sam_meta import MetaSam  # noqa: PLC0415
        except ImportError as error:
            raise EngineError(
                tr("SAM's packages cannot be loaded: {error}.", error=error),
                advice=tr("Install them with “pip install torch torchvision segment-anything”."),
            ) from error
        network = MetaSam.from_options(options)
        return SamSegmenter(network, _store(options), scribbles=options.scribbles)


@dataclass(frozen=True, slots=True)
class HubSamFactory:
    """Builds `models.segment.sam.SamSegmenter` with a folder or hub id in transformers' layout."""

    kind: EngineKind = EngineKind.SEGMENT
    title: str = mark("SAM 2, SAM-HQ or SAM (folder or hub)")
    needs: str = mark("a folder or hub id, such as facebook/sam2.1-hiera-tiny (0.2 to 2.6 GB)")
    model_source: ModelSource = ModelSource.FOLDER

    def build(self, options: EngineOptions) -> Segmenter:
        """Build the engine from the folder or hub id `options.model`.

        The network gets clicks or a mask prompt for scribbles (`options.scribbles`).

        Raises:
            CheckpointError: it is missing, damaged, unsafe or no SAM.
            EngineError: none is named, or a package or device is missing.
        """
        if not options.model:
            raise EngineError(
                tr("This engine needs a folder or a hub id with a SAM, SAM-HQ or SAM 2."),
                advice=tr(
                    "Give it with “--sam FOLDER” on the command line or under "
                    "Tools > Models in the window."
                ),
            )
        preload_torch()
        try:
            from models.segment.sam import SamSegmenter  # noqa: PLC0415
            from models.segment.sam_hub import HubSam  # noqa: PLC0415
        except ImportError as error:
            raise EngineError(
                tr("SAM's packages cannot be loaded: {error}.", error=error),
                advice=tr("Install them with “pip install torch torchvision transformers”."),
            ) from error
        network = HubSam.from_options(options)
        return SamSegmenter(network, _store(options), scribbles=options.scribbles)


def _store(options: EngineOptions) -> "EmbeddingStore":
    from models.segment.embeddings import MEMORY_BYTES, EmbeddingStore  # noqa: PLC0415

    memory = MEMORY_BYTES if options.cache_bytes is None else options.cache_bytes
    return EmbeddingStore(cache_folder() / "embeddings", memory_bytes=memory)


GRABCUT = GrabCutFactory()
SAM = SamFactory()
SAM_HUB = HubSamFactory()
