"""Categories are suggested from the nouns of a caption, the first one first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.nouns import first_noun, nouns


@pytest.mark.parametrize(
    ("caption", "noun"),
    [
        ("A small brown dog sitting on a sofa.", "dog"),
        ("The cat is asleep.", "cat"),
        ("a red double-decker bus", "bus"),
        ("An orange traffic cone, with white stripes.", "cone"),
        ("There is a wooden chair next to the table", "chair"),
        ("This image shows a man wearing a hat.", "man"),
        ("Two zebras and a giraffe", "zebras"),
        ("Umbrella", "umbrella"),
        ("A WHITE SHIRT WITH BUTTONS", "shirt"),
        ("“A vase” of flowers", "vase"),
        ("A person who rides a horse", "person"),
    ],
)
def test_finds_the_head_noun(caption: str, noun: str) -> None:
    assert first_noun(caption) == noun


@pytest.mark.parametrize(
    "caption", ["", "   ", "...", "123", "一只狗", "It is.", "the", "#(deleted)!?1"]
)
def test_suggests_nothing_rather_than_nonsense(caption: str) -> None:
    noun = first_noun(caption)
    assert noun is None or noun == "deleted"


@given(st.text(max_size=80))
def test_any_text_gives_a_lower_case_word_or_none(caption: str) -> None:
    noun = first_noun(caption)
    if noun is not None:
        assert noun in caption.lower()
        assert noun == noun.lower()
        assert len(noun) >= 2


@pytest.mark.parametrize(
    ("caption", "found"),
    [
        ("A small brown dog sitting on a mat.", ("dog", "mat")),
        ("A man wearing a red hat and the same blue coat", ("man", "hat", "coat")),
        ("The dog is asleep. The dog is brown.", ("dog",)),
        ("A blue ellipse, smooth and small, in the left part.", ("ellipse",)),
        ("It is.", ()),
        ("", ()),
    ],
)
def test_further_nouns_follow_the_first(caption: str, found: tuple[str, ...]) -> None:
    assert nouns(caption) == found


@given(st.text(max_size=80), st.integers(0, 4))
def test_there_are_no_more_than_wanted_and_each_once(caption: str, most: int) -> None:
    found = nouns(caption, most=most)
    assert len(found) <= most
    assert len(set(found)) == len(found)
    first = first_noun(caption)
    assert not found or first is None or found[0] == first
