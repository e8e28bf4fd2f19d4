"""The main job with the real engines: mouse and keyboard, from a photo to a COCO file."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gar_studio.settings import Settings
from tests.ui.conftest import click, press
from ui.app import make_window
from ui.demo import Hand, MainJob, run_demo
from ui.studio import Studio

CONTROL = Qt.KeyboardModifier.ControlModifier
PHOTO = Path(__file__).parents[2] / "resources" / "sample" / "coffee.jpg"


@pytest.fixture
def real_studio(qtbot: QtBot) -> Iterator[Studio]:
    """The window with the engines that a new user has."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window = make_window(Settings(max_tiles=1))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()


def test_from_a_photo_to_a_coco_file(real_studio: Studio, tmp_path: Path) -> None:
    photo = tmp_path / "my photos" / "coffee.jpg"
    photo.parent.mkdir()
    shutil.copy(PHOTO, photo)
    window, hand = real_studio, Hand(real_studio)
    spoken: list[str] = []
    job = MainJob(hand, spoken.append)

    hand.name_file(photo)
    press(window, Qt.Key.Key_O, CONTROL)
    hand.wait_for(lambda: window.desk.image is not None, "Opening")
    press(window, Qt.Key.Key_B)
    job.cut_out(lambda: hand.drag((165, 12), (412, 305)))
    job.cut_out(lambda: hand.drag((322, 62), (430, 330)))
    press(window, Qt.Key.Key_P)
    job.cut_out(lambda: click(window, 285, 150))
    assert len(window.desk.regions()) == 3

    press(window, Qt.Key.Key_V)
    click(window, 285, 150)
    assert len(window.desk.selection) == 1
    job.converse(job.press(Qt.Key.Key_D))
    job.accept_first_draft()
    described = [region for region in window.desk.regions() if region.caption is not None]
    assert len(described) == 1

    press(window, Qt.Key.Key_A, CONTROL)
    job.converse(job.press(Qt.Key.Key_R))
    job.converse(job.ask("What is #1 doing to #2?"))
    assert len(window.talk.cards()) == 3
    assert all("gar-nano" in card.exchange.notice for card in window.talk.cards())
    assert "not know what things are called" in window.talk.notice.text()

    out = tmp_path / "labels.json"
    job.export(out)
    coco = COCO(str(out))
    assert len(coco.anns) == 3
    for region in window.desk.regions():
        annotation = coco.anns[region.id]
        assert np.array_equal(coco.annToMask(annotation), region.mask.to_array())
    assert [a["id"] for a in coco.anns.values() if "caption" in a] == [described[0].id]


def test_undo_and_redo_by_keyboard_bring_masks_back(real_studio: Studio, tmp_path: Path) -> None:
    photo = tmp_path / "coffee.jpg"
    shutil.copy(PHOTO, photo)
    window, hand = real_studio, Hand(real_studio)
    window.open_target(photo)
    hand.wait_for(lambda: window.desk.image is not None, "Opening")
    job = MainJob(hand, lambda _: None)
    job.cut_out(lambda: click(window, 285, 150))
    (region,) = window.desk.regions()
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.desk.regions() == ()
    press(window, Qt.Key.Key_Y, CONTROL)
    assert window.desk.regions() == (region,)
    press(window, Qt.Key.Key_A, CONTROL)
    press(window, Qt.Key.Key_Delete)
    assert window.desk.regions() == ()
    press(window, Qt.Key.Key_Z, CONTROL)
    assert window.desk.regions() == (region,)


@pytest.mark.usefixtures("qapp")
def test_the_demo_leaves_a_picture_and_a_coco_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("demo-output")
    assert run_demo(out, Settings(max_tiles=1)) == 0
    coco = COCO(str(out / "coco.json"))
    assert len(coco.anns) >= 2
    assert (out / "window.png").stat().st_size > 10_000
    printed = capsys.readouterr().err
    assert "Describe #1" in printed
    assert "gar-nano" in printed, "who speaks is named"
    assert "pink plain ellipse" in printed
    assert "#1 is right of #2." in printed
    assert "#2 is orange." in printed
    captions = [a["caption"] for a in coco.anns.values() if "caption" in a]
    assert captions
    assert all(caption in printed for caption in captions)
    assert json.loads((out / "coco.json").read_text(encoding="utf-8"))["info"]["version"]
