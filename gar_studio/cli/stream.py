"""Turns mentions into `#1` while an answer is still arriving."""

import re
from collections.abc import Mapping

from gar_studio.annotation.mentions import to_shown

_WHOLE = re.compile(r"⟨⟨|⟨region:\d+⟩|[^⟨]+")
_HALF = re.compile(r"⟨(?:r(?:e(?:g(?:i(?:o(?:n(?::\d*)?)?)?)?)?)?)?")
"""What may become a mention, or a doubled bracket, with the next delta."""


class MentionStream:
    """Turns text deltas in stored form into what people read.

    Args:
        numbers_by_id: lasting id → number on the screen.
    """

    def __init__(self, numbers_by_id: Mapping[int, int]) -> None:
        self._numbers = numbers_by_id
        self._held = ""

    def feed(self, delta: str) -> str:
        """Return what can be shown now; half a mention waits for its other half."""
        text = self._held + delta
        position = 0
        while position < len(text) and not _HALF.fullmatch(text, position):
            whole = _WHOLE.match(text, position)
            position = whole.end() if whole else position + 1
        self._held = text[position:]
        return to_shown(text[:position], self._numbers)

    def finish(self) -> str:
        """Return what was still waiting."""
        rest, self._held = self._held, ""
        return to_shown(rest, self._numbers)
