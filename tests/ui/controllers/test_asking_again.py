"""Describing all that is left, asking again, and what is said before anything is sent."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.region import Caption, Provenance
from gar_studio.document.commands import DeleteRegions, SetCaption
from gar_studio.errors import EngineError
from tests.ui.conftest import LEFT, Engines, open_photo, press
from tests.ui.talks import add_boxes, image_of, is_finished, record
from ui.studio import Studio

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def boxes(qtbot: QtBot, studio: Studio, photo: Path) -> tuple[int, ...]:
    """Seven regions on an open photo."""
    open_photo(qtbot, studio, photo)
    return add_boxes(studio, 7)


def asked(engines: Engines) -> list[tuple[int, ...]]:
    return [tuple(r.region_id for r in request.regions) for request in engines.describer.requests]


def test_all_that_have_neither_caption_nor_draft_are_described(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    caption = Caption("mine", Provenance.by_person())
    studio.desk.do(SetCaption(image_of(studio), boxes[0], caption))
    record(studio, "describe", boxes[1:2], "A draft.")
    record(studio, "ask", boxes[2:3], "Red.", "What colour?")
    assert studio.talk.describe_all.text() == "Describe all (5)"
    press(studio, Qt.Key.Key_D, SHIFT)
    assert "Describing 5 regions." in studio.notices.text
    qtbot.waitUntil(lambda: is_finished(studio, 7))
    assert asked(engines) == [(i,) for i in boxes[2:]]
    assert not studio.talk.describe_all.isEnabled()
    assert not studio.action("describe_all").isEnabled()


def test_how_far_it_is_is_said_and_it_can_be_stopped_and_gone_on_with(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    go_on = threading.Event()
    engines.describer.before_word = lambda _: len(engines.describer.requests) < 3 or go_on.wait(10)
    qtbot.mouseClick(studio.talk.describe_all, LEFT)
    qtbot.waitUntil(lambda: studio.talk.progress.text() == "2 of 7 answered")
    assert studio.talk.progress.isVisible()
    assert len(studio.talk.live_cards()) == 1, "those that wait are counted, not shown"
    qtbot.mouseClick(studio.talk.stop, LEFT)
    go_on.set()
    qtbot.waitUntil(lambda: is_finished(studio, 2))
    cards = studio.talk.answers.unanswered_cards()
    assert sum(len(card.unanswered.groups) for card in cards) == 5
    assert all(card.state.text() == "stopped" for card in cards)
    engines.describer.before_word = None
    for card in cards:
        qtbot.mouseClick(card.retry, LEFT)
    qtbot.waitUntil(lambda: is_finished(studio, 7))
    assert studio.talk.answers.unanswered_cards() == ()
    assert set(asked(engines)) == {(i,) for i in boxes}


def test_a_finished_answer_is_asked_again_and_stays(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    question = "Is ⟨region:2⟩ like ⟨region:1⟩?"
    record(studio, "ask", (boxes[1], boxes[0]), "No.", question)
    qtbot.mouseClick(studio.talk.cards()[0].retry, LEFT)
    qtbot.waitUntil(lambda: is_finished(studio, 2))
    (request,) = engines.describer.requests
    assert (request.question, request.task) == (question, "ask")
    assert asked(engines) == [(boxes[1], boxes[0])]
    assert studio.talk.cards()[0].exchange.answer == "No."


def test_an_answer_that_failed_before_its_first_word_can_be_asked_again(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    engines.describer.fail_at = 0
    studio.desk.select(boxes[:3])
    press(studio, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: len(studio.talk.answers.unanswered_cards()) == 1)
    (card,) = studio.talk.answers.unanswered_cards()
    assert card.state.text() == "failed"
    engines.describer.fail_at = None
    qtbot.mouseClick(card.retry, LEFT)
    qtbot.waitUntil(lambda: is_finished(studio, 1))
    assert asked(engines) == [boxes[:3], boxes[:3]]


def test_one_that_broke_off_says_so_and_can_be_asked_again(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    engines.describer.fail_at = 2
    studio.desk.select(boxes[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: is_finished(studio, 1))
    assert studio.talk.cards()[0].state.text() == "draft, broken off"
    engines.describer.fail_at = None
    qtbot.mouseClick(studio.talk.cards()[0].retry, LEFT)
    qtbot.waitUntil(lambda: is_finished(studio, 2))
    assert [card.exchange.answer for card in studio.talk.cards()] == ["A small", "A small box."]


def test_one_failure_of_many_questions_is_one_card_and_one_message(
    qtbot: QtBot, studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    told = []
    studio.desk.failed.connect(told.append)

    def break_down(_index: int) -> None:
        raise EngineError("The engine broke.")

    engines.describer.before_word = break_down
    press(studio, Qt.Key.Key_D, SHIFT)
    qtbot.waitUntil(lambda: not studio.conversation.busy)
    assert len(told) == 1
    (card,) = studio.talk.answers.unanswered_cards()
    assert card.retry.text() == "Retry all 7"
    qtbot.mouseClick(card.dismiss, LEFT)
    assert studio.talk.answers.unanswered_cards() == ()


def test_a_region_that_is_gone_is_not_asked_about_again(
    studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    record(studio, "relate", boxes[:2], "They touch.")
    studio.desk.do(DeleteRegions(image_of(studio), boxes[:1]))
    studio.conversation.retry(studio.talk.cards()[0].exchange)
    assert "has been deleted" in studio.notices.text
    assert not studio.conversation.busy
    assert not engines.describer.requests


def test_too_many_are_said_while_they_are_selected_and_nothing_is_sent(
    studio: Studio, boxes: tuple[int, ...], engines: Engines
) -> None:
    talk = studio.talk
    studio.desk.select(boxes[:5])
    assert not talk.limit.isVisible()
    assert talk.relate.isEnabled()
    studio.desk.select(boxes)
    assert "GAR takes 5 regions, 7 are selected" in talk.limit.text()
    assert talk.limit.isVisible()
    assert not talk.relate.isEnabled()
    assert talk.describe.isEnabled(), "each is described for itself"
    QTest.keyClicks(talk.question, "What are they?")
    assert not talk.ask.isEnabled()
    QTest.keyClick(talk.question, Qt.Key.Key_Return)
    assert talk.question.text() == "What are they?"
    talk.question.setText("What is #2?")
    assert not talk.limit.isVisible(), "the question names one"
    assert talk.ask.isEnabled()
    talk.question.setText("Compare #1 #2 #3 #4 #5 #6")
    assert "the question names 6" in talk.limit.text()
    assert not engines.describer.requests
