"""Regions are offered at `#`, and questions from a menu, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from gar_studio import settings
from gar_studio.annotation.region import Caption, Provenance
from gar_studio.document.commands import AssignNewCategory, SetCaption
from gar_studio.presets import DEFAULT_PRESETS, MAX_PRESETS, Preset
from tests.ui.conftest import LEFT, Engines, open_photo, press
from tests.ui.talks import add_boxes, image_of, is_finished, mention, settle
from ui.demo import Hand
from ui.panels.preset_dialog import PresetDialog
from ui.studio import Studio


@pytest.fixture
def boxes(qtbot: QtBot, studio: Studio, photo: Path) -> tuple[int, ...]:
    """Twelve regions; #2 is a mug with a caption."""
    open_photo(qtbot, studio, photo)
    boxes = add_boxes(studio, 12)
    image_id = image_of(studio)
    studio.desk.do(AssignNewCategory(image_id, boxes[1:2], "mug"))
    caption = Caption(f"A red cup beside {mention(boxes[2])}.", Provenance.by_person())
    studio.desk.do(SetCaption(image_id, boxes[1], caption))
    return boxes


@pytest.fixture
def line(studio: Studio, boxes: tuple[int, ...]) -> QLineEdit:
    press(studio, Qt.Key.Key_Slash)
    return studio.talk.question


def offered(studio: Studio) -> list[str]:
    completer = studio.talk.bar.completer
    model = completer.view.model()
    rows = range(model.rowCount()) if completer.is_open else ()
    return [str(model.index(row, 0).data()) for row in rows]


def test_a_hash_offers_all_regions_with_category_and_caption(
    studio: Studio, line: QLineEdit
) -> None:
    QTest.keyClicks(line, "Is #")
    assert len(offered(studio)) == 12
    assert offered(studio)[0] == "#1, object"
    assert offered(studio)[1] == "#2, mug, A red cup beside #3."
    assert line.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_enter_and_tab_take_the_one_that_is_marked(
    studio: Studio, line: QLineEdit, engines: Engines, key: Qt.Key
) -> None:
    QTest.keyClicks(line, "Is #")
    QTest.keyClick(line, Qt.Key.Key_Down)
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert studio.desk.hovered == studio.desk.regions()[2].id, "it is lit up on the photo"
    QTest.keyClick(line, key)
    assert line.text() == "Is #3"
    assert line.hasFocus()
    assert offered(studio) == []
    assert studio.desk.hovered is None
    assert not engines.describer.requests
    QTest.keyClicks(line, " red?")
    assert line.text() == "Is #3 red?"


def test_it_goes_round_and_works_in_the_middle_of_a_question(
    studio: Studio, line: QLineEdit
) -> None:
    QTest.keyClicks(line, "Is  red?")
    line.setCursorPosition(3)
    QTest.keyClicks(line, "#")
    QTest.keyClick(line, Qt.Key.Key_Up)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "Is #12 red?"
    assert line.cursorPosition() == 6


def test_letters_find_categories_and_captions(studio: Studio, line: QLineEdit) -> None:
    QTest.keyClicks(line, "#MU")
    assert offered(studio) == ["#2, mug, A red cup beside #3."]
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "#2"
    QTest.keyClicks(line, " and #cup")
    QTest.keyClick(line, Qt.Key.Key_Tab)
    assert line.text() == "#2 and #2"


def test_digits_narrow_it_down_and_a_whole_number_needs_no_help(
    qtbot: QtBot, studio: Studio, line: QLineEdit, engines: Engines
) -> None:
    QTest.keyClicks(line, "Is #1")
    assert [text.split(",")[0] for text in offered(studio)] == ["#1", "#10", "#11", "#12"]
    QTest.keyClicks(line, "2")
    assert offered(studio) == []
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_finished(studio, 1))
    assert engines.describer.requests[0].question == f"Is {mention(studio.desk.regions()[11].id)}"


def test_esc_closes_the_list_and_keeps_what_was_written(studio: Studio, line: QLineEdit) -> None:
    QTest.keyClicks(line, "Is #")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert offered(studio) == []
    assert line.text() == "Is #"
    QTest.keyClicks(line, "4 x")
    assert offered(studio) == []


def test_a_click_takes_a_region(qtbot: QtBot, studio: Studio, line: QLineEdit) -> None:
    QTest.keyClicks(line, "#")
    view = studio.talk.bar.completer.view
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.model().index(4, 0)).center())
    assert line.text() == "#5"
    assert line.hasFocus()


def test_a_preset_that_is_whole_is_asked_at_once_about_the_selected_regions(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    studio.desk.select((boxes[3], boxes[0]))
    bar = studio.talk.bar
    bar.line.setText("half a question")
    bar.fill_menu()
    texts = [action.text() for action in bar.menu.actions()]
    assert texts[: len(DEFAULT_PRESETS)] == [
        "Brief",
        "Detailed",
        "In N words…",
        "Material",
        "Colour",
        "State",
        "Doing",
        "Reflection",
        "Multiple choice…",
    ]
    assert bar.menu.actions()[4].toolTip() == "What colour is #4 and #1?"
    bar.menu.actions()[4].trigger()
    qtbot.waitUntil(lambda: is_finished(studio, 1))
    (request,) = engines.describer.requests
    assert request.question == f"What colour is {mention(boxes[3])} and {mention(boxes[0])}?"
    assert bar.line.text() == "half a question"


def test_one_with_something_to_fill_in_is_written_with_that_part_selected(
    studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    studio.desk.select(boxes[1:2])
    bar = studio.talk.bar
    bar.fill_menu()
    bar.menu.actions()[2].trigger()
    assert bar.line.text() == "Describe #2 in 10 words."
    assert bar.line.selectedText() == "10"
    assert bar.line.hasFocus()
    QTest.keyClicks(bar.line, "5")
    assert bar.line.text() == "Describe #2 in 5 words."
    assert not engines.describer.requests


def test_presets_are_edited_added_removed_reordered_and_kept(
    studio: Studio, boxes: tuple[int, ...]
) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, PresetDialog)
        QTest.mouseClick(dialog.down, LEFT)
        dialog.list.setCurrentRow(2)
        QTest.mouseClick(dialog.remove, LEFT)
        QTest.mouseClick(dialog.add, LEFT)
        assert not dialog.save.isEnabled(), "it has no question yet"
        assert "no question yet" in dialog.problem.text()
        QTest.keyClicks(dialog.name, "Age")
        dialog.text.setFocus()
        QTest.keyClicks(dialog.text, "How old is #n?")
        dialog.send.setFocus()
        QTest.keyClick(dialog.send, Qt.Key.Key_Space)
        QTest.mouseClick(dialog.save, LEFT)

    Hand(studio).in_dialog(PresetDialog, act)
    studio.talk.bar.edit_presets()
    names = [preset.name for preset in studio.settings.settings.presets]
    assert names[:3] == ["Detailed", "Brief", "Material"]
    assert Preset("Age", "How old is #n?", send=True) in studio.settings.settings.presets
    assert "In N words" not in names
    assert settings.load().settings.presets == studio.settings.settings.presets
    studio.desk.select(boxes[:1])
    studio.talk.bar.fill_menu()
    assert studio.talk.bar.menu.actions()[0].text() == "Detailed"


def test_the_usual_presets_can_be_had_back_and_there_is_a_bound(
    qtbot: QtBot, studio: Studio
) -> None:
    dialog = PresetDialog((), studio)
    qtbot.addWidget(dialog)
    assert not dialog.remove.isEnabled()
    assert not dialog.name.isEnabled()
    assert dialog.presets() == ()
    dialog.buttons.button(dialog.buttons.StandardButton.RestoreDefaults).click()
    assert dialog.presets() == DEFAULT_PRESETS
    full = PresetDialog(tuple(Preset(f"p{n}", "x") for n in range(MAX_PRESETS)), studio)
    qtbot.addWidget(full)
    assert not full.add.isEnabled()
    settle(qtbot)
