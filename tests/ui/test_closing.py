"""A window that is closed can be deleted, whatever was on its way to it."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import LEFT, Engines, delete, make_photo, make_studio, open_photo, press
from tests.ui.talks import add_boxes, mention, record
from ui.studio import Studio


@pytest.fixture
def window(qtbot: QtBot, engines: Engines, photo: Path) -> Studio:
    """A window of the test's own, with four regions."""
    made = make_studio(engines)
    made.show()
    make_photo(photo.with_name("next.png"), seed=3)
    open_photo(qtbot, made, photo.parent)
    add_boxes(made, 4)
    return made


def test_in_the_middle_of_an_answer(qtbot: QtBot, window: Studio, engines: Engines) -> None:
    go_on = threading.Event()
    engines.describer.before_word = lambda index: index != 2 or go_on.wait(10)
    window.desk.select([1])
    press(window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "A small" in window.talk.answer_text())
    threading.Timer(0.05, go_on.set).start()
    delete(window)
    qtbot.wait(100)


def test_while_words_wait_to_be_shown(qtbot: QtBot, window: Studio, engines: Engines) -> None:
    said = threading.Event()
    engines.describer.before_word = lambda index: said.set() if index == 3 else None
    window.desk.select([1, 2])
    press(window, Qt.Key.Key_R)
    assert said.wait(10)
    delete(window)  # with signals of the worker in the queue
    qtbot.wait(100)


def test_while_regions_are_offered_and_a_long_thread_is_filled(
    qtbot: QtBot, window: Studio
) -> None:
    for number in range(30):
        record(window, "ask", (1,), f"{mention(1)} is red. {number}", "Colour?")
    window.desk.step_image(1)
    window.desk.step_image(-1)
    QTest.keyClicks(window.talk.question, "#")
    delete(window)
    qtbot.wait(50)


def test_while_an_answer_is_edited_and_a_relation_too(qtbot: QtBot, window: Studio) -> None:
    record(window, "describe", (1,), "A box.")
    qtbot.wait(50)
    QTest.mouseClick(window.talk.cards()[0].edit, LEFT)
    delete(window)
    qtbot.wait(50)
