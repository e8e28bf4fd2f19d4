"""Asks several things of any describer, together where it can."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from gar_studio.engines.description import (
    BatchDescriber,
    DescribeEvent,
    Describer,
    DescribeRequest,
    Finished,
    PhotosDescriber,
    Question,
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


def describe_photos(
    describer: Describer, questions: Sequence[Question], *, grouped: bool = False
) -> Iterator[tuple[int, DescribeEvent]]:
    """Yield (index of the question, event), image by image from one that knows no better.

    See `PhotosDescriber.describe_photos` for arguments and errors.
    """
    if isinstance(describer, PhotosDescriber):
        yield from describer.describe_photos(questions, grouped=grouped)
        return
    start = 0
    for _, about_one in groupby(questions, key=lambda asked: id(asked.image)):
        part = list(about_one)
        events = describe_many(
            describer,
            part[0].image,
            [asked.request for asked in part],
            [asked.cancel for asked in part],
            grouped=grouped,
        )
        for index, event in events:
            yield start + index, event
        start += len(part)
