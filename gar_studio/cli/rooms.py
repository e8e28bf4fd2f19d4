"""The doors to the other rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gar_studio.settings import Settings


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the command line may start without knowing it.

    Attributes:
        open_window: shows the window on an image, a folder, a project or nothing; returns the
            exit status.
        run_demo: does the studio's main job without a display, leaves its results in a folder
            and returns the exit status.
    """

    open_window: Callable[[Path | None, Settings], int]
    run_demo: Callable[[Path, Settings], int]
