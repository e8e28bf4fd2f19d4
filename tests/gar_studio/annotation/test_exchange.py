"""Relations are read from answers by one rule, and shown as unparsed where it does not apply."""

import pytest

from gar_studio.annotation.exchange import ParsedRelation, parse_relation
from gar_studio.annotation.mentions import to_shown


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("⟨region:7⟩ is sitting on ⟨region:9⟩.", (7, "is sitting on", (9,))),
        ("The dog ⟨region:9⟩ looks at ⟨region:7⟩", (9, "looks at", (7,))),
        ("⟨region:7⟩\n stands,  left of: ⟨region:9⟩", (7, "stands, left of", (9,))),
        ("⟨region:7⟩ holds ⟨region:9⟩ and ⟨region:8⟩", (7, "holds", (9,))),
        ("⟨region:7⟩ (⟨region:7⟩) eats ⟨region:9⟩", (7, "(⟨region:7⟩) eats", (9,))),
    ],
)
def test_first_mention_words_between_second_mention(
    answer: str, expected: tuple[int, str, tuple[int, ...]]
) -> None:
    assert parse_relation(answer, (7, 9, 8)) == ParsedRelation(*expected, parsed=True)


@pytest.mark.parametrize(
    "answer",
    [
        "They stand side by side.",
        "⟨region:9⟩ stands alone.",
        "⟨region:9⟩, again ⟨region:9⟩.",
        "⟨region:9⟩ ⟨region:7⟩",
        "⟨region:9⟩, ⟨region:7⟩",
        "⟨⟨region:9⟩ on ⟨⟨region:7⟩",
    ],
)
def test_otherwise_the_regions_as_asked_and_the_whole_sentence(answer: str) -> None:
    parsed = parse_relation(f"  {answer}\n", (9, 7, 8))
    assert parsed == ParsedRelation(9, answer, (7, 8), parsed=False)


def test_one_region_or_no_words_make_no_relation() -> None:
    assert parse_relation("It sleeps.", (7,)) is None
    assert parse_relation("It sleeps.", ()) is None
    assert parse_relation(" \n", (7, 9)) is None


def test_a_literal_bracket_in_the_predicate_stays_literal() -> None:
    """What a person sees of a relation is what stood in the answer."""
    answer = "⟨region:7⟩ says ⟨⟨region:7⟩ to ⟨region:9⟩"
    parsed = parse_relation(answer, (7, 9))
    assert parsed is not None
    assert to_shown(parsed.predicate, {7: 1, 9: 2}) == "says ⟨region:7⟩ to"
