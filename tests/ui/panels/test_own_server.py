"""A server is added by its address, its token kept, and used like any other model."""

import pytest
from pytestqt.qtbot import QtBot

from gar_studio.engines.construction import EngineKind, EngineOptions
from gar_studio.engines.registry import build_describer
from gar_studio.remote.tokens import token_of
from gar_studio.serving.server import Place
from gar_studio.settings import EngineChoice, Settings, load
from tests.helpers.engines import ScriptedDescriber, ScriptedSegmenter
from tests.helpers.hosts import serving
from tests.ui.conftest import delete
from ui.panels.model_dialog import ModelDialog
from ui.panels.model_list import OWN
from ui.studio import Studio

TOKEN = "a-token-for-the-dialog"


@pytest.mark.parametrize("written", ["http://127.0.0.1:{port}", "127.0.0.1:{port}/"])
def test_a_server_is_added_tried_and_used(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.delenv("GAR_STUDIO_TOKEN", raising=False)
    with serving(describer=ScriptedDescriber(), place=Place(port=0, token=TOKEN)) as server:
        studio = Studio(
            Settings(),
            build_segmenter=lambda _name, _options: ScriptedSegmenter(),
            build_describer=build_describer,
        )
        studio.show()
        dialog = ModelDialog(studio.models, studio)
        dialog.show()
        qtbot.waitUntil(lambda: studio.models.shelf is not None, timeout=30_000)
        page = dialog.own
        dialog.list.choose(OWN)
        assert not page.token.isVisible()
        page.model.setText(written.format(port=server.port))
        if written.startswith("http"):
            page.model.editingFinished.emit()
        else:
            page.engine.setCurrentIndex(page.engine.findData("gar-server"))
        assert page.engine.currentData() == "gar-server"
        assert page.token.isVisible()
        assert not page.file.isVisible()
        page.token.setText(TOKEN)
        page.add.click()
        assert token_of(server.url) == TOKEN
        assert page.token.text() == ""
        key = ("gar-server", server.url)
        qtbot.waitUntil(lambda: dialog.list.current_key() == key, timeout=30_000)
        details = dialog.details
        qtbot.waitUntil(details.use.isEnabled)
        assert not details.options.device.isVisible()
        details.attempt.click()
        qtbot.waitUntil(lambda: "A small box." in details.trial.text(), timeout=30_000)
        details.use.click()
        used = EngineChoice("gar-server", EngineOptions(model=server.url))
        assert studio.models.choice(EngineKind.DESCRIBE) == used
        assert load().settings.describer == used
        assert TOKEN not in load().settings.describer.options.model
        dialog.close()
        delete(studio)


def test_what_is_no_address_is_said_and_not_added(qtbot: QtBot) -> None:
    studio = Studio(
        Settings(),
        build_segmenter=lambda _name, _options: ScriptedSegmenter(),
        build_describer=lambda _name, _options: ScriptedDescriber(),
    )
    studio.show()
    dialog = ModelDialog(studio.models, studio)
    dialog.show()
    qtbot.waitUntil(lambda: studio.models.shelf is not None, timeout=30_000)
    page = dialog.own
    dialog.list.choose(OWN)
    page.model.setText("http://desk:8765/v1/describe")
    page.model.editingFinished.emit()
    page.add.click()
    assert "is no server's address" in page.problem.text()
    assert page.problem.isVisible()
    assert studio.models._settings.settings.own_models == ()
    dialog.close()
    delete(studio)


def test_a_model_runs_in_a_process_of_its_own_when_that_is_ticked(qtbot: QtBot) -> None:
    studio = Studio(
        Settings(),
        build_segmenter=lambda _name, _options: ScriptedSegmenter(),
        build_describer=lambda _name, _options: ScriptedDescriber(),
    )
    studio.show()
    dialog = ModelDialog(studio.models, studio, select=("gar-nano", ""))
    dialog.show()
    qtbot.waitUntil(lambda: dialog.details.title.text() == "gar-nano", timeout=30_000)
    dialog.details.options.own_process.click()
    assert load().settings.describer.options.own_process
    dialog.close()
    delete(studio)
