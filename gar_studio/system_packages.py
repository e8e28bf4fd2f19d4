"""Finds the system libraries and fonts that Qt needs on Linux, and installs them on Debian.

Qt's own wheels do not bring them.  This module uses the standard library alone, because `make`
runs it (`python3 -m gar_studio.system_packages`) before anything is installed.
"""

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

LIBRARIES: dict[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt's libraries and its xcb, Wayland and offscreen plug-ins load, and Debian's package."""

FONTS: dict[str, tuple[str, str]] = {
    "fonts-dejavu-core": ("a font with Latin letters", ":lang=en"),
    "fonts-noto-cjk": ("a font with Chinese letters", ":lang=zh"),
}
"""Debian's package → what it is, and fontconfig's pattern for any font that does as well."""

_FONT_FILES: dict[str, str] = {
    "fonts-dejavu-core": "truetype/dejavu/DejaVuSans.ttf",
    "fonts-noto-cjk": "opentype/noto/NotoSansCJK-Regular.ttc",
}

_OS_RELEASE = Path("/etc/os-release")
_FONT_FOLDER = Path("/usr/share/fonts")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that the system lacks.

    Attributes:
        package: Debian's package that has it.
        what: what people call it, such as "libEGL.so.1".
        is_font: whether it is a font; the studio runs without, but letters are boxes.
    """

    package: str
    what: str
    is_font: bool = False


def missing() -> tuple[Missing, ...]:
    """Return what is missing here; nothing on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    libraries = (Missing(package, name) for name, package in LIBRARIES.items() if not loads(name))
    fonts = (
        Missing(package, what, is_font=True)
        for package, (what, pattern) in FONTS.items()
        if not _has_font(package, pattern)
    )
    return (*libraries, *fonts)


def loads(name: str) -> bool:
    """Whether the dynamic linker finds the library `name` and all that it needs."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def packages(lacking: Iterable[Missing]) -> tuple[str, ...]:
    """Return the packages to install, each once, in alphabetical order."""
    return tuple(sorted({item.package for item in lacking}))


def install_command(names: Sequence[str], *, root: bool = False) -> str:
    """Return the one shell command that installs the packages."""
    return ("" if root else "sudo ") + " ".join(_apt_install(names))


def is_debian(os_release: Path = _OS_RELEASE) -> bool:
    """Whether this is Debian, Ubuntu or a system made from them, with apt-get."""
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    names = " ".join(values.get(key, "").strip("\"'") for key in ("ID", "ID_LIKE")).split()
    return bool({"debian", "ubuntu"} & set(names)) and shutil.which("apt-get") is not None


def main(argv: Sequence[str] | None = None) -> int:
    """Install what is missing where that is possible, and say how where it is not.

    Returns 0 also where something stays missing: the window then says so again, and everything
    without a window works.
    """
    argparse.ArgumentParser(
        prog="system_packages",
        description="Installs the system libraries and fonts that are missing (as root on "
        "Debian or Ubuntu), or prints the command that does.",
    ).parse_args(argv)
    lacking = missing()
    names = packages(lacking)
    if not _can_make_environments():
        names = (*names, f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    if not names:
        return 0
    for item in lacking:
        _say(f"Missing: {item.what} (package {item.package}).")
    if not is_debian():
        _say("Install these with your system's package manager; Qt's window needs them.")
        return 0
    if os.geteuid() != 0:
        _say(f"Install them with:\n  {install_command(names)}")
        return 0
    _say(f"Installing {len(names)} system packages: {' '.join(names)}")
    if not _install(names):
        _say(f"The packages could not be installed. Try:\n  {install_command(names, root=True)}")
    return 0


def _install(names: Sequence[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], _apt_install(names)):
        # Fixed words and names from the tables above: nothing here comes from outside.
        done = subprocess.run(command, env=environment, check=False)  # noqa: S603
        if done.returncode != 0:
            return False
    return True


def _apt_install(names: Sequence[str]) -> list[str]:
    return ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]


def _has_font(package: str, pattern: str) -> bool:
    if (_FONT_FOLDER / _FONT_FILES[package]).is_file():
        return True
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    found = subprocess.run(  # noqa: S603
        [lister, pattern, "family"], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip())


def _can_make_environments() -> bool:
    """Whether `python -m venv` works; Debian puts what it needs into a package of its own."""
    return sys.prefix != sys.base_prefix or importlib.util.find_spec("ensurepip") is not None


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
