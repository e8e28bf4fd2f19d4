import subprocess
import sys
from pathlib import Path

import pytest

from gar_studio import system_packages
from gar_studio.system_packages import Missing

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian on which Qt's cursor library and a font are missing; returns what is run."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, stdout="")

    monkeypatch.setattr(system_packages, "loads", lambda name: "cursor" not in name)
    monkeypatch.setattr(system_packages, "_has_font", lambda package, _: "noto" not in package)
    monkeypatch.setattr(system_packages, "is_debian", lambda: True)
    monkeypatch.setattr(system_packages, "_can_make_environments", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(subprocess, "run", run)
    return commands


@pytest.mark.usefixtures("lacking")
def test_what_does_not_load_is_missing_with_its_package() -> None:
    assert set(system_packages.missing()) == {
        Missing("libwayland-cursor0", "libwayland-cursor.so.0"),
        Missing("libxcb-cursor0", "libxcb-cursor.so.0"),
        Missing("fonts-noto-cjk", "a font with Chinese letters", is_font=True),
    }


def test_root_installs_everything_with_one_command(
    lacking: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    assert system_packages.main([]) == 0
    update, install = lacking
    assert update[:2] == ["apt-get", "update"]
    assert install[:2] == ["apt-get", "install"]
    assert install[-3:] == ["fonts-noto-cjk", "libwayland-cursor0", "libxcb-cursor0"]


def test_others_are_told_the_one_command(
    lacking: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert system_packages.main([]) == 0
    assert lacking == []
    words = capsys.readouterr().out
    assert "libxcb-cursor.so.0" in words
    (command,) = [line for line in words.splitlines() if "apt-get" in line]
    assert command.strip().startswith("sudo apt-get install")
    assert command.endswith("fonts-noto-cjk libwayland-cursor0 libxcb-cursor0")


def test_nothing_missing_is_silent(
    lacking: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(system_packages, "loads", lambda _: True)
    monkeypatch.setattr(system_packages, "_has_font", lambda *_: True)
    assert system_packages.main([]) == 0
    assert capsys.readouterr().out == ""
    assert lacking == []


@pytest.mark.usefixtures("lacking")
@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_need_nothing(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert system_packages.missing() == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ID=debian\n", True),
        ('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ("ID=fedora\n", False),
        ("ID=debianish\n", False),
        ("", False),
    ],
)
def test_debian_and_what_is_made_from_it(
    tmp_path: Path, text: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    (tmp_path / "os-release").write_text(text, encoding="utf-8")
    assert system_packages.is_debian(tmp_path / "os-release") is expected
    assert not system_packages.is_debian(tmp_path / "none")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the libraries are Linux's")
def test_the_table_names_every_system_library_that_qt_needs() -> None:
    """Look into Qt's own files, so that a new version of Qt cannot bring one unnoticed."""
    import PySide6

    qt = Path(PySide6.__file__).parent / "Qt"
    files = [
        *(qt / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "offscreen")),
        *(qt / "lib" / f"libQt6{name}.so.6" for name in ("Core", "DBus", "Gui", "Widgets")),
        qt / "lib" / "libQt6XcbQpa.so.6",
        *(qt / "plugins" / "platforms").glob("libqwayland*.so"),
    ]
    named = {name for file in files for name in _libraries_in(file.read_bytes())}
    assert "libxcb-cursor.so.0" in named
    assert named <= set(system_packages.LIBRARIES) | _ALWAYS_THERE


_ALWAYS_THERE = {"libxcb.so.1", "libgthread-2.0.so.0", "libwayland-client.so.0"}
"""Come with libX11, libglib and libwayland-cursor."""


def _libraries_in(data: bytes) -> set[str]:
    """Return the names of X11's, GLib's and GL's libraries that a file asks the linker for."""
    import re

    found = re.findall(
        rb"\x00(lib(?:wayland|xcb|xkb|X11|GL|EGL|glib|gthread|font|free|dbus)[^\x00/]*\.so\.\d+)",
        data,
    )
    return {name.decode() for name in found}


def test_make_can_run_it_before_anything_is_installed() -> None:
    """Without site-packages there is the standard library alone."""
    code = (
        "import sys; sys.argv = ['x', '--help']\n"
        "from gar_studio.system_packages import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
