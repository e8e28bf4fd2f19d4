"""Something that a person may want now, told in a note with a button."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Offer:
    """Words and what the button does; holds a function, so it is compared by identity.

    Attributes:
        title: what is the case, as a sentence.
        detail: what it means, as sentences, or "".
        label: on the button.
        take: what the button does.
    """

    title: str
    detail: str
    label: str
    take: Callable[[], object]
