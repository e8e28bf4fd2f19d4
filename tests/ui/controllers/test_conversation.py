"""Questions and streaming answers, in the real window."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import MoveRegion, SetMask
from gar_studio.errors import EngineError
from gar_studio.settings import Settings
from tests.ui.conftest import Engines, add_region, make_photo, open_photo, press
from ui.panels.answer_card import LiveCard
from ui.studio import Studio


@pytest.fixture
def pair(qtbot: QtBot, studio: Studio, photo: Path) -> tuple[int, int]:
    """Two regions on an open photo; returns their ids."""
    open_photo(qtbot, studio, photo)
    return add_region(qtbot, studio, 60, 60), add_region(qtbot, studio, 200, 150)


def finished(studio: Studio, count: int) -> bool:
    return len(studio.talk.cards()) == count and not studio.conversation.busy


class Painted(QObject):
    """Notes the text of a live answer each time it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.texts.append(watched.stored)  # type: ignore[attr-defined]
        return False


def test_the_second_token_is_held_back_until_the_first_is_painted(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    first_is_painted = threading.Event()
    painted = Painted()
    timed_out = []

    def hold(index: int) -> None:
        if index == 1 and not first_is_painted.wait(10):
            timed_out.append(index)

    engines.describer.before_word = hold
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: bool(studio.talk.live_cards()))
    card: LiveCard = studio.talk.live_cards()[0]
    card.answer.installEventFilter(painted)
    qtbot.waitUntil(lambda: "A" in painted.texts)
    assert not studio.talk.cards()
    first_is_painted.set()
    qtbot.waitUntil(lambda: finished(studio, 1))
    assert not timed_out
    assert studio.talk.answer_text() == "A small box."


def test_describe_answers_each_selected_region_in_turn(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 2))
    asked = [[r.region_id for r in request.regions] for request in engines.describer.requests]
    assert asked == [[pair[0]], [pair[1]]]


def test_relate_and_its_acceptance_make_a_relation(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int]
) -> None:
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: finished(studio, 1))
    assert studio.talk.answer_text() == "#1 is beside #2: A small box."
    qtbot.mouseClick(studio.talk.cards()[0].accept, Qt.MouseButton.LeftButton)
    document, image_id = studio.desk.document, studio.desk.image_id
    assert document is not None
    assert image_id is not None
    (relation,) = document.relations(image_id)
    assert (relation.subject_id, relation.predicate, relation.object_ids, relation.parsed) == (
        pair[0],
        "is beside",
        (pair[1],),
        True,
    )


def test_a_question_is_about_the_regions_that_it_names(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    studio.desk.select(())
    press(studio, Qt.Key.Key_Slash)
    assert studio.talk.question.hasFocus()
    QTest.keyClicks(studio.talk.question, "Is #2 bigger than #1?")
    QTest.keyClick(studio.talk.question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: finished(studio, 1))
    (request,) = engines.describer.requests
    assert [region.region_id for region in request.regions] == [pair[1], pair[0]]
    assert request.question == f"Is ⟨region:{pair[1]}⟩ bigger than ⟨region:{pair[0]}⟩?"


def test_a_question_about_a_number_that_is_not_there_is_refused(
    studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_Slash)
    QTest.keyClicks(studio.talk.question, "Is #1 like #7?")
    QTest.keyClick(studio.talk.question, Qt.Key.Key_Return)
    assert "There is no region #7" in studio.notices.text
    assert studio.talk.question.text() == "Is #1 like #7?", "what was typed is kept"
    assert not engines.describer.requests


def test_accepting_a_relation_again_in_other_words_replaces_it(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int]
) -> None:
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: finished(studio, 1))
    qtbot.mouseClick(studio.talk.cards()[0].accept, Qt.MouseButton.LeftButton)
    studio.conversation.accept(studio.talk.cards()[0].exchange, "#2 hides #1.")
    document, image_id = studio.desk.document, studio.desk.image_id
    assert document is not None
    assert image_id is not None
    (relation,) = document.relations(image_id)
    assert (relation.subject_id, relation.predicate) == (pair[1], "hides")


def test_stop_keeps_the_words_so_far_and_drops_what_waits(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    go_on = threading.Event()
    engines.describer.before_word = lambda index: index != 2 or go_on.wait(10)
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "A small" in studio.talk.answer_text())
    qtbot.mouseClick(studio.talk.stop, Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: finished(studio, 1))
    (card,) = studio.talk.cards()
    assert card.exchange.answer == "A small"
    assert card.exchange.reason == "cancelled"
    assert len(engines.describer.requests) == 1


def test_an_answer_stays_with_the_image_it_was_asked_about(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    make_photo(photo.with_name("other.png"), seed=2)
    open_photo(qtbot, studio, photo.parent)
    first = studio.desk.image_id
    add_region(qtbot, studio, 60, 60)
    go_on = threading.Event()
    engines.describer.before_word = lambda _: go_on.wait(10)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: bool(engines.describer.requests))
    studio.desk.step_image(1)
    go_on.set()
    qtbot.waitUntil(lambda: not studio.conversation.busy)
    document = studio.desk.document
    assert document is not None
    assert first is not None
    assert len(document.exchanges(first)) == 1
    assert studio.talk.cards() == ()


def test_words_are_kept_when_the_window_closes_in_mid_answer(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    go_on = threading.Event()
    engines.describer.before_word = lambda index: index != 2 or go_on.wait(2)
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: "A small" in studio.talk.answer_text())
    document = studio.desk.document
    assert document is not None
    path, image_id = document.path, studio.desk.image_id
    assert image_id is not None
    studio.close()
    from gar_studio.workspace import open_project

    again = open_project(path)
    try:
        assert [e.answer for e in again.exchanges(image_id)] == ["A small"]
    finally:
        again.close()


def test_a_failing_engine_keeps_the_words_and_says_so(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    engines.describer.fail_at = 2
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: bool(studio.notices.failure))
    assert "The engine broke." in studio.notices.text
    assert [card.exchange.answer for card in studio.talk.cards()] == ["A small"]
    engines.describer.fail_at = None
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 2))


def test_six_regions_are_refused_before_anything_is_sent(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    for x in range(6):
        add_region(qtbot, studio, 30 + 40 * x, 60)
    press(studio, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(studio, Qt.Key.Key_R)
    assert "6 regions are too many" in studio.notices.text
    assert not studio.conversation.busy
    assert not engines.describer.requests


def test_a_draft_goes_stale_when_its_mask_changes(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int]
) -> None:
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 1))
    assert studio.talk.cards()[0].state.text() == "draft"
    image_id = studio.desk.image_id
    assert image_id is not None
    other = Mask.from_box(0, 0, 9, 9, height=240, width=320)
    studio.desk.do(SetMask(image_id, pair[0], other, Provenance.by_person()))
    assert "stale" in studio.talk.cards()[0].state.text()
    studio.desk.undo()
    assert studio.talk.cards()[0].state.text() == "draft"


def test_mentions_follow_the_regions_numbers(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int]
) -> None:
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: finished(studio, 1))
    image_id = studio.desk.image_id
    assert image_id is not None
    studio.desk.do(MoveRegion(image_id, pair[0], 2))
    assert studio.talk.answer_text() == "#2 is beside #1: A small box."
    assert "#2" in studio.talk.cards()[0].answer.text()


def test_an_answer_that_begins_anew_says_why_and_keeps_no_void_words(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    engines.describer.retry_at = 2
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 1))
    exchange = studio.talk.cards()[0].exchange
    assert exchange.answer == "A small box."
    assert "The memory was full." in exchange.notice
    assert "The memory was full." in studio.notices.text


def test_an_engines_error_names_regions_as_people_do(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    def break_down(_index: int) -> None:
        raise EngineError(f"{stored_mention(pair[1])} is too small.")

    engines.describer.before_word = break_down
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: bool(studio.notices.failure))
    assert "#2 is too small." in studio.notices.text


def test_pointing_at_a_mention_lights_its_region_up(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int]
) -> None:
    studio.desk.select(pair)
    press(studio, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: finished(studio, 1))
    label = studio.talk.cards()[0].answer
    label.linkHovered.emit(f"region:{pair[1]}")
    assert studio.desk.hovered == pair[1]
    label.linkActivated.emit(f"region:{pair[0]}")
    assert studio.desk.selection == (pair[0],)


def test_an_edited_answer_says_so(qtbot: QtBot, studio: Studio, pair: tuple[int, int]) -> None:
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 1))
    card = studio.talk.cards()[0]
    qtbot.mouseClick(card.edit, Qt.MouseButton.LeftButton)
    editor = studio.focusWidget()
    QTest.keyClicks(editor, " Left of #2.")
    qtbot.mouseClick(card.accept, Qt.MouseButton.LeftButton)
    caption = studio.desk.regions()[0].caption
    assert caption is not None
    assert f"Left of ⟨region:{pair[1]}⟩." in caption.text
    assert caption.provenance.edited
    assert studio.talk.cards()[0].state.text() == "accepted, edited"


def test_the_notice_of_the_engine_is_beside_every_answer(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int]
) -> None:
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 1))
    assert "Scripted: not a real answer." in studio.talk.notice.text()
    assert studio.talk.notice.isVisible()
    assert studio.talk.cards()[0].exchange.notice == "Scripted: not a real answer."


def test_a_card_repeats_no_notice_that_stands_above_it(
    qtbot: QtBot, studio: Studio, pair: tuple[int, int], engines: Engines
) -> None:
    engines.describer.retry_at = 2
    studio.desk.select(pair[:1])
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: finished(studio, 1))
    card = studio.talk.cards()[0]
    qtbot.waitUntil(card.notice.isVisible)  # what is of this answer alone stays
    assert "The memory was full." in card.notice.text()
    assert "Scripted" not in card.notice.text()
    card.leave_out("Another engine.")
    assert "Scripted: not a real answer." in card.notice.text(), "when another engine answers now"


def test_a_card_says_that_the_model_is_being_loaded(
    qtbot: QtBot, photo: Path, engines: Engines
) -> None:
    ready = threading.Event()

    def build(_name: str, _options: object) -> object:
        ready.wait(30)
        return engines.describer

    window = Studio(
        Settings(),
        build_segmenter=lambda _name, _options: engines.segmenter,
        build_describer=build,
    )
    window.show()
    try:
        open_photo(qtbot, window, photo)
        add_region(qtbot, window, 60, 60)
        press(window, Qt.Key.Key_D)
        (card,) = window.talk.live_cards()
        qtbot.waitUntil(lambda: card.state.text() == "loading the model")
        ready.set()
        qtbot.waitUntil(lambda: finished(window, 1))
    finally:
        ready.set()
        window.close()
