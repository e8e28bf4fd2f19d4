"""Mentions of regions in texts.

People write and read `#2`, the number on the screen.  The store keeps the region's lasting id,
`⟨region:17⟩`, so that deleting or reordering regions breaks no text.  Engines map the stored
form to their own prompts.  A literal `⟨` of a person is stored doubled.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

OPEN = "⟨"
DELETED = "#(deleted)"

_STORED = re.compile(r"⟨⟨|⟨region:([0-9]+)⟩")
# Only numbers as the studio writes them, so that what is shown again is what was written.  Letters
# beyond ASCII may touch a mention: Chinese and Japanese put no space beside it.
_SHOWN = re.compile(r"⟨|(?<![A-Za-z0-9_&#])#([1-9][0-9]{0,3})(?![A-Za-z0-9_])")


def stored_mention(region_id: int) -> str:
    """Return the stored form of a mention."""
    return f"⟨region:{region_id}⟩"


def mentioned_ids(stored: str) -> tuple[int, ...]:
    """Return the lasting ids that a stored text mentions, in order, with repetitions."""
    return tuple(int(m.group(1)) for m in _STORED.finditer(stored) if m.group(1))


def from_shown(text: str, ids_by_number: Mapping[int, int]) -> str:
    """Turn `#2` into the stored form; numbers that name no region stay as they are.

    Args:
        text: what a person wrote.
        ids_by_number: number on the screen → lasting id.
    """

    def turn(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return OPEN * 2
        region_id = ids_by_number.get(int(match.group(1)))
        return match.group(0) if region_id is None else stored_mention(region_id)

    return _SHOWN.sub(turn, text)


def unknown_numbers(text: str, numbers: Collection[int]) -> tuple[int, ...]:
    """Return the numbers that a person wrote as `#7` and that are not among `numbers`, in order."""
    written = (int(m.group(1)) for m in _SHOWN.finditer(text) if m.group(1))
    return tuple(number for number in written if number not in numbers)


def to_shown(stored: str, numbers_by_id: Mapping[int, int]) -> str:
    """Turn the stored form into what people read: `#2`, or `#(deleted)`."""

    def number(region_id: int) -> str:
        found = numbers_by_id.get(region_id)
        return DELETED if found is None else f"#{found}"

    return map_mentions(stored, number)


def map_mentions(stored: str, mention: Callable[[int], str]) -> str:
    """Replace each mention by `mention(region_id)` and undo the doubling of `⟨`."""

    def turn(match: re.Match[str]) -> str:
        return OPEN if match.group(1) is None else mention(int(match.group(1)))

    return _STORED.sub(turn, stored)


def escape(text: str) -> str:
    """Make plain text safe to be put between stored mentions."""
    return text.replace(OPEN, OPEN * 2)


def split_mentions(stored: str) -> Iterable[str | int]:
    """Yield the text between mentions as `str` and each mention as the region's id."""
    position = 0
    plain = ""
    for match in _STORED.finditer(stored):
        plain += stored[position : match.start()]
        position = match.end()
        if match.group(1) is None:
            plain += OPEN
            continue
        if plain:
            yield plain
        plain = ""
        yield int(match.group(1))
    plain += stored[position:]
    if plain:
        yield plain
