"""Regions for a batch: found by a segmenter, or cut out inside boxes."""

from collections.abc import Callable
from enum import StrEnum

from gar_studio.annotation.prompts import Box, PromptSet
from gar_studio.annotation.region import Provenance, Region, utc_now
from gar_studio.document.commands import AddRegions, SetMask
from gar_studio.document.document import Document
from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress, RequestCounter
from gar_studio.engines.segmentation import EverythingRequest, Segmenter, SegmentRequest

INSIDE_BOX = "batch: the box"
"""`Provenance.prompt` of what was cut out inside a box."""

_EVERYTHING = "batch: everything"
_SEARCHED = "batch.searched."


class SegmentMode(StrEnum):
    """Where a batch's regions come from."""

    GIVEN = "given"
    BOXES = "boxes"
    EVERYTHING = "everything"


def wants_cutting(document: Document, image_id: int, mode: SegmentMode) -> bool:
    """Whether a segmenter has something to do on an image."""
    if mode is SegmentMode.EVERYTHING:
        searched = document.notes.get(f"{_SEARCHED}{image_id}")
        return not document.region_count(image_id) and not searched
    if mode is SegmentMode.BOXES:
        return any(is_box(region) for region in document.regions(image_id))
    return False


def is_box(region: Region) -> bool:
    """Whether a region is a filled box that may be cut out: not locked, and not tried before."""
    _, _, width, height = region.mask.box
    filled = region.mask.area == width * height
    return filled and not region.locked and region.provenance.prompt != INSIDE_BOX


def cut(
    document: Document,
    image_id: int,
    image: ImageData,
    segmenter: Segmenter,
    *,
    mode: SegmentMode,
    cancel: CancelToken,
    counter: RequestCounter,
    progress: Callable[[Progress], None],
) -> int:
    """Find an image's regions, or cut its boxes out; each step is in the project at once.

    Returns:
        How many regions there are now that were not, or have another mask.

    Raises:
        Cancelled: the token was cancelled.
        EngineError: the engine failed, or cannot find things by itself.
        StoreError: the project cannot be written.
    """
    segmenter.prepare(image, cancel)
    if mode is SegmentMode.EVERYTHING:
        request = EverythingRequest(counter.take(), image.key)
        result = segmenter.everything(image, request, cancel, progress)
        masks = tuple(one.mask for one in result.candidates if not one.mask.is_empty)
        if masks:
            document.do(AddRegions(image_id, masks, _provenance(segmenter.info, _EVERYTHING)))
        document.notes.put(f"{_SEARCHED}{image_id}", utc_now())
        return len(masks)
    boxes = [region for region in document.regions(image_id) if is_box(region)]
    for region in boxes:
        cancel.check()
        x, y, width, height = region.mask.box
        prompts = PromptSet(box=Box(x, y, x + width, y + height))
        wanted = SegmentRequest(counter.take(), image.key, prompts, most=1)
        found = segmenter.segment(image, wanted, cancel).candidates
        empty = not found or found[0].mask.is_empty
        mask = region.mask if empty else found[0].mask  # a box that holds nothing stays a box
        origin = _provenance(segmenter.info, INSIDE_BOX)
        document.do(SetMask(image_id, region.id, mask, origin, name="cut out inside the box"))
    return len(boxes)


def _provenance(info: EngineInfo, prompt: str) -> Provenance:
    return Provenance(info.name, info.revision, prompt, utc_now())
