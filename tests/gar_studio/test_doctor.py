import tomllib
from pathlib import Path

import pytest

from gar_studio import doctor, settings, system_packages
from gar_studio.doctor import Finding
from gar_studio.engines import registry
from gar_studio.errors import GarStudioError
from gar_studio.system_packages import Missing

ROOT = Path(__file__).parents[2]


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, str, str]]:
    """What torch's and Qt's processes answer; tests change it."""
    answers = {
        "torch": (
            0,
            '{"build": "2.13.0+cpu", "cuda": null, "devices": ["cpu"], "threads": 2}\n',
            "",
        ),
        "PySide6": (0, "offscreen\n", ""),
    }
    monkeypatch.setattr(
        doctor,
        "_run",
        lambda code, _: answers["torch" if "import json, torch" in code else "PySide6"],
    )
    monkeypatch.setattr(system_packages, "missing", lambda: ())
    monkeypatch.setattr(registry, "available", dict)
    return answers


def find(findings: tuple[Finding, ...], section: str, name: str) -> Finding:
    (found,) = [f for f in findings if (f.section, f.name) == (section, name)]
    return found


@pytest.mark.usefixtures("probes")
def test_versions_devices_and_folders_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path))
    findings = doctor.examine()
    assert find(findings, "torch", "Build").value == "2.13.0+cpu"
    assert find(findings, "torch", "Devices").value == "cpu"
    assert find(findings, "Packages", "numpy").ok
    assert find(findings, "Folders", "Cache").value == str(tmp_path / "cache")
    assert find(findings, "Qt", "offscreen").ok


@pytest.mark.usefixtures("probes")
def test_missing_libraries_are_named_with_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = (
        Missing("libxcb-cursor0", "libxcb-cursor.so.0"),
        Missing("fonts-noto-cjk", "a font with Chinese letters", is_font=True),
    )
    monkeypatch.setattr(system_packages, "missing", lambda: lacking)
    monkeypatch.setattr(system_packages, "is_debian", lambda: True)
    findings = doctor.examine()
    found = find(findings, "System libraries", "libxcb-cursor.so.0")
    assert not found.ok
    assert "apt-get install" in found.advice
    assert "fonts-noto-cjk libxcb-cursor0" in found.advice
    assert doctor.to_json(findings)["ok"] is False
    with pytest.raises(GarStudioError, match=r"libxcb-cursor\.so\.0") as caught:
        doctor.check_window_libraries()
    assert "apt-get install" in caught.value.advice


@pytest.mark.usefixtures("probes")
def test_a_missing_font_does_not_keep_the_window_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = (Missing("fonts-noto-cjk", "a font with Chinese letters", is_font=True),)
    monkeypatch.setattr(system_packages, "missing", lambda: lacking)
    doctor.check_window_libraries()


def test_what_does_not_start_is_said_and_not_raised(
    probes: dict[str, tuple[int, str, str]],
) -> None:
    probes["torch"] = (1, "", "Traceback ...\nImportError: libcudart.so.13: cannot open\n")
    probes["PySide6"] = (-6, "", "")
    findings = doctor.examine()
    assert "libcudart" in find(findings, "torch", "start").value
    assert not find(findings, "Qt", "offscreen").ok


@pytest.mark.usefixtures("probes")
def test_an_engine_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def load(self) -> object:
            raise ImportError("no module named torchless")

    monkeypatch.setattr(registry, "available", lambda: {"mine": Broken()})
    found = find(doctor.examine(), "Engines", "mine")
    assert not found.ok
    assert "torchless" in found.value


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"DISPLAY": ""}, False),
    ],
)
def test_a_display_is_what_a_window_can_be_shown_on(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert doctor.has_display() is expected
    monkeypatch.setattr("sys.platform", "darwin")
    assert doctor.has_display()


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("offscreen", False), ("minimal:opt", False), ("xcb", True), ("vnc:port=5900", True)],
)
def test_what_qt_draws_for_nobody_is_not_watched(
    monkeypatch: pytest.MonkeyPatch, platform: str, expected: bool
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert doctor.is_watched() is expected
    assert doctor.has_display(), "a window can be shown there all the same"


def test_every_dependency_is_looked_at() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    names = {dependency.split(">")[0].split("<")[0].strip() for dependency in dependencies}
    assert set(doctor.PACKAGES) == names


def test_the_real_torch_and_qt_answer() -> None:
    findings = (*doctor._torch(), *doctor._qt())
    assert find(findings, "torch", "Devices").value.startswith("cpu")
    assert find(findings, "Qt", "offscreen").value == "starts (offscreen)"
