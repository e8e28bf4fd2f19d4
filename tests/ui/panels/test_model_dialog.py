"""Models are fetched from a real server, tried, used and unloaded in one dialog, by keys alone."""

import errno
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import huggingface_hub
import huggingface_hub.constants
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gar_studio.engines import catalogue as catalogues
from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.protocol import CancelToken
from gar_studio.engines.registry import build_segmenter
from gar_studio.engines.trial import TrialResult
from gar_studio.errors import EngineError
from gar_studio.settings import EngineChoice, Settings, load
from models import transfer
from models.catalogue import CATALOGUE as GAR_CATALOGUE
from models.segment import catalogue, sam_released
from tests.helpers.hub import Hub, serve
from tests.models.segment.helpers import write_small_sam
from tests.ui.conftest import Engines, add_region, click, make_studio, open_photo, press
from ui.demo import Hand
from ui.model_run import Run
from ui.model_workers import TrialWorker
from ui.panels.model_dialog import ModelDialog
from ui.panels.model_list import OWN
from ui.studio import Studio
from ui.theme import apply_theme

NAME = "sam_vit_b_01ec64.pth"
GRABCUT, NANO = ("grabcut", ""), ("gar-nano", "")


@dataclass
class Point:
    """An entry point."""

    loaded: object

    def load(self) -> object:
        return self.loaded


@pytest.fixture(autouse=True)
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A publisher whose SAM ViT-B is a small one; the program's own catalogues, and no hub."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(transfer, "RETRY_SECONDS", 0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    points = {"gar": Point(GAR_CATALOGUE), "segment": Point(catalogue.CATALOGUE)}
    monkeypatch.setattr(catalogues, "available", lambda: points)
    write_small_sam(tmp_path / NAME)
    content = (tmp_path / NAME).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    file = replace(sam_released.FILES[0], size=len(content), sha256=digest)
    monkeypatch.setattr(catalogue, "FILES", (file,))
    monkeypatch.setattr("models.segment.sam_checkpoint.RELEASED", {NAME: digest})
    huggingface_hub.close_session()
    with serve(Hub({NAME: content})) as running:
        there = f"{running.endpoint}/someone/GAR-tiny/resolve/main"
        monkeypatch.setattr(sam_released, "PUBLISHER", there)
        yield running
    huggingface_hub.close_session()


@pytest.fixture
def studio(studio: Studio) -> Iterator[Studio]:
    """The window; its dialog is closed at the end."""
    yield studio
    for dialog in studio.findChildren(ModelDialog):
        dialog.close()


def opened(qtbot: QtBot, studio: Studio) -> ModelDialog:
    """Open the dialog with its key and wait for the list."""
    press(studio, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ModelDialog)
    dialog.activateWindow()  # nobody else does on the offscreen platform
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.waitUntil(lambda: dialog.list.count() > 3)
    return dialog


def sam_key(studio: Studio) -> tuple[str, str]:
    shelf = studio.models.shelf
    assert shelf is not None
    return next(offer.key for offer in shelf.offers if offer.entry.model == NAME)


def go_to(dialog: ModelDialog, key: tuple[str, str]) -> None:
    """Walk through the list with the arrow keys."""
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Home)
    for _ in range(dialog.list.count()):
        if dialog.list.current_key() == key:
            return
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    pytest.fail(f"the arrow keys do not lead to {key}")


def press_button(dialog: ModelDialog, button: QAbstractButton) -> None:
    """Go to a button with Tab and press it with Space."""
    assert button.isVisible()
    assert button.isEnabled()
    for _ in range(40):
        if QApplication.focusWidget() is button:
            QTest.keyClick(button, Qt.Key.Key_Space)
            return
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
    pytest.fail(f"Tab does not lead to “{button.text()}”")


def start_download(qtbot: QtBot, studio: Studio, server: Hub) -> ModelDialog:
    """Begin a download that gets 1000 bytes and then waits for more."""
    transfer.RETRY_SECONDS = 600
    server.cut[NAME] = [1000]
    dialog = opened(qtbot, studio)
    go_to(dialog, sam_key(studio))
    press_button(dialog, dialog.details.fetch)
    qtbot.waitUntil(lambda: "1.0 kB of" in dialog.details.progress_text.text())
    return dialog


def ended(studio: Studio) -> Callable[[], bool]:
    return lambda: not studio.models.fetching


def test_sam_is_fetched_used_and_remembered_with_keys_alone(qtbot: QtBot, photo: Path) -> None:
    window = Studio(
        Settings(),
        build_segmenter=build_segmenter,
        build_describer=lambda *_: pytest.fail("nothing was asked in words"),
    )
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    try:
        open_photo(qtbot, window, photo)
        add_region(qtbot, window, 60, 60)
        dialog = opened(qtbot, window)
        go_to(dialog, sam_key(window))
        assert "Apache-2.0" in dialog.details.licence.accessibleName()
        assert not dialog.details.use.isVisible(), "it is not here yet"
        press_button(dialog, dialog.details.fetch)
        qtbot.waitUntil(dialog.details.use.isVisible)
        press_button(dialog, dialog.details.use)
        assert dialog.details.use.text() == "In use"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        click(window, 200, 150)
        Hand(window).wait_for(lambda: window.segmentation.candidates, "Cutting out")
        press(window, Qt.Key.Key_Return)
        first, second = window.desk.regions()
        assert "GrabCut" in first.provenance.model
        assert "SAM" in second.provenance.model
        kept = load().settings.segmenter
        assert (kept.name, Path(kept.options.model).name) == ("sam", NAME)
    finally:
        window.close()


def test_a_download_that_is_cancelled_is_resumed(qtbot: QtBot, studio: Studio, server: Hub) -> None:
    dialog = start_download(qtbot, studio, server)
    assert dialog.details.progress.isVisible()
    press_button(dialog, dialog.details.stop)
    qtbot.waitUntil(lambda: dialog.details.fetch.text() == "Resume download")
    qtbot.waitUntil(dialog.details.fetch.isVisible)
    assert "1.0 kB" in dialog.details.place.accessibleName()
    assert dialog.details.error.text() == "", "to stop is no error"
    press_button(dialog, dialog.details.fetch)
    qtbot.waitUntil(dialog.details.use.isVisible)
    assert server.got(NAME)[-1].range == "bytes=1000-"


def test_a_wrong_checksum_is_told_in_the_dialog(qtbot: QtBot, studio: Studio, server: Hub) -> None:
    server.broken.add(NAME)
    dialog = opened(qtbot, studio)
    go_to(dialog, sam_key(studio))
    press_button(dialog, dialog.details.fetch)
    qtbot.waitUntil(dialog.details.error.isVisible)
    said = dialog.details.error.text()
    assert "checksum" in said
    assert "The file was removed" in said
    assert QApplication.activeModalWidget() is dialog, "no box over it"
    assert not studio.notices.failure, "it is told where the person is looking"
    server.broken.clear()
    qtbot.waitUntil(dialog.details.fetch.isVisible)
    press_button(dialog, dialog.details.fetch)
    qtbot.waitUntil(dialog.details.use.isVisible)
    assert not dialog.details.error.isVisible()


def test_a_full_disk_is_told_with_what_is_kept(
    qtbot: QtBot, studio: Studio, server: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(transfer._Arriving, "add", full)
    dialog = opened(qtbot, studio)
    go_to(dialog, sam_key(studio))
    press_button(dialog, dialog.details.fetch)
    qtbot.waitUntil(dialog.details.error.isVisible)
    for part in ("The disk is full", "is kept", "Make room"):
        assert part in dialog.details.error.text()


def test_a_network_that_is_away_is_told(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "TRIES", 1)
    monkeypatch.setattr(sam_released, "PUBLISHER", "http://127.0.0.1:9/nobody")
    dialog = opened(qtbot, studio)
    go_to(dialog, sam_key(studio))
    press_button(dialog, dialog.details.fetch)
    qtbot.waitUntil(dialog.details.error.isVisible)
    assert "server cannot be reached" in dialog.details.error.text()


def test_a_download_goes_on_when_the_dialog_closes(
    qtbot: QtBot, studio: Studio, server: Hub
) -> None:
    dialog = start_download(qtbot, studio, server)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert studio.models.fetching
    assert studio.status.download.isVisible()
    assert "SAM ViT-B: 1.0 kB of" in studio.status.download.text()
    qtbot.mouseClick(studio.status.stop_download, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(ended(studio))
    assert not studio.status.download.isVisible()
    assert not studio.status.stop_download.isVisible()
    dialog = opened(qtbot, studio)
    go_to(dialog, sam_key(studio))
    press_button(dialog, dialog.details.fetch)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "SAM ViT-B is on this computer" in studio.notices.text)


def test_an_error_after_the_dialog_has_closed_is_told_over_the_canvas(
    qtbot: QtBot, studio: Studio, server: Hub
) -> None:
    dialog = start_download(qtbot, studio, server)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    studio.models._take_failure(sam_key(studio), EngineError("The server is away."))
    assert "The server is away." in studio.notices.text


def test_closing_the_window_keeps_what_came(qtbot: QtBot, engines: Engines, server: Hub) -> None:
    window = make_studio(engines)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    dialog = start_download(qtbot, window, server)
    partial = Path(sam_key(window)[1] + transfer.INCOMPLETE)
    dialog.close()
    window.close()
    assert partial.stat().st_size == 1000


def test_a_test_run_says_how_long_and_what_and_what_to_know(
    qtbot: QtBot, studio: Studio, engines: Engines
) -> None:
    dialog = opened(qtbot, studio)
    go_to(dialog, NANO)
    press_button(dialog, dialog.details.attempt)
    qtbot.waitUntil(lambda: "A small box." in dialog.details.trial.text())
    assert "loaded in" in dialog.details.trial.text()
    assert dialog.details.notice.text() == engines.describer.info.notice
    assert dialog.details.notice.isVisible()
    assert engines.describer.closed == 1, "it is freed again"
    go_to(dialog, GRABCUT)
    assert not dialog.details.trial.isVisible(), "that was said of another model"


def test_a_test_run_can_be_stopped(qtbot: QtBot, studio: Studio, engines: Engines) -> None:
    engines.segmenter.gate.clear()
    dialog = opened(qtbot, studio)
    go_to(dialog, GRABCUT)
    press_button(dialog, dialog.details.attempt)
    qtbot.waitUntil(lambda: dialog.details.attempt.text() == "Stop test")
    press_button(dialog, dialog.details.attempt)
    qtbot.waitUntil(lambda: dialog.details.attempt.text() == "Test run")
    assert not dialog.details.error.isVisible()


def test_a_test_run_that_fails_is_told(qtbot: QtBot, studio: Studio, engines: Engines) -> None:
    engines.segmenter.error = EngineError("The card is full.", advice="Use the processor.")
    dialog = opened(qtbot, studio)
    go_to(dialog, GRABCUT)
    press_button(dialog, dialog.details.attempt)
    qtbot.waitUntil(dialog.details.error.isVisible)
    assert "Use the processor." in dialog.details.error.text()


def test_what_is_loaded_is_shown_and_unloaded(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 1)
    dialog = opened(qtbot, studio)
    assert "Masks: Scripted on cpu" in dialog.loaded.text()
    assert "Words: Scripted on cpu" in dialog.loaded.text()
    press_button(dialog, dialog.unload)
    qtbot.waitUntil(lambda: "No model is loaded" in dialog.loaded.text())
    assert engines.describer.closed == 1
    assert studio.conversation.info is None
    assert not dialog.unload.isEnabled()
    dialog.close()
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 2)
    assert set(studio.models.loaded) == {EngineKind.DESCRIBE}, "only what is needed"


def test_a_model_is_not_unloaded_under_a_request(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    engines.segmenter.gate.clear()
    click(studio, 60, 60)
    qtbot.waitUntil(lambda: bool(engines.segmenter.requests))
    studio.models.unload()
    engines.segmenter.gate.set()
    qtbot.waitUntil(lambda: studio.segmentation.candidate is not None)
    qtbot.waitUntil(lambda: EngineKind.SEGMENT not in studio.models.loaded)


def test_a_file_of_one_s_own_is_listed_used_and_taken_off(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    mine = tmp_path / "my sam.pth"
    write_small_sam(mine)
    dialog = opened(qtbot, studio)
    go_to(dialog, OWN)
    page = dialog.own
    assert not page.add.isEnabled()
    page.engine.setCurrentIndex(page.engine.findData("gar"))
    page.model.setFocus()
    QTest.keyClicks(page.model, str(mine))
    QTest.keyClick(page.model, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: page.engine.currentData() == "sam")
    press_button(dialog, page.add)
    key = ("sam", str(mine))
    qtbot.waitUntil(lambda: dialog.list.current_key() == key)
    assert [one.model for one in load().settings.own_models] == [str(mine)]
    press_button(dialog, dialog.details.use)
    assert load().settings.segmenter.options.model == str(mine)
    assert not dialog.details.remove.isVisible(), "not while it is used"
    go_to(dialog, GRABCUT)
    press_button(dialog, dialog.details.use)
    go_to(dialog, key)
    press_button(dialog, dialog.details.remove)
    qtbot.waitUntil(lambda: load().settings.own_models == ())
    assert mine.exists()


def test_what_cannot_be_loaded_is_said_before_it_is_added(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    dialog = opened(qtbot, studio)
    go_to(dialog, OWN)
    dialog.own.name(str(tmp_path / "nowhere"))
    qtbot.waitUntil(dialog.own.problem.isVisible)
    assert "There is no f" in dialog.own.problem.text()


def test_a_model_that_only_the_settings_name_is_listed(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    options = EngineOptions(model="someone/GAR-mine", device="cuda:1", dtype="int8")
    settings = studio.settings.settings
    studio.settings.choose_engines(
        settings.segmenter, EngineChoice("gar", options), max_tiles=None, ahead=2
    )
    dialog = opened(qtbot, studio)
    go_to(dialog, ("gar", "someone/GAR-mine"))
    assert dialog.details.options.run() == Run("cuda:1", "int8")
    assert dialog.details.source.accessibleName().endswith("someone/GAR-mine")


def test_how_it_is_run_holds_at_once(qtbot: QtBot, studio: Studio) -> None:
    dialog = opened(qtbot, studio)
    go_to(dialog, NANO)
    options = dialog.details.options
    assert not options.next_images.isVisible(), "that is for what encodes"
    for combo, keys in ((options.device, "P"), (options.dtype, "b"), (options.detail, "L")):
        combo.setFocus()
        QTest.keyClicks(combo, keys)
    kept = load().settings
    assert (kept.describer.options.device, kept.describer.options.dtype) == ("cpu", "bfloat16")
    assert kept.max_tiles == 4
    go_to(dialog, sam_key(studio))
    assert not options.detail.isVisible()
    options.next_images.setFocus()
    QTest.keyClick(options.next_images, Qt.Key.Key_Down)
    assert load().settings.ahead == 4
    assert load().settings.segmenter.name == "grabcut", "only looked at, not used"


def test_words_come_from_the_engine_that_was_chosen(
    qtbot: QtBot, studio: Studio, photo: Path, engines: Engines
) -> None:
    open_photo(qtbot, studio, photo)
    add_region(qtbot, studio, 60, 60)
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 1)
    dialog = opened(qtbot, studio)
    go_to(dialog, ("gar-random", ""))
    press_button(dialog, dialog.details.use)
    dialog.close()
    assert "gar-random" in studio.status.describer.text()
    press(studio, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: len(studio.talk.cards()) == 2)
    assert engines.describer.closed == 1


def test_looking_changes_nothing(qtbot: QtBot, studio: Studio) -> None:
    dialog = opened(qtbot, studio)
    QTest.keyClick(dialog.list, Qt.Key.Key_Home)
    for _ in range(dialog.list.count()):
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert studio.settings.settings == Settings()
    assert load().settings == Settings()


def test_the_window_does_not_wait_for_the_list(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    known = catalogue.CATALOGUE.entries()

    class Slow:
        def entries(self, own: object = ()) -> object:
            gate.wait(30)
            return known

        def download(self, model: str, **_: object) -> Path:
            raise NotImplementedError

    monkeypatch.setattr(catalogues, "available", lambda: {"segment": Point(Slow())})
    try:
        press(studio, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ModelDialog)
        assert dialog.isVisible()
    finally:
        gate.set()
    qtbot.waitUntil(lambda: dialog.list.count() > 3)


def test_a_download_that_failed_is_seen_from_another_model(
    qtbot: QtBot, studio: Studio, server: Hub
) -> None:
    server.broken.add(NAME)
    dialog = opened(qtbot, studio)
    go_to(dialog, sam_key(studio))
    press_button(dialog, dialog.details.fetch)
    go_to(dialog, NANO)
    spoken = Qt.ItemDataRole.AccessibleTextRole
    qtbot.waitUntil(
        lambda: any(
            "SAM ViT-B, failed" in str(dialog.list.item(row).data(spoken))
            for row in range(dialog.list.count())
        )
    )
    assert not dialog.details.error.isVisible(), "it is of another model"


@pytest.mark.parametrize("broken", ["to import", "to list"])
def test_a_catalogue_that_is_broken_is_told(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    class Broken:
        def entries(self, own: object = ()) -> object:
            raise EngineError("The disk cannot be read.")

        def download(self, model: str, **_: object) -> Path:
            raise NotImplementedError

    point = Point(5 if broken == "to import" else Broken())
    monkeypatch.setattr(catalogues, "available", lambda: {"gar": point})
    press(studio, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ModelDialog)
    qtbot.waitUntil(dialog.problems.isVisible)
    said = "not a catalogue" if broken == "to import" else "disk cannot be read"
    assert said in dialog.problems.text()


@pytest.mark.parametrize("size", [(1280, 800), (960, 600)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_text_is_cut_and_everything_has_a_name(
    qtbot: QtBot, studio: Studio, qapp: QApplication, size: tuple[int, int], theme: str
) -> None:
    apply_theme(qapp, theme)
    studio.resize(*size)
    dialog = opened(qtbot, studio)
    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    shelf = studio.models.shelf
    assert shelf is not None
    for key in [*(offer.key for offer in shelf.offers), OWN]:
        dialog.list.choose(key)
        QTest.qWait(0)
        for label in dialog.findChildren(QLabel):
            if label.isVisible() and label.text():
                needed = label.heightForWidth(label.width())
                assert label.height() >= needed, f"{key}: “{label.text()}” is cut"
                widest = max(re.split(r"[\s\u200b]", label.text()), key=len)
                room = label.fontMetrics().horizontalAdvance(widest)
                assert label.width() >= room, f"{key}: “{widest}” is cut"
    for widget in dialog.findChildren(QWidget):
        if isinstance(widget, QAbstractButton):
            assert widget.text() or widget.accessibleName()
        elif isinstance(widget, QComboBox | QLineEdit | QListWidget):
            embedded = isinstance(widget.parentWidget(), QComboBox)
            assert widget.accessibleName() or embedded, widget
    spoken = [
        dialog.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(dialog.list.count())
    ]
    assert any(text and "GAR-1B, not here, about 3.1 GB" in text for text in spoken)


def test_a_test_run_that_has_not_begun_is_stopped_too(qtbot: QtBot) -> None:
    worker = TrialWorker()
    begun, go_on = threading.Event(), threading.Event()

    def long_trial(cancel: CancelToken) -> TrialResult:
        begun.set()
        go_on.wait(5)
        cancel.check()
        raise AssertionError("it was stopped")

    stopped: list[object] = []
    worker.stopped.connect(stopped.append)
    worker.attempt(("a", ""), long_trial)
    assert begun.wait(5)
    worker.attempt(("b", ""), long_trial)
    worker.cancel()
    assert stopped == [("b", "")]
    go_on.set()
    qtbot.waitUntil(lambda: len(stopped) == 2)
    worker.close()
