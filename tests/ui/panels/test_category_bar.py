"""Categories by list, by key and by suggestion, in the real window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio.annotation.region import Caption, Provenance
from gar_studio.document.commands import SetCaption
from tests.ui.conftest import add_region, open_photo, press
from ui.studio import Studio


def names(studio: Studio) -> list[str]:
    document = studio.desk.document
    assert document is not None
    return [document.category(region.category_id).name for region in studio.desk.regions()]


def type_category(studio: Studio, name: str) -> None:
    line = studio.regions.categories.combo.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, name)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_a_typed_name_makes_a_category_and_sticks(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    type_category(studio, "garden gnome")
    add_region(qtbot, studio, 120, 60)
    assert names(studio) == ["garden gnome", "garden gnome"]
    studio.desk.undo()
    studio.desk.undo()
    assert names(studio) == ["object"]


def test_a_digit_assigns_the_category_with_that_key(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    type_category(studio, "dog")
    type_category(studio, "cat")
    document = studio.desk.document
    assert document is not None
    key = next(c.key for c in document.categories() if c.name == "dog")
    press(studio, Qt.Key(Qt.Key.Key_0 + int(key)))
    assert names(studio) == ["dog"]
    add_region(qtbot, studio, 120, 60)
    assert names(studio) == ["dog", "dog"], "the one assigned last sticks"


def test_the_captions_noun_is_suggested(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    region_id = add_region(qtbot, studio, 60, 60)
    suggestion = studio.regions.categories.suggestion
    assert not suggestion.isVisible()
    image_id = studio.desk.image_id
    assert image_id is not None
    caption = Caption("A small brown dog sitting on a mat.", Provenance.by_person())
    studio.desk.do(SetCaption(image_id, region_id, caption))
    assert suggestion.text() == "Suggested: dog"
    qtbot.mouseClick(suggestion, Qt.MouseButton.LeftButton)
    assert names(studio) == ["dog"]
    assert not suggestion.isVisible()


def test_a_short_new_name_is_not_completed_to_a_longer_known_one(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    type_category(studio, "caterpillar")
    press(studio, Qt.Key.Key_C)  # completing takes a field with the keyboard
    type_category(studio, "cat")
    assert names(studio) == ["cat"]


def test_the_field_is_reached_used_and_left_by_keyboard(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    line = studio.regions.categories.combo.line
    press(studio, Qt.Key.Key_C)
    assert QApplication.focusWidget() is not studio.canvas
    QTest.keyClicks(line, "animal / dog")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert names(studio) == ["animal/dog"]
    assert studio.canvas.hasFocus()
    press(studio, Qt.Key.Key_C)
    QTest.keyClicks(line, "wrong")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert names(studio) == ["animal/dog"]
    assert line.text() == "animal/dog"
    assert studio.canvas.hasFocus()


def test_an_answer_that_comes_in_leaves_what_is_being_typed(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    line = studio.regions.categories.combo.line
    press(studio, Qt.Key.Key_D)
    press(studio, Qt.Key.Key_C)
    QTest.keyClicks(line, "gar")
    qtbot.waitUntil(lambda: bool(studio.talk.cards()))
    QTest.keyClicks(line, "den")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert names(studio) == ["garden"]
