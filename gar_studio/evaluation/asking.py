"""Asks a describer the items of a benchmark that have no answer yet."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gar_studio.engines.description import Describer, StopReason
from gar_studio.engines.protocol import CancelToken, RequestCounter
from gar_studio.errors import GarStudioError
from gar_studio.evaluation.bench import BenchItem
from gar_studio.evaluation.journal import Journal, Kept
from gar_studio.verification.checkout import Checkout
from gar_studio.verification.compare import as_released, ask


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that has no answer, and why."""

    item: BenchItem
    why: str


def ask_items(
    describer: Describer,
    items: tuple[BenchItem, ...],
    journal: Journal,
    *,
    images: Checkout,
    max_new_tokens: int,
    max_tiles: int | None,
    cancel: CancelToken,
    progress: Callable[[int], None],
) -> tuple[Failure, ...]:
    """Ask what the journal does not have; what fails is returned, and the others go on.

    Args:
        describer: who is asked.
        items: what is asked; those with too many regions are passed over.
        journal: keeps each answer as soon as it is there.
        images: the folder that the items' images lie in, and no other is read.
        max_new_tokens: most tokens of an answer.
        max_tiles: most image tiles, or None for the model's own.
        cancel: stops the answer under way, which is then not kept.
        progress: called with the number of items done, before each one and at the end.

    Raises:
        JournalError: an answer cannot be kept.
    """
    counter = RequestCounter()
    failures: list[Failure] = []
    for done, item in enumerate(items):
        progress(done)
        if item.too_many or item.key in journal.kept:
            continue
        if cancel.cancelled:
            break
        started = time.monotonic()
        try:
            loaded = item.load(images)
            finished, _ = ask(
                describer,
                loaded,
                max_new_tokens=max_new_tokens,
                max_tiles=max_tiles,
                cancel=cancel,
                request_id=counter.take(),
            )
        except GarStudioError as error:
            failures.append(Failure(item, f"{error.what} {error.advice}".rstrip()))
            continue
        if finished.reason is StopReason.CANCELLED:
            break
        cut_off = finished.reason is StopReason.LENGTH
        output = as_released(finished.text, loaded)
        journal.add(Kept(item.key, output, cut_off, round(time.monotonic() - started, 3)))
    else:
        progress(len(items))
    return tuple(failures)
