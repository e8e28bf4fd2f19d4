"""Lists of classes that others wrote: text, COCO's categories, the names in YOLO's data.yaml."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gar_studio.annotation.category_names import STROKE, has_empty_part, is_within, tidy
from gar_studio.errors import FormatError
from gar_studio.language import tr

SUFFIXES = (".txt", ".names", ".json", ".yaml", ".yml")

_NO_PARENT = ("", "none")
"""Supercategories that say that there is none, as some exporters write them."""


class _CocoCategory(msgspec.Struct):
    name: str
    supercategory: str | None = None


class _Coco(msgspec.Struct):
    categories: list[_CocoCategory]


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """What importing a list would do.

    Attributes:
        new: names that the project does not have, in the list's order, each once.
        present: names that it has already; those categories stay as they are.
        repeated: names that the list has more than once.
        alike: among `new`, names that differ only in case from one that comes before them or is
            in the project, each with that other name.
        unusable: names with an empty part, which are left out.
    """

    new: tuple[str, ...]
    present: tuple[str, ...]
    repeated: tuple[str, ...]
    alike: tuple[tuple[str, str], ...]
    unusable: tuple[str, ...]


def read_class_names(path: Path) -> tuple[str, ...]:
    """Return the names in a list of classes, tidied, in the file's order.

    A text file has one name a line; `.json` is a COCO file, its `categories` alone, or a list of
    names; `.yaml` and `.yml` have `names` as a list or by number.  A COCO category with a
    supercategory becomes “supercategory/name”.

    Raises:
        FormatError: the file cannot be read, is not of its format, or has no names.
    """
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".json":
            found = _from_json(data)
        elif path.suffix.lower() in (".yaml", ".yml"):
            found = _from_yaml(data.decode("utf-8-sig"))
        else:
            found = iter(data.decode("utf-8-sig").splitlines())
        names = tuple(name for name in map(tidy, found) if name)
    except OSError as error:
        raise FormatError(
            tr("“{name}” cannot be read: {strerror}.", name=path.name, strerror=error.strerror)
        ) from error
    except UnicodeDecodeError as error:
        raise FormatError(
            tr("“{name}” is not text in UTF-8.", name=path.name),
            advice=tr("Save it as UTF-8, then import it again."),
        ) from error
    except msgspec.DecodeError as error:
        raise FormatError(
            tr("“{name}” has no COCO categories: {error}.", name=path.name, error=error),
            advice=tr("Choose a COCO file, or a text file with one name a line."),
        ) from error
    if not names:
        raise FormatError(
            tr("There are no names of classes in “{name}”.", name=path.name),
            advice=tr("Write one name a line, such as “animal/dog”."),
        )
    return names


def plan_import(names: Iterable[str], present: Collection[str]) -> ClassPlan:
    """Sort the names of a list by what importing them would do.

    Args:
        names: the list, tidied.
        present: the names that the project has.
    """
    taken = set(present)
    folded = {name.casefold(): name for name in present}
    new: dict[str, None] = {}
    kept: dict[str, None] = {}
    repeated: dict[str, None] = {}
    alike: list[tuple[str, str]] = []
    unusable: dict[str, None] = {}
    for name in names:
        if name in new or name in kept:
            repeated[name] = None
        elif name in taken:
            kept[name] = None
        elif has_empty_part(name):
            unusable[name] = None
        else:
            new[name] = None
            other = folded.setdefault(name.casefold(), name)
            if other != name:
                alike.append((name, other))
    return ClassPlan(tuple(new), tuple(kept), tuple(repeated), tuple(alike), tuple(unusable))


def _from_json(data: bytes) -> Iterable[str]:
    kind = _Coco | list[_CocoCategory | str]
    content = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=kind)
    categories = content.categories if isinstance(content, _Coco) else content
    return [_full_name(category) for category in categories]


def _full_name(category: _CocoCategory | str) -> str:
    if isinstance(category, str):
        return category
    name, parent = tidy(category.name), tidy(category.supercategory or "")
    # Our own export, and that of some others, has the parent in the name already.
    if parent.casefold() in _NO_PARENT or is_within(name, parent):
        return name
    return f"{parent}{STROKE}{name}"


def _from_yaml(text: str) -> list[str]:
    """Read `names` of a data.yaml: `[a, b]`, `- a` or `0: a`, over one line or several."""
    match = re.search(r"^names\s*:(.*?)(?=^[^\s#\-\[\]{}]|\Z)", text, re.MULTILINE | re.DOTALL)
    if match is None:
        return []
    body = match[1].strip()
    if body[:1] in ("[", "{"):
        items = re.findall(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^,\[\]{}\n]+""", body)
        if body[0] == "{":
            items = _after_numbers(items)
    else:
        lines = (line.strip() for line in body.splitlines())
        items = [re.sub(r"^(-|\d+\s*:)\s*", "", line) for line in lines]
    return [_unquoted(item) for item in items]


def _after_numbers(items: list[str]) -> list[str]:
    """Return the names among the pieces of `{0: a, 1: 'b'}`."""
    return [re.sub(r"^\s*\d+\s*:\s*", "", item) for item in items]


def _unquoted(item: str) -> str:
    item = item.strip()
    if item.startswith("#"):
        return ""
    if len(item) > 1 and item[0] == item[-1] and item[0] in "'\"":
        return item[1:-1].replace("''", "'") if item[0] == "'" else item[1:-1].replace('\\"', '"')
    return item.partition(" #")[0]
