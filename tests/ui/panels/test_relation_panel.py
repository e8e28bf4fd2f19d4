"""Relations as a table that is edited in place, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLineEdit
from pytestqt.qtbot import QtBot

from gar_studio.annotation.exchange import Relation
from gar_studio.document.commands import AcceptAnswer
from tests.ui.conftest import LEFT, open_photo
from tests.ui.talks import add_boxes, document_of, image_of, mention, record, settle
from ui.panels.region_menu import RegionMenu
from ui.panels.relation_panel import RelationPanel
from ui.panels.relation_table import OBJECT, PREDICATE, SUBJECT
from ui.studio import Studio


@pytest.fixture
def boxes(qtbot: QtBot, studio: Studio, photo: Path) -> tuple[int, ...]:
    """Four regions and one relation: #1 is on #2."""
    open_photo(qtbot, studio, photo)
    boxes = add_boxes(studio, 4)
    made = record(studio, "relate", boxes[:2], f"{mention(boxes[0])} is on {mention(boxes[1])}.")
    studio.desk.do(AcceptAnswer(image_of(studio), made.id))
    dock = studio.findChild(QDockWidget, "dock-relations")
    assert dock is not None
    dock.raise_()
    settle(qtbot)
    return boxes


@pytest.fixture
def panel(studio: Studio, boxes: tuple[int, ...]) -> RelationPanel:
    return studio.relations


def relations(studio: Studio) -> tuple[Relation, ...]:
    return document_of(studio).relations(image_of(studio))


def parts(studio: Studio, row: int = 0) -> tuple[int, str, tuple[int, ...]]:
    relation = relations(studio)[row]
    return relation.subject_id, relation.predicate, relation.object_ids


def texts(panel: RelationPanel, row: int) -> list[str]:
    model = panel.table.model()
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def place(panel: RelationPanel, row: int, column: int) -> QPoint:
    return panel.table.visualRect(panel.table.model().index(row, column)).center()


def open_menu(panel: RelationPanel, column: int) -> RegionMenu:
    menu = panel.choose_regions(panel.table.model().index(0, column))
    assert menu is not None
    return menu


def test_an_accepted_relation_is_a_row(panel: RelationPanel) -> None:
    assert panel.table.isVisible()
    assert texts(panel, 0) == ["#1", "is on", "#2", "parsed"]


def test_a_sentence_that_was_not_taken_apart_is_marked(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    made = record(studio, "relate", boxes[2:], "They touch.")
    studio.desk.do(AcceptAnswer(image_of(studio), made.id))
    assert texts(panel, 1) == ["#3", "They touch.", "#4", "unparsed"]


def test_the_predicate_is_written_in_place_and_taken_back(
    qtbot: QtBot, studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    where = place(panel, 0, PREDICATE)
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=where)
    QTest.mouseDClick(panel.table.viewport(), LEFT, pos=where)
    editor = panel.table.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "hides, with #3,")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(panel, 0)[3] == "edited")
    assert parts(studio) == (boxes[0], f"hides, with {mention(boxes[2])},", (boxes[1],))
    assert texts(panel, 0) == ["#1", "hides, with #3,", "#2", "edited"]
    studio.desk.undo()
    assert texts(panel, 0) == ["#1", "is on", "#2", "parsed"]


def test_a_hash_offers_regions_in_the_predicate_too(
    qtbot: QtBot, studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    panel.table.edit(panel.table.model().index(0, PREDICATE))
    editor = panel.table.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "is like #")
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.text() == "is like #3"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: parts(studio)[1] == f"is like {mention(boxes[2])}")


def test_the_subject_is_chosen_among_the_other_regions(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    menu = open_menu(panel, SUBJECT)
    assert [action.data() for action in menu.actions()] == [boxes[0], *boxes[2:]]
    menu.setActiveAction(menu.actions()[2])
    assert studio.desk.hovered == boxes[3]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert parts(studio) == (boxes[3], "is on", (boxes[1],))
    assert studio.desk.hovered is None
    studio.desk.undo()
    assert parts(studio)[0] == boxes[0]


def test_several_objects_are_ticked(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    menu = open_menu(panel, OBJECT)
    assert [action.isChecked() for action in menu.actions()] == [True, False, False]
    menu.setActiveAction(menu.actions()[2])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[1]).center())
    assert menu.isVisible(), "several are ticked in one go"
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert parts(studio)[2] == (boxes[1], boxes[3], boxes[2])
    assert document_of(studio).undo_name(image_of(studio)) == "change relation"


def test_esc_changes_no_object_and_none_at_all_is_refused(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    menu = open_menu(panel, OBJECT)
    menu.setActiveAction(menu.actions()[1])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert parts(studio)[2] == (boxes[1],)
    menu = open_menu(panel, OBJECT)
    menu.setActiveAction(menu.actions()[0])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert "needs an object" in studio.notices.text
    assert parts(studio)[2] == (boxes[1],)


def test_one_is_written_by_hand(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    studio.desk.select(boxes[:1])
    assert not panel.predicate.isEnabled()
    studio.desk.select((boxes[2], boxes[0], boxes[3]))
    assert panel.predicate.placeholderText() == "What is #3 to #1, #4?"
    assert not panel.add.isEnabled()
    panel.predicate.setFocus()
    QTest.keyClicks(panel.predicate, "lies between")
    QTest.mouseClick(panel.add, LEFT)
    assert parts(studio, 1) == (boxes[2], "lies between", (boxes[0], boxes[3]))
    assert texts(panel, 1)[3] == "by hand"
    assert panel.predicate.text() == ""
    studio.desk.undo()
    assert len(relations(studio)) == 1


def test_del_deletes_the_chosen_row_and_no_region(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=place(panel, 0, PREDICATE))
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert relations(studio) == ()
    assert len(studio.desk.regions()) == 4
    assert not panel.table.isVisible()
    studio.desk.undo()
    assert len(relations(studio)) == 1


def test_a_row_selects_its_regions_and_a_chip_lights_its_own(
    qtbot: QtBot, studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    studio.desk.select(())
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=place(panel, 0, PREDICATE))
    assert studio.desk.selection == boxes[:2]
    rect = panel.table.visualRect(panel.table.model().index(0, OBJECT))
    QTest.mouseMove(panel.table.viewport(), QPoint(rect.left() + 16, rect.center().y()))
    qtbot.waitUntil(lambda: studio.desk.hovered == boxes[1])
    QTest.mouseMove(panel.table.viewport(), place(panel, 0, PREDICATE))
    qtbot.waitUntil(lambda: studio.desk.hovered is None)
    before = panel.table.viewport().grab().toImage()
    studio.desk.hover(boxes[0])
    settle(qtbot)
    assert panel.table.viewport().grab().toImage() != before


def test_the_numbers_follow_the_regions(
    studio: Studio, panel: RelationPanel, boxes: tuple[int, ...]
) -> None:
    from gar_studio.document.commands import MoveRegion

    studio.desk.do(MoveRegion(image_of(studio), boxes[0], 4))
    assert texts(panel, 0) == ["#4", "is on", "#1", "parsed"]
