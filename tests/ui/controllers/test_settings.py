"""What is set in the window is remembered, and told where it cannot be."""

from pathlib import Path

from gar_studio.settings import load
from ui.studio import Studio


def test_the_theme_is_remembered(studio: Studio) -> None:
    studio.action("theme_light").trigger()
    assert load().settings.theme == "light"
    studio.action("theme_dark").trigger()
    assert load().settings.theme == "dark"


def test_settings_that_cannot_be_written_are_told_and_used(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    studio.action("theme_light").trigger()
    assert "settings cannot be written" in studio.notices.text
    assert studio.settings.settings.theme == "light"
    studio.action("theme_light").trigger()
