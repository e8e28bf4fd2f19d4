"""JSON files with several long arrays, which fill at the same time."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from gar_studio.files import atomic_write
from gar_studio.formats.coco import part_path
from gar_studio.formats.writing import encode

_CHUNK = 1 << 20


@contextmanager
def spooled_files(
    path: Path, arrays: Sequence[str], head: Mapping[str, object]
) -> Iterator["SpooledFiles"]:
    """Write a JSON object with arrays for each part of a split, atomically.

    Args:
        path: the file; parts are `NAME.train.json` and so on beside it.
        arrays: the keys of the arrays, in their order.
        head: what stands before the arrays.

    Raises:
        OSError: one cannot be written.
    """
    with ExitStack() as stack:
        files = SpooledFiles(path, arrays, head, stack)
        yield files
        files.finish()


class SpooledFiles:
    """Memory holds one item at a time: arrays behind the first wait in files without a name.

    Attributes:
        count: how many files there are.
    """

    def __init__(
        self, path: Path, arrays: Sequence[str], head: Mapping[str, object], stack: ExitStack
    ) -> None:
        self.count = 0
        self._path = path
        self._arrays = arrays
        self._head = head
        self._stack = stack
        self._parts: dict[str, dict[str, BinaryIO]] = {}
        self._begun: set[tuple[str, str]] = set()

    def finish(self) -> None:
        """Write what waits, and the end; an export of nothing is a file with empty arrays."""
        if not self._parts:
            self._open("")
        for part in self._parts.values():
            self._finish(part)

    def write(self, part: str, array: str, item: bytes) -> None:
        """Write an item behind the others of its array."""
        file = self._open(part)[array]
        file.write(b",\n" if (part, array) in self._begun else b"\n")
        self._begun.add((part, array))
        file.write(item)

    def _open(self, part: str) -> dict[str, BinaryIO]:
        if part not in self._parts:
            file = self._stack.enter_context(atomic_write(part_path(self._path, part)))
            first, *others = self._arrays
            head = encode(self._head)[:-1]
            file.write(head + (b",\n" if self._head else b"") + encode(first) + b": [")
            spools: dict[str, BinaryIO] = {first: file}
            for name in others:
                spool = tempfile.TemporaryFile(dir=self._path.parent)  # noqa: SIM115
                spools[name] = self._stack.enter_context(spool)
            self._parts[part] = spools
            self.count += 1
        return self._parts[part]

    def _finish(self, part: dict[str, BinaryIO]) -> None:
        first, *others = self._arrays
        file = part[first]
        file.write(b"]")
        for name in others:
            file.write(b",\n" + encode(name) + b": [")
            part[name].seek(0)
            shutil.copyfileobj(part[name], file, _CHUNK)
            file.write(b"]")
        file.write(b"}\n")
