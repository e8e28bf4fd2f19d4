from hypothesis import given
from hypothesis import strategies as st

from gar_studio.annotation.mentions import to_shown
from gar_studio.cli.stream import MentionStream

NUMBERS = {1: 1, 17: 2}

pieces = st.lists(
    st.one_of(
        st.sampled_from(
            ["⟨region:17⟩", "⟨region:1⟩", "⟨region:5⟩", "⟨⟨", "⟨", "⟩", "region:", "#1"]
        ),
        st.text(max_size=5),
    )
).map("".join)


@given(text=pieces, data=st.data())
def test_any_cut_of_an_answer_shows_the_same_as_the_whole(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12).map(sorted))
    stream = MentionStream(NUMBERS)
    ends = [*cuts, len(text)]
    shown = ""
    for start, end in zip([0, *cuts], ends, strict=True):
        shown += stream.feed(text[start:end])
    assert shown + stream.finish() == to_shown(text, NUMBERS)


@given(text=pieces, data=st.data())
def test_nothing_shown_is_ever_taken_back(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    assert to_shown(text, NUMBERS).startswith(MentionStream(NUMBERS).feed(text[:cut]))


def test_words_are_shown_at_once() -> None:
    stream = MentionStream(NUMBERS)
    assert stream.feed("The cup") == "The cup"
    assert stream.feed(" of ⟨reg") == " of "
    assert stream.feed("ion:17⟩ is") == "#2 is"
    assert stream.finish() == ""


def test_a_bracket_that_becomes_no_mention_is_not_held_back() -> None:
    stream = MentionStream(NUMBERS)
    assert stream.feed("a ⟨b") == "a ⟨b"
