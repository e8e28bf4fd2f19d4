"""Malformed COCO files: sound ones with something wrong, and what becomes of reading them."""

import json
import random
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gar_studio.errors import GarStudioError
from gar_studio.formats.coco_import import CocoFile

_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**63, 2**70, -(2**40), 1e308, -1e-300, 0.5, "", "0", "\0", "../x",
    "/etc/passwd", "é\u2028", "P" * 50, "o" * 50, [], {}, [[]], [[0]], [[1e9] * 8],
    [[1, 1, 5, 1, 5]],
    [[0, 0, 9, 0, 9, 9] * 50], {"size": [4, 4], "counts": [16]}, {"size": [12, 16], "counts": "0"},
    {"size": [12, 16], "counts": "o" * 9}, {"size": [2**31, 2**31], "counts": [0, 2**62]},
    {"size": [12], "counts": []}, "\U0001f490", [[-1e6, -1e6, 1e6, -1e6, 1e6, 1e6]],
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What became of malformed files.

    Attributes:
        refused: files that were refused with one of our errors.
        read: files of which something could be read.
        problems: rows that were left out of those, with a reason.
        untyped: errors that are none of ours, by their text.
        slowest: seconds of the slowest file.
    """

    refused: int = 0
    read: int = 0
    problems: int = 0
    untyped: list[str] | None = None
    slowest: float = 0.0


def seed_file() -> dict[str, Any]:
    """Return a small sound file with everything that can be in one."""
    person = {"model": "person", "revision": "", "prompt": "", "at": "", "edited": False}
    return {
        "info": {"year": 2026},
        "licenses": [],
        "images": [
            {"id": 1, "file_name": "a/b.jpg", "width": 16, "height": 12, "sha256": "0" * 64},
            {"id": 2, "file_name": "c.jpg", "width": 16, "height": 12, "state": {"done": True}},
        ],
        "categories": [{"id": 1, "name": "dog", "supercategory": "animal"}, {"id": 2, "name": "x"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4], "area": 9,
             "segmentation": [[1, 1, 5, 1, 5, 5, 1, 5], [8, 8, 9, 8, 9, 9]], "iscrowd": 0},
            {"id": 2, "image_id": 1, "category_id": 2, "caption": "by #1", "iscrowd": 1,
             "segmentation": {"size": [12, 16], "counts": [10, 6, 176]}, "provenance": person,
             "captions": [{"text": "by #1", "provenance": person}], "other": {"x": [1, 2]}},
            {"id": 3, "image_id": 2, "category_id": 2, "number": 2,
             "segmentation": {"size": [12, 16], "counts": ":6`5"},
             "review": {"verdict": "accepted", "reason": "", "by": "", "at": ""}},
        ],
        "relations": [{"id": 1, "image_id": 1, "subject_id": 1, "predicate": "by", "object_id": 2,
                       "object_ids": [2], "answer": "#1 by #2"}],
        "qa": [{"id": 1, "image_id": 1, "annotation_ids": [1, 2], "question": "?", "answer": "!"}],
    }  # fmt: skip


def mutated(count: int, *, seed: int) -> Iterator[bytes]:
    """Yield malformed files: values exchanged, rows gone or doubled, bytes changed or cut off."""
    chance = random.Random(seed)
    sound = json.dumps(seed_file())
    for number in range(count):
        content = json.loads(sound)
        for _ in range(chance.randint(1, 4)):
            _change(content, chance)
        data = bytearray(json.dumps(content).encode())
        kind = number % 5
        if kind == 0:
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        elif kind == 1:
            del data[chance.randrange(len(data)) :]
        elif kind == 2:
            at = chance.randrange(len(data))
            data[at:at] = bytes(chance.choice(b'[]{}",:-0123456789eE.\\u') for _ in range(3))
        if number % 997 == 0:
            data = bytearray(b"[" * 200_000 if chance.random() < 0.5 else b'{"images":' * 50_000)
        yield bytes(data)


def mutated_rle(count: int, *, seed: int) -> Iterator[bytes]:
    """Yield files that are sound but for the run lengths of their masks."""
    chance = random.Random(seed)
    for _ in range(count):
        content = seed_file()
        for row in content["annotations"]:
            row["segmentation"] = {"size": _size(chance), "counts": _counts(chance)}
        yield json.dumps(content).encode()


def read(files: Iterator[bytes], photos: Path) -> Found:
    """Read every file to its end, and tell what became of them."""
    found = Found(untyped=[])
    assert found.untyped is not None
    for data in files:
        started = time.perf_counter()
        try:
            file = CocoFile("fuzz.json", data, photos)
            file.categories()
            for image in file.images():
                for region in image.regions:
                    assert region.mask.size == (image.height, image.width)
                    assert 0 < region.mask.area <= image.width * image.height
            found.read += 1
            found.problems += sum(file.problems.counts.values())
        except GarStudioError:
            found.refused += 1
        except Exception as error:  # noqa: BLE001 - what is looked for
            found.untyped.append(f"{type(error).__name__}: {error}: {data[:2000]!r}")
        found.slowest = max(found.slowest, time.perf_counter() - started)
    return found


def _change(content: Any, chance: random.Random) -> None:  # noqa: ANN401 - any JSON
    """Change something somewhere in a JSON value."""
    while True:
        if isinstance(content, dict) and content:
            key: Any = chance.choice(list(content))
        elif isinstance(content, list) and content:
            key = chance.randrange(len(content))
        else:
            return
        if isinstance(content[key], dict | list) and content[key] and chance.random() < 0.85:
            content = content[key]
            continue
        what = chance.random()
        if what < 0.7:
            content[key] = deepcopy(chance.choice(_ODD))
        elif what < 0.85:
            del content[key]
        elif isinstance(content, list):
            content.append(deepcopy(content[key]))
        else:
            content[f"{key}x"] = deepcopy(content[key])
        return


def _size(chance: random.Random) -> list[int]:
    return [12, 16] if chance.random() < 0.8 else [chance.choice((0, -1, 12, 2**40)), 16]


def _counts(chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    if chance.random() < 0.3:
        return [
            chance.choice((0, 1, 5, 192, -3, 2**33, 2**62)) for _ in range(chance.randint(0, 6))
        ]
    low, high = (48, 111) if chance.random() < 0.8 else (1, 0x2000)
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(0, 12)))
