"""Turns the answer's tokens into text, piece by piece, in the form that is stored."""

import re
from collections.abc import Callable, Collection, Mapping

from gar_studio.annotation.mentions import escape, stored_mention
from models.gar.prompt import prompt_text

UNKNOWN_REGION = "#?"
"""Stands for a region prompt in the answer that none of the request's regions has."""

_MENTION = re.compile(r"<Prompt(\d{1,3})>")
_UNFINISHED_MENTION = re.compile(r"<(?:P(?:r(?:o(?:m(?:p(?:t\d{0,3})?)?)?)?)?)?\Z")
_REPLACEMENT = "\ufffd"


class TextStream:
    """Collects an answer's tokens and gives out the text that is certain.

    Special tokens are left out, `<PromptN>` becomes the stored mention of its region, also where
    the model spells it letter by letter, and no piece ends within a character or a mention.
    """

    def __init__(
        self,
        *,
        decode: Callable[[list[int]], str],
        hidden_ids: Collection[int],
        prompt_numbers: Mapping[int, int],
        region_ids: Mapping[int, int],
    ) -> None:
        """Start an empty answer.

        Args:
            decode: token ids to text; unfinished characters as U+FFFD.
            hidden_ids: special tokens that are never shown.
            prompt_numbers: prompt number of each `<PromptN>` token, by its id.
            region_ids: lasting id of the region behind each prompt number of the request.
        """
        self._detokeniser = _Detokeniser(decode)
        self._hidden_ids = frozenset(hidden_ids)
        self._prompt_numbers = prompt_numbers
        self._region_ids = region_ids
        self._held = ""
        self._text = ""

    @property
    def text(self) -> str:
        """All that was given out so far."""
        return self._text

    def push(self, token: int) -> str:
        """Take the next token; return the text that is certain now, or ""."""
        number = self._prompt_numbers.get(token)
        if number is not None:
            return self._give(self._detokeniser.finish() + prompt_text(number))
        if token in self._hidden_ids:
            return self._give(self._detokeniser.finish())
        return self._give(self._detokeniser.push(token))

    def finish(self) -> str:
        """End the answer; return the text that was held back.  Half a character is dropped."""
        return self._give(self._detokeniser.finish(), last=True)

    def _give(self, characters: str, *, last: bool = False) -> str:
        self._held += characters
        unfinished = None if last else _UNFINISHED_MENTION.search(self._held)
        cut = len(self._held) if unfinished is None else unfinished.start()
        ready, self._held = self._held[:cut], self._held[cut:]
        stored = self._to_stored(ready)
        self._text += stored
        return stored

    def _to_stored(self, plain: str) -> str:
        pieces = []
        position = 0
        for match in _MENTION.finditer(plain):
            pieces.append(escape(plain[position : match.start()]))
            region_id = self._region_ids.get(int(match.group(1)))
            pieces.append(UNKNOWN_REGION if region_id is None else stored_mention(region_id))
            position = match.end()
        pieces.append(escape(plain[position:]))
        return "".join(pieces)


class _Detokeniser:
    """Decodes token by token.

    A token's text can depend on the one before it, and a character can span tokens.  So the last
    tokens that were given out are decoded again together with the new ones, and what is new is
    given out once it does not end within a character.
    """

    def __init__(self, decode: Callable[[list[int]], str]) -> None:
        self._decode = decode
        self._given: list[int] = []
        self._waiting: list[int] = []

    def push(self, token: int) -> str:
        self._waiting.append(token)
        new = self._new_text()
        if not new or new.endswith(_REPLACEMENT):
            return ""
        self._given, self._waiting = self._waiting, []
        return new

    def finish(self) -> str:
        """Return what is left, without the half character that it may end in."""
        new = self._new_text() if self._waiting else ""
        self._given, self._waiting = [], []
        return new.rstrip(_REPLACEMENT)

    def _new_text(self) -> str:
        return self._decode(self._given + self._waiting)[len(self._decode(self._given)) :]
