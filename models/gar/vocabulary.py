"""A small tokenizer made of a list of words, with GAR's special tokens under ids of its own.

It is byte-level, so that it takes any text; the listed words are one token each.
"""

from collections.abc import Iterable

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

SPECIAL_TOKENS = (
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|image|>",
    "<|video|>",
    "<|reserved_special_token_2|>",
    "<|reserved_special_token_3|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|reserved_special_token_4|>",
    "<|eot_id|>",
    "<|reserved_special_token_5|>",
    "<|reserved_special_token_6|>",
    "<Prompt0>",
    "<Prompt1>",
    "<Prompt2>",
    "<Prompt3>",
    "<Prompt4>",
    "<NO_Prompt>",
)
"""Source: gar.md, Tokens."""

_SPACE = "Ġ"  # how a byte-level tokenizer writes the space before a word


def make_tokenizer(words: Iterable[str], *, bare: Iterable[str] = ()) -> Tokenizer:
    """Make a byte-level BPE whose merges spell whole words, letter by letter from the left.

    Args:
        words: those that become one token with the space before them.
        bare: those that become one token without it, as at the start of a line.
    """
    vocabulary = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges: list[tuple[str, str]] = []

    def spell(first: str, rest: str) -> None:
        piece = first
        for letter in rest:
            if piece + letter not in vocabulary:
                vocabulary[piece + letter] = len(vocabulary)
                merges.append((piece, letter))
            piece += letter

    for word in sorted(words):
        spell(_SPACE, word)
    # These come last: earlier merges win, so that they never part a word from its space.
    for word in sorted(bare):
        spell(word[0], word[1:])
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in SPECIAL_TOKENS])
    return tokenizer
