"""Looks at the machine: versions, devices, Qt's plug-ins, system libraries, engines, folders.

Qt and torch are asked in processes of their own: the core imports neither, and a library that
crashes on loading, as Qt does without its plug-ins, cannot take the answer with it.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gar_studio import __version__, settings, system_packages
from gar_studio.engines import registry
from gar_studio.errors import GarStudioError

PACKAGES = (
    "PySide6-Essentials",
    "qtawesome",
    "torch",
    "torchvision",
    "transformers",
    "timm",
    "tokenizers",
    "safetensors",
    "huggingface_hub",
    "fastapi",
    "uvicorn",
    "httpx",
    "segment-anything",
    "numpy",
    "Pillow",
    "PyYAML",
    "opencv-python-headless",
    "pycocotools",
    "msgspec",
    "psygnal",
    "platformdirs",
    "typer",
    "rich",
)
"""What the studio needs from pip, in the words of `pyproject.toml`."""

_TORCH_PROBE = """
import json, torch
devices = ["cpu"]
if torch.cuda.is_available():
    for index in range(torch.cuda.device_count()):
        facts = torch.cuda.get_device_properties(index)
        devices.append(f"cuda:{index} {facts.name}, {facts.total_memory / 2**30:.0f} GiB")
if torch.backends.mps.is_available():
    devices.append("mps")
print(json.dumps({"build": torch.__version__, "cuda": torch.version.cuda, "devices": devices,
                  "threads": torch.get_num_threads()}))
"""

_QT_PROBE = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication(sys.argv[:1])
print(app.platformName())
"""

_ENGINE_ADVICE = "Install GAR Studio, or the package that brings the engine, again with pip."

_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about the machine.

    Attributes:
        section: what it belongs to, such as "Qt".
        name: what was looked at.
        value: what was found.
        ok: False where something that is needed is missing or broken.
        advice: what to do about it, or "".
    """

    section: str
    name: str
    value: str
    ok: bool = True
    advice: str = ""


def examine() -> tuple[Finding, ...]:
    """Look at everything; takes some seconds because torch and Qt are started once."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _system,
        _packages,
        _torch,
        _libraries,
        _qt,
        _engines,
        _folders,
    )
    return tuple(finding for check in checks for finding in check())


def to_json(findings: tuple[Finding, ...]) -> dict[str, object]:
    """Return the findings as plain values; `ok` says whether all of them are good."""
    return {
        "ok": all(finding.ok for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }


_UNSEEN = ("offscreen", "minimal")


def has_display() -> bool:
    """Whether a window can be shown: a desktop, or a Qt platform that the user has named."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_watched() -> bool:
    """Whether somebody can see the windows that are shown: Qt can be told to draw for nobody."""
    named = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    return has_display() and named not in _UNSEEN


def check_window_libraries() -> None:
    """Raise before Qt ends the process because system libraries are missing.

    Raises:
        GarStudioError: names the libraries and the command that installs them.
    """
    lacking = [item for item in system_packages.missing() if not item.is_font]
    if lacking:
        raise GarStudioError(
            f"The window needs system libraries that are missing: "
            f"{', '.join(item.what for item in lacking)}.",
            advice=_install_advice(system_packages.packages(lacking)),
        )


def _system() -> Iterator[Finding]:
    yield Finding("System", "GAR Studio", __version__)
    yield Finding("System", "Python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("System", "Platform", platform.platform())
    yield Finding("System", "Processors", str(os.cpu_count() or "unknown"))


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding("Packages", name, version(name))
        except PackageNotFoundError:
            yield Finding(
                "Packages", name, "missing", ok=False, advice="Install GAR Studio again with pip."
            )


def _torch() -> Iterator[Finding]:
    code, output, errors = _run(_TORCH_PROBE, os.environ.copy())
    if code != 0:
        yield Finding(
            "torch", "start", _last_line(errors), ok=False, advice="Install torch again with pip."
        )
        return
    facts = json.loads(output.splitlines()[-1])
    yield Finding("torch", "Build", facts["build"])
    yield Finding("torch", "CUDA", facts["cuda"] or "not in this build")
    yield Finding("torch", "Devices", "; ".join(facts["devices"]))
    yield Finding("torch", "Threads", str(facts["threads"]))


def _libraries() -> Iterator[Finding]:
    lacking = system_packages.missing()
    advice = _install_advice(system_packages.packages(lacking))
    for item in lacking:
        yield Finding("System libraries", item.what, "missing", ok=False, advice=advice)
    if not lacking:
        yield Finding("System libraries", "Libraries and fonts for Qt", "all there")


def _qt() -> Iterator[Finding]:
    environment = os.environ.copy()
    if has_display():
        yield _qt_platform("window", environment)
    else:
        yield Finding("Qt", "window", "no display here; the window cannot be shown")
    yield _qt_platform("offscreen", environment | {"QT_QPA_PLATFORM": "offscreen"})


def _qt_platform(name: str, environment: dict[str, str]) -> Finding:
    code, output, errors = _run(_QT_PROBE, environment)
    if code == 0:
        return Finding("Qt", name, f"starts ({output.strip()})")
    return Finding(
        "Qt",
        name,
        f"does not start: {_last_line(errors)}",
        ok=False,
        advice="Install the system libraries named above, or set QT_QPA_PLATFORM=offscreen.",
    )


def _engines() -> Iterator[Finding]:
    names = sorted(registry.available())
    if not names:
        yield Finding(
            "Engines",
            "entry points",
            "none found",
            ok=False,
            advice="Install GAR Studio with pip (“pip install -e .” in a checkout).",
        )
    for name in names:
        try:
            factory = registry.factory(name)
        except GarStudioError as error:
            yield Finding("Engines", name, error.what, ok=False, advice=_ENGINE_ADVICE)
        else:
            yield Finding(
                "Engines", name, f"{factory.kind.value}: {factory.title}; needs {factory.needs}"
            )


def _folders() -> Iterator[Finding]:
    for name, folder in (
        ("Settings", settings.config_folder()),
        ("Cache", settings.cache_folder()),
        ("Data", settings.data_folder()),
    ):
        writable = os.access(_nearest(folder), os.W_OK)
        advice = "" if writable else f"Make it writable, or set {settings.HOME_VARIABLE}."
        value = str(folder) if writable else f"{folder} cannot be written"
        yield Finding("Folders", name, value, ok=writable, advice=advice)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _install_advice(names: tuple[str, ...]) -> str:
    if system_packages.is_debian():
        return f"Install them with “{system_packages.install_command(names)}”."
    return "Install them with your system's package manager."


def _run(code: str, environment: dict[str, str]) -> tuple[int, str, str]:
    """Run Python code in a process of its own; return its status, output and errors."""
    try:
        done = subprocess.run(  # noqa: S603 - the code is one of the texts above
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, "", f"no answer within {_SECONDS} s"
    return done.returncode, done.stdout, done.stderr


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it ended without a word"
