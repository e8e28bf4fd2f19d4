"""Texts with regions as `<Prompt0>`, as GAR's files have them, and back."""

import re

from gar_studio.annotation.mentions import DELETED, map_mentions, mentioned_ids
from gar_studio.annotation.region import Region
from gar_studio.formats.labels import ImageLabels
from gar_studio.formats.report import Loss, Tally

_PROMPT = re.compile(r"<Prompt([0-9]{1,4})>")
_RESERVED = re.compile(r"<(?=Prompt[0-9]+>|NO_Prompt>|image>|video>|\|)")


class PromptTexts:
    """Turns stored texts of one request into a file's.

    Args:
        image: the labels of the image.
        order: lasting ids of the regions; `<PromptN>` is the one at place N.
        tally: counts what cannot be written.
    """

    def __init__(self, image: ImageLabels, order: tuple[int, ...], tally: Tally) -> None:
        self._image = image
        self._order = order
        self._tally = tally

    def write(self, stored: str) -> str:
        """Return a text with `<PromptN>`; regions outside `order` are named in words.

        A plain `#7` would be taken for the seventh region of the file.
        """
        image, places = self._image, {i: place for place, i in enumerate(self._order)}
        lost = sum(region_id not in places for region_id in mentioned_ids(stored))
        self._tally.lose(Loss.MENTIONS, image.image.path, count=lost)

        def mention(region_id: int) -> str:
            if region_id in places:
                return f"<Prompt{places[region_id]}>"
            number = image.numbers.get(region_id)
            return DELETED if number is None else f"region {number}"

        return map_mentions(without_reserved(stored, self._tally, image.image.path), mention)


def without_reserved(text: str, tally: Tally, place: str) -> str:
    """Return a text in which nothing reads as a token of the model: `<image>` becomes `‹image>`."""
    changed = _RESERVED.sub("‹", text)
    tally.lose(Loss.RESERVED, place, count=int(changed != text))
    return changed


def requested(image: ImageLabels, first: tuple[int, ...], *texts: str) -> tuple[int, ...]:
    """Return the ids that a request is about: those asked, then others that its texts mention."""
    chosen = {region.id for region in image.regions}
    found = dict.fromkeys(first)
    for text in texts:
        found.update(dict.fromkeys(i for i in mentioned_ids(text) if i in chosen))
    return tuple(found)


def regions_of(image: ImageLabels, order: tuple[int, ...]) -> list[Region]:
    """Return the regions of a request, in its order."""
    by_id = {region.id: region for region in image.regions}
    return [by_id[region_id] for region_id in order]


def to_numbers(text: str, places: tuple[int, ...]) -> str:
    """Return a file's text with regions as `#1`.

    Args:
        text: with `<PromptN>`.
        places: of the file's region N, its place in `ReadImage.regions`, from 0.
    """

    def turn(match: re.Match[str]) -> str:
        index = int(match[1])
        return f"#{places[index] + 1}" if index < len(places) else match[0]

    return _PROMPT.sub(turn, text)
