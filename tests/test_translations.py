"""Both languages have no untranslated string."""

import re
from collections import Counter

import pytest

from tests.translations import LANGUAGES, entries, fields, texts
from ui.actions import ACTIONS, MENUS
from ui.language import CONTEXT, catalogue_file, read_catalogue

_SAME = re.compile(r"[\d\s{}:.,/·…%]|\{\w+\}")
"""What needs no translation beside names."""

_NAMES = {
    "&English",
    "简体&中文",
    "COCO (*.json)",
    "Segment Anything (SAM)",
    "GAR (Grasp Any Region)",
    "a GAR",
    "COCO instances",
    "COCO captions",
    "DLC-Bench",
    "GAR-Bench",
    "Visual Genome",
    "YOLO-seg",
    "labelme",
    "{what}…",
    "{done} of {total}",
}
"""Names and figures that are the same in every language."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_finished_translation(language: str) -> None:
    finished = {e.source for e in entries(language) if e.finished and e.translation}
    assert sorted(texts() - finished) == [], "python -m tests.translations adds them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_is_in_no_code_any_more_or_there_twice(language: str) -> None:
    sources = Counter(e.source for e in entries(language))
    assert sorted(sources.keys() - texts()) == [], "python -m tests.translations takes them out"
    assert [source for source, count in sources.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    assert [e for e in entries(language) if fields(e.source) != fields(e.translation)] == []


def test_chinese_is_chinese() -> None:
    english = [
        e.source
        for e in entries("zh_CN")
        if e.source not in _NAMES and not re.search(r"[\u4e00-\u9fff，：]", e.translation)
    ]
    assert [text for text in english if _SAME.sub("", text)] == []


def test_a_sentence_ends_as_one_in_chinese() -> None:
    """A full stop at the end of the English text is one at the end of the Chinese."""
    assert [
        e
        for e in entries("zh_CN")
        if re.search(r"[a-z}]\.$", e.source) and not e.translation.endswith(("。", "}", "？", "…"))
    ] == []


def test_what_the_window_reads_is_what_the_catalogue_has() -> None:
    read = read_catalogue(catalogue_file("zh_CN"))
    assert read == {(CONTEXT, e.source): e.translation for e in entries("zh_CN")}


def test_each_menu_has_a_key_and_no_two_the_same_in_chinese() -> None:
    read = read_catalogue(catalogue_file("zh_CN"))

    def keys(sources: list[str]) -> list[str]:
        said = [read[CONTEXT, source] for source in sources]
        return [found[1].casefold() for text in said if (found := re.search(r"&(.)", text))]

    groups = [list(MENUS)]
    for menu in MENUS:
        for inner in {spec.submenu for spec in ACTIONS if spec.menu == menu}:
            groups.append([s.text for s in ACTIONS if (s.menu, s.submenu) == (menu, inner)])
    for group in groups:
        found = keys(group)
        assert len(found) == len(group)
        assert len(found) == len(set(found)), group
