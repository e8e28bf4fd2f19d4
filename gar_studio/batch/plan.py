"""What a batch asks about an image, and what of it the project has already.

The project is the journal: an item is done when its answer is in it, about the same regions with
the same masks, in the same words.  So a batch can be broken off at any moment and started again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from gar_studio.annotation.exchange import AskedRegion, Exchange
from gar_studio.annotation.mentions import mentioned_ids, unknown_numbers
from gar_studio.annotation.region import Region
from gar_studio.document.document import Document
from gar_studio.engines.description import (
    MAX_REGIONS,
    DescribeRequest,
    RegionInput,
    StopReason,
    Task,
)
from gar_studio.engines.protocol import EngineInfo, ImageData
from gar_studio.errors import MaskError
from gar_studio.language import tr

BRIEF = "Describe this masked region in one sentence."
"""A short wording (gar.md, Tokens: training used "in one sentence" among others)."""

EACH = "#n"
"""Stands in a question for each region in turn."""

_EACH = re.compile(r"(?<![A-Za-z0-9_&#])#n(?![A-Za-z0-9_])")
_WHOLE = frozenset({StopReason.END.value, StopReason.LENGTH.value})


class BatchTask(StrEnum):
    """What is asked of each image."""

    DESCRIBE = "describe"
    BRIEF = "brief"
    RELATE = "relate"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Job:
    """What a batch asks.

    Attributes:
        task: describe and brief are about each region without a caption; relate is about all
            regions of an image, in groups of up to five; ask is about the regions that the
            question names as `#1`, or about each region in turn.
        question: for `ASK`, with `#1` for an image's first region and `#n` for each in turn.
        by: count only this engine's answers as done; None for anybody's.
        grouped: describe up to five regions in one conversation; faster, and the words may differ.
        max_new_tokens: most tokens of an answer.
        max_tiles: most image tiles, or None for the model's own.
    """

    task: BatchTask
    question: str = ""
    by: EngineInfo | None = None
    grouped: bool = False
    max_new_tokens: int = 1024
    max_tiles: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question about regions of one image; `question` has mentions in stored form."""

    task: Task
    regions: tuple[RegionInput, ...]
    question: str

    @property
    def asked(self) -> tuple[AskedRegion, ...]:
        """The regions with the versions of their masks."""
        return tuple(AskedRegion(one.region_id, one.mask.version) for one in self.regions)


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """What is to be asked about an image.

    Attributes:
        image_id: the image.
        items: what has no answer yet.
        done: items that are answered.
        captioned: regions that have a caption, and so are not described.
        unfit: questions that cannot be asked here: too few regions, or more than five.
    """

    image_id: int
    items: tuple[Item, ...]
    done: int = 0
    captioned: int = 0
    unfit: int = 0


def plan_image(document: Document, image_id: int, job: Job) -> ImagePlan:
    """Return what a job asks about an image, as the project is now."""
    regions = document.regions(image_id)
    captioned = unfit = 0
    if job.task in {BatchTask.DESCRIBE, BatchTask.BRIEF}:
        bare = [region for region in regions if region.caption is None]
        captioned = len(regions) - len(bare)
        words = BRIEF if job.task is BatchTask.BRIEF else ""
        items = [_item(Task.DESCRIBE, (region,), words) for region in bare]
    elif job.task is BatchTask.RELATE:
        items = [_item(Task.RELATE, group, "") for group in _groups(regions)]
        unfit = int(len(regions) == 1)
    else:
        items, unfit = _questions(document, image_id, job.question)
    answered = {
        (one.task, one.question, one.regions)
        for one in document.exchanges(image_id)
        if _counts(one, job.by)
    }
    left = [one for one in items if (one.task.value, one.question, one.asked) not in answered]
    return ImagePlan(image_id, tuple(left), len(items) - len(left), captioned, unfit)


def misfit(item: Item, *, height: int, width: int) -> MaskError | None:
    """Return why an item cannot be asked about a photo of a size, or None if it can."""
    if {one.mask.size for one in item.regions} != {(height, width)}:
        return MaskError(
            tr(
                "A mask has another size than the photo ({width}×{height}).",
                width=width,
                height=height,
            )
        )
    if any(one.mask.is_empty for one in item.regions):
        return MaskError(tr("A mask is empty."))
    return None


def request_for(item: Item, image: ImageData, job: Job, request_id: int) -> DescribeRequest:
    """Return the request that asks an item."""
    return DescribeRequest(
        request_id=request_id,
        image_key=image.key,
        task=item.task,
        regions=item.regions,
        question=item.question,
        max_new_tokens=job.max_new_tokens,
        max_tiles=job.max_tiles,
    )


def _counts(exchange: Exchange, by: EngineInfo | None) -> bool:
    if exchange.reason not in _WHOLE:
        return False
    said = exchange.provenance
    return by is None or (said.model, said.revision) == (by.name, by.revision)


def _questions(document: Document, image_id: int, question: str) -> tuple[list[Item], int]:
    """Return the questions that can be asked about an image, and how many cannot."""
    regions = {region.id: region for region in document.regions(image_id)}
    numbers = document.numbers(image_id)
    shown = [question]
    if _EACH.search(question) or not _names_any(question):
        shown = [_EACH.sub(f"#{number}", question) for number in numbers.values()]
    items: list[Item] = []
    unfit = 0
    for region_id, words in zip(numbers, shown, strict=False):
        stored = document.stored(image_id, words)
        ids = tuple(dict.fromkeys(mentioned_ids(stored))) or (region_id,)
        if unknown_numbers(words, numbers.values()) or len(ids) > MAX_REGIONS:
            unfit += 1
            continue
        items.append(_item(Task.ASK, [regions[one] for one in ids], stored))
    return items, unfit


def _names_any(question: str) -> bool:
    return bool(unknown_numbers(question, ()))


def _item(task: Task, regions: Sequence[Region], question: str) -> Item:
    return Item(task, tuple(RegionInput(one.id, one.mask) for one in regions), question)


def _groups(regions: Sequence[Region]) -> list[Sequence[Region]]:
    """Split an image's regions into as few groups of two to five as there can be."""
    if len(regions) < 2:
        return []
    count = -(-len(regions) // MAX_REGIONS)
    ends = [len(regions) * number // count for number in range(count + 1)]
    return [regions[start:end] for start, end in pairwise(ends)]
