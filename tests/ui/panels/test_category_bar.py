"""Categories by list, by key and by suggestion, in the real window."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio.annotation.region import Caption, Provenance
from gar_studio.document.commands import SetCaption
from tests.ui.conftest import add_region, open_photo, press
from ui.panels.category_dialog import CategoryDialog
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


def test_the_dialog_renames_recolours_and_merges(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    type_category(studio, "dgo")
    dialog = CategoryDialog(studio.desk, studio)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    document = studio.desk.document
    assert document is not None
    dog = next(c for c in document.categories() if c.name == "dgo")
    item = dialog.table.item(1, 1)
    assert item is not None
    dialog.table.editItem(item)
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "dog")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(studio) == ["dog"])
    dialog.recolour(dog.id, "#123456")
    assert document.category(dog.id).colour == "#123456"
    dialog.select(dog.id)
    qtbot.mouseClick(dialog.merge, Qt.MouseButton.LeftButton)
    assert names(studio) == ["object"]
    studio.desk.undo()
    assert names(studio) == ["dog"]
    dialog.close()
