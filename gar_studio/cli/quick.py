"""The shortest way to the window, for the two calls that people wait for.

`gar-studio` and `gar-studio PHOTO` need no parser, and importing one takes as long as a quarter of
the whole start.  Whatever is not plain goes the long way, which also says what is wrong.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gar_studio import doctor as examiner
from gar_studio import settings, system_packages
from gar_studio.cli.rooms import Rooms


def open_quickly(words: Sequence[str], rooms: Rooms) -> int | None:
    """Open the window if that is all that is asked, and nothing stands in the way.

    Args:
        words: those after the program's name.
        rooms: what may be started.

    Returns:
        The exit status, or None for the long way.
    """
    if not _is_plain(words) or not examiner.has_display():
        return None
    if any(not item.is_font for item in system_packages.missing()):
        return None
    loaded = settings.load()
    if loaded.problem is not None:
        sys.stderr.write(f"gar-studio: {loaded.problem}\n")
    try:
        return rooms.open_window(Path(words[0]) if words else None, loaded.settings)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last door, as in `app`
        from gar_studio.cli import app  # noqa: PLC0415 - see above
        from gar_studio.cli.output import Output  # noqa: PLC0415 - as above

        return app.tell(error, Output(json_wanted=False))


def _is_plain(words: Sequence[str]) -> bool:
    """Whether the words are none, or one that can only be a path: no command has a “.” or “/”."""
    if not words:
        return True
    (first, *rest) = words
    is_path = not first.startswith("-") and ("." in first or os.sep in first)
    return is_path and not rest and Path(first).exists()
