"""Texts for people, in their language.

Texts are written in English where they are used.  `tr` looks a text up through a function that
the window sets when another language is wanted; without one, as on the command line, the English
text is the text.  Values are named and filled in after the look-up, so that a translation may put
them in another order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import TypeAlias

Translate: TypeAlias = Callable[[str], str]
"""Gives the translation of an English text, or the text itself where there is none."""


class _Filler(Formatter):
    """Fills in named values; what has no value stays as it is written.

    Fields are plain names with an optional format, as "{count:,}": a translation reaches no
    attribute or item of a value.
    """

    def get_field(
        self, field_name: str, _args: Sequence[object], kwargs: Mapping[str, object]
    ) -> tuple[object, str]:
        """Return the value of that name; a field of another kind is kept in its braces."""
        if field_name in kwargs:
            return kwargs[field_name], field_name
        return _Kept(field_name), field_name


@dataclass(frozen=True, slots=True)
class _Kept:
    """A field that has no value."""

    name: str

    def __format__(self, spec: str) -> str:
        return f"{{{self.name}:{spec}}}" if spec else f"{{{self.name}}}"


class _Language:
    """The language in force."""

    translate: Translate | None = None


_FILLER = _Filler()


def set_translator(translate: Translate | None) -> None:
    """Look texts up with this function from now on; None for English."""
    _Language.translate = translate


def tr(text: str, /, **values: object) -> str:
    """Return a text in the language in force, with its values filled in.

    Args:
        text: a whole sentence or label in English, with fields such as "{name}" or "{count:,}".
        values: what stands in the fields.
    """
    translate = _Language.translate
    found = text if translate is None else translate(text)
    return _FILLER.vformat(found, (), values) if values else found


def tr_n(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the text for one thing or for several; "{n}" in it is their number.

    Args:
        one: the English text for exactly one.
        many: the English text for any other number.
        n: how many.
        values: what stands in the other fields.
    """
    return tr(one if n == 1 else many, n=n, **values)


def tr_list(parts: Iterable[str]) -> str:
    """Return the parts that are not empty, one after the other, as a list in a sentence."""
    return tr(", ").join(part for part in parts if part)


def mark(text: str, /) -> str:
    """Return a text unchanged, and mark it as one that is translated where it is shown."""
    return text
