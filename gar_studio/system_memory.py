"""How much main memory is free, and how much this program takes, where the system says so."""

import os
from pathlib import Path

_PROC = Path("/proc")
_CGROUPS = Path("/sys/fs/cgroup")
_NO_LIMIT = 1 << 60


def free_main_memory() -> int | None:
    """Return the bytes of main memory that this process may still take.

    The system's available memory (proc(5), MemAvailable), or what the process's control groups
    leave of their limits, whichever is less (cgroups(7), the kernel's cgroup-v2 document).
    Elsewhere than on Linux what `os.sysconf` says; None where it says nothing.
    """
    known = [value for value in (_available(), *_left_in_cgroups()) if value is not None]
    return max(0, min(known)) if known else None


def resident_bytes() -> int | None:
    """Return the bytes of main memory that this program holds now, or None if nobody says.

    On Linux it is VmRSS of proc(5); macOS and Windows tell it only through their own libraries.
    """
    try:
        lines = (_PROC / "self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:  # not Linux
        return None
    for line in lines:
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return int(value.split()[0]) * 1024
    return None


def _available() -> int | None:
    try:
        for line in (_PROC / "meminfo").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * 1024
    except FileNotFoundError:  # not Linux
        pass
    for name in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        if name in getattr(os, "sysconf_names", {}):
            return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")
    return None


def _left_in_cgroups() -> list[int]:
    """Return what is left of each memory limit above this process, versions 1 and 2."""
    left = []
    for folder in _cgroup_folders():
        limit = _number(folder / "memory.max", folder / "memory.limit_in_bytes")
        used = _number(folder / "memory.current", folder / "memory.usage_in_bytes")
        if limit is not None and used is not None and limit < _NO_LIMIT:
            left.append(limit - used + _file_cache(folder))
    return left


def _cgroup_folders() -> list[Path]:
    try:
        lines = (_PROC / "self/cgroup").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    folders: dict[Path, None] = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in {"", "memory"}:
            continue
        root = _CGROUPS / controllers
        own = root / path.lstrip("/")
        # Inside a container the path may be the host's, which is not there; the root is.
        for folder in (own, *own.parents):
            if folder.is_relative_to(root):
                folders[folder] = None
    return list(folders)


def _number(*files: Path) -> int | None:
    for file in files:
        if file.is_file():
            text = file.read_text(encoding="ascii").strip()
            return int(text) if text.isdigit() else None
    return None


def _file_cache(folder: Path) -> int:
    """Return what the kernel would give back at once: cached files that nobody uses."""
    file = folder / "memory.stat"
    if not file.is_file():
        return 0
    values = dict(line.split() for line in file.read_text(encoding="ascii").splitlines())
    return int(values.get("total_inactive_file", values.get("inactive_file", 0)))
