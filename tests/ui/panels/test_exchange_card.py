"""What can be done to a finished answer, in the real window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import DeleteRegions, SetMask
from tests.ui.conftest import LEFT, open_photo
from tests.ui.talks import add_boxes, document_of, image_of, mention, record, settle
from ui.panels.exchange_card import ExchangeCard
from ui.studio import Studio


@pytest.fixture
def pair(qtbot: QtBot, studio: Studio, photo: Path) -> tuple[int, ...]:
    open_photo(qtbot, studio, photo)
    return add_boxes(studio, 2)


def begin_editing(qtbot: QtBot, card: ExchangeCard) -> QPlainTextEdit:
    settle(qtbot)
    qtbot.mouseClick(card.edit, LEFT)
    (editor,) = card.findChildren(QPlainTextEdit)
    return editor


def other_mask(studio: Studio, region_id: int) -> None:
    mask = Mask.from_box(0, 0, 9, 9, height=240, width=320)
    studio.desk.do(SetMask(image_of(studio), region_id, mask, Provenance.by_person()))


def category_names(studio: Studio) -> list[str]:
    document = document_of(studio)
    return [document.category(region.category_id).name for region in studio.desk.regions()]


def test_an_answer_is_copied_with_the_numbers_that_people_read(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    record(studio, "ask", pair, f"{mention(pair[1])} is on {mention(pair[0])}.", "Where?")
    settle(qtbot)
    qtbot.mouseClick(studio.talk.cards()[0].copy, LEFT)
    assert QGuiApplication.clipboard().text() == "#2 is on #1."


def test_esc_leaves_an_answer_as_it_was(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    record(studio, "describe", pair[:1], "A box.")
    (card,) = studio.talk.cards()
    editor = begin_editing(qtbot, card)
    QTest.keyClicks(editor, "No. ")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert card.answer.isVisible()
    assert card.exchange.answer == "A box."
    assert card.accept.text() == "Accept"
    assert studio.desk.regions()[0].caption is None


def test_what_is_being_written_survives_a_change_of_the_mask(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    record(studio, "describe", pair[:1], "A box.")
    (card,) = studio.talk.cards()
    editor = begin_editing(qtbot, card)
    editor.setPlainText("A crate, left of #2.")
    other_mask(studio, pair[0])
    assert "stale" in card.state.text()
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    caption = studio.desk.regions()[0].caption
    assert caption is not None
    assert caption.text == f"A crate, left of {mention(pair[1])}."
    assert card.answer.isVisible()


def test_wording_that_cannot_be_kept_stays_in_the_field(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    record(studio, "describe", pair[:1], "A box.")
    (card,) = studio.talk.cards()
    editor = begin_editing(qtbot, card)
    editor.setPlainText("A crate.")
    studio.desk.do(DeleteRegions(image_of(studio), pair[:1]))
    qtbot.mouseClick(card.accept, LEFT)
    assert studio.notices.failure
    assert editor.toPlainText() == "A crate."
    assert editor.isVisible()


def test_a_description_offers_its_nouns_as_category_and_one_click_takes_one(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    record(studio, "describe", pair[:1], "A small blue ellipse on a table.")
    (card,) = studio.talk.cards()
    settle(qtbot)
    assert [button.text() for button in card.suggestions.buttons] == ["ellipse", "table"]
    qtbot.mouseClick(card.suggestions.buttons[0], LEFT)
    assert category_names(studio) == ["ellipse", "object"]
    assert not card.suggestions.isVisible()
    studio.desk.undo()
    assert category_names(studio) == ["object", "object"]
    assert [c.name for c in document_of(studio).categories()] == ["object"]
    assert card.suggestions.isVisible()


def test_a_category_that_is_there_is_assigned_not_made_again(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    for region_id in pair:
        record(studio, "describe", (region_id,), "A blue ellipse.")
        settle(qtbot)
        qtbot.mouseClick(studio.talk.cards()[-1].suggestions.buttons[0], LEFT)
    assert category_names(studio) == ["ellipse", "ellipse"]
    assert len(document_of(studio).categories()) == 2


def test_a_stale_description_offers_no_category(
    qtbot: QtBot, studio: Studio, pair: tuple[int, ...]
) -> None:
    record(studio, "describe", pair[:1], "A blue ellipse.")
    record(studio, "ask", pair[1:], "A blue ellipse.", "What?")
    settle(qtbot)
    first, second = studio.talk.cards()
    assert first.suggestions.isVisible()
    assert not second.suggestions.isVisible()
    other_mask(studio, pair[0])
    assert not first.suggestions.isVisible()
