"""Questions that are asked again and again, kept under short names.

`#n` in a preset stands for the selected regions, `[…]` for what is to be filled in each time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gar_studio.language import mark

MAX_PRESETS = 50
"""Most presets that a user can keep."""

MAX_NAME = 40
"""Most characters of a preset's name."""

MAX_TEXT = 500
"""Most characters of a preset's question."""

_REGIONS = re.compile(r"(?<![A-Za-z0-9_&#])#n(?![A-Za-z0-9_])")
_GAP = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Preset:
    """A question under a name.

    Attributes:
        name: what the menu calls it (1…40 characters).
        text: the question, with `#n` for the selected regions and `[…]` for what is filled in
            each time (1…500 characters).
        send: whether choosing it asks at once; one with something to fill in never does.
    """

    name: str
    text: str
    send: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= len(self.name) <= MAX_NAME:
            raise ValueError(f"a preset's name has to have 1…{MAX_NAME} characters")
        if not 1 <= len(self.text.strip()) <= len(self.text) <= MAX_TEXT:
            raise ValueError(f"a preset's question has to have 1…{MAX_TEXT} characters")


@dataclass(frozen=True, slots=True)
class Filled:
    """A question made from a preset.

    Attributes:
        text: the question as people write it.
        start: where the part to fill in begins; `len(text)` if there is none.
        length: its length; 0 if there is none.
        complete: whether it can be asked as it is.
    """

    text: str
    start: int
    length: int
    complete: bool


def fill(preset: Preset, numbers: Sequence[int]) -> Filled:
    """Put the selected regions into a preset.

    Args:
        preset: the preset.
        numbers: the regions' numbers on screen, in the order selected; without any, `#` stays
            for the user to go on from, and is what is to be filled in.
    """
    text = _REGIONS.sub(_listed(numbers) or "[#]", preset.text.strip())
    gap = _GAP.search(text)
    if gap is None:
        return Filled(text, len(text), 0, complete=True)
    inside = gap.group(1)
    plain = _GAP.sub(lambda found: found.group(1), text)
    return Filled(plain, gap.start(), len(inside), complete=False)


def _listed(numbers: Sequence[int]) -> str:
    """Return “#1”, “#1 and #2”, “#1, #2 and #3”."""
    *others, last = (f"#{number}" for number in numbers) if numbers else ("",)
    return f"{', '.join(others)} and {last}" if others else last


DEFAULT_PRESETS: tuple[Preset, ...] = (
    Preset(mark("Brief"), "Describe #n briefly.", send=True),
    Preset(mark("Detailed"), "Describe #n in detail.", send=True),
    Preset(mark("In N words"), "Describe #n in [10] words."),
    Preset(mark("Material"), "What is #n made of?", send=True),
    Preset(mark("Colour"), "What colour is #n?", send=True),
    Preset(mark("State"), "What state is #n in?", send=True),
    Preset(mark("Doing"), "What is #n doing?", send=True),
    Preset(mark("Reflection"), "Is #n a real object, or a reflection?", send=True),
    Preset(
        mark("Multiple choice"),
        "What is #n? A. [first] B. second C. third. Answer with the letter.",
    ),
)
