"""What the window remembers of itself: its place, its docks, and what was open before."""

import logging
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gar_studio.files import atomic_write
from gar_studio.settings import config_folder

_LOG = logging.getLogger(__name__)

MOST_RECENT = 10
"""Most projects that are remembered."""

_FILE = "window.json"
_MAX_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class WindowState:
    """Everything that is remembered.

    Attributes:
        geometry: the window's place and size, as Qt writes it, in base 64.
        docks: where its docks are, likewise.
        recent: paths of projects, the one that was opened last first.
    """

    geometry: str = ""
    docks: str = ""
    recent: tuple[str, ...] = ()

    def with_recent(self, path: Path) -> tuple[str, ...]:
        """Return the recent projects once this one was opened."""
        opened = str(path)
        others = [one for one in self.recent if one != opened]
        return (opened, *others)[:MOST_RECENT]


def load_state() -> WindowState:
    """Read what is remembered; nothing if the file is missing or damaged."""
    path = config_folder() / _FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            return WindowState()
        return msgspec.json.decode(path.read_bytes(), type=WindowState)
    except FileNotFoundError:
        return WindowState()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _LOG.warning("the window's layout cannot be read: %s", error)
        return WindowState()


def save_state(state: WindowState) -> None:
    """Write what is remembered; a disk that cannot be written is only logged."""
    path = config_folder() / _FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(msgspec.json.encode(state))
    except OSError as error:
        _LOG.warning("the window's layout cannot be kept: %s", error)
