"""What a command writes: one JSON object or plain text on standard output, notes beside it."""

import json
import sys
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from gar_studio.engines.protocol import EngineInfo, Progress
from gar_studio.errors import GarStudioError

_WIDTH = 120
"""Columns of a table in a file or pipe."""

_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """Return `text` without control characters: a model's words must not steer a terminal."""
    return text.translate(_CONTROLS)


class Output:
    """Where a command's words go.

    With `json_wanted` standard output gets exactly one JSON object, and everything else goes to
    standard error.  The streams are those at the time of construction.
    """

    def __init__(self, *, json_wanted: bool) -> None:
        self.json_wanted = json_wanted
        self.stdout: TextIO = sys.stdout
        self.stderr: TextIO = sys.stderr
        self._bar: Bar | None = None
        self._task = TaskID(0)
        self._stage = ""

    def text(self, text: str) -> None:
        """Write a piece of the result at once; nothing where JSON is wanted."""
        if not self.json_wanted:
            self.stdout.write(_encodable(printable(text), self.stdout))
            self.stdout.flush()

    def console(self) -> Console:
        """Return a console for tables on standard output (standard error with JSON)."""
        stream = self.stderr if self.json_wanted else self.stdout
        width = None if stream.isatty() else _WIDTH
        return Console(file=stream, highlight=False, markup=False, width=width)

    def result(self, values: Mapping[str, object]) -> None:
        """Write the one JSON object, where JSON is wanted."""
        if self.json_wanted:
            self.stdout.write(json.dumps(values, ensure_ascii=True) + "\n")
            self.stdout.flush()

    def note(self, text: str) -> None:
        """Write a line for the person at the terminal."""
        self.stderr.write(_encodable(printable(text), self.stderr) + "\n")
        self.stderr.flush()

    def notice(self, info: EngineInfo) -> None:
        """Say before an answer what every reader of it has to know.

        It stands in the output itself, so that it is there too when that goes to a file, and on
        standard error where the output is not what the person sees.
        """
        if not info.notice:
            return
        line = f"Notice: {info.notice}"
        self.text(line + "\n")
        if self.json_wanted or not self.stdout.isatty():
            self.note(line)

    def progress(self, progress: Progress) -> None:
        """Show how far the work is: a bar on a terminal, else one line a stage."""
        if not self.stderr.isatty():
            if progress.stage != self._stage:
                self.note(f"{progress.stage}…")
        else:
            self._show(progress)
        self._stage = progress.stage

    def end_progress(self) -> None:
        """Take the bar away; call it before any text."""
        if self._bar is not None:
            self._bar.stop()
        self._bar = None
        self._stage = ""

    def error(self, error: GarStudioError) -> None:
        """Write an error: a sentence, or with JSON an object."""
        self.failure(
            type(error).__name__,
            str(error),
            {"what": error.what, "kept": error.kept, "advice": error.advice},
        )

    def failure(self, kind: str, message: str, details: Mapping[str, str] | None = None) -> None:
        """Write what went wrong, as a sentence, or with JSON as an object."""
        self.end_progress()
        self.note(f"gar-studio: {message}")
        self.result({"error": {"kind": kind, "message": message, **(details or {})}})

    def _show(self, progress: Progress) -> None:
        total = max(progress.total, 1)
        if self._bar is None:
            self._bar = Bar(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=20),
                MofNCompleteColumn(),
                console=Console(file=self.stderr),
                transient=True,
            )
            self._task = self._bar.add_task(progress.stage, total=total)
            self._bar.start()
        self._bar.update(
            self._task, description=progress.stage, completed=progress.done, total=total
        )


def _encodable(text: str, stream: TextIO) -> str:
    """Replace what the terminal's encoding does not have, rather than fail in mid-answer."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
