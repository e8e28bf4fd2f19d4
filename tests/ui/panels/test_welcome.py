"""Who starts without a photo and without models is told what works at once, and how to begin."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gar_studio.engines.construction import EngineOptions
from gar_studio.settings import EngineChoice
from tests.ui.conftest import make_photo, open_photo
from ui.demo import Hand
from ui.panels.model_dialog import FIRST_MODEL, ModelDialog
from ui.studio import Studio


def test_it_greets_without_stopping_anybody(studio: Studio) -> None:
    assert studio.welcome.isVisible()
    assert QApplication.activeModalWidget() is None
    said = " ".join(label.text() for label in studio.welcome.findChildren(QLabel))
    for part in ("GrabCut", "gar-nano", "work at once", "GAR-1B", "SAM"):
        assert part in said


def test_it_goes_with_the_first_photo_and_comes_back(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    open_photo(qtbot, studio, photo)
    assert not studio.welcome.isVisible()
    studio.desk.close_document()
    assert studio.welcome.isVisible()


def test_get_models_leads_to_gar(qtbot: QtBot, studio: Studio) -> None:
    studio.welcome.models.setFocus()
    QTest.keyClick(studio.welcome.models, Qt.Key.Key_Space)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ModelDialog)
    qtbot.waitUntil(lambda: dialog.details.title.text() == "GAR-1B")
    assert dialog.list.current_key() == FIRST_MODEL
    assert dialog.details.fetch.isVisible()
    dialog.close()


def test_the_sample_project_is_one_press_away(qtbot: QtBot, studio: Studio) -> None:
    sample = studio.welcome.buttons[-1]
    sample.setFocus()
    QTest.keyClick(sample, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    assert not studio.welcome.isVisible()


def test_a_photo_is_chosen_from_it(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    photo = make_photo(tmp_path / "photo.png", seed=1)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    Hand(studio).name_file(photo)
    QTest.keyClick(studio.welcome.buttons[0], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: studio.desk.image is not None)


def test_who_has_models_is_not_sent_for_them(studio: Studio) -> None:
    studio.settings.choose_engines(
        EngineChoice("sam", EngineOptions(model="mine.pth")),
        EngineChoice("gar", EngineOptions(model="mine")),
        max_tiles=None,
        ahead=2,
    )
    assert studio.welcome.isVisible()
    assert not studio.welcome.models.isVisible()
    assert not studio.welcome.advice.isVisible()


@pytest.mark.parametrize("size", [(1280, 800), (960, 600), (2560, 1440)])
def test_it_lies_in_the_middle_and_nothing_is_cut(studio: Studio, size: tuple[int, int]) -> None:
    studio.resize(*size)
    QTest.qWait(0)
    welcome, canvas = studio.welcome, studio.canvas
    assert canvas.rect().contains(welcome.geometry())
    assert abs(welcome.geometry().center().x() - canvas.rect().center().x()) <= 1
    for label in welcome.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
