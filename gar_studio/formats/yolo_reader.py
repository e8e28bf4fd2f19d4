"""Reads YOLO's folders: outlines (YOLO-seg) and boxes."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.found_files import files_below, photo_named, relative_name, size_of
from gar_studio.formats.incoming import Problems, ReadCategory, ReadImage, ReadRegion, readable
from gar_studio.formats.outlines import filled
from gar_studio.formats.reading import (
    MAX_NAME,
    MAX_POINTS,
    check_image_size,
    read_text,
    safe_path,
)
from gar_studio.formats.selection import PARTS
from gar_studio.formats.shapes import box_mask
from gar_studio.formats.yolo import NAME, is_plain, pixels_of
from gar_studio.language import mark, tr

_MAX_YAML = 128 << 10
_MAX_BYTES = 64 << 20
"""Most bytes of an image's file of labels."""

_MAX_CLASSES = 100_000
_PARTS = (*PARTS, "valid")
_NO_LABELS = frozenset({"classes.txt", "train.txt", "val.txt", "test.txt", "requirements.txt"})


def open_yolo(path: Path, photos: Path) -> "YoloFiles":
    """Open a YOLO folder, or its `data.yaml`.

    Args:
        path: the folder with `data.yaml` and `labels/`, or one with the text files alone.
        photos: the folder of photos: the project's, or the YOLO folder.

    Raises:
        FormatError: it is not there, or its `data.yaml` cannot be read.
    """
    folder = path if path.is_dir() else path.parent
    if not path.exists():
        raise FormatError(
            tr("There is no file or folder “{path}”.", path=path), advice=tr("Check the name.")
        )
    return YoloFiles(folder, photos, _names(path, folder))


class YoloFiles:
    """See `Incoming`."""

    def __init__(self, folder: Path, photos: Path, names: dict[int, str]) -> None:
        self.format = NAME
        self.problems = Problems()
        self._folder = folder
        self._photos = photos
        self._names = names

    def categories(self) -> tuple[ReadCategory, ...]:
        """See `Incoming`."""
        return tuple(ReadCategory(name) for _, name in sorted(self._names.items()) if name)

    def images(self) -> Iterator[ReadImage]:
        """See `Incoming`; a damaged file among others is left out and counted.

        Raises:
            FormatError: no photo or file can be read.
        """
        self.problems = Problems()
        labels = safe_path(self._folder, "labels")
        root = labels if labels.is_dir() else self._folder
        files = (file for file in files_below(root, ".txt") if file.name not in _NO_LABELS)
        named = ((file, relative_name(file, root)) for file in files)
        reads = ((str(name), partial(self._read, file, name)) for file, name in named)
        yield from readable(reads, self.problems)

    def _read(self, file: Path, name: PurePosixPath) -> ReadImage | None:
        found = self._photo(name)
        if found is None:
            self.problems.add(mark("files of labels without a photo"), str(name))
            return None
        photo_name, photo = found
        width, height = size_of(photo)
        check_image_size(width=width, height=height, place=photo_name)
        image = ReadImage(photo_name, photo, width, height)
        return replace(image, regions=self._regions(file, str(name), image))

    def _photo(self, name: PurePosixPath) -> tuple[str, Path] | None:
        stem = name.with_suffix("")
        candidates = [stem]
        if "labels" in stem.parts[:-1]:  # some folders have `train/labels`, not `labels/train`
            place = stem.parts.index("labels")
            candidates.append(PurePosixPath(*stem.parts[:place], *stem.parts[place + 1 :]))
            swapped = (*stem.parts[:place], "images", *stem.parts[place + 1 :])
            candidates.append(PurePosixPath(*swapped))
        if stem.parts[0] in _PARTS and len(stem.parts) > 1:
            candidates.append(PurePosixPath(*stem.parts[1:]))
        candidates += [PurePosixPath("images") / candidate for candidate in (*candidates,)]
        for candidate in candidates:
            found = photo_named(self._photos, str(candidate))
            if found is not None:
                return found
        return None

    def _regions(self, file: Path, place: str, image: ReadImage) -> tuple[ReadRegion, ...]:
        text = read_text(file, limit=_MAX_BYTES)
        found = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            where = tr("{place}, line {number}", place=place, number=number)
            index, values = _numbers(line, where)
            name = self._names.get(index, "")
            if not name:
                name = f"class {index}"
                self.problems.add(mark("classes without a name"), where)
            try:
                found.append(ReadRegion(_mask(values, image), name))
            except MaskError as error:
                self.problems.add(f"regions left out: {error.what.rstrip('.')}", where)
        return tuple(found)


def _numbers(line: str, where: str) -> tuple[int, list[float]]:
    if len(line) > 40 * MAX_POINTS:
        raise FormatError(tr("{where}: the line is too long.", where=where))
    parts = line.split()
    try:
        index = float(parts[0])  # some programs write 3.0
        values = [float(part) for part in parts[1:]]
    except ValueError as error:
        raise FormatError(
            tr("{where}: there is something that is no number.", where=where),
            advice=tr("Each line is a class and coordinates, such as “0 0.1 0.1 0.4 0.1 0.2 0.5”."),
        ) from error
    if not (0 <= index < _MAX_CLASSES and index == int(index)) or not is_plain(values):
        raise FormatError(tr("{where}: a number is out of range.", where=where))
    return int(index), values


def _mask(values: list[float], image: ReadImage) -> Mask:
    width, height = image.width, image.height
    if len(values) in (4, 5):  # a box, perhaps with how sure a detector is
        x, y, w, h = pixels_of(values[:4], width=width, height=height)
        edges = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        return box_mask(*edges, height=height, width=width)
    ring = pixels_of(values, width=width, height=height)
    return filled(ring, height=height, width=width)


def _names(path: Path, folder: Path) -> dict[int, str]:
    file = path if path.is_file() else _first(folder, ("data.yaml", "data.yml", "dataset.yaml"))
    if file is not None and file.suffix.lower() in (".yaml", ".yml"):
        return _from_yaml(read_text(file, limit=_MAX_YAML), file.name)
    listed = _first(folder, ("classes.txt", "labels/classes.txt"))
    if listed is None:
        return {}
    lines = read_text(listed, limit=_MAX_YAML).splitlines()
    return {place: line.strip()[:MAX_NAME] for place, line in enumerate(lines)}


def _first(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((file for name in names if (file := safe_path(folder, name)).is_file()), None)


def _from_yaml(text: str, place: str) -> dict[int, str]:
    import yaml  # noqa: PLC0415 - loaded when a list of names is first read

    try:
        # Texts only: nothing is made of tags, and “no” stays a name.
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  it makes no objects
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError, LookupError) as error:
        raise _no_yaml(place) from error
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, list):
        pairs = [(str(index), name) for index, name in enumerate(names)]
    elif isinstance(names, dict):
        pairs = list(names.items())
    else:
        raise _no_yaml(place)
    found: dict[int, str] = {}
    for key, name in pairs:
        plain = isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 7
        if not plain or not isinstance(name, str):
            raise _no_yaml(place)
        found[int(key)] = name[:MAX_NAME]
    return found


def _no_yaml(place: str) -> FormatError:
    return FormatError(
        tr("“{place}” has no names of classes that can be read.", place=place),
        advice=tr("Write “names:” and below it “  0: dog”, one class a line."),
    )
