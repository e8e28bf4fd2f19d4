"""What listeners of a document are told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change touched, for whoever shows it.

    Attributes:
        image_ids: images whose regions, exchanges, relations or files changed.
        tables: names of the tables that changed ("image" among them).
    """

    image_ids: frozenset[int]
    tables: frozenset[str]
