"""All that is known of an error, as text that can be copied into a report."""

import platform
import sys

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import qVersion

from gar_studio import __version__
from gar_studio.errors import GarStudioError
from gar_studio.language import tr

_DEEPEST = 8
"""Most causes that are told."""


def details(error: GarStudioError) -> str:
    """Return what happened, what was kept, what to do, the technical causes and the versions."""
    told = (
        (tr("What happened"), error.what),
        (tr("What was kept"), error.kept),
        (tr("What to do"), error.advice),
        (tr("Cause"), "\n".join(_causes(error))),
        (tr("Versions"), _versions()),
    )
    return "\n\n".join(f"{title}\n{text}" for title, text in told if text)


def _causes(error: BaseException) -> list[str]:
    """Return the exceptions that led to this one, the nearest first."""
    found: list[str] = []
    cause = error.__cause__
    while cause is not None and len(found) < _DEEPEST:
        found.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return found


def _versions() -> str:
    lines = [
        f"GAR Studio {__version__}",
        f"Python {platform.python_version()}",
        f"Qt {qVersion()}, PySide {pyside_version}",
        platform.platform(),
    ]
    torch = sys.modules.get("torch")  # it is not loaded for this
    if torch is not None:
        lines.append(f"torch {getattr(torch, '__version__', 'unknown')}")
    return "\n".join(lines)
