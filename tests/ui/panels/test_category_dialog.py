"""The tree of categories: what a person does to it by keyboard, over the real window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gar_studio.document.category_commands import ImportCategories
from gar_studio.document.commands import SetCategory
from tests.ui.conftest import add_region, open_photo
from ui.panels.category_dialog import CategoryDialog
from ui.panels.category_import import ImportDialog
from ui.panels.category_model import COUNT, KEY, NAME
from ui.studio import Studio

NAMES = ("animal", "animal/dog", "animal/cat", "vehicle/car")


@pytest.fixture
def dialog(qtbot: QtBot, studio: Studio, photo: Path) -> Iterator[CategoryDialog]:
    """The dialog over a project with two dogs and a car, and with animals of no use."""
    open_photo(qtbot, studio, photo)
    for x in (40, 100, 160):
        add_region(qtbot, studio, x, 60)
    studio.desk.do(ImportCategories(NAMES))
    for name, ids in (("animal/dog", (1, 2)), ("vehicle/car", (3,))):
        studio.desk.do(SetCategory(1, ids, id_of(studio, name)))
    made = CategoryDialog(studio.desk, studio)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    if isValid(made):
        made.close()


def id_of(studio: Studio, name: str) -> int:
    document = studio.desk.document
    assert document is not None
    return next(c.id for c in document.categories() if c.name == name)


def names(studio: Studio) -> set[str]:
    document = studio.desk.document
    assert document is not None
    return {category.name for category in document.categories()}


def category_of(studio: Studio, number: int) -> str:
    document = studio.desk.document
    assert document is not None
    return document.category(studio.desk.regions()[number - 1].category_id).name


def shown(dialog: CategoryDialog) -> list[tuple[str, str, str]]:
    """Return the rows in view from top to bottom: path with its indent, key, count."""
    view, found = dialog.view, []
    index = view.tree.index(0, NAME)
    while index.isValid():
        texts = [str(index.siblingAtColumn(column).data()) for column in (NAME, KEY, COUNT)]
        node = view.tree.node(index)
        assert node is not None
        found.append(("  " * node.path.count("/") + texts[0], texts[1], texts[2]))
        index = view.indexBelow(index)
    return found


def type_into(widget: object, text: str) -> None:
    QTest.keyClicks(widget, text)
    QTest.keyClick(widget, Qt.Key.Key_Return)


def test_the_tree_is_indented_counted_and_folded(dialog: CategoryDialog) -> None:
    assert shown(dialog) == [
        ("animal", "1", "2"),
        ("  cat", "3", "0"),
        ("  dog", "2", "2"),
        ("object", "", "0"),
        ("vehicle", "", "1"),
        ("  car", "4", "1"),
    ]
    dialog.select("animal")
    QTest.keyClick(dialog.view, Qt.Key.Key_Left)
    assert [row[0] for row in shown(dialog)] == ["animal", "object", "vehicle", "  car"]
    dialog.set_key("9")
    QTest.keyClicks(dialog.search, "x")
    dialog.search.clear()
    assert [row[0] for row in shown(dialog)] == ["animal", "object", "vehicle", "  car"]


@pytest.mark.parametrize("typed", ["dog", "ANIM", "mal/d", "dog animal"])
def test_the_search_finds_either_part(dialog: CategoryDialog, typed: str) -> None:
    QTest.keyClicks(dialog.search, typed)
    rows = [row[0] for row in shown(dialog)]
    assert rows[0] == "animal"
    assert "  dog" in rows
    assert "vehicle" not in rows


def test_what_is_not_found_is_created_by_enter(dialog: CategoryDialog, studio: Studio) -> None:
    type_into(dialog.search, "plant / tree")
    assert "plant/tree" in names(studio)
    node = dialog.view.selected()
    assert node is not None
    assert node.path == "plant/tree"
    type_into(dialog.search, "car")
    assert "car" not in names(studio), "what was found is gone to, and not made anew"
    assert dialog.view.hasFocus()


def test_renaming_a_parent_moves_its_children(
    qtbot: QtBot, dialog: CategoryDialog, studio: Studio
) -> None:
    dialog.view.setFocus()
    dialog.select("animal")
    QTest.keyClick(dialog.view, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not dialog.view
    type_into(editor, "creature")
    qtbot.waitUntil(lambda: category_of(studio, 1) == "creature/dog")
    dialog.view.setFocus()
    dialog.select("vehicle")  # a parent that is no category itself
    dialog.rename_to("vehicle", "thing")
    assert category_of(studio, 3) == "thing/car"


def test_a_taken_name_is_refused_where_the_person_looks(
    dialog: CategoryDialog, studio: Studio
) -> None:
    dialog.rename_to("animal/dog", "animal/cat")
    assert "animal/cat" in dialog.note.text()
    assert dialog.note.isVisible()
    assert NAMES[1] in names(studio)


def test_deleting_says_what_it_touches_and_can_be_undone(
    dialog: CategoryDialog, studio: Studio
) -> None:
    dialog.view.setFocus()
    dialog.select("animal")
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    assert dialog.question.text.text() == (
        "Delete “animal” with 2 categories below it? "
        "2 regions on 1 image get the category “object”."
    )
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "animal" in names(studio)
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert names(studio) == {"object", "vehicle/car"}
    assert category_of(studio, 1) == "object"
    for _ in range(3):
        QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert category_of(studio, 1) == "animal/dog"
    assert category_of(studio, 3) == "vehicle/car", "what was done before the dialog stays"
    QTest.keyClick(
        dialog,
        Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert category_of(studio, 1) == "object"


def test_the_category_of_the_rest_is_not_deleted(dialog: CategoryDialog, studio: Studio) -> None:
    dialog.view.setFocus()
    dialog.select("object")
    assert not dialog.delete.isEnabled()
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    assert not dialog.question.isVisible()


def test_merging_by_a_few_letters_of_the_target(dialog: CategoryDialog, studio: Studio) -> None:
    dialog.select("animal/dog")
    dialog.merge.click()
    assert "2 regions on 1 image" in dialog.question.text.text()
    QTest.keyClicks(dialog.question.target.line, "a")
    assert not dialog.question.go.isEnabled(), "several have an a"
    type_into(dialog.question.target.line, "r")  # “ar” is only in “vehicle/car”
    assert category_of(studio, 1) == "vehicle/car"
    assert not dialog.question.isVisible()


def test_digits_give_keys_and_zero_takes_them(dialog: CategoryDialog, studio: Studio) -> None:
    document = studio.desk.document
    assert document is not None
    dialog.view.setFocus()
    dialog.select("animal/cat")
    QTest.keyClick(dialog.view, Qt.Key.Key_1)
    assert [c.name for c in document.categories() if c.key == "1"] == ["animal/cat"]
    QTest.keyClick(dialog.view, Qt.Key.Key_0)
    assert [c.name for c in document.categories() if c.key == "1"] == []


def test_a_category_gets_another_colour(dialog: CategoryDialog, studio: Studio) -> None:
    document = studio.desk.document
    assert document is not None
    dialog.recolour(id_of(studio, "animal"), "#123456")
    assert document.category(id_of(studio, "animal")).colour == "#123456"


def test_a_list_is_imported_after_its_clashes_were_shown(
    dialog: CategoryDialog, studio: Studio, tmp_path: Path
) -> None:
    file = tmp_path / "classes.txt"
    file.write_text("animal/dog\nAnimal/Dog\nplant\nplant\nx//y\n", encoding="utf-8")
    before = names(studio)

    def answer(accept: bool, seen: list[list[str]]) -> None:
        preview = QApplication.activeModalWidget()
        assert isinstance(preview, ImportDialog)
        model = preview.view.model()
        rows = [
            [str(model.index(row, column).data()) for column in (0, 1)]
            for row in range(model.rowCount())
        ]
        seen.extend(rows)
        assert names(studio) == before, "nothing is written yet"
        preview.done(QDialog.DialogCode.Accepted if accept else QDialog.DialogCode.Rejected)

    rows: list[list[str]] = []
    QTimer.singleShot(0, lambda: answer(accept=False, seen=rows))
    dialog.import_list(file)
    assert names(studio) == before
    assert [row[0] for row in rows] == ["x//y", "Animal/Dog", "plant", "animal/dog", "plant"]
    assert rows[1][1] == "differs only in case from “animal/dog”"
    QTimer.singleShot(0, lambda: answer(accept=True, seen=[]))
    dialog.import_list(file)
    assert names(studio) - before == {"plant"}
    dialog.import_list(tmp_path / "none.txt")
    assert "none.txt" in dialog.note.text()


def test_two_thousand_categories_are_rows_of_a_model(
    dialog: CategoryDialog, studio: Studio
) -> None:
    studio.desk.do(ImportCategories(tuple(f"group {i % 40}/kind {i}" for i in range(2000))))
    assert len(dialog.view.viewport().children()) < 10, "no widget a row"
    QTest.keyClicks(dialog.search, "kind 1999")
    assert [row[0] for row in shown(dialog)] == ["group 39", "  kind 1999"]
    assert studio.regions.categories.combo.count() == 2005
    dialog.search.setText("group 2/")
    assert [row[0] for row in shown(dialog)][:4] == [
        "group 2",
        "  kind 2",
        "  kind 42",
        "  kind 82",
    ], "numbers in names count as numbers"
    assert "  kind 122" in [row[0] for row in shown(dialog)]


def test_a_dialog_that_was_closed_is_gone(dialog: CategoryDialog, studio: Studio) -> None:
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for _ in range(3):
        QTimer.singleShot(0, lambda: QApplication.activeModalWidget().close())
        studio.action("categories").trigger()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert studio.findChildren(CategoryDialog) == []
    studio.desk.do(ImportCategories(("later",)))
