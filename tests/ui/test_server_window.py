"""The window works against a real `gar-studio serve`: a process of its own, which may go away."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.description import TextDelta
from gar_studio.engines.registry import build_describer, build_segmenter
from gar_studio.remote.describer import RemoteDescriber
from gar_studio.remote.process import ProcessConnection
from gar_studio.settings import EngineChoice, Settings
from tests.ui.conftest import add_region, delete, open_photo, press
from ui.studio import Studio

SCENE = Path(__file__).parents[2] / "resources" / "scenes" / "shapes.jpg"
SECONDS = 60_000
TOKEN = "the-token-of-this-test"


@dataclass
class Server:
    """A server in a process of its own, always at the same address."""

    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ["-m", "main", "serve", "--port", str(self.port), "--model", "gar-nano", "--json"]
        environment = {**os.environ, "GAR_STUDIO_TOKEN": TOKEN, "OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, *words], stdout=subprocess.PIPE, env=environment
        )
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        self.port = int(ready["url"].rpartition(":")[2])
        assert ready["describer"]["name"] == "gar-nano"

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(number)
        status = self.process.wait(30)
        self.process.stdout.close()
        self.process = None
        return status


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    if made.process is not None:
        assert made.end(signal.SIGTERM) in {0, -signal.SIGTERM}


@pytest.fixture
def window(
    qtbot: QtBot, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Studio]:
    monkeypatch.setenv("GAR_STUDIO_TOKEN", TOKEN)
    options = EngineOptions(model=server.url)
    settings = Settings(
        segmenter=EngineChoice("sam-server", options),
        describer=EngineChoice("gar-server", options),
        hint=False,
    )
    made = Studio(settings, build_segmenter=build_segmenter, build_describer=build_describer)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    photo = tmp_path / "shapes.jpg"
    photo.write_bytes(SCENE.read_bytes())
    open_photo(qtbot, made, photo)
    yield made
    delete(made)


def describe(studio: Studio, region_id: int) -> None:
    studio.desk.select((region_id,))
    press(studio, Qt.Key.Key_D)


def test_masks_and_words_come_from_a_server_that_may_go_and_come_back(
    qtbot: QtBot, window: Studio, server: Server
) -> None:
    region = add_region(qtbot, window, 550, 340)
    assert window.desk.regions()[-1].provenance.model == "GrabCut"
    describe(window, region)
    qtbot.waitUntil(lambda: len(window.talk.cards()) == 1, timeout=SECONDS)
    assert "ellipse" in window.talk.answer_text()
    loaded = window.models.loaded[EngineKind.DESCRIBE]
    assert (loaded.name, loaded.device) == ("gar-nano", f"cpu · 127.0.0.1:{server.port}")
    assert "does not know what things are called" in loaded.notice

    # It is killed in the middle of an answer.
    assert server.process is not None
    pid = server.process.pid
    # On the worker's thread, at the first word: a whole answer takes a twentieth of a second.
    kill = window._describe_worker.progressed.connect(
        lambda _, event: os.kill(pid, signal.SIGKILL) if isinstance(event, TextDelta) else None,
        Qt.ConnectionType.DirectConnection,
    )
    describe(window, region)
    qtbot.waitUntil(lambda: not window.conversation.busy, timeout=SECONDS)
    window._describe_worker.progressed.disconnect(kill)
    server.end(signal.SIGKILL)
    broken = window.desk.document.exchanges(window.desk.image_id)[-1]
    assert broken.reason == "failed"
    assert broken.answer.startswith("A"), "the words so far are kept"
    assert "ellipse in the" not in broken.answer
    told = window.notices.text
    assert "The server at http://127.0.0.1" in told
    assert EngineKind.DESCRIBE not in window.models.loaded

    # Asked again while it is away, and when it is back.
    before = len(window.desk.document.exchanges(window.desk.image_id))
    describe(window, region)
    qtbot.waitUntil(lambda: not window.conversation.busy, timeout=SECONDS)
    assert len(window.desk.document.exchanges(window.desk.image_id)) == before
    server.start()
    describe(window, region)
    qtbot.waitUntil(lambda: not window.conversation.busy, timeout=SECONDS)
    whole = window.desk.document.exchanges(window.desk.image_id)[-1]
    assert whole.reason == "end"
    assert "ellipse" in whole.answer
    assert add_region(qtbot, window, 150, 120) != region, "masks come again, too"


def test_a_model_in_a_process_of_its_own_is_killed_and_the_window_stays(
    qtbot: QtBot, tmp_path: Path
) -> None:
    made: list[RemoteDescriber] = []

    def build(name: str, options: EngineOptions) -> RemoteDescriber:
        engine = build_describer(name, options)
        assert isinstance(engine, RemoteDescriber)
        made.append(engine)
        return engine

    apart = EngineOptions(own_process=True, device="cpu")
    studio = Studio(
        Settings(describer=EngineChoice("gar-nano", apart)),
        build_segmenter=build_segmenter,
        build_describer=build,
    )
    studio.resize(1280, 800)
    studio.show()
    studio.activateWindow()
    qtbot.waitUntil(studio.isActiveWindow)
    photo = tmp_path / "shapes.jpg"
    photo.write_bytes(SCENE.read_bytes())
    open_photo(qtbot, studio, photo)
    region = add_region(qtbot, studio, 550, 340)
    describe(studio, region)
    qtbot.waitUntil(lambda: bool(studio.talk.cards()), timeout=SECONDS)
    connection = made[0].connection
    assert isinstance(connection, ProcessConnection)
    os.kill(connection.process.pid, signal.SIGKILL)
    describe(studio, region)
    qtbot.waitUntil(lambda: not studio.conversation.busy, timeout=SECONDS)
    assert "most likely because the memory was full" in studio.notices.text
    describe(studio, region)
    qtbot.waitUntil(lambda: not studio.conversation.busy, timeout=SECONDS)
    assert len(made) == 2
    assert studio.desk.document.exchanges(studio.desk.image_id)[-1].reason == "end"
    delete(studio)
