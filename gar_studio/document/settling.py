"""Fits categories that undo and redo bring back to the categories that there are by then.

Undo runs image by image, but categories belong to all images: since a step was done, a step of
another image may have taken its name or key, or may have removed what it was merged into.
"""

from collections.abc import Mapping
from dataclasses import replace

from gar_studio.annotation.region import Category


def settle(
    wanted: Category, *, current: Category | None, categories: Mapping[int, Category]
) -> Category:
    """Return `wanted`, changed as little as keeps names and keys unique and merges in order.

    Args:
        wanted: the category as the step would write it.
        current: the same category as it is now; None where it does not exist.
        categories: all categories as they are now, merged ones too.

    Returns:
        A category whose merge, if any, leads to a category that exists.  A name that another
        category has by now is not taken back; a category that would come back under such a name
        is merged into that other one.
    """
    if wanted.merged_into is not None:
        if _leads_somewhere(wanted, categories):
            return wanted
        wanted = replace(wanted, merged_into=None)
    others = [c for c in categories.values() if c.merged_into is None and c.id != wanted.id]
    namesake = next((other for other in others if other.name == wanted.name), None)
    if namesake is not None:
        if current is None or current.merged_into is not None:
            return replace(wanted, merged_into=namesake.id, key="")
        wanted = replace(wanted, name=current.name)
    if any(other.key == wanted.key for other in others):
        return replace(wanted, key="")
    return wanted


def _leads_somewhere(merged: Category, categories: Mapping[int, Category]) -> bool:
    """Whether the chain of merges ends at a category that is there, and not at its start."""
    passed = {merged.id}
    target = merged.merged_into
    while target is not None:
        if target in passed or target not in categories:
            return False
        passed.add(target)
        target = categories[target].merged_into
    return True
