"""The command line.  It starts the window and the demo through callables that it is given."""

from collections.abc import Sequence

from gar_studio.cli.quick import open_quickly
from gar_studio.cli.rooms import Rooms

__all__ = ["Rooms", "run"]


def run(arguments: Sequence[str], rooms: Rooms) -> int:
    """Run one command line; see `gar_studio.cli.app.run`."""
    status = open_quickly(arguments, rooms)
    if status is not None:
        return status
    from gar_studio.cli import app  # noqa: PLC0415 - the parser is loaded when it is needed

    return app.run(arguments, rooms)
