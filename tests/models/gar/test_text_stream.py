import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gar_studio.annotation.mentions import map_mentions, mentioned_ids, stored_mention
from models.gar.text_stream import UNKNOWN_REGION, TextStream
from models.gar.tokens import GARTokenizer

REGIONS = {0: 71, 1: 72}


def stream_of(tokenizer: GARTokenizer) -> TextStream:
    return TextStream(
        decode=tokenizer.decode,
        hidden_ids=tokenizer.hidden_ids,
        prompt_numbers=tokenizer.prompt_numbers,
        region_ids=REGIONS,
    )


def byte_ids(tokenizer: GARTokenizer, text: str) -> list[int]:
    """Spell a text byte by byte, whatever words the tokenizer knows."""
    ids: list[int] = []
    alphabet = {tokenizer.decode([i]): i for i in range(256)}
    for character in text:
        if character in alphabet:
            ids.append(alphabet[character])
        else:
            ids += tokenizer._tokenizer.encode(character, add_special_tokens=False)
    return ids


def run(stream: TextStream, ids: list[int]) -> list[str]:
    return [*(stream.push(token) for token in ids), stream.finish()]


def stored_at_once(text: str) -> str:
    """What the answer should be stored as, seen with all of it at hand."""

    def turn(match: re.Match[str]) -> str:
        if match[1] is None:
            return "⟨⟨"
        region_id = REGIONS.get(int(match[1]))
        return "#?" if region_id is None else stored_mention(region_id)

    return re.sub(r"⟨|<Prompt(\d{1,3})>", turn, text.rstrip("\ufffd"))


PIECES = ["<Prompt0>", "<Prompt1>", "<Prompt7>", *"ab <>Prompt01|⟨⟩éß狗👩\ufffd\n"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@example("x <Prompt1> y ⟨region:5⟩ 👩‍🚀 <Prompt")
@example("<Prompt<Prompt0>><Prompt00>")
def test_streaming_gives_what_converting_at_once_gives(tokenizer: GARTokenizer, text: str) -> None:
    stream = stream_of(tokenizer)
    deltas = run(stream, byte_ids(tokenizer, text))
    assert "".join(deltas) == stream.text == stored_at_once(text)


@given(st.lists(st.integers(0, 2000), max_size=40))
def test_pieces_make_up_the_text_for_any_tokens(tokenizer: GARTokenizer, ids: list[int]) -> None:
    stream = stream_of(tokenizer)
    size = len(tokenizer._tokenizer)
    deltas = run(stream, [token % size for token in ids])
    assert "".join(deltas) == stream.text
    assert "<|" not in stream.text


def test_a_character_of_several_tokens_comes_in_one_piece(tokenizer: GARTokenizer) -> None:
    ids = byte_ids(tokenizer, "狗")
    assert len(ids) == 3
    assert run(stream_of(tokenizer), ids) == ["", "", "狗", ""]


def test_text_comes_as_soon_as_it_is_certain(tokenizer: GARTokenizer) -> None:
    stream = stream_of(tokenizer)
    assert [stream.push(token) for token in byte_ids(tokenizer, "ab<c")] == ["a", "b", "", "<c"]


def test_prompt_tokens_become_stored_mentions(tokenizer: GARTokenizer) -> None:
    by_number = {number: token for token, number in tokenizer.prompt_numbers.items()}
    stream = stream_of(tokenizer)
    deltas = run(stream, [by_number[1], *byte_ids(tokenizer, " or "), by_number[0]])
    assert deltas[0] == stored_mention(72)
    assert mentioned_ids(stream.text) == (72, 71)


def test_a_mention_spelled_letter_by_letter_comes_in_one_piece(tokenizer: GARTokenizer) -> None:
    stream = stream_of(tokenizer)
    deltas = run(stream, byte_ids(tokenizer, "is <Prompt0> red"))
    assert stored_mention(71) in deltas
    assert stream.text == f"is {stored_mention(71)} red"


@pytest.mark.parametrize("spelled", [True, False])
def test_a_region_that_was_not_asked_about(tokenizer: GARTokenizer, spelled: bool) -> None:
    by_number = {number: token for token, number in tokenizer.prompt_numbers.items()}
    stream = stream_of(tokenizer)
    run(stream, byte_ids(tokenizer, "<Prompt4>") if spelled else [by_number[4]])
    assert stream.text == UNKNOWN_REGION
    assert mentioned_ids(stream.text) == ()


def test_special_tokens_are_never_shown(tokenizer: GARTokenizer) -> None:
    stream = stream_of(tokenizer)
    letters = byte_ids(tokenizer, "ab")
    mixed = [letters[0], *sorted(tokenizer.hidden_ids), letters[1]]
    run(stream, mixed)
    assert stream.text == "ab"


def test_a_bracket_in_the_answer_is_no_mention(tokenizer: GARTokenizer) -> None:
    stream = stream_of(tokenizer)
    run(stream, byte_ids(tokenizer, "⟨region:71⟩"))
    assert mentioned_ids(stream.text) == ()
    assert map_mentions(stream.text, str) == "⟨region:71⟩"


def test_half_a_character_at_the_end_is_dropped(tokenizer: GARTokenizer) -> None:
    stream = stream_of(tokenizer)
    assert "".join(run(stream, byte_ids(tokenizer, "a狗")[:-1])) == "a"


def test_half_a_mention_at_the_end_is_given_out(tokenizer: GARTokenizer) -> None:
    stream = stream_of(tokenizer)
    assert "".join(run(stream, byte_ids(tokenizer, "a <Prom"))) == "a <Prom"
