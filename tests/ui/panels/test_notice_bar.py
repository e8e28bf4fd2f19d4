"""Notes and errors over the canvas, in the real window."""

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gar_studio import __version__
from gar_studio.errors import ImageError
from ui.offer import Offer
from ui.panels.error_details import details
from ui.studio import Studio
from ui.workers import as_known_error


def _failed() -> ImageError:
    error = ImageError("“a.png” cannot be read.", advice="Copy it again.")
    error.__cause__ = OSError("disk gone")
    return error


def test_the_details_of_an_error_open_and_are_copied_by_keyboard(studio: Studio) -> None:
    notices = studio.notices
    studio.desk.failed.emit(_failed())
    assert notices.more.isVisible()
    assert not notices.details.isVisible()
    closed = notices.height()
    QTest.keyClick(notices.more, Qt.Key.Key_Space)
    assert notices.details.isVisible()
    assert notices.height() > closed
    assert studio.canvas.rect().contains(notices.geometry())
    QTest.keyClick(notices.copy, Qt.Key.Key_Space)
    copied = QGuiApplication.clipboard().text()
    for part in ("“a.png” cannot be read.", "Nothing was changed.", "Copy it again."):
        assert part in copied
    assert "OSError: disk gone" in copied
    assert f"GAR Studio {__version__}" in copied


def test_the_next_error_starts_closed_and_a_note_has_no_details(studio: Studio) -> None:
    notices = studio.notices
    studio.desk.failed.emit(_failed())
    notices.more.click()
    studio.desk.failed.emit(ImageError("Another one."))
    assert not notices.details.isVisible()
    assert "Another one." in notices.details.toPlainText()
    notices._dismiss()
    studio.desk.told.emit("Exported.")
    assert not notices.more.isVisible()


def test_an_offer_stays_until_it_is_taken_and_comes_back_after_others(studio: Studio) -> None:
    notices, taken = studio.notices, []
    studio.desk.offered.emit(
        Offer("A photo is missing.", "Find it.", "Find…", lambda: taken.append(1))
    )
    assert notices.text == "A photo is missing. Find it."
    assert not notices.more.isVisible()
    studio.desk.told.emit("Exported.")
    assert not notices.take.isVisible()
    notices._timer.timeout.emit()
    assert notices.take.isVisible()
    studio.desk.failed.emit(_failed())
    assert not notices.take.isVisible()
    notices._dismiss()
    assert notices.take.text() == "Find…"
    assert notices.failure == ""
    QTest.keyClick(notices.take, Qt.Key.Key_Space)
    assert taken == [1]
    assert not notices.isVisible()


def test_an_offer_that_is_dismissed_or_taken_back_is_gone(studio: Studio) -> None:
    notices = studio.notices
    for end in (notices._dismiss, lambda: studio.desk.offered.emit(None)):
        studio.desk.offered.emit(Offer("A photo is missing.", "", "Find…", lambda: None))
        assert notices.isVisible()
        end()
        assert not notices.isVisible()
    studio.desk.told.emit("Exported.")
    studio.desk.offered.emit(None)
    assert notices.text == "Exported.", "a note is nobody's offer"


def test_what_nobody_expected_keeps_its_cause() -> None:
    assert "ZeroDivisionError: division" in details(as_known_error(ZeroDivisionError("division")))


def test_versions_of_what_is_not_loaded_are_not_loaded_for_it() -> None:
    before = "torch" in sys.modules
    details(_failed())
    assert ("torch" in sys.modules) is before
