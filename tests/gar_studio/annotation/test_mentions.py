"""Mentions: people read numbers, the store keeps lasting ids, and no text is ever bent."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gar_studio.annotation.mentions import (
    DELETED,
    escape,
    from_shown,
    map_mentions,
    mentioned_ids,
    split_mentions,
    stored_mention,
    to_shown,
)

pieces = st.sampled_from(
    "# #1 #2 #3 #01 #99 #1234 #12345 ⟨ ⟩ ⟨⟨ region: region:7⟩ ⟨region:7⟩ ⟨region:٣⟩".split()
    + "#١ #² a &#1; 1 旁 ’s #(deleted)".split()
) | st.sampled_from([" ", "\n"])
texts = st.lists(pieces | st.text(max_size=3), max_size=12).map("".join)
maps = st.dictionaries(st.integers(1, 120), st.integers(1, 10**6), max_size=6).filter(
    lambda ids: len(set(ids.values())) == len(ids)
)


@given(texts, maps)
@example("⟨#1", {1: 7})
@example("#01", {1: 7})
@example("#١", {1: 7})
def test_what_a_person_wrote_is_shown_again_exactly(text: str, ids: dict[int, int]) -> None:
    numbers = {region_id: number for number, region_id in ids.items()}
    assert to_shown(from_shown(text, ids), numbers) == text


@given(texts)
def test_text_without_regions_mentions_none(text: str) -> None:
    stored = from_shown(text, {})
    assert mentioned_ids(stored) == ()
    assert stored == escape(text)
    assert "".join(str(part) for part in split_mentions(stored)) == text


@given(texts, maps, st.randoms(use_true_random=False))
def test_renumbering_changes_the_numbers_and_nothing_else(
    text: str, ids: dict[int, int], random: object
) -> None:
    stored = from_shown(text, ids)
    shuffled = list(ids.values())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    numbers = {region_id: number for number, region_id in enumerate(shuffled, start=1)}
    parts = [
        f"#{numbers[part]}" if isinstance(part, int) else part for part in split_mentions(stored)
    ]
    assert to_shown(stored, numbers) == "".join(parts)


@given(texts, maps)
def test_parts_put_together_again_are_the_stored_text(text: str, ids: dict[int, int]) -> None:
    stored = from_shown(text, ids)
    parts = list(split_mentions(stored))
    joined = "".join(escape(p) if isinstance(p, str) else stored_mention(p) for p in parts)
    assert joined == stored
    assert mentioned_ids(stored) == tuple(p for p in parts if isinstance(p, int))
    assert map_mentions(stored, stored_mention).count("⟨region:") >= len(mentioned_ids(stored))


def test_a_mention_follows_its_region() -> None:
    stored = from_shown("Is #2 left of #1?", {1: 10, 2: 20})
    assert stored == "Is ⟨region:20⟩ left of ⟨region:10⟩?"
    assert mentioned_ids(stored) == (20, 10)
    assert to_shown(stored, {20: 1, 10: 2}) == "Is #1 left of #2?"
    assert to_shown(stored, {20: 1}) == f"Is #1 left of {DELETED}?"
    assert to_shown(stored, {10: 1, 20: 2}) == "Is #2 left of #1?"


@pytest.mark.parametrize(
    "text",
    [
        "#1",
        "(#1)",
        "#1.",
        "#1, please",
        "what's #1's colour?",
        "“#1”",
        "在#1旁边",
        "#1と",
        "a #1\n",
    ],
)
def test_mentions_are_found(text: str) -> None:
    assert mentioned_ids(from_shown(text, {1: 5})) == (5,)


@pytest.mark.parametrize("text", ["#9", "&#1;", "##1", "C#1", "#1a", "#12345", "# 1", "#", "#-1"])
def test_what_only_looks_like_a_mention_is_left_alone(text: str) -> None:
    assert from_shown(text, {1: 5, 12: 6, 1234: 7}) == text


def test_a_typed_stored_form_is_text() -> None:
    typed = "⟨region:5⟩"
    stored = from_shown(typed, {1: 5})
    assert mentioned_ids(stored) == ()
    assert to_shown(stored, {5: 1}) == typed


def test_split_joins_plain_text_around_an_escape() -> None:
    assert list(split_mentions("a ⟨⟨ b ⟨region:3⟩⟨region:4⟩ c")) == ["a ⟨ b ", 3, 4, " c"]
    assert list(split_mentions("")) == []
