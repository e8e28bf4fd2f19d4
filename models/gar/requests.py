"""Checks requests before anything is computed, and says in one sentence what failed."""

import torch

from gar_studio.engines.description import MAX_REGIONS, DescribeRequest, RegionInput
from gar_studio.engines.protocol import ImageData
from gar_studio.errors import EngineError, MaskError, RequestError

_MAX_TILES = 64


def check_request(image: ImageData, request: DescribeRequest, *, prompt_count: int) -> None:
    """Check what can be checked before anything is computed.

    Raises:
        RequestError: no region, too many, one that is named and not given, or limits that make
            no sense.
        MaskError: a mask is empty or of another size than the image.
    """
    if request.image_key != image.key:
        raise RequestError("The request is about another image.")
    most, count = min(MAX_REGIONS, prompt_count), len(request.regions)
    if count == 0:
        raise RequestError(
            "There is no region to ask about.", advice=f"Select one to {most} regions."
        )
    if count > most:
        raise RequestError(
            f"{count} regions are too many: GAR takes at most {most} at once, and "
            f"#{most + 1} is one more.",
            advice=f"Select one to {most} regions.",
        )
    ids = [region.region_id for region in request.regions]
    if len(set(ids)) != count:
        raise RequestError("A region was given twice.", advice="Select each region once.")
    if request.max_new_tokens < 1:
        raise RequestError("An answer needs at least one token.")
    if request.max_tiles is not None and not 1 <= request.max_tiles <= _MAX_TILES:
        raise RequestError(f"The number of tiles must lie between 1 and {_MAX_TILES}.")
    for number, region in enumerate(request.regions, start=1):
        _check_mask(image, region, number)


def _check_mask(image: ImageData, region: RegionInput, number: int) -> None:
    mask = region.mask
    if mask.size != (image.height, image.width):
        raise MaskError(
            f"The mask of region #{number} has {mask.width}×{mask.height} pixels, but the image "
            f"has {image.width}×{image.height}.",
            advice="Use a mask that was made on this image.",
        )
    if mask.is_empty:
        raise MaskError(
            f"The mask of region #{number} is empty.", advice="Draw the region, or leave it out."
        )


def is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """Return whether the memory ran out.

    torch has an error of its own for full graphics cards only; for full main memory it raises
    a plain RuntimeError of its CPU allocator.
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return "DefaultCPUAllocator" in str(error)


def engine_error(error: RuntimeError | MemoryError) -> EngineError:
    """Say in one sentence what torch's error means."""
    if is_out_of_memory(error):
        return EngineError(
            "There is not enough memory for this request.",
            kept="All regions and texts were kept.",
            advice="Close other programs, use fewer tiles, or run a smaller model.",
        )
    return EngineError(
        f"The model failed: {str(error).splitlines()[0] if str(error) else 'no reason given'}.",
        kept="All regions and texts were kept.",
        advice="Try again; run “gar-studio doctor” if it fails again.",
    )
