"""Small pictures, requests, and the sizes of a small SAM."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.engines.segmentation import Candidate, Segmenter, SegmentRequest, SegmentResult
from models.segment.sam_checkpoint import SamSizes, build_network
from models.segment.sam_network import SamNetwork
from models.segment.sam_prompts import SamPrompts, with_earlier_mask

SMALL = SamSizes(
    image_size=256,
    patch_size=16,
    width=32,
    depth=3,
    heads=4,
    mlp_width=64,
    window=5,
    global_blocks=(1,),
    prompt_width=32,
    mask_channels=8,
    decoder_depth=1,
    decoder_mlp_width=48,
    masks=3,
    iou_depth=2,
    iou_width=24,
)


def write_small_sam(path: Path) -> None:
    """Write the checkpoint of a small SAM; its weights are random, so its masks mean nothing."""
    torch.manual_seed(2)
    network = build_network(SMALL)
    for name, weight in network.state_dict().items():
        if weight.ndim > 1 and "embed" not in name:
            weight.copy_(torch.randn_like(weight) * 0.3)
    torch.save(network.state_dict(), path)


def picture(seed: int = 0, *, height: int = 60, width: int = 90) -> ImageData:
    """A grey gradient with noise and a few discs of other colours."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:height, :width]
    pixels = np.repeat((60 + columns)[..., None], 3, axis=2).astype(float)
    for _ in range(4):
        x, y = random.uniform(0, width), random.uniform(0, height)
        radius = random.uniform(0.1, 0.3) * min(height, width)
        inside = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
        pixels[inside] = random.uniform(0, 255, 3)
    pixels += random.normal(0, 6, pixels.shape)
    return image_of(np.clip(pixels, 0, 255).astype(np.uint8), key=f"picture {seed}")


def image_of(pixels: npt.NDArray[np.uint8], *, key: str = "image") -> ImageData:
    """Wrap pixels as an engine gets them: read-only."""
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return ImageData(key=key, pixels=pixels)


def ask(
    engine: Segmenter,
    image: ImageData,
    prompts: PromptSet,
    *,
    previous: Candidate | None = None,
    cancel: CancelToken | None = None,
) -> SegmentResult:
    """Send one request."""
    request = SegmentRequest(request_id=7, image_key=image.key, prompts=prompts, previous=previous)
    return engine.segment(image, request, cancel or CancelToken())


def assert_put_where_it_lies(network: SamNetwork, size: tuple[int, int]) -> None:
    """Assert that the logits of a mask, enlarged again, are about that mask."""
    height, width = size
    rows, columns = np.mgrid[:height, :width]
    inside = (columns - 0.6 * width) ** 2 + (rows - 0.4 * height) ** 2 < (0.3 * min(size)) ** 2
    empty = SamPrompts(np.zeros((0, 2)), np.zeros(0, np.int64), None, None, ambiguous=True)
    prompts = with_earlier_mask(
        empty,
        Mask.from_array(inside),
        shape=network.logits_shape,
        frame=network.frame(height=height, width=width),
    )
    assert prompts.logits is not None
    assert prompts.logits.shape == network.logits_shape
    assert not prompts.ambiguous
    found = network.enlarge(torch.from_numpy(prompts.logits), height=height, width=width)
    assert (found & inside).sum() / (found | inside).sum() > 0.85
