"""Finds the things that a caption speaks of, to suggest a category."""

import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|[^\sA-Za-z]")

_OPENERS = frozenset(
    """
    a an the this that these those one two three four five several some many its his her their
    my your our another each every is are it there here image picture photo photograph shows
    show depicts depicting contains masked region object of in
    """.split()
)
_ENDERS = frozenset(
    """
    is are was were be has have had with without wearing of in on at by from to into onto over
    under above below behind beside between near next against for as and or but that which who
    while whose where there it its this the a an featuring made positioned located placed
    appears looks seems
    """.split()
)
_DETERMINERS = frozenset("a an the its his her their two three four five several some many".split())
_NOT_NOUNS = frozenset(
    """
    left right top bottom side background foreground view close-up closeup part front back it
    they he she we
    """.split()
)


def first_noun(caption: str) -> str | None:
    """Return the head noun of a caption's first noun phrase, in lower case, or None.

    English noun phrases end in their head noun ("a small brown dog | sitting on …"), so the words
    after the opening article are taken up to the first verb, preposition or punctuation mark,
    and the last of them is the answer.  A suggestion only: a person accepts it or not.
    """
    noun = next(_heads(caption), "")
    return noun if _is_noun(noun) else None


def nouns(caption: str, *, most: int = 3) -> tuple[str, ...]:
    """Return the head nouns of a caption's noun phrases, in lower case, the first one first.

    After the first phrase only those count that an article or a number opens, so that verbs and
    adjectives are not taken for things.

    Args:
        caption: what was said about a region.
        most: how many to return at most.
    """
    found = dict.fromkeys(noun for noun in _heads(caption) if _is_noun(noun))
    return tuple(found)[:most]


def _heads(caption: str) -> Iterator[str]:
    """Yield the last word of each phrase; "" for a first phrase without words."""
    phrase: list[str] = []
    is_open = is_first = True
    for token in _WORD.findall(caption):
        word = token.lower()
        is_word = word[0].isalpha()
        if is_word and is_open and not phrase and word in _OPENERS:
            continue
        if is_word and is_open and word not in _ENDERS and not (phrase and _is_verb_form(word)):
            phrase.append(word)
            continue
        if is_first and (phrase or is_word):
            yield phrase[-1] if phrase else ""
            is_first = False
        elif phrase:
            yield phrase[-1]
        phrase = []
        is_open = is_first or word in _DETERMINERS
    if phrase or is_first:
        yield phrase[-1] if phrase else ""


def _is_noun(word: str) -> bool:
    return len(word) >= 2 and word not in _NOT_NOUNS


def _is_verb_form(word: str) -> bool:
    """Whether a word after the first looks like a participle or adverb that ends the phrase."""
    return (len(word) > 4 and word.endswith("ing")) or (len(word) > 4 and word.endswith("ly"))
