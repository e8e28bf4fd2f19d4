"""What every command is given: its output, the settings, and the doors to the other rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from gar_studio import settings
from gar_studio.cli.output import Output
from gar_studio.settings import Settings

STOPPED = 130
"""Exit status after Ctrl+C, as shells have it."""


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


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the program."""

    output: Output
    rooms: Rooms

    def settings(self) -> Settings:
        """Return the user's settings; say it where they could not be read."""
        loaded = settings.load()
        if loaded.problem is not None:
            self.output.note(f"gar-studio: {loaded.problem}")
        return loaded.settings


def session_of(context: typer.Context) -> Session:
    """Return the session of a running command."""
    session = context.find_object(Session)
    assert session is not None
    return session
