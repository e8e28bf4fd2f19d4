"""Long threads show a page of their newest answers, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from gar_studio.document.commands import AcceptAnswer, DeleteExchange
from tests.ui.conftest import LEFT, make_photo, open_photo
from tests.ui.talks import add_boxes, image_of, mention, record, settle
from ui.panels.thread_view import MOST, PAGE
from ui.studio import Studio


@pytest.fixture
def thread(qtbot: QtBot, studio: Studio, photo: Path) -> tuple[int, ...]:
    """Fifty answers about one region; returns their ids, oldest first."""
    make_photo(photo.with_name("other.png"), seed=2)
    open_photo(qtbot, studio, photo.parent)
    (region_id,) = add_boxes(studio, 1)
    text = f"{mention(region_id)} is red, and has been so for a long time as far as one can see."
    made = [record(studio, "ask", (region_id,), f"{text} {n}", "Colour?") for n in range(50)]
    studio.desk.step_image(1)
    studio.desk.step_image(-1)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == PAGE)
    return tuple(exchange.id for exchange in made)


def shown(studio: Studio) -> tuple[int, ...]:
    return tuple(card.exchange.id for card in studio.talk.cards())


def test_the_newest_answers_are_shown_and_the_last_one_is_in_view(
    studio: Studio, thread: tuple[int, ...]
) -> None:
    assert shown(studio) == thread[-PAGE:]
    bar = studio.talk.answers.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    assert studio.talk.answers.earlier.text() == "Show earlier answers (30)"


def test_earlier_answers_come_by_pages_and_what_is_in_view_stays(
    qtbot: QtBot, studio: Studio, thread: tuple[int, ...]
) -> None:
    scroll = studio.talk.answers
    scroll.verticalScrollBar().setValue(0)
    first = studio.talk.cards()[0]
    before = first.mapTo(scroll, first.rect().topLeft()).y()
    qtbot.mouseClick(scroll.earlier, LEFT)
    qtbot.waitUntil(lambda: shown(studio) == thread[-2 * PAGE :])
    assert abs(first.mapTo(scroll, first.rect().topLeft()).y() - before) < first.height()
    scroll.show_earlier()
    qtbot.waitUntil(lambda: shown(studio) == thread)
    assert not scroll.earlier.isVisible()


def test_a_new_answer_takes_none_out_of_view(studio: Studio, thread: tuple[int, ...]) -> None:
    first = studio.talk.cards()[0]
    new = record(studio, "ask", (1,), "Blue.", "Colour?")
    assert shown(studio) == (*thread[-PAGE:], new.id)
    assert studio.talk.cards()[0] is first


def test_a_long_day_keeps_the_newest_in_view_and_the_rest_behind_the_button(
    qtbot: QtBot, studio: Studio, thread: tuple[int, ...]
) -> None:
    new = [record(studio, "ask", (1,), f"Blue. {n}", "Colour?").id for n in range(MOST)]
    assert shown(studio) == tuple(new)
    assert studio.talk.answers.earlier.text() == f"Show earlier answers ({len(thread)})"
    studio.talk.answers.show_earlier()
    qtbot.waitUntil(lambda: shown(studio) == (*thread[-PAGE:], *new))


@pytest.mark.parametrize("by", ["reading further up", "writing"])
def test_no_card_goes_from_under_a_person(
    qtbot: QtBot, studio: Studio, thread: tuple[int, ...], by: str
) -> None:
    first = studio.talk.cards()[0]
    if by == "writing":
        qtbot.mouseClick(first.edit, LEFT)
        studio.talk.question.setFocus()
    scroll = studio.talk.answers.verticalScrollBar()
    scroll.setValue(scroll.maximum() if by == "writing" else 0)
    for n in range(MOST):
        record(studio, "ask", (1,), f"Blue. {n}", "Colour?")
    assert studio.talk.cards()[0] is first
    assert first.editing == (by == "writing")


def test_an_older_answer_comes_back_in_its_place(
    qtbot: QtBot, studio: Studio, thread: tuple[int, ...]
) -> None:
    middle = thread[-5]
    studio.desk.do(DeleteExchange(image_of(studio), middle))
    assert middle not in shown(studio)
    studio.desk.undo()
    assert shown(studio)[-5] == middle
    settle(qtbot)
    layout = [card.y() for card in studio.talk.cards()]
    assert layout == sorted(layout)


def test_a_card_stays_the_same_when_its_answer_is_accepted(
    studio: Studio, thread: tuple[int, ...]
) -> None:
    card = studio.talk.cards()[-1]
    studio.desk.do(AcceptAnswer(image_of(studio), thread[-1]))
    assert studio.talk.cards()[-1] is card
    assert card.state.text() == "accepted"
    assert not card.accept.isVisible()


def test_another_image_has_a_thread_of_its_own(studio: Studio, thread: tuple[int, ...]) -> None:
    studio.desk.step_image(1)
    assert shown(studio) == ()
    assert studio.talk.answers.empty.isVisible()
    assert not studio.talk.answers.earlier.isVisible()


@pytest.mark.parametrize("width", [240, 344, 640])
def test_no_card_is_wider_than_its_panel(
    qtbot: QtBot, studio: Studio, thread: tuple[int, ...], width: int
) -> None:
    record(studio, "describe", (1,), "A small blue ellipse on a table beside the window.")
    talk = studio.talk
    dock = studio.findChild(QDockWidget, "dock-conversation")
    assert dock is not None
    dock.setFloating(True)
    dock.resize(width, 700)
    settle(qtbot)
    for card in talk.cards():
        assert card.width() <= talk.answers.viewport().width()
        inside = card.rect()
        for part in (card.head, card.answer, card.copy, card.delete, card.source):
            corner = part.mapTo(card, part.rect().bottomRight())
            assert inside.contains(corner), f"{part.text()!r} is cut off"
        assert card.answer.height() >= card.answer.heightForWidth(card.answer.width())
