"""Finds files of labels in a folder that was chosen, and photos that belong to them."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from gar_studio.errors import FormatError, ImageError
from gar_studio.formats.reading import photo_in, unexpected, unknown_keys
from gar_studio.formats.writing import MARKER
from gar_studio.images import SUFFIXES, read_facts
from gar_studio.language import tr

MAX_FILES = 10_000_000
"""Most files and folders that are looked at."""


def files_below(folder: Path, suffix: str) -> Iterator[Path]:
    """Yield the files below a folder whose names end so, folder after folder, in order.

    Hidden ones are left out, and so are links that lead out of the folder, and `MARKER`.

    Raises:
        FormatError: the folder cannot be read, or has more files than anybody means, or a name
            that is no text.
    """
    seen = 0
    whole = folder.resolve()

    def refuse(error: OSError) -> None:
        raise FormatError(
            tr(
                "“{name}” cannot be read: {strerror}.",
                name=folder.name,
                strerror=error.strerror or error,
            ),
            advice=tr("Choose the folder of labels."),
        ) from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        seen += len(folders) + len(names)
        if seen > MAX_FILES:
            raise FormatError(
                tr(
                    "“{name}” has more than {max_files:,} files.",
                    name=folder.name,
                    max_files=MAX_FILES,
                )
            )
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            if name.startswith(".") or name == MARKER or not name.lower().endswith(suffix):
                continue
            if file.is_symlink() and not file.resolve().is_relative_to(whole):
                continue
            _check_text(str(file.relative_to(folder)))
            yield file


def _check_text(name: str) -> None:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        shown = name.encode("utf-8", "replace").decode()
        raise FormatError(
            tr("The name of the file “{shown}” is no text in UTF-8.", shown=shown),
            advice=tr("Rename it."),
        ) from error


def photo_named(folder: Path, name: str) -> tuple[str, Path] | None:
    """Return name and file of a photo that is called so but for its suffix, or None.

    Args:
        folder: the folder of photos, which is not left.
        name: path in it without suffix, with forward slashes.

    Raises:
        FormatError: the name leads out of the folder.
    """
    for suffix in sorted(SUFFIXES):
        for written in (suffix, suffix.upper()):
            found = photo_in(folder, name + written)
            if found is not None:
                return name + written, found
    return None


def size_of(photo: Path) -> tuple[int, int]:
    """Return (width, height) of a photo, upright.

    Raises:
        FormatError: it cannot be read.
    """
    try:
        facts = read_facts(photo)
    except ImageError as error:
        raise FormatError(error.what, advice=error.advice) from error
    return facts.width, facts.height


def keys_beside(raw: msgspec.Raw | bytes, known: frozenset[str], place: str) -> bytes:
    """Return what `unknown_keys` returns.

    Raises:
        FormatError: the keys are no sound JSON.
    """
    try:
        return unknown_keys(raw, known)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise unexpected(place, error) from error


def relative_name(path: Path, folder: Path) -> PurePosixPath:
    """Return a path below a folder, with forward slashes."""
    return PurePosixPath(path.relative_to(folder).as_posix())
