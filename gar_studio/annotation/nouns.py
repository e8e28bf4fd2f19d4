"""Finds the thing that a caption is about, to suggest a category."""

import re

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
    phrase: list[str] = []
    for token in _WORD.findall(caption):
        word = token.lower()
        if not word[0].isalpha():
            if phrase:
                break
            continue
        if not phrase and word in _OPENERS:
            continue
        if word in _ENDERS or (phrase and _is_verb_form(word)):
            break
        phrase.append(word)
    noun = phrase[-1] if phrase else ""
    if len(noun) < 2 or noun in _NOT_NOUNS:
        return None
    return noun


def _is_verb_form(word: str) -> bool:
    """Whether a word after the first looks like a participle or adverb that ends the phrase."""
    return (len(word) > 4 and word.endswith("ing")) or (len(word) > 4 and word.endswith("ly"))
