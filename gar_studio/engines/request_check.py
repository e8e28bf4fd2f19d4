"""Checks a request to a describer before anything is computed, on whatever side of a wire."""

from gar_studio.engines.description import MAX_REGIONS, DescribeRequest, RegionInput
from gar_studio.engines.protocol import ImageData
from gar_studio.errors import MaskError, RequestError
from gar_studio.language import tr

_MAX_TILES = 64


def check_request(
    image: ImageData, request: DescribeRequest, *, prompt_count: int = MAX_REGIONS
) -> None:
    """Check what can be checked before anything is computed.

    Args:
        image: what the request is about.
        request: what is asked.
        prompt_count: how many region prompts the network has.

    Raises:
        RequestError: no region, too many, one that is named and not given, or limits that make
            no sense.
        MaskError: a mask is empty or of another size than the image.
    """
    if request.image_key != image.key:
        raise RequestError(tr("The request is about another image."))
    most, count = min(MAX_REGIONS, prompt_count), len(request.regions)
    if count == 0:
        raise RequestError(
            tr("There is no region to ask about."),
            advice=tr("Select one to {most} regions.", most=most),
        )
    if count > most:
        raise RequestError(
            tr(
                "{count} regions are too many: GAR takes at most {most} at once, "
                "and #{next} is one more.",
                count=count,
                most=most,
                next=most + 1,
            ),
            advice=tr("Select one to {most} regions.", most=most),
        )
    ids = [region.region_id for region in request.regions]
    if len(set(ids)) != count:
        raise RequestError(tr("A region was given twice."), advice=tr("Select each region once."))
    if request.max_new_tokens < 1:
        raise RequestError(tr("An answer needs at least one token."))
    if request.max_tiles is not None and not 1 <= request.max_tiles <= _MAX_TILES:
        raise RequestError(
            tr("The number of tiles must lie between 1 and {max_tiles}.", max_tiles=_MAX_TILES)
        )
    for number, region in enumerate(request.regions, start=1):
        _check_mask(image, region, number)


def _check_mask(image: ImageData, region: RegionInput, number: int) -> None:
    mask = region.mask
    if mask.size != (image.height, image.width):
        raise MaskError(
            tr(
                "The mask of region #{number} has {width}×{height} pixels, but "
                "the image has {image_width}×{image_height}.",
                number=number,
                width=mask.width,
                height=mask.height,
                image_width=image.width,
                image_height=image.height,
            ),
            advice=tr("Use a mask that was made on this image."),
        )
    if mask.is_empty:
        raise MaskError(
            tr("The mask of region #{number} is empty.", number=number),
            advice=tr("Draw the region, or leave it out."),
        )
