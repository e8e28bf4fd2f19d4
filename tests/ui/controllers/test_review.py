"""Reviewing in the real window: verdicts, hidden, locked, done, flagged."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio.annotation.region import Region
from gar_studio.annotation.review import Progress, Verdict
from gar_studio.settings import account_name, load
from tests.ui.conftest import add_region, click, on_canvas, open_photo, press
from ui.panels.image_list import PROGRESS_ROLE
from ui.panels.reason_dialog import ReasonDialog
from ui.panels.region_list import sign_places
from ui.studio import Studio

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _two_regions(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    open_photo(qtbot, studio, photo)
    for x in (60, 240):
        add_region(qtbot, studio, x, 120)


def region(studio: Studio, number: int) -> Region:
    return studio.desk.regions()[number - 1]


def answer_reason(text: str | None) -> None:
    """Type a reason, or press Escape, as soon as the field is there."""

    def act() -> None:
        dialog = QApplication.activePopupWidget()
        if not isinstance(dialog, ReasonDialog):
            QTimer.singleShot(5, act)
        elif text is None:
            QTest.keyClick(dialog.field, Qt.Key.Key_Escape)
        else:
            dialog.field.selectAll()
            QTest.keyClick(dialog.field, Qt.Key.Key_Delete)
            QTest.keyClicks(dialog.field, text)
            QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    QTimer.singleShot(0, act)


def test_one_key_accepts_and_says_who_and_when(studio: Studio) -> None:
    studio.desk.select([region(studio, 1).id])
    press(studio, Qt.Key.Key_Y)
    review = region(studio, 1).review
    assert review is not None
    assert review.verdict is Verdict.ACCEPTED
    assert review.by
    assert review.at.startswith("20")
    assert region(studio, 2).review is None
    studio.action("undo").trigger()
    assert region(studio, 1).review is None


def test_a_reviewer_chooses_a_name_and_goes_back_to_that_of_the_account(studio: Studio) -> None:
    studio.desk.select([region(studio, 1).id])
    for typed, by in (("  Ada   L. ", "Ada L."), (None, "Ada L."), ("", account_name())):
        answer_reason(typed)
        studio.action("reviewer").trigger()
        press(studio, Qt.Key.Key_Y)
        review = region(studio, 1).review
        assert review is not None
        assert review.by == by
        assert load().settings.reviewer == studio.settings.settings.reviewer
        studio.action("undo").trigger()


def test_all_is_selected_but_what_is_hidden(studio: Studio) -> None:
    first, second = (region(studio, number).id for number in (1, 2))
    studio.desk.select([first])
    studio.action("hide").trigger()
    studio.action("select_all").trigger()
    assert studio.desk.selection == (second,)


def test_a_rejection_asks_why_and_escape_leaves_all_as_it_was(studio: Studio) -> None:
    studio.desk.select([r.id for r in studio.desk.regions()])
    answer_reason(None)
    press(studio, Qt.Key.Key_X)
    assert region(studio, 1).review is None
    answer_reason("outline cuts the leaf")
    press(studio, Qt.Key.Key_X)
    reviews = [r.review for r in studio.desk.regions()]
    assert [r and (r.verdict, r.reason) for r in reviews] == [
        (Verdict.REJECTED, "outline cuts the leaf")
    ] * 2
    studio.action("unreview").trigger()
    assert [r.review for r in studio.desk.regions()] == [None, None]


def test_a_hidden_region_is_neither_painted_nor_hit(studio: Studio) -> None:
    press(studio, Qt.Key.Key_V)
    studio.desk.select([region(studio, 1).id])
    studio.canvas.settle()
    before = studio.canvas.grab().toImage()
    press(studio, Qt.Key.Key_I)
    assert region(studio, 1).hidden
    assert studio.action("hide").isChecked()
    studio.desk.select(())
    studio.canvas.settle()
    point = on_canvas(studio, 60, 120)
    assert studio.canvas.grab().toImage().pixel(point) != before.pixel(point)
    click(studio, 60, 120)
    assert studio.desk.selection == ()
    studio.action("show_all").trigger()
    click(studio, 60, 120)
    assert studio.desk.selection == (region(studio, 1).id,)


def test_a_locked_region_says_so_and_stays(studio: Studio) -> None:
    studio.desk.select([region(studio, 2).id])
    press(studio, Qt.Key.Key_K)
    press(studio, Qt.Key.Key_Delete)
    assert len(studio.desk.regions()) == 2
    assert "locked" in studio.notices.text
    press(studio, Qt.Key.Key_K)
    press(studio, Qt.Key.Key_Delete)
    assert len(studio.desk.regions()) == 1


def test_eye_and_lock_in_the_list_are_clicked(studio: Studio) -> None:
    view = studio.regions.view
    row = view.visualRect(view.model().index(1, 0))
    eye, lock = sign_places(row)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=eye.center())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=lock.center())
    assert region(studio, 2).hidden
    assert region(studio, 2).locked
    assert not region(studio, 1).hidden
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=eye.center())
    assert not region(studio, 2).hidden


def test_a_row_that_is_dropped_elsewhere_gets_the_number_of_that_place(studio: Studio) -> None:
    first, second = (r.id for r in studio.desk.regions())
    model = studio.regions.view.model()
    data = model.mimeData([model.index(1, 0)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert [r.id for r in studio.desk.regions()] == [second, first]
    data = model.mimeData([model.index(0, 0)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert [r.id for r in studio.desk.regions()] == [first, second]


def test_an_image_is_done_flagged_and_in_work(studio: Studio) -> None:
    view = studio.images.view

    def shown() -> tuple[int, Progress]:
        told: tuple[int, Progress] = view.model().index(0, 0).data(PROGRESS_ROLE)
        return told

    assert shown() == (2, Progress.IN_WORK)
    press(studio, Qt.Key.Key_D, CONTROL)
    assert shown() == (2, Progress.DONE)
    assert studio.action("image_done").isChecked()
    answer_reason("blurred")
    press(studio, Qt.Key.Key_M, CONTROL)
    assert shown() == (2, Progress.FLAGGED)
    assert "blurred" in view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    studio.action("undo").trigger()
    studio.action("undo").trigger()
    assert shown() == (2, Progress.IN_WORK)


def test_an_edit_touches_the_row_of_its_image_only(qtbot: QtBot, studio: Studio) -> None:
    touched: list[int] = []
    model = studio.images.view.model()
    model.dataChanged.connect(lambda first, _last: touched.append(first.row()))
    model.modelReset.connect(lambda: touched.append(-1))
    studio.desk.select([region(studio, 1).id])
    press(studio, Qt.Key.Key_Delete)
    qtbot.wait(1)
    assert touched == [0]


def test_the_row_tells_a_screen_reader_all_of_it(studio: Studio) -> None:
    studio.desk.select([region(studio, 1).id])
    press(studio, Qt.Key.Key_Y)
    press(studio, Qt.Key.Key_K)
    told = studio.regions.view.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Region 1, object, accepted, locked"
    assert studio.regions.view.indexAt(QPoint(20, 20)).row() == 0
