"""The filter of images: words, and `category:dog`, `state:flagged`, `review:rejected`."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from gar_studio.annotation.review import Progress, Verdict
from gar_studio.document.document import Document


class Key(StrEnum):
    """What may stand before the colon."""

    CATEGORY = "category"
    STATE = "state"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an image has to have to be shown; all of it.

    Attributes:
        words: each is in the image's name, or begins a word of a caption.
        categories: beginnings of names of categories.
        states: how far it is.
        verdicts: of its regions.
        unknown: terms that mean nothing, such as `state:blue`; no image has them.
    """

    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    states: tuple[Progress, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether every image has it."""
        return self == Wanted()


def read_filter(text: str) -> Wanted:
    """Read what was typed; `state:in-work` stands for “in work”."""
    found: dict[str, list[str]] = {key.value: [] for key in Key}
    words: list[str] = []
    for term in text.casefold().split():
        key, colon, value = term.partition(":")
        if colon and key in found:
            if value:
                found[key].append(value.replace("-", " "))
        else:
            words.append(term)
    states = {state.value: state for state in Progress}
    verdicts = {verdict.value: verdict for verdict in Verdict}
    unknown = [f"state:{name}" for name in found[Key.STATE] if name not in states]
    unknown += [f"review:{name}" for name in found[Key.REVIEW] if name not in verdicts]
    return Wanted(
        words=tuple(words),
        categories=tuple(found[Key.CATEGORY]),
        states=tuple(states[name] for name in found[Key.STATE] if name in states),
        verdicts=tuple(verdicts[name] for name in found[Key.REVIEW] if name in verdicts),
        unknown=tuple(unknown),
    )


def find_images(document: Document, wanted: Wanted) -> tuple[int, ...]:
    """Return the ids of the images that have all that is wanted, in their order."""
    if wanted.unknown:
        return ()
    images = document.images()
    for word in wanted.words:
        described = document.search.with_word(word)
        images = tuple(i for i in images if i.id in described or word in i.path.casefold())
    ids = [image.id for image in images]
    for name in wanted.categories:
        having = document.search.with_categories(_categories(document, name))
        ids = [one for one in ids if one in having]
    for verdict in wanted.verdicts:
        judged = document.search.with_verdict(verdict)
        ids = [one for one in ids if one in judged]
    if wanted.states:
        so_far = document.with_progress(wanted.states)
        ids = [one for one in ids if one in so_far]
    return tuple(ids)


def terms(document: Document | None) -> tuple[str, ...]:
    """Return what a person may be offered while typing a filter."""
    states = [f"{Key.STATE}:{state.value.replace(' ', '-')}" for state in Progress]
    verdicts = [f"{Key.REVIEW}:{verdict.value}" for verdict in Verdict]
    names = [c.name.replace(" ", "-") for c in document.categories()] if document else []
    return (*states, *verdicts, *(f"{Key.CATEGORY}:{name}" for name in names))


def _categories(document: Document, start: str) -> list[int]:
    """Return the ids of categories of a name, and of those merged into them.

    `animal` finds `animal/dog`, and so does `dog`.
    """
    names = {
        category.id
        for category in document.categories()
        if category.name.casefold().replace("-", " ").startswith(start)
        or PurePosixPath(category.name.casefold()).name.replace("-", " ").startswith(start)
    }
    return [one for one in document.category_ids() if document.category(one).id in names]
