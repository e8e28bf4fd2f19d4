"""The list of regions in the real window: a filter by review, and numbers by keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.conftest import add_region, open_photo, press
from ui.studio import Studio

ALT = Qt.KeyboardModifier.AltModifier
ALL, NOT_REVIEWED, ACCEPTED, REJECTED = range(4)


@pytest.fixture(autouse=True)
def _three_regions(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    """Make three regions and accept the second."""
    open_photo(qtbot, studio, photo)
    for x, y in ((60, 60), (240, 60), (150, 180)):
        add_region(qtbot, studio, x, y)
    studio.desk.select([studio.desk.regions()[1].id])
    press(studio, Qt.Key.Key_Y)


def ids(studio: Studio) -> list[int]:
    return [region.id for region in studio.desk.regions()]


def rows(studio: Studio) -> list[str]:
    """Return what a screen reader says of the rows."""
    model = studio.regions.view.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row, 0).data(role) for row in range(model.rowCount())]


def choose(studio: Studio, row: int) -> None:
    """Choose in the filter with the keyboard."""
    box = studio.regions.filter
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(row):
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_the_list_shows_what_is_to_be_reviewed_under_its_own_numbers(studio: Studio) -> None:
    choose(studio, NOT_REVIEWED)
    assert rows(studio) == ["Region 1, object", "Region 3, object"]
    choose(studio, ACCEPTED)
    assert rows(studio) == ["Region 2, object, accepted"]
    choose(studio, ALL)
    assert len(rows(studio)) == 3


def test_a_region_leaves_the_list_with_its_verdict_and_comes_back_by_undo(studio: Studio) -> None:
    choose(studio, NOT_REVIEWED)
    studio.desk.select([ids(studio)[0]])
    press(studio, Qt.Key.Key_Y)
    assert rows(studio) == ["Region 3, object"]
    assert studio.desk.selection == (ids(studio)[0],)
    studio.action("undo").trigger()
    assert rows(studio) == ["Region 1, object", "Region 3, object"]


def test_the_filter_takes_no_room_where_nobody_reviews(studio: Studio) -> None:
    studio.action("undo").trigger()
    assert not studio.regions.filter.isVisible()
    studio.action("redo").trigger()
    assert studio.regions.filter.isVisible()
    choose(studio, ACCEPTED)
    studio.action("undo").trigger()
    assert rows(studio) == []
    assert studio.regions.filter.isVisible()  # or there would be no way back to all regions


def test_where_nothing_fits_the_list_says_so_and_can_be_left(studio: Studio) -> None:
    choose(studio, REJECTED)
    labels = studio.regions.findChildren(QLabel)
    assert "No region here is rejected." in [label.text() for label in labels if label.isVisible()]
    assert studio.regions.filter.isVisible()
    choose(studio, ALL)
    assert len(rows(studio)) == 3


def test_a_click_selects_the_region_of_the_row_that_is_seen(studio: Studio) -> None:
    choose(studio, NOT_REVIEWED)
    view = studio.regions.view
    row = view.visualRect(view.model().index(1, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(40, 12))
    assert studio.desk.selection == (ids(studio)[2],)


@pytest.mark.parametrize(
    ("dragged", "row", "order"),
    [(1, 0, [2, 0, 1]), (0, 2, [1, 2, 0]), (0, 1, [1, 0, 2]), (1, -1, [0, 1, 2])],
)
def test_a_row_dropped_in_a_filtered_list_lands_beside_the_rows_that_are_seen(
    studio: Studio, dragged: int, row: int, order: list[int]
) -> None:
    choose(studio, NOT_REVIEWED)
    before, model = ids(studio), studio.regions.view.model()
    data = model.mimeData([model.index(dragged, 0)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, QModelIndex())
    assert ids(studio) == [before[place] for place in order]


def test_a_region_gets_another_number_by_keyboard(studio: Studio) -> None:
    first, second, third = ids(studio)
    studio.desk.select([second])
    press(studio, Qt.Key.Key_Up, ALT)
    assert ids(studio) == [second, first, third]
    assert not studio.action("number_up").isEnabled()
    press(studio, Qt.Key.Key_Down, ALT)
    press(studio, Qt.Key.Key_Down, ALT)
    assert ids(studio) == [first, third, second]
    assert not studio.action("number_down").isEnabled()
    for _ in range(3):
        studio.action("undo").trigger()
    assert ids(studio) == [first, second, third]
    studio.desk.select([first, second])
    assert not studio.action("number_down").isEnabled()
