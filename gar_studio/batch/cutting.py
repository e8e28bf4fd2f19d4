"""Regions for a batch: found by a segmenter, or cut out inside boxes."""

from enum import StrEnum

from gar_studio.annotation.mask import Mask
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


def boxes_of(document: Document, image_id: int) -> tuple[Region, ...]:
    """Return an image's regions that are cut out; see `is_box`."""
    return tuple(region for region in document.regions(image_id) if is_box(region))


def cut(
    document: Document,
    image_id: int,
    image: ImageData,
    segmenter: Segmenter,
    *,
    mode: SegmentMode,
    cancel: CancelToken,
    counter: RequestCounter,
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
        masks = search(image, segmenter, cancel=cancel, counter=counter)
        keep_found(document, image_id, masks, segmenter.info)
        return len(masks)
    boxes = boxes_of(document, image_id)
    for region in boxes:
        mask = inside(region.mask, image, segmenter, cancel=cancel, counter=counter)
        keep_cut(document, region, mask, segmenter.info)
    return len(boxes)


def search(
    image: ImageData, segmenter: Segmenter, *, cancel: CancelToken, counter: RequestCounter
) -> tuple[Mask, ...]:
    """Return the masks of all that a prepared segmenter finds, best first, none of them empty.

    Raises:
        Cancelled: the token was cancelled.
        EngineError: the engine failed, or cannot find things by itself.
    """
    request = EverythingRequest(counter.take(), image.key)
    result = segmenter.everything(image, request, cancel, _ignore)
    return tuple(one.mask for one in result.candidates if not one.mask.is_empty)


def inside(
    box: Mask,
    image: ImageData,
    segmenter: Segmenter,
    *,
    cancel: CancelToken,
    counter: RequestCounter,
) -> Mask:
    """Return what a prepared segmenter cuts out inside a filled box, or the box if it is nothing.

    Raises:
        Cancelled: the token was cancelled.
        EngineError: the engine failed.
    """
    cancel.check()
    x, y, width, height = box.box
    prompts = PromptSet(box=Box(x, y, x + width, y + height))
    wanted = SegmentRequest(counter.take(), image.key, prompts, most=1)
    found = segmenter.segment(image, wanted, cancel).candidates
    return box if not found or found[0].mask.is_empty else found[0].mask


def keep_found(
    document: Document, image_id: int, masks: tuple[Mask, ...], info: EngineInfo
) -> None:
    """Write what was found on an image, and that it has been searched.

    Raises:
        StoreError: the project cannot be written.
    """
    if masks:
        document.do(AddRegions(image_id, masks, _provenance(info, _EVERYTHING)))
    document.notes.put(f"{_SEARCHED}{image_id}", utc_now())


def keep_cut(document: Document, region: Region, mask: Mask, info: EngineInfo) -> None:
    """Write what was cut out inside a region that was a box.

    Raises:
        StoreError: the project cannot be written.
    """
    origin = _provenance(info, INSIDE_BOX)
    name = "cut out inside the box"
    document.do(SetMask(region.image_id, region.id, mask, origin, name=name))


def _provenance(info: EngineInfo, prompt: str) -> Provenance:
    return Provenance(info.name, info.revision, prompt, utc_now())


def _ignore(_: Progress) -> None:
    """Take no notice: an image's own progress is too fine for a batch."""
