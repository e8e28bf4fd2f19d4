import os
import subprocess
import sys
from pathlib import Path

import pytest

from gar_studio import __version__, system_packages
from gar_studio.annotation.mask import Mask
from gar_studio.cli import Rooms, run, window
from gar_studio.errors import GarStudioError
from gar_studio.settings import Settings
from tests.gar_studio.cli.conftest import Engines, OpenedRooms, Studio


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a display and all libraries."""
    monkeypatch.setattr(window.examiner, "has_display", lambda: True)
    monkeypatch.setattr(window.examiner, "is_watched", lambda: True)
    monkeypatch.setattr(window.examiner, "check_window_libraries", lambda: None)


@pytest.mark.usefixtures("desktop")
def test_a_bare_path_opens_the_window(studio: Studio, photo: Path, opened: OpenedRooms) -> None:
    assert studio(photo).status == 0
    assert studio(photo.parent).status == 0
    assert studio().status == 0
    assert [target for target, _ in opened.windows] == [photo, photo.parent, None]


@pytest.mark.usefixtures("desktop")
def test_a_file_called_like_a_command_is_opened_by_its_path(
    studio: Studio, opened: OpenedRooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("doctor").mkdir()
    assert studio("./doctor").status == 0
    assert [target for target, _ in opened.windows] == [Path("doctor")]


@pytest.mark.usefixtures("desktop")
def test_a_mistyped_command_opens_nothing(studio: Studio, opened: OpenedRooms) -> None:
    result = studio("segmnet")
    assert result.status == 1
    assert "segmnet" in result.err
    assert "--help" in result.err
    assert not opened.windows


def test_without_a_display_the_window_is_refused_and_the_demo_runs_unseen(
    studio: Studio, opened: OpenedRooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.examiner, "has_display", lambda: False)
    monkeypatch.setattr(window.examiner, "check_window_libraries", lambda: None)
    refused = studio()
    assert refused.status == 1
    assert "no display" in refused.err
    assert not opened.windows
    demo = studio("demo")
    assert demo.status == 0
    assert "no display" in demo.err
    assert opened.demos == [Path("demo-output")]


@pytest.mark.usefixtures("desktop")
def test_with_a_display_the_demo_opens_the_sample_project(
    studio: Studio, opened: OpenedRooms, home: Path
) -> None:
    assert studio("demo", "--json").json["window"] is True
    (project,) = [target for target, _ in opened.windows]
    assert project is not None
    assert project.is_relative_to(home)
    assert project.exists()
    assert not opened.demos


@pytest.mark.usefixtures("desktop")
def test_damaged_settings_are_said_and_the_defaults_used(
    studio: Studio, opened: OpenedRooms, home: Path
) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.json").write_text("{", encoding="utf-8")
    result = studio()
    assert result.status == 0
    assert "settings.damaged.json" in result.err
    assert opened.windows[0][1].segmenter.name == "grabcut"


def test_version_and_help(studio: Studio) -> None:
    assert studio("--version").out == f"gar-studio {__version__}\n"
    words = studio("--help").out
    for command in ("demo", "segment", "describe", "ask", "export", "doctor", "IMAGE|FOLDER"):
        assert command in words


def test_export_writes_coco_and_says_how_much(studio: Studio, photo: Path) -> None:
    project = make_project(photo)
    out = photo.with_name("labels.json")
    result = studio("export", project, "--out", out)
    assert result.status == 0
    assert "1 images and 1 regions" in result.out
    value = studio("export", project, "--out", out, "--json").json
    assert (value["images"], value["regions"], value["format"]) == (1, 1, "coco")
    assert out.exists()


def test_export_refuses_what_is_no_project_and_never_replaces_one(
    studio: Studio, photo: Path
) -> None:
    project = make_project(photo)
    before = project.read_bytes()
    assert studio("export", project, "--out", project).status == 2
    assert project.read_bytes() == before
    out = photo.with_name("labels.json")
    for path in (photo, photo.with_name("none.garproj"), photo.parent):
        result = studio("export", path, "--out", out)
        assert result.status == 1
        assert path.name in result.err
        assert "Traceback" not in result.err
        assert not out.exists()
    assert studio("export", project, "--out", out, "--format", "none").status == 2
    assert studio("export", project, "--out", photo.parent / "no" / "l.json").status == 1


def test_what_nobody_foresaw_is_kept_in_a_file_and_not_shown(
    studio: Studio, photo: Path, engines: Engines, home: Path
) -> None:
    def fail(_: object) -> list[str]:
        raise ZeroDivisionError("seven divided")

    engines.describer.script = fail
    result = studio("describe", photo, "--point", "9,9")
    assert result.status == 1
    assert "Traceback" not in result.err
    assert "errors.log" in result.err
    log = (home / "cache" / "errors.log").read_text(encoding="utf-8")
    assert "Traceback" in log
    assert "seven divided" in log
    assert studio("describe", photo, "--point", "9,9", "--json").json["error"]["message"]


def make_project(photo: Path) -> Path:
    """Make a project with one region on the photo."""
    from gar_studio.annotation.region import Provenance
    from gar_studio.document.commands import AddRegion
    from gar_studio.workspace import open_target

    opened = open_target(photo)
    document = opened.document
    try:
        mask = Mask.from_box(2, 2, 9, 9, height=30, width=40)
        assert opened.image_id is not None
        document.do(AddRegion(opened.image_id, mask, Provenance.by_person()))
        return document.path
    finally:
        document.close()


def test_the_window_opens_without_loading_the_parser(photo: Path) -> None:
    program = """
import sys
from pathlib import Path
from gar_studio.cli import Rooms, run
opened = []
rooms = Rooms(lambda target, settings: opened.append(target) or 0, lambda out, settings: 1)
assert run([sys.argv[1]], rooms) == 0
assert opened == [Path(sys.argv[1])]
print(sorted({"typer", "rich", "pydantic"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(photo)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_an_error_on_the_short_way_is_told_as_on_the_long_one(
    photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_target: Path | None, _settings: Settings) -> int:
        raise GarStudioError("The window is broken.", advice="Mend it.")

    monkeypatch.setattr(system_packages, "missing", list)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert run([str(photo)], Rooms(fails, lambda _out, _settings: 1)) == 1
    assert "The window is broken." in capsys.readouterr().err
