"""The formats that labels leave in and come in from: one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gar_studio.formats.incoming import Incoming
from gar_studio.formats.labels import Labels
from gar_studio.formats.report import Report

Tell = Callable[[int, int], None]
"""Called with the images done and their number; what it raises stops the export."""

Export = Callable[[Labels, Path, Tell], Report]
"""Writes labels to a file or folder, atomically; raises `ExportError`."""

Open = Callable[[Path, Path], Incoming]
"""Opens a file or folder of labels, with the folder of its photos; raises `FormatError`."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes:
        name: on the command line, such as "coco".
        title: for people, such as “COCO instances”.
        explanation: what it holds, in a sentence.
        suffix: of its file; "" where it is a folder.
        export: how labels leave, or None.
        open: how labels come in, or None.
    """

    name: str
    title: str
    explanation: str
    suffix: str
    export: Export | None = None
    open: Open | None = None
