"""The main job by keyboard alone: from a photo to a COCO file, without one mouse event."""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import add_region, make_photo, open_photo, press
from ui.demo import Hand
from ui.studio import Studio

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_the_whole_job_by_keyboard(studio: Studio, tmp_path: Path) -> None:
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    photo = make_photo(tmp_path / "photos" / "path.png", seed=1)
    hand = Hand(studio)
    hand.name_file(photo)
    hand.key(Qt.Key.Key_O, CONTROL)
    hand.wait_for(lambda: studio.desk.image is not None, "Opening")
    for steps in (3, 8):
        hand.key(Qt.Key.Key_P)  # takes the canvas, too
        for _ in range(steps):
            hand.key(Qt.Key.Key_Left)
        hand.key(Qt.Key.Key_Space)
        hand.key(Qt.Key.Key_Down)
        hand.key(Qt.Key.Key_Space, SHIFT)
        hand.wait_for(lambda: studio.segmentation.candidate is not None, "Cutting out")
        before = len(studio.desk.regions())
        hand.key(Qt.Key.Key_Return)
        hand.wait_for(lambda n=before: len(studio.desk.regions()) == n + 1, "Accepting")
    prompts = [region.provenance.prompt for region in studio.desk.regions()]
    assert prompts == ["1 click, 1 negative click"] * 2
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_D)
    hand.wait_for(lambda: len(studio.talk.cards()) == 2, "Describing")
    hand.key(Qt.Key.Key_R)
    hand.wait_for(lambda: len(studio.talk.cards()) == 3, "Relating")
    hand.key(Qt.Key.Key_A)
    assert all(card.exchange.accepted for card in studio.talk.cards())
    out = tmp_path / "labels.json"
    hand.name_export(out)
    hand.key(Qt.Key.Key_E, CONTROL)
    hand.wait_for(out.exists, "Exporting")
    coco = json.loads(out.read_text(encoding="utf-8"))
    assert [bool(a["caption"]) for a in coco["annotations"]] == [True, True]
    assert len(coco["relations"]) == 1


def test_a_draft_whose_mask_has_changed_is_not_accepted_with_the_others(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    for x in (60, 200):
        add_region(qtbot, studio, x, 80)
        press(studio, Qt.Key.Key_D)
        qtbot.waitUntil(lambda: not studio.conversation.busy)
    studio.action("grow").trigger()  # the second one, which is selected
    press(studio, Qt.Key.Key_A)
    assert [card.exchange.accepted for card in studio.talk.cards()] == [True, False]
    assert "1 left" in studio.notices.text
