"""Malformed files of every format: `python -m benchmarks.formats_fuzz [--count N] [--json FILE]`.

Sound files are changed (bytes, values, cut off, nested deeply, exchanged) and read; what comes has
to be labels or an error of ours.  The rows say how many other errors there were, and the worst
time and memory of one reading.
"""

import argparse
import json
import random
import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.formats_seeds import SEEDS, write_photo
from benchmarks.report import Row, report
from gar_studio.errors import FormatError
from gar_studio.formats.catalogue import FORMATS

_ODD = (
    None, True, False, -1, 0, 1, 2, 255, 2**31, 2**63, 2**70, 1e308, -1e-300, 0.5, "", "0", "\0",
    "../x", "/etc/passwd", "C:\\x", "\u2028", "P" * 50, "a/" * 3000, [], {}, [[]], [[0]],
    [[1e9] * 8], [[1, 1, 5, 1, 5]], {"size": [20000, 20000], "counts": [0, 400_000_000]},
    {"size": [2**31, 2**31], "counts": [0, 2**62]}, {"size": [12, 16], "counts": "o" * 9},
    [[-1e6, -1e6], [1e6, -1e6], [1e6, 1e6]], [[0, 0], [19999, 19999]], 20_000, 500_000_000,
)  # fmt: skip

_BYTES = (
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"nan", b"1e999", b"-", b"9" * 400, b"[" * 5000,
    b'{"a":' * 5000, b"\\ud800", b'"', b"\n", b" ", b"- " * 3000, b"&a [*a]", b"!!python/name:x",
    b"<Prompt99999999999>", b"IHDR", b"\x00\x00\x4e\x20\x00\x00\x4e\x20",
)  # fmt: skip

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


@dataclass(slots=True)
class Outcome:
    """What became of some malformed files.

    Attributes:
        count: how many were read.
        refused: how many were refused with an error of ours.
        untyped: errors that are none of ours, with what led to them.
        slowest: seconds of a processor of the slowest reading, with its kind.
        largest: most megabytes that a reading took beyond those before it, with its kind; 0 where
            the system does not tell.
    """

    count: int = 0
    refused: int = 0
    untyped: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[float, str] = (0.0, "")


def fuzz(
    kind: str, count: int, *, seed: int, outcome: Outcome, memory: bool = False, keep: str = ""
) -> None:
    """Read `count` malformed files of a kind of `SEEDS`, and add to the outcome.

    Args:
        kind: a key of `SEEDS`.
        count: how many.
        seed: another one gives others.
        outcome: is added to.
        memory: whether memory is looked at, too (Linux).
        keep: a folder for the files that led to errors of others, or "".
    """
    name, make, opened = SEEDS[kind]
    sound = make()
    chance = random.Random(f"{kind} {seed}")
    with tempfile.TemporaryDirectory() as folder:
        photos, labels = Path(folder) / "photos", Path(folder) / "labels"
        write_photo(photos)
        for file, data in sound.items():
            (labels / file).parent.mkdir(parents=True, exist_ok=True)
            (labels / file).write_bytes(data)
        for _ in range(count):
            file = chance.choice(list(sound))
            changed = mutated(sound[file], list(sound.values()), chance)
            (labels / file).write_bytes(changed)
            _read(kind, name, (labels / opened, photos), changed, outcome, memory=memory)
            if keep and len(outcome.untyped) and str(changed) in outcome.untyped[-1]:
                Path(keep).mkdir(parents=True, exist_ok=True)
                (Path(keep) / f"{len(outcome.untyped)}-{Path(file).name}").write_bytes(changed)
            (labels / file).write_bytes(sound[file])


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return a file with one to four things wrong."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        way = chance.randrange(8)
        at = chance.randrange(len(data) + 1)
        if way == 0 and data:
            data = data[: at - 1] + bytes([chance.randrange(256)]) + data[at:] if at else data
        elif way == 1:
            data = data[:at]
        elif way == 2:
            data = data[:at] + data[at + chance.randrange(1, 40) :]
        elif way == 3:
            data = data[:at] + chance.choice(_BYTES) + data[at:]
        elif way == 4:
            data = data[:at] + data[max(at - chance.randrange(1, 60), 0) :]
        elif way == 5:
            data = chance.choice(others)
        else:
            data = _other_value(data, chance)
    return data


def _other_value(data: bytes, chance: random.Random) -> bytes:
    """Exchange a value of JSON, or a number of a text, for an odd one."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict | list):
        numbers = list(re.finditer(rb"[0-9.]+", data[:100_000]))
        if not numbers:
            return data
        found = chance.choice(numbers)
        odd = json.dumps(chance.choice(_ODD)).encode()
        return data[: found.start()] + odd + data[found.end() :]
    places: list[tuple[Any, Any]] = []
    stack = [content]
    while stack:
        value = stack.pop()
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            places.append((value, key))
            if isinstance(inner, dict | list):
                stack.append(inner)
        if len(places) > 5000:
            break
    if not places:
        return data
    holder, key = chance.choice(places)
    if chance.random() < 0.1 and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = chance.choice(_ODD)
    return json.dumps(content).encode()


def _read(
    kind: str,
    name: str,
    paths: tuple[Path, Path],
    changed: bytes,
    outcome: Outcome,
    *,
    memory: bool,
) -> None:
    before = _peak(reset=True) if memory else 0.0
    begun = time.process_time()  # other programs' work is not counted
    opener = FORMATS[name].open
    assert opener is not None
    try:
        incoming = opener(*paths)
        incoming.categories()
        for image in incoming.images():
            for region in image.regions:
                assert region.mask.size == (image.height, image.width)
                assert region.mask.area > 0
                region.extra.decode("utf-8")
    except FormatError:
        outcome.refused += 1
    except Exception as error:  # noqa: BLE001  what is looked for
        outcome.untyped.append(f"{kind}: {type(error).__name__}: {error}: {changed!s}")
    seconds = time.process_time() - begun
    outcome.count += 1
    outcome.slowest = max(outcome.slowest, (seconds, kind))
    if memory:
        outcome.largest = max(outcome.largest, (_peak(reset=False) - before, kind))


def _peak(*, reset: bool) -> float:
    """Return the most megabytes of the process since the last reset (Linux), else 0."""
    try:
        if reset:
            _RESET.write_text("5")
        found = re.search(r"VmHWM:\s+([0-9]+) kB", _STATUS.read_text(encoding="ascii"))
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="files of each kind")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other files")
    parser.add_argument("--only", choices=list(SEEDS), help="one kind alone")
    parser.add_argument("--keep", default="", help="folder for files that lead to other errors")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the rows are written")
    given = parser.parse_args()
    outcome = Outcome()
    rows = []
    for kind in [given.only] if given.only else SEEDS:
        before = (outcome.count, outcome.refused)
        fuzz(kind, given.count, seed=given.seed, outcome=outcome, memory=True, keep=given.keep)
        read = outcome.count - before[0]
        rows.append(Row(f"{kind}: refused", (outcome.refused - before[1]) / read * 100, "%"))
    for line in outcome.untyped[:10]:
        print(line[:600])
    seconds, slow = outcome.slowest
    megabytes, large = outcome.largest
    rows += [
        Row("malformed inputs", outcome.count, "files"),
        Row("errors that are none of ours", len(outcome.untyped), "", 0, at_least=False),
        Row(f"worst time ({slow})", seconds, "s (CPU)", 2.0, at_least=False),
        Row(f"worst memory ({large})", megabytes, "MB", 500.0, at_least=False),
    ]
    return report(rows, given.json)


if __name__ == "__main__":
    raise SystemExit(main())
