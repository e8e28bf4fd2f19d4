"""Labels on their way out and in: `python -m benchmarks.data [--json FILE] [--masks FOLDER]`.

Time of exports and imports against the plain way with `json` and `pycocotools` in the same run,
memory of a large export, and what becomes of malformed files.  `--masks` names a folder laid out
like GAR-Bench, whose shapes are used; without it they are those of the sample scenes.
"""

import argparse
import contextlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pycocotools import mask as coco_mask

from benchmarks import data_fuzz
from benchmarks.data_shapes import PER_IMAGE, coco, make_project, name, shapes
from benchmarks.report import Row, report
from gar_studio.document.document import Document
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.exporting import export_project
from gar_studio.formats.importing import apply_import, plan_import
from gar_studio.images import ImageFacts
from gar_studio.workspace import open_project

_EXPORT, _IMPORT = 0.6, 1.5
_EXPORT_MB, _FUZZ_MB, _FUZZ_SECONDS = 300.0, 500.0, 2.0
_COUNT, _MANY = 100_000, 1_000_000
_TURNS = 3  # of an import, the best of which counts for both: other programs run meanwhile
_FUZZED = 100_000


@dataclass(frozen=True, slots=True)
class Given:
    """What was asked for."""

    masks: Path | None
    scale: float


def exporting(given: Given) -> list[Row]:
    """Export a project, against `json.dumps` and `pycocotools.mask.encode` of the same."""
    count, masks = int(_COUNT * given.scale), shapes(given.masks)
    with tempfile.TemporaryDirectory() as folder:
        project, out = Path(folder) / "a.garproj", Path(folder) / "a.json"
        make_project(project, masks, regions=count)
        ours = _seconds(lambda: export_project(project, FORMATS["coco"], out))
        content = json.loads(out.read_text(encoding="utf-8"))
        assert len(content["annotations"]) == count

        def plain() -> None:
            for place in range(count):
                coco_mask.encode(masks[place % len(masks)])
            json.dumps(content)

        theirs = _seconds(plain)
    return [
        Row(f"COCO export of {count:,} regions", ours, "s"),
        Row("… json.dumps and pycocotools' encode", theirs, "s"),
        Row("… ours / theirs", ours / theirs, "", _EXPORT, at_least=False),
    ]


def importing(given: Given) -> list[Row]:
    """Import into a project, plan and writing, against `COCO(file)` and `annToRLE` of each."""
    ours, theirs, count = _import(given, outlines=True)
    runs, their_runs, _ = _import(given, outlines=False)
    return [
        Row(f"COCO import of {count:,} annotations", ours, "s"),
        Row("… COCO(file) and annToRLE", theirs, "s"),
        Row("… ours / theirs", ours / theirs, "", _IMPORT, at_least=False),
        Row("… of run lengths alone, ours", runs, "s"),
        Row("… of run lengths alone, theirs", their_runs, "s"),
    ]


def _import(given: Given, *, outlines: bool) -> tuple[float, float, int]:
    count, masks = int(_COUNT * given.scale), shapes(given.masks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        with path.open("w", encoding="utf-8") as file:
            json.dump(coco(masks, annotations=count, outlines=outlines), file)

        from pycocotools.coco import COCO  # noqa: PLC0415 - it brings plots, and their memory

        def plain() -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                theirs = COCO(str(path))
            for annotation in theirs.dataset["annotations"]:
                theirs.annToRLE(annotation)

        form = FORMATS["coco"]
        ours, theirs = [], []
        for turn in range(_TURNS):
            document = open_project(Path(folder) / f"{turn}.garproj", create=True)
            facts = ImageFacts(width=640, height=480, file_size=1, digest="")
            document.add_images((name(i), facts) for i in range(count // PER_IMAGE))

            def take_in(document: Document = document) -> None:
                assert form.open is not None
                plan = plan_import(document, form.open(path, path.parent), path.parent)
                assert apply_import(document, plan).regions == count

            ours.append(_seconds(take_in))
            document.close()
            theirs.append(_seconds(plain))
        return min(ours), min(theirs), count


def memory(given: Given) -> list[Row]:
    """Export a large project in a process of its own, and ask for its greatest memory."""
    count, masks = int(_MANY * given.scale), shapes(given.masks)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "a.garproj"
        make_project(project, masks, regions=count)
        used = _in_process("export", str(project))
    title = f"memory of an export of {count:,} regions"
    return [Row(title, used["mb"], "MB", _EXPORT_MB, at_least=False)]


def malformed(given: Given) -> list[Row]:
    """Read malformed files in a process of its own."""
    count = int(_FUZZED * given.scale)
    found = _in_process("fuzz", str(count))
    return [
        Row("malformed COCO files", float(count), ""),
        Row("… refused as a whole", found["refused"], ""),
        Row("… rows left out of the others", found["problems"], ""),
        Row("… errors that are none of ours", found["untyped"], "", 0, at_least=False),
        Row("… slowest", found["slowest"], "s", _FUZZ_SECONDS, at_least=False),
        Row("… memory", found["mb"], "MB", _FUZZ_MB, at_least=False),
    ]


PARTS: dict[str, Callable[[Given], list[Row]]] = {
    "export": exporting,
    "import": importing,
    "memory": memory,
    "malformed": malformed,
}
"""What is measured, by name.  Other formats add theirs here."""


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _in_process(task: str, value: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.data", "--inside", task, value]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _inside(task: str, value: str) -> int:
    """Do a task whose memory is measured, and print what came of it."""
    if task == "export":
        export_project(Path(value), FORMATS["coco"], Path(value).with_suffix(".json"))
        result: dict[str, float] = {}
    else:
        count = int(value)
        with tempfile.TemporaryDirectory() as folder:
            files = (
                data_fuzz.mutated(count - count // 2, seed=1),
                data_fuzz.mutated_rle(count // 2, seed=2),
            )
            found = [data_fuzz.read(one, Path(folder)) for one in files]
        untyped = [text for one in found for text in one.untyped or ()]
        print("\n".join(untyped[:5]), file=sys.stderr)
        result = {
            "refused": float(sum(one.refused for one in found)),
            "problems": float(sum(one.problems for one in found)),
            "untyped": float(len(untyped)),
            "slowest": max(one.slowest for one in found),
        }
    result["mb"] = _peak_mb()
    print(json.dumps(result))
    return 0


def _peak_mb() -> float:
    """Return the most memory that this process ever had."""
    status = Path("/proc/self/status")
    if status.exists():  # the other way counts what the parent had at the fork
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Run the benchmark; exit status 0 if every bound is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--masks", type=Path, metavar="FOLDER", help="laid out like GAR-Bench")
    parser.add_argument("--only", metavar="NAME", help=f"one part: {', '.join(PARTS)}")
    parser.add_argument("--scale", type=float, default=1.0, help="part of the full numbers")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return _inside(*given.inside)
    if given.only is not None and given.only not in PARTS:
        parser.error(f"there is no part {given.only}; there are {', '.join(PARTS)}")
    found: list[Row] = []
    for part, measure in PARTS.items():
        if given.only in (None, part):
            print(f"{part}…", file=sys.stderr)
            found += measure(Given(given.masks, given.scale))
    return report(found, given.json)


if __name__ == "__main__":
    sys.exit(main())
