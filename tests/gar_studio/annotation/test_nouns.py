"""The suggested category is the caption's first noun."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.nouns import first_noun


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
