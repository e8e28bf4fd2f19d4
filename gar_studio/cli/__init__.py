"""The command line.  It starts the window and the demo through callables that it is given."""

from gar_studio.cli.app import run
from gar_studio.cli.session import Rooms

__all__ = ["Rooms", "run"]
