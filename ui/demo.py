"""The main job from photo to COCO file, done by real mouse and key events in the real window.

For machines without a display, and for the pictures in the docs: Qt's offscreen platform draws
the same window into memory.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QWidget,
)

from gar_studio.errors import GarStudioError
from gar_studio.sample import make_sample_project
from gar_studio.settings import Settings
from ui.app import make_application, make_window
from ui.panels.export_dialog import ExportDialog
from ui.studio import Studio

_PATIENCE = 300.0
"""Seconds that any one step may take; the first answer loads a model."""

_FILE_NAME = "fileNameEdit"  # what Qt's own file dialog calls the field for the name

_IMAGE = "shapes.jpg"
_ELLIPSE = (550, 340)
_CHECKED = ((217, 228), (371, 382))


def pause(milliseconds: int) -> None:
    """Let the window work for a while.

    Unlike `QTest.qWait` this leaves Python's lock to the workers while nothing happens.
    """
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Hand:
    """Does to a window what a person's hand does, and waits for what comes of it."""

    def __init__(self, window: Studio) -> None:
        self.window = window

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        """Let the window work until the condition holds.

        Raises:
            GarStudioError: an error is shown in the window, or it takes too long.
        """
        end = monotonic() + _PATIENCE
        while not condition():
            if self.window.notices.failure:
                raise GarStudioError(f"{what}: {self.window.notices.failure}", kept="")
            if monotonic() > end:
                raise GarStudioError(f"{what} took longer than {_PATIENCE:.0f} seconds.")
            pause(10)

    def click(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Click the canvas at a point given in image pixels."""
        QTest.mouseClick(self.window.canvas, button, pos=self._on_canvas(x, y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag across the canvas from one point to another, both in image pixels."""
        canvas, left = self.window.canvas, Qt.MouseButton.LeftButton
        first, last = self._on_canvas(*start), self._on_canvas(*end)
        QTest.mousePress(canvas, left, pos=first)
        for step in range(1, 9):
            QTest.mouseMove(canvas, first + (last - first) * step / 8)
            pause(5)
        QTest.mouseRelease(canvas, left, pos=last)

    def take_window(self) -> None:
        """Make the window the active one, if none is, as a window manager does.

        Without one, as on the offscreen platform, nobody gives a window its activity back when
        a dialog over it closes, and its shortcuts stay dead.
        """
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
            pause(10)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press a key where the focus is."""
        self.take_window()
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)

    def write(self, widget: QWidget, text: str) -> None:
        """Type into a widget."""
        QTest.keyClicks(widget, text)

    def in_dialog(self, kind: type[QDialog], act: Callable[[QDialog], None]) -> None:
        """Do something in the next modal dialog of this kind, as soon as it is open."""

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, kind) and dialog.isVisible():
                pause(300)  # a file dialog reads its folder first
                act(dialog)
            else:
                QTimer.singleShot(20, look)

        QTimer.singleShot(0, look)

    def name_file(self, path: Path) -> None:
        """Type a file's name into the next file dialog and press Enter."""

        def fill_in(dialog: QDialog) -> None:
            line = dialog.findChild(QLineEdit, _FILE_NAME)
            assert line is not None
            line.selectAll()
            QTest.keyClicks(line, str(path))
            pause(100)
            QTest.keyClick(line, Qt.Key.Key_Return)

        self.in_dialog(QFileDialog, fill_in)

    def name_export(self, path: Path) -> None:
        """Type a file's name into the next dialog that exports, and press Enter."""

        def fill_in(dialog: QDialog) -> None:
            assert isinstance(dialog, ExportDialog)
            dialog.target.line.selectAll()
            QTest.keyClicks(dialog.target.line, str(path))
            QTest.keyClick(dialog.target.line, Qt.Key.Key_Return)

        self.in_dialog(ExportDialog, fill_in)

    def _on_canvas(self, x: float, y: float) -> QPoint:
        return self.window.canvas.image_to_widget(QPointF(x, y)).toPoint()


@dataclass(frozen=True, slots=True)
class MainJob:
    """The steps of the main job; each leaves the window ready for the next.

    Attributes:
        hand: who does it.
        tell: called with each piece of text that a person would read.
    """

    hand: Hand
    tell: Callable[[str], None]

    def open_photo(self, name: str) -> None:
        """Choose a photo in the list of images."""
        window = self.hand.window
        view = window.images.view
        for row in range(view.model().rowCount()):
            index = view.model().index(row, 0)
            if index.data() == name:
                point = view.visualRect(index).center()
                QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
        self.hand.wait_for(lambda: window.desk.image is not None, "Opening the photo")
        window.canvas.settle()
        pause(50)

    def cut_out(self, give_prompt: Callable[[], None], *, candidate: int = 1) -> None:
        """Give a prompt, choose a candidate by its digit and accept it with Enter."""
        window = self.hand.window
        before = len(window.desk.regions())
        window.canvas.setFocus()
        give_prompt()
        self.hand.wait_for(lambda: window.segmentation.candidates, "Cutting out")
        self.hand.key(Qt.Key(Qt.Key.Key_0 + candidate))
        self.hand.key(Qt.Key.Key_Return)
        self.hand.wait_for(lambda: len(window.desk.regions()) == before + 1, "Accepting the mask")
        region = window.desk.regions()[-1]
        self.tell(f"#{before + 1}: a mask of {region.mask.area:,} pixels\n")

    def converse(self, start: Callable[[], None]) -> None:
        """Start a question and read its answer aloud as it streams."""
        window = self.hand.window
        count = len(window.talk.cards())
        start()
        self.hand.wait_for(lambda: window.conversation.busy, "Asking")
        spoken = ""
        headed = False
        while window.conversation.busy:
            lives = window.talk.live_cards()
            if lives and not headed:
                info = window.conversation.info
                if info is not None:
                    self.tell(
                        f"[{info.name}] {info.notice}\n" if info.notice else f"[{info.name}] "
                    )
                    headed = True
            text = self._shown(lives[0].answer.stored) if lives else ""
            if text.startswith(spoken) and headed:
                self.tell(text[len(spoken) :])
                spoken = text
            self.hand.wait_for(lambda: True, "Answering")
            pause(10)
        self.hand.wait_for(lambda: len(window.talk.cards()) > count, "Keeping the answer")
        final = self._shown(window.talk.cards()[-1].answer.stored)
        self.tell((final[len(spoken) :] if final.startswith(spoken) else f"\n{final}") + "\n")

    def press(self, key: Qt.Key) -> Callable[[], None]:
        """Return a step that presses a key on the canvas."""

        def step() -> None:
            self.hand.window.canvas.setFocus()
            self.hand.key(key)

        return step

    def ask(self, question: str) -> Callable[[], None]:
        """Return a step that types a question and presses Enter."""

        def step() -> None:
            window = self.hand.window
            window.canvas.setFocus()
            self.hand.key(Qt.Key.Key_Slash)
            self.hand.write(window.talk.question, question)
            QTest.keyClick(window.talk.question, Qt.Key.Key_Return)

        return step

    def accept_first_draft(self) -> None:
        """Press Accept on the oldest draft."""
        window = self.hand.window
        card = next(card for card in window.talk.cards() if not card.exchange.accepted)
        window.talk.answers.ensureWidgetVisible(card)
        QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)

    def export(self, path: Path) -> None:
        """Press Ctrl+E and type a file name into the dialog."""
        path.unlink(missing_ok=True)

        self.hand.name_export(path)
        self.hand.window.canvas.setFocus()
        self.hand.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        self.hand.wait_for(path.exists, "Exporting")

    def _shown(self, stored: str) -> str:
        document, image_id = self.hand.window.desk.document, self.hand.window.desk.image_id
        return document.shown(image_id, stored) if document and image_id is not None else stored


def do_main_job(window: Studio, output: Path, tell: Callable[[str], None]) -> None:
    """Do the whole main job on the sample project and leave its results in `output`.

    Raises:
        GarStudioError: a step failed.
    """
    hand = Hand(window)
    job = MainJob(hand, tell)
    job.open_photo(_IMAGE)
    tell(f"Opened {_IMAGE}\n")
    job.cut_out(lambda: hand.click(*_ELLIPSE))
    hand.key(Qt.Key.Key_B)
    job.cut_out(lambda: hand.drag(*_CHECKED))
    window.desk.select([window.desk.regions()[0].id])
    tell("\nDescribe #1\n")
    job.converse(job.press(Qt.Key.Key_D))
    job.accept_first_draft()
    hand.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.canvas.setFocus()
    hand.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    tell("\nRelate #1 and #2\n")
    job.converse(job.press(Qt.Key.Key_R))
    question = "What colour is #2?"
    tell(f"\n{question}\n")
    job.converse(job.ask(question))
    job.export(output / "coco.json")
    pause(100)
    window.grab().save(str(output / "window.png"))


def run_demo(output: Path, settings: Settings) -> int:
    """Run the demo unseen.

    Leaves in `output` the sample project, `coco.json` and `window.png`, and prints to standard
    error what a person would see, the answers as they stream.

    Returns:
        The exit status.

    Raises:
        GarStudioError: a step failed.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_tell_unless_offscreen)
    output = output.resolve()  # the file dialog has a folder of its own to start from
    output.mkdir(parents=True, exist_ok=True)
    app = make_application(settings.theme)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window = make_window(settings)
    window.show()
    try:
        project = output / "sample"
        _forget(project)
        window.open_target(make_sample_project(project))
        do_main_job(window, output, _say)
    finally:
        window.close()
        app.processEvents()
    _say(f"\nThe window: {output / 'window.png'}\nThe labels: {output / 'coco.json'}\n")
    return 0


def _forget(project: Path) -> None:
    """Remove the labels of an earlier run, so that every run starts from the photographs."""
    for file in project.glob("*.garproj*"):
        file.unlink()


def _tell_unless_offscreen(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Pass Qt's log lines on, but for those about what the offscreen platform cannot do."""
    if not text.startswith("This plugin does not support"):
        _say(f"{text}\n")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
