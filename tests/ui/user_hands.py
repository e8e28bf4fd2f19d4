"""Hands that work in a real window by mouse and keys, and ears that hear what goes wrong."""

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from traceback import format_exception
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from gar_studio.document.document import Document
from tests.conftest import _leaked
from tests.ui.conftest import Engines, make_photo, make_studio, on_canvas, press

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
WIDTH, HEIGHT = 160, 120
PATIENCE = 30_000
HARMLESS = ("This plugin does not support", "Populating font family aliases")


class UserHands(RuleBasedStateMachine):
    """A window with two folders of photos, and what a person can do to it.

    Attributes:
        troubles: what was raised, warned of or not foreseen.
        speaking: set while the describer may say its next word.
    """

    qtbot: ClassVar[QtBot]

    def __init__(self) -> None:
        super().__init__()
        self.threads = set(threading.enumerate())
        self.troubles: list[str] = []
        self._hook = sys.excepthook
        sys.excepthook = lambda *raised: self.troubles.append("".join(format_exception(*raised)))
        self._handler = qInstallMessageHandler(self._hear_qt)
        self.folder = Path(tempfile.mkdtemp(prefix="random user é "))
        for place in ("a", "b"):
            for seed in range(3):
                photo = self.folder / place / f"photo {seed}.png"
                make_photo(photo, seed=seed, width=WIDTH, height=HEIGHT)
        self.engines = Engines()
        self.speaking = threading.Event()
        self.speaking.set()
        self.engines.describer.before_word = lambda _: self.speaking.wait(60)
        self.studio = make_studio(self.engines)
        self.studio.desk.failed.connect(self._hear_failure)
        self.studio.resize(1000, 700)
        self.studio.show()
        self.studio.activateWindow()

    def teardown(self) -> None:
        self._hold(False)
        self.studio.close()
        QCoreApplication.processEvents()  # what the workers said last
        self.studio.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        sys.excepthook = self._hook
        qInstallMessageHandler(self._handler)
        shutil.rmtree(self.folder)
        self._wait(lambda: not _leaked(self.threads))
        assert not self.troubles, "\n".join(self.troubles)

    # --- hands and ears ---

    @property
    def document(self) -> Document:
        document = self.studio.desk.document
        assert document is not None
        return document

    def _labels(self) -> set[Any]:
        images = self.document.images()
        return {
            *(region for image in images for region in self.document.regions(image.id)),
            *(exchange for image in images for exchange in self.document.exchanges(image.id)),
            *self.document.categories(),
        }

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        # Nobody gives a window its activity back when a dialog over it closes, without a display.
        self.studio.activateWindow()
        self._wait(self.studio.isActiveWindow)
        press(self.studio, key, modifier or Qt.KeyboardModifier.NoModifier)

    def _type(self, widget: Any, text: str) -> None:
        write_text(widget, text)
        QTest.keyClick(widget, Qt.Key.Key_Return)

    def _drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        canvas, left = self.studio.canvas, Qt.MouseButton.LeftButton
        QTest.mousePress(canvas, left, pos=on_canvas(self.studio, *start))
        QTest.mouseMove(canvas, on_canvas(self.studio, *end))
        QTest.mouseRelease(canvas, left, pos=on_canvas(self.studio, *end))

    def _choose(self, chosen: int, accepted: bool) -> None:
        self._wait(lambda: not self.studio.segmentation.waiting)
        if self.studio.segmentation.candidates:
            self._press(Qt.Key(Qt.Key.Key_1 + chosen % 3))
        if accepted:
            self._press(Qt.Key.Key_Return)

    def _hold(self, held: bool) -> None:
        """Let the describer wait before its next word, or go on."""
        if held:
            self.speaking.clear()
        else:
            self.speaking.set()

    def _let_answer(self) -> None:
        if self.speaking.is_set():
            self._wait(lambda: not self.studio.conversation.busy)

    def _in_dialog(
        self,
        action: str,
        kind: type[QDialog],
        act: Callable[[Any], None],
        key: Qt.Key,
        modifier: Qt.KeyboardModifier | None = None,
    ) -> None:
        if not self.studio.action(action).isEnabled():
            return
        met: list[QDialog] = []
        looking = QTimer(interval=5)

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, kind):
                looking.stop()
                met.append(dialog)
                try:
                    act(dialog)
                finally:
                    dialog.close()

        looking.timeout.connect(look)
        looking.start()
        self._press(key, modifier)
        looking.stop()
        assert met, f"“{action}” opened no dialog"

    def _wait_for_image(self) -> None:
        self._wait(lambda: self.studio.desk.image is not None)
        self.studio.canvas.settle()

    def _wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE)

    def _hear_qt(self, _kind: object, _context: object, text: str) -> None:
        if not text.startswith(HARMLESS):
            self.troubles.append(f"Qt: {text}")

    def _hear_failure(self, error: Any) -> None:
        """Take refusals as they come; an error that nobody foresaw is trouble."""
        if error.__cause__ is not None or "unexpected" in error.what:
            self.troubles.append(f"{error!r} from {error.__cause__!r}")


def write_text(widget: QWidget, text: str) -> None:
    """Write into a field, by an input method where no key has the character."""
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)
