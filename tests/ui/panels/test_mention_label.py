"""Chips are alive in both directions, by pointer and by keyboard, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import LEFT, on_canvas, open_photo, press
from tests.ui.talks import add_boxes, mention, record, settle
from ui.panels.mention_label import MentionLabel
from ui.studio import Studio


@pytest.fixture
def label(qtbot: QtBot, studio: Studio, photo: Path) -> MentionLabel:
    """The answer “#1 is beside #2, and #1 is red.”"""
    open_photo(qtbot, studio, photo)
    one, two = add_boxes(studio, 2)
    text = f"{mention(one)} is beside {mention(two)}, and {mention(one)} is red."
    record(studio, "relate", (one, two), text)
    settle(qtbot)
    return studio.talk.cards()[0].answer


def ids(studio: Studio) -> tuple[int, int]:
    one, two = studio.desk.regions()
    return one.id, two.id


def chip(label: MentionLabel, region_id: int) -> QPoint:
    return label.chips(region_id)[0].center().toPoint()


def test_pointing_at_a_chip_lights_its_region_and_leaving_it_does_not(
    qtbot: QtBot, studio: Studio, label: MentionLabel
) -> None:
    one, two = ids(studio)
    QTest.mouseMove(label, chip(label, two))
    qtbot.waitUntil(lambda: studio.desk.hovered == two)
    QTest.mouseMove(label, chip(label, one))
    qtbot.waitUntil(lambda: studio.desk.hovered == one)
    QTest.mouseMove(label, QPoint(label.width() - 2, label.height() - 2))
    qtbot.waitUntil(lambda: studio.desk.hovered is None)


def test_clicking_a_chip_selects_its_region(studio: Studio, label: MentionLabel) -> None:
    _, two = ids(studio)
    QTest.mouseClick(label, LEFT, pos=chip(label, two))
    assert studio.desk.selection == (two,)


def test_pointing_at_a_region_on_the_canvas_lights_all_its_chips(
    qtbot: QtBot, studio: Studio, label: MentionLabel
) -> None:
    one, _ = ids(studio)
    press(studio, Qt.Key.Key_V)
    before = label.grab().toImage()
    QTest.mouseMove(studio.canvas, on_canvas(studio, 20, 20))
    qtbot.waitUntil(lambda: studio.desk.hovered == one)
    assert label.lit == studio.talk.cards()[0].head.lit == one
    after = label.grab().toImage()
    for where in label.chips(one):
        frame = QPointF(where.center().x(), where.top() + 1).toPoint()
        assert before.pixelColor(frame) != after.pixelColor(frame)
    assert len(label.chips(one)) == 2
    QTest.mouseMove(studio.canvas, on_canvas(studio, 300, 200))
    qtbot.waitUntil(lambda: label.lit is None)


def test_a_chip_is_where_qt_finds_the_link(
    qtbot: QtBot, studio: Studio, label: MentionLabel
) -> None:
    one, _ = ids(studio)
    dock = studio.findChild(QDockWidget, "dock-conversation")
    heights = set()
    for width in (640, 320, 240):
        studio.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        settle(qtbot)
        heights.add(label.height())
        for where in label.chips(one):
            studio.desk.hover(None)
            QTest.mouseMove(label, QPoint(label.width() - 1, label.height() - 1))
            QTest.mouseMove(label, where.center().toPoint())
            qtbot.waitUntil(lambda: studio.desk.hovered == one)
    assert len(heights) > 1, "the text was wrapped"


def test_tab_goes_from_chip_to_chip_and_enter_selects(studio: Studio, label: MentionLabel) -> None:
    one, two = ids(studio)
    label.setFocus(Qt.FocusReason.TabFocusReason)
    assert studio.desk.hovered == one
    QTest.keyClick(label, Qt.Key.Key_Tab)
    assert studio.desk.hovered == two
    QTest.keyClick(label, Qt.Key.Key_Return)
    assert studio.desk.selection == (two,)
    QTest.keyClick(label, Qt.Key.Key_Tab)
    assert studio.desk.hovered == one
    QTest.keyClick(label, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not label
    assert studio.desk.hovered is None
    studio.talk.cards()[0].accept.setFocus()
    QTest.keyClick(studio.talk.cards()[0].accept, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is label
    assert studio.desk.hovered == one, "from below it begins with the last chip"


def test_a_text_without_chips_is_no_stop_of_the_tab_key(
    qtbot: QtBot, studio: Studio, label: MentionLabel
) -> None:
    label.set_stored("Nothing but words.")
    assert not label.focusPolicy() & Qt.FocusPolicy.TabFocus
