"""Keeps a model's answers as they come, so that a run that was broken off goes on where it was."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from gar_studio.errors import FormatError, GarStudioError
from gar_studio.store.lock import WriterLock

SUFFIX = ".journal"
"""What is added to the name of the file of predictions."""

_MOST_BYTES = 256 * 1024 * 1024


class JournalError(GarStudioError):
    """The journal is of another run, in use, or cannot be written."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What two runs have to have in common for the one to go on with the other's answers.

    Attributes:
        annotations: SHA-256 of the file of annotations.
        model: name of the engine.
        revision: revision of its weights.
        boxes: "own", or "leaked" where the released script's fault is repeated.
        max_new_tokens: most tokens of an answer.
        max_tiles: most image tiles, or None for the model's own.
    """

    annotations: str
    model: str
    revision: str
    boxes: str
    max_new_tokens: int
    max_tiles: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer.

    Attributes:
        key: the item's.
        output: the words, in the released form.
        cut_off: whether it was as long as was allowed.
        seconds: from the question to its end.
    """

    key: str
    output: str
    cut_off: bool = False
    seconds: float = 0.0


class Journal:
    """An open journal: one line for what was run, then one an answer, on the disk at once."""

    def __init__(self, file: BinaryIO, kept: dict[str, Kept]) -> None:
        self._file = file
        self.kept = kept

    def add(self, answer: Kept) -> None:
        """Keep an answer.

        Raises:
            JournalError: it cannot be written.
        """
        try:
            _append(self._file, answer)
        except OSError as error:
            raise _unwritable(Path(self._file.name), error) from error
        self.kept[answer.key] = answer


@contextmanager
def open_journal(path: Path, identity: Identity) -> Iterator[Journal]:
    """Open the journal at `path`, or begin it.

    A last line that was cut off, as by a power failure, is dropped: its item is asked again.

    Raises:
        JournalError: it is of another run, another program writes to it, or it cannot be written.
        FormatError: it is no journal.
    """
    try:
        lock = WriterLock.acquire(path)
    except sqlite3.OperationalError as error:
        raise JournalError(
            f"Nothing can be written beside “{path.name}”: {error}.",
            advice="Choose a folder that you may write to with --out.",
        ) from error
    if lock is None:
        raise JournalError(
            f"Another program is writing “{path.name}”.", advice="Wait for it, or choose another."
        )
    try:
        whole, kept = _read(path, identity)
        with path.open("ab") as file:
            if file.tell() > whole:
                file.truncate(whole)
            if whole == 0:
                _append(file, identity)
            yield Journal(file, kept)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        lock.release()


def _read(path: Path, identity: Identity) -> tuple[int, dict[str, Kept]]:
    """Return how many bytes are whole lines, and the answers in them."""
    if not path.exists():
        return 0, {}
    if path.stat().st_size > _MOST_BYTES:
        raise FormatError(f"“{path.name}” is larger than {_MOST_BYTES:,} bytes.")
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole == 0:
        return 0, {}
    first, *lines = data[:whole].splitlines()
    try:
        before = msgspec.json.decode(first, type=Identity)
        answers = [msgspec.json.decode(line, type=Kept) for line in lines]
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormatError(
            f"“{path.name}” is not a journal of answers: {str(error).rstrip('.')}.",
            advice="Give the predictions another name with --out.",
        ) from error
    if before != identity:
        raise JournalError(
            f"“{path.name}” holds the answers of {before.model} {before.revision} with "
            f"{before.boxes} boxes, or of another file or other limits than asked for now.",
            advice="Give the predictions another name with --out, or delete the journal.",
        )
    return whole, {answer.key: answer for answer in answers}


def _append(file: BinaryIO, line: Identity | Kept) -> None:
    file.write(msgspec.json.encode(line) + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _unwritable(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"“{path.name}” cannot be written: {error.strerror or error}.",
        kept="The answers before are kept.",
        advice="Make room or choose another place with --out, then start again: it goes on.",
    )
