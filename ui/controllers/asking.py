"""Which regions a question is about, and which have no words yet."""

from collections.abc import Collection, Iterable

from gar_studio.annotation.mentions import mentioned_ids
from gar_studio.annotation.region import Region
from gar_studio.engines.description import MAX_REGIONS, Task
from gar_studio.language import tr
from ui.desk import Desk


def by_id(desk: Desk, region_ids: Iterable[int]) -> tuple[Region, ...]:
    """Return the regions in view with these ids, in the order given; others are left out."""
    present = {region.id: region for region in desk.regions()}
    return tuple(present[i] for i in region_ids if i in present)


def named(desk: Desk, shown: str) -> tuple[int, ...]:
    """Return the ids of the regions that a question names as `#1`, each once."""
    if desk.document is None or desk.image_id is None:
        return ()
    return tuple(dict.fromkeys(mentioned_ids(desk.document.stored(desk.image_id, shown))))


def undescribed(desk: Desk, awaited: Collection[int]) -> tuple[Region, ...]:
    """Return the regions in view without caption and draft.

    Args:
        desk: what is in view.
        awaited: ids of regions whose description is awaited; they are left out.
    """
    document, image_id = desk.document, desk.image_id
    if document is None or image_id is None:
        return ()
    drafts = {
        region_id
        for exchange in document.exchanges(image_id)
        if exchange.task == Task.DESCRIBE and not exchange.accepted
        for region_id in exchange.region_ids
    }
    known = drafts.union(awaited)
    return tuple(r for r in desk.regions() if r.caption is None and r.id not in known)


def too_many(desk: Desk, shown: str) -> str:
    """Say that a question would be about more regions than fit, or return "".

    Args:
        desk: what is in view and selected.
        shown: the question so far, with `#1` for regions; without any it is about the selection.
    """
    count = len(named(desk, shown))
    if count > MAX_REGIONS:
        return tr(
            "GAR takes {max_regions} regions, the question names {count}.",
            max_regions=MAX_REGIONS,
            count=count,
        )
    selected = len(desk.selection)
    if count == 0 and selected > MAX_REGIONS:
        return tr(
            "GAR takes {max_regions} regions, {selected} are selected. "
            "Describe takes them one by one.",
            max_regions=MAX_REGIONS,
            selected=selected,
        )
    return ""


def too_many_regions(count: int) -> str:
    """Say that a question is about too many regions."""
    return tr(
        "{count} regions are too many for one question; GAR takes {max_regions}.",
        count=count,
        max_regions=MAX_REGIONS,
    )
