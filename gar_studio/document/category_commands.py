"""What is done to whole branches of categories, and to many categories at once."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gar_studio.annotation.region import DEFAULT_CATEGORY_ID
from gar_studio.document.branches import branch, merge_branch, new_categories, rename_branch
from gar_studio.document.edits import Edit
from gar_studio.errors import CommandError
from gar_studio.language import mark, tr

if TYPE_CHECKING:
    from gar_studio.document.document import Document


@dataclass(frozen=True, slots=True)
class RenameBranch:
    """Gives a category, or a parent that is none itself, another path; children go along."""

    path: str
    new_path: str
    image_id: int | None = None
    name: str = mark("rename category")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        return rename_branch(document, self.path, self.new_path)


@dataclass(frozen=True, slots=True)
class MergeBranch:
    """Lets one category take the place of another; children go along."""

    path: str
    target_id: int
    image_id: int | None = None
    name: str = mark("merge categories")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        return merge_branch(document, self.path, document.category(self.target_id))


@dataclass(frozen=True, slots=True)
class DeleteBranch:
    """Deletes a category and those below it; their regions get the first category.

    A deleted category is merged into the first one, so that deleting it from a million regions
    is one small change and can be undone.
    """

    path: str
    image_id: int | None = None
    name: str = mark("delete category")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`.

        Raises:
            CommandError: there is none, or the first category is among them.
        """
        heir = document.category(DEFAULT_CATEGORY_ID)
        members = branch(document, self.path)
        if heir in members:
            raise CommandError(
                tr(
                    "“{name}” is for regions without another category and cannot be deleted.",
                    name=heir.name,
                ),
                advice=tr("Rename it, or merge it into another one."),
            )
        return tuple(Edit(c, replace(c, merged_into=heir.id, key="")) for c in members)


@dataclass(frozen=True, slots=True)
class ImportCategories:
    """Creates those of the named categories that the project does not have, in one step."""

    names: tuple[str, ...]
    image_id: int | None = None
    name: str = mark("import categories")

    def edits(self, document: "Document") -> tuple[Edit, ...]:
        """See `Command.edits`."""
        present = {category.name for category in document.categories()}
        missing = [name for name in dict.fromkeys(self.names) if name not in present]
        return tuple(Edit(None, category) for category in new_categories(document, missing))
