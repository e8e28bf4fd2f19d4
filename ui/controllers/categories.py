"""Gives regions a category by its name."""

from collections.abc import Iterable

from gar_studio.annotation.category_names import tidy
from gar_studio.annotation.region import Category
from gar_studio.document.commands import AssignNewCategory, SetCategory
from ui.desk import Desk


def assign_category(desk: Desk, region_ids: Iterable[int], name: str) -> Category | None:
    """Give regions of the image in view the category of this name, made if it is new.

    Returns:
        The category; None if there is nothing to assign or it could not be made.
    """
    document, image_id = desk.document, desk.image_id
    chosen, name = tuple(region_ids), tidy(name)
    if document is None or image_id is None or not chosen or not name:
        return None
    known = next((c for c in document.categories() if c.name == name), None)
    if known is not None:
        desk.do(SetCategory(image_id, chosen, known.id))
        return known
    changes = desk.do(AssignNewCategory(image_id, chosen, name))
    return next((edit.after for edit in changes if isinstance(edit.after, Category)), None)
