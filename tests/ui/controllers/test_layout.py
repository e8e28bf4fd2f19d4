"""The window comes back as it was, with what was open before."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget, QMenu
from pytestqt.qtbot import QtBot

from gar_studio.settings import config_folder
from tests.ui.conftest import Engines, make_photo, make_studio, open_photo
from ui.studio import Studio
from ui.window_state import MOST_RECENT, WindowState, load_state


def dock(studio: Studio, name: str) -> QDockWidget:
    found = studio.findChild(QDockWidget, f"dock-{name}")
    assert isinstance(found, QDockWidget)
    return found


def again(qtbot: QtBot) -> Studio:
    window = make_studio(Engines())
    window.show()
    qtbot.waitExposed(window)
    return window


def test_docks_that_were_closed_stay_closed_until_the_layout_is_reset(
    qtbot: QtBot, studio: Studio
) -> None:
    dock(studio, "images").close()
    studio.close()
    window = again(qtbot)
    try:
        assert not dock(window, "images").isVisible()
        assert dock(window, "regions").isVisible()
        window.action("layout").trigger()
        assert dock(window, "images").isVisible()
    finally:
        window.close()


def test_the_window_has_its_size_again(qtbot: QtBot, studio: Studio) -> None:
    studio.resize(780, 640)  # what Qt restores fits the screen
    studio.close()
    window = again(qtbot)
    window.close()
    assert (window.width(), window.height()) == (780, 640)


def recent_menu(studio: Studio) -> QMenu:
    file = next(a.menu() for a in studio.menuBar().actions() if a.text() == "&File")
    assert isinstance(file, QMenu)
    menu = next(a.menu() for a in file.actions() if a.text() == "Open &recent")
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return menu


def test_recent_projects_are_opened_from_the_menu(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    assert [a.isEnabled() for a in recent_menu(studio).actions()] == [False]
    for name in ("first & foremost", "second"):
        open_photo(qtbot, studio, make_photo(tmp_path / name / "a.png", seed=1).parent)
    actions = recent_menu(studio).actions()
    assert len(actions) == 2
    assert "first && foremost" in actions[1].text()
    actions[1].trigger()
    assert studio.desk.document is not None
    assert studio.desk.document.path.parent.name == "first & foremost"
    assert load_state().recent[0] == str(studio.desk.document.path.resolve())


def test_a_project_that_is_gone_cannot_be_chosen(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    open_photo(qtbot, studio, make_photo(tmp_path / "gone" / "a.png", seed=1).parent)
    assert studio.desk.document is not None
    path = studio.desk.document.path
    studio.desk.close_document()
    path.unlink()
    assert [a.isEnabled() for a in recent_menu(studio).actions()] == [False]


def test_so_many_projects_are_remembered_and_none_twice() -> None:
    state = WindowState()
    for number in (*range(20), 15):
        state = WindowState(recent=state.with_recent(Path(f"/p/{number}.garproj")))
    assert len(state.recent) == MOST_RECENT
    assert state.recent[:3] == ("/p/15.garproj", "/p/19.garproj", "/p/18.garproj")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"\xff\xfe", b'{"recent": 3}', b'{"geometry": "*", "docks": "#"}'],
)
def test_a_damaged_file_is_nothing_to_stumble_over(
    qtbot: QtBot, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = config_folder() / "window.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    window = again(qtbot)
    assert dock(window, "images").isVisible()
    window.close()
    caplog.clear()
