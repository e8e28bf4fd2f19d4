"""Clicks and key presses from an open scene to a COCO file: a row of `benchmarks.ui`.

Five regions, each with a description, and two relations, all accepted, by the engines of a new
user.  A click is one, also with Shift or Ctrl held; a key is one, also with others held; the press
that puts a modifier down is counted once for each time it is held.
"""

import json
import tempfile
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from benchmarks.report import Row
from benchmarks.window import wait_for, window
from gar_studio.sample import make_sample_project
from gar_studio.settings import Settings
from ui.demo import Hand, MainJob
from ui.panels.export_dialog import ExportDialog
from ui.studio import Studio

BOUND = 20.0
_SCENE = "shapes.jpg"
_OBJECTS = ((550, 325), (294, 305), (450, 205), (262, 193), (700, 315))
_NONE, _SHIFT, _CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


class Counting:
    """A hand whose clicks and key presses are counted.

    Attributes:
        presses: how many there were.
    """

    def __init__(self, studio: Studio) -> None:
        self.presses = 0
        self._studio = studio
        self._held = _NONE

    def click(self, x: float, y: float, modifier: Qt.KeyboardModifier = _NONE) -> None:
        """Click the canvas at a point given in image pixels."""
        self._hold(modifier)
        at = self._studio.canvas.image_to_widget(QPointF(x, y)).toPoint()
        QTest.mouseClick(self._studio.canvas, Qt.MouseButton.LeftButton, modifier, at)
        self.presses += 1

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        """Press a key where the keyboard is."""
        self._hold(modifier)
        Hand(self._studio).take_window()
        QTest.keyClick(QApplication.focusWidget() or self._studio, key, modifier)
        self.presses += 1

    def answer_dialog(self) -> None:
        """Press Enter in the next dialog that exports."""

        def enter(dialog: QDialog) -> None:
            QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)

        Hand(self._studio).in_dialog(ExportDialog, enter)
        self.presses += 1

    def _hold(self, modifier: Qt.KeyboardModifier) -> None:
        """Count a modifier that is put down now and was not held before."""
        self.presses += modifier not in (_NONE, self._held)
        self._held = modifier


def rows() -> list[Row]:
    """Do the job and count."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    with tempfile.TemporaryDirectory() as name:
        project = make_sample_project(Path(name) / "sample")
        with window(Settings(max_tiles=1)) as studio:
            studio.open_target(project)
            MainJob(Hand(studio), lambda _: None).open_photo(_SCENE)
            studio.canvas.setFocus()
            presses = _label(studio)
        coco = json.loads(project.with_suffix(".json").read_text(encoding="utf-8"))
    described = sum("caption" in annotation for annotation in coco["annotations"])
    return [
        Row("regions with a description in the file", float(described), "", 5),
        Row("relations in the file", float(len(coco["relations"])), "", 2),
        Row("clicks and key presses for that", float(presses), "", BOUND, at_least=False),
    ]


def _label(studio: Studio) -> int:
    hand = Counting(studio)
    hand.click(*_OBJECTS[0])
    for place in _OBJECTS[1:]:  # the mask before it is kept
        hand.click(*place, _SHIFT)
    wait_for(lambda: len(studio.desk.regions()) == len(_OBJECTS) - 1, "Keeping masks")
    hand.key(Qt.Key.Key_Return)
    wait_for(lambda: len(studio.desk.regions()) == len(_OBJECTS), "Keeping the last mask")
    for place in _OBJECTS[3], _OBJECTS[2]:  # the region made last is selected
        hand.click(*place, _CONTROL)
        hand.key(Qt.Key.Key_R)
    hand.key(Qt.Key.Key_A, _CONTROL)
    hand.key(Qt.Key.Key_D)
    wait_for(lambda: not studio.conversation.busy, "Answering")
    hand.key(Qt.Key.Key_A)
    hand.answer_dialog()
    hand.key(Qt.Key.Key_E, _CONTROL)
    return hand.presses
