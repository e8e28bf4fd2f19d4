"""Categories with everything below them: how names are checked, moved and merged.

Edits come in an order in which no two categories have one name at any moment, forwards as well as
backwards, because undo fits each step to the categories as they are then.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from gar_studio.annotation.category_names import depth_of, has_empty_part, is_within, moved, tidy
from gar_studio.annotation.colours import region_colour
from gar_studio.annotation.region import Category
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError
from gar_studio.language import tr

if TYPE_CHECKING:
    from gar_studio.document.document import Document

KEYS = "123456789"
"""The digits that assign categories."""


def branch(document: "Document", path: str) -> tuple[Category, ...]:
    """Return the category with this name and those below it, parents first.

    Raises:
        CommandError: there is none.
    """
    found = [c for c in document.categories() if is_within(c.name, path)]
    if not found:
        raise CommandError(tr("There is no category “{path}” any more.", path=path))
    return tuple(sorted(found, key=lambda category: depth_of(category.name)))


def new_categories(document: "Document", names: Collection[str]) -> tuple[Category, ...]:
    """Return new categories with ids, colours and, while there are any, keys of their own.

    Raises:
        CommandError: a name is empty, taken, or given twice.
    """
    taken = {category.name for category in document.categories()}
    used = {category.key for category in document.categories()}
    free = iter([digit for digit in KEYS if digit not in used])
    made: list[Category] = []
    for name in names:
        checked = checked_name(name, taken)
        taken.add(checked)
        category_id = document.reserve_id("category")
        made.append(Category(category_id, checked, region_colour(category_id - 1), next(free, "")))
    return tuple(made)


def rename_branch(document: "Document", path: str, new_path: str) -> tuple[Edit, ...]:
    """Give a category another path; what is below it goes along.

    Raises:
        CommandError: there is none, or a name would be empty or taken.
    """
    members = branch(document, path)
    own = {category.id for category in members}
    taken = {c.name for c in document.categories() if c.id not in own}
    new_path = checked_name(new_path, taken)
    downwards = is_within(new_path, path)
    return tuple(
        Edit(c, replace(c, name=checked_name(moved(c.name, old=path, new=new_path), taken)))
        for c in (reversed(members) if downwards else members)
    )


def merge_branch(document: "Document", path: str, target: Category) -> tuple[Edit, ...]:
    """Let a category take the place of another one; what is below that goes below the target.

    Where the target has a child of the same name, the two children are merged as well.

    Raises:
        CommandError: there is none, or it is the target itself.
    """
    if target.name == path:
        raise CommandError(tr("A category cannot be merged with itself."))
    members = branch(document, path)
    if is_within(target.name, path):  # it stays where it is, with what is below it
        members = tuple(c for c in members if not is_within(c.name, target.name))
    own = {category.id for category in members}
    others = {c.name: c for c in document.categories() if c.id not in own}
    return tuple(_merged(c, path, target, others) for c in members)


def checked_name(name: str, taken: Collection[str]) -> str:
    """Return a name tidied.

    Raises:
        CommandError: it is empty, has an empty part, or is taken.
    """
    cleaned = tidy(name)
    if not cleaned:
        raise CommandError(tr("A category needs a name."))
    if has_empty_part(cleaned):
        raise CommandError(
            tr("A part of the name “{cleaned}” is empty.", cleaned=cleaned),
            advice=tr("Write a parent and a child as “animal/dog”."),
        )
    if cleaned in taken:
        raise CommandError(
            tr("There is a category “{cleaned}” already.", cleaned=cleaned),
            advice=tr("Choose another name, or merge the two categories."),
        )
    return cleaned


def _merged(category: Category, path: str, target: Category, others: dict[str, Category]) -> Edit:
    if category.name == path:
        return Edit(category, replace(category, merged_into=target.id, key=""))
    name = moved(category.name, old=path, new=target.name)
    namesake = others.get(name)
    if namesake is None:
        return Edit(category, replace(category, name=name))
    return Edit(category, replace(category, merged_into=namesake.id, key=""))
