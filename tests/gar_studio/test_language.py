"""Texts are looked up, and values stay what they are."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gar_studio.errors import ImageError
from gar_studio.language import mark, set_translator, tr, tr_list, tr_n


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_translator(None)


def _speak(words: dict[str, str]) -> None:
    set_translator(lambda text: words.get(text, text))


def test_without_a_translator_english_is_spoken() -> None:
    assert tr("{name} is empty.", name="a.png") == "a.png is empty."


def test_values_follow_the_order_of_the_translation() -> None:
    _speak({"{done:,} of {total:,}": "共 {total:,}，已 {done:,}"})
    assert tr("{done:,} of {total:,}", done=1234, total=5000) == "共 5,000，已 1,234"


def test_what_has_no_translation_stays_english() -> None:
    _speak({})
    assert tr("Stop") == "Stop"


def test_without_values_braces_are_no_fields() -> None:
    assert tr("a {b} c") == "a {b} c"


@given(st.text())
def test_a_value_is_never_taken_for_a_field(value: str) -> None:
    assert tr("“{name}”", name=value) == f"“{value}”"


def test_a_translation_reaches_no_attribute_and_fails_on_no_unknown_name() -> None:
    _speak({"{name}": "{name.__class__} {name[0]} {other:>5} {0} {name}"})
    assert tr("{name}", name="x") == "{name.__class__} {name[0]} {other:>5} {0} x"


def test_one_is_not_several() -> None:
    assert tr_n("{n} region", "{n:,} regions", 1) == "1 region"
    assert tr_n("{n} region", "{n:,} regions", 0) == "0 regions"
    assert tr_n("{n} region", "{n:,} regions", 1200) == "1,200 regions"


def test_a_language_without_plurals_says_both_alike() -> None:
    _speak({"{n} region of {name}": "{name}的 {n} 个", "{n} regions of {name}": "{name}的 {n} 个"})
    said = [tr_n("{n} region of {name}", "{n} regions of {name}", n, name="图") for n in (1, 2)]
    assert said == ["图的 1 个", "图的 2 个"]


def test_a_list_leaves_out_what_is_empty_and_takes_the_languages_comma() -> None:
    assert tr_list(["a", "", "b"]) == "a, b"
    _speak({", ": "、"})
    assert tr_list(["a", "b"]) == "a、b"


def test_a_marked_text_is_itself_until_it_is_shown() -> None:
    _speak({"add region": "添加区域"})
    stored = mark("add region")
    assert (stored, tr(stored)) == ("add region", "添加区域")


def test_an_error_says_in_the_language_that_nothing_was_changed() -> None:
    _speak({"Nothing was changed.": "没有任何更改。"})
    assert ImageError("x").kept == "没有任何更改。"
    assert ImageError("x", kept="").kept == ""
