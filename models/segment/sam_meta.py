"""SAM (Kirillov et al., "Segment Anything", 2023) through the `segment_anything` package."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gar_studio.annotation.mask import BoolArray
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.protocol import CancelToken, EngineInfo, RGBArray
from gar_studio.errors import EngineError
from gar_studio.language import tr
from models.device import resolve_device
from models.segment.embeddings import Embedding
from models.segment.sam_checkpoint import file_digest, load_sam
from models.segment.sam_enlarge import enlarged, enlarged_above
from models.segment.sam_network import cancelled_between, clear_errors
from models.segment.sam_prompts import Points, SamPrompts
from models.torch_setup import import_torchvision

import_torchvision()

from segment_anything.modeling import Sam  # noqa: E402 - needs torchvision first
from segment_anything.utils.transforms import ResizeLongestSide  # noqa: E402

_FEATURES = "features"


class MetaSam:
    """Fulfils `SamNetwork`: SAM ViT-B, L or H from Meta's own files.

    What `SamPredictor` does step by step for the one image it holds, for any image and without
    state; the steps and their numbers are the same.
    """

    def __init__(self, sam: Sam, info: EngineInfo) -> None:
        """Take a network that is on its device already, and what to say about it."""
        self.sam = sam
        self._info = info
        self._transform = ResizeLongestSide(sam.image_encoder.img_size)

    @classmethod
    def from_options(cls, options: EngineOptions) -> "MetaSam":
        """Load the checkpoint file `options.model`.

        Raises:
            CheckpointError: the file is missing, damaged, unsafe or not SAM's.
            EngineError: the device is not there or too small, or `options.dtype` is neither
                "auto" nor "float32".
        """
        if options.dtype not in ("auto", "float32"):
            raise EngineError(
                tr("SAM runs in float32, not in {dtype}.", dtype=options.dtype),
                advice=tr("Use auto or float32."),
            )
        device = resolve_device(options.device)
        path = Path(options.model).expanduser()
        sam, sizes = load_sam(path, variant=options.variant)
        with clear_errors():
            sam.to(device)
        info = EngineInfo(
            name=f"SAM {sizes.variant}",
            revision=file_digest(path),
            device=str(device),
            licence="Apache-2.0",
            encodes=True,
        )
        return cls(sam, info)

    @property
    def info(self) -> EngineInfo:
        """Who this is; the revision is the beginning of the checkpoint's SHA-256."""
        return self._info

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        device: torch.device = self.sam.device
        return device

    @property
    def logits_shape(self) -> tuple[int, int]:
        """(h, w) of the low-resolution logits."""
        height, width = self.sam.prompt_encoder.mask_input_size
        return int(height), int(width)

    def frame(self, *, height: int, width: int) -> tuple[int, int]:
        """Return the (rows, columns) of image pixels that the logits cover; see `SamNetwork`."""
        return max(height, width), max(height, width)

    def check_size(self, *, height: int, width: int) -> None:
        """Raise `EngineError` if the shorter side would vanish."""
        if min(height, width) * self._transform.target_length < max(height, width):
            raise EngineError(
                tr(
                    "An image of {width}×{height} pixels is too narrow for SAM.",
                    width=width,
                    height=height,
                ),
                advice=tr("Use GrabCut for it."),
            )

    @torch.no_grad()
    def encode(self, pixels: RGBArray, cancel: CancelToken) -> Embedding:
        """Encode an (H, W, 3) image; see `SamNetwork.encode`."""
        resized = torch.as_tensor(self._transform.apply_image(pixels), device=self.device)
        tensor = resized.permute(2, 0, 1).contiguous()[None]
        with cancelled_between(self.sam.image_encoder.blocks, cancel):
            return {_FEATURES: self.sam.image_encoder(self.sam.preprocess(tensor))}

    @torch.no_grad()
    def decode(
        self, embedding: Embedding, prompts: SamPrompts, *, height: int, width: int
    ) -> tuple[Tensor, list[float]]:
        """Run the mask decoder once for all of SAM's masks; see `SamNetwork.decode`."""
        size, device = (height, width), self.device
        points = box = mask = None
        if len(prompts.points):
            moved = self._transform.apply_coords(prompts.points, size)
            points = (
                torch.as_tensor(moved, dtype=torch.float, device=device)[None],
                torch.as_tensor(prompts.labels, dtype=torch.int, device=device)[None],
            )
        if prompts.box is not None:
            moved = self._transform.apply_boxes(prompts.box, size)
            box = torch.as_tensor(moved, dtype=torch.float, device=device)
        if prompts.logits is not None:
            logits = np.array(prompts.logits)  # torch warns of arrays that are read-only
            mask = torch.as_tensor(logits, dtype=torch.float, device=device)[None, None]
        sparse, dense = self.sam.prompt_encoder(points=points, boxes=box, masks=mask)
        low_res, scores = self._predict(embedding, sparse, dense)
        start = int(prompts.ambiguous)
        return low_res[0, start:], scores[0, start:].tolist()

    @torch.no_grad()
    def decode_points(
        self, embedding: Embedding, points: Points, *, height: int, width: int
    ) -> tuple[Tensor, Tensor]:
        """Decode points one by one, all together; see `SamNetwork.decode_points`."""
        moved = self._transform.apply_coords(points, (height, width))
        # In double precision, as `SamAutomaticMaskGenerator` gives them.
        coords = torch.as_tensor(moved, device=self.device)[:, None]
        labels = torch.ones(len(points), 1, dtype=torch.int, device=self.device)
        sparse, dense = self.sam.prompt_encoder(points=(coords, labels), boxes=None, masks=None)
        low_res, scores = self._predict(embedding, sparse, dense)
        return low_res[:, 1:], scores[:, 1:]

    @torch.no_grad()
    def enlarge(self, logits: Tensor, *, height: int, width: int, offset: float = 0.0) -> BoolArray:
        """Return the (H, W) mask of (h, w) logits; the steps are `Sam.postprocess_masks`'s."""
        side = self._transform.target_length
        inner = self._transform.get_preprocess_shape(height, width, side)
        square = enlarged(logits, (side, side))
        threshold = self.sam.mask_threshold + offset
        return enlarged_above(square[: inner[0], : inner[1]], (height, width), threshold)

    def _predict(
        self, embedding: Embedding, sparse: Tensor, dense: Tensor
    ) -> tuple[Tensor, Tensor]:
        low_res, scores = self.sam.mask_decoder.predict_masks(
            image_embeddings=embedding[_FEATURES],
            image_pe=self.sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
        )
        return low_res, scores
