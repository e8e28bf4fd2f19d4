"""Asks several things of any describer, together where it can."""

from collections.abc import Iterator, Sequence

from gar_studio.engines.description import (
    BatchDescriber,
    DescribeEvent,
    Describer,
    DescribeRequest,
    Finished,
    StopReason,
)
from gar_studio.engines.protocol import CancelToken, ImageData


def describe_many(
    describer: Describer,
    image: ImageData,
    requests: Sequence[DescribeRequest],
    cancels: Sequence[CancelToken],
    *,
    grouped: bool = False,
) -> Iterator[tuple[int, DescribeEvent]]:
    """Yield (index of the request, event), one by one from a describer that knows no batches.

    See `BatchDescriber.describe_many` for arguments and errors.
    """
    if isinstance(describer, BatchDescriber):
        yield from describer.describe_many(image, requests, cancels, grouped=grouped)
        return
    for index, (request, cancel) in enumerate(zip(requests, cancels, strict=True)):
        if cancel.cancelled:
            yield index, Finished("", StopReason.CANCELLED, 0, None, 0.0)
            continue
        for event in describer.describe(image, request, cancel):
            yield index, event
