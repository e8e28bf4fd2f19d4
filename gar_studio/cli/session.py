"""What every command is given: its output, the settings, and the doors to the other rooms."""

from dataclasses import dataclass

import typer

from gar_studio import settings
from gar_studio.cli.output import Output
from gar_studio.cli.rooms import Rooms
from gar_studio.settings import Settings

STOPPED = 130
"""Exit status after Ctrl+C, as shells have it."""


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
