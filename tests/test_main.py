"""The program as a user starts it: in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.document.commands import AddRegion
from gar_studio.workspace import open_target

ROOT = Path(__file__).parents[1]
COFFEE = ROOT / "resources" / "sample" / "coffee.jpg"
SHAPES = ROOT / "resources" / "scenes" / "shapes.jpg"
HEAVY = ("torch", "transformers", "torchvision", "timm", "PySide6", "cv2")
CUP = "150,30,420,300"
ELLIPSE = "478,188,622,460"
RING = "0,298,172,469"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all runs, so that the random engine is written once."""
    return tmp_path_factory.mktemp("home")


def environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "GAR_STUDIO_HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "OMP_NUM_THREADS": "2",
        "PYTHONIOENCODING": "utf-8",
    }


def studio(home: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, words)],
        env=environment(home),
        cwd=home,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def imported_by(code: str, home: Path) -> set[str]:
    """Return which heavy packages a process has imported after `code`."""
    report = f"\nimport sys\nprint(' '.join(n for n in {HEAVY!r} if n in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code + report],
        env=environment(home) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_start_imports_neither_torch_nor_qt(home: Path) -> None:
    assert imported_by("import main", home) == set()


def test_help_imports_nothing_heavy(home: Path) -> None:
    assert imported_by("import main\nassert main.main(['--help']) == 0", home) == set()
    assert imported_by("import main\nassert main.main(['ask', '--help']) == 0", home) == set()


def test_export_imports_nothing_heavy(home: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    code = f"import main\nassert main.main(['export', {str(project)!r}, '--out', 'x.json']) == 0"
    code = f"import os; os.chdir({str(tmp_path)!r})\n{code}"
    assert imported_by(code, home) == set()
    assert (tmp_path / "x.json").exists()


def test_the_check_itself_sees_a_heavy_import(home: Path) -> None:
    assert imported_by("import cv2", home) == {"cv2"}


def test_export_is_loaded_by_pycocotools_bit_for_bit(home: Path, tmp_path: Path) -> None:
    from pycocotools.coco import COCO

    out = tmp_path / "labels.json"
    done = studio(home, "export", make_project(tmp_path), "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["regions"] == 1
    coco = COCO(str(out))
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    expected = Mask.from_box(10, 20, 110, 90, height=400, width=600).to_array()
    assert np.array_equal(coco.annToMask(annotation), expected)


def test_segment_cuts_the_cup_out(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "cup.png"
    done = studio(home, "segment", COFFEE, "--box", CUP, "--out", out)
    assert done.returncode == 0, done.stderr
    mask = np.asarray(Image.open(out)) == 255
    assert mask.shape == (400, 600)
    assert mask[130, 280], "the cup's inside belongs to it"
    assert not mask[:, :140].any(), "nothing outside the box does"
    assert not mask[350:].any()
    assert "Score" in done.stdout


def test_describe_and_ask_say_what_is_there_and_who_says_it(home: Path, tmp_path: Path) -> None:
    """What gar-nano says of a drawn scene is right, and that it is gar-nano is said first."""
    out = tmp_path / "ellipse.png"
    assert studio(home, "segment", SHAPES, "--box", ELLIPSE, "--out", out).returncode == 0
    described = studio(home, "describe", SHAPES, "--mask", out)
    assert described.returncode == 0, described.stderr
    first, _, rest = described.stdout.partition("\n")
    assert "gar-nano" in first
    assert "does not know what things are called" in first
    assert "pink plain ellipse" in rest
    question = "What is the relation between #1 and #2?"
    value = run_json(home, "ask", SHAPES, "--mask", out, "--box", RING, question)
    assert value["engine"]["name"] == "gar-nano"
    assert value["segmenter"]["name"]
    assert [sorted(region["source"]) for region in value["regions"]] == [["mask"], ["box"]]
    (answer,) = value["answers"]
    assert answer["question"] == question
    assert answer["text"] == "#1 is right of #2."
    assert answer["stop_reason"] == "end"
    assert 0 < answer["first_token_seconds"] <= answer["seconds"]


def test_a_bad_model_folder_is_one_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    done = studio(home, "describe", COFFEE, "--box", CUP, "--model", tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "bert" in done.stderr


def test_a_checkpoint_with_code_in_it_does_not_run_it(home: Path, tmp_path: Path) -> None:
    import pickle

    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "sprung",))

    trap = tmp_path / "sam_vit_b.pth"
    trap.write_bytes(pickle.dumps(Trap()))
    done = studio(home, "segment", COFFEE, "--box", CUP, "--sam", trap, "--json")
    assert done.returncode == 1
    assert trap.name in json.loads(done.stdout)["error"]["message"]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(os.name == "nt", reason="a process gets no Ctrl+C there")
def test_ctrl_c_ends_an_answer_with_the_text_so_far(home: Path) -> None:
    words = ["describe", COFFEE, "--box", CUP, "--json"]
    code = (
        "import main, signal, sys\n"
        "from gar_studio.cli import answering\n"
        "write = answering._Writer.write\n"
        "def interrupting(self, delta):\n"
        "    write(self, delta)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "answering._Writer.write = interrupting\n"
        f"sys.exit(main.main({[str(word) for word in words]!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    (answer,) = json.loads(done.stdout)["answers"]
    assert answer["stop_reason"] == "cancelled"
    assert answer["text"]


@pytest.mark.parametrize("name", ["sample", "scenes"])
def test_the_project_has_its_licence_and_those_of_its_images(name: str) -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    folder = ROOT / "resources" / name
    licences = (folder / "LICENCES.md").read_text(encoding="utf-8")
    images = sorted(folder.glob("*.jpg"))
    assert len(images) >= 3
    for image in images:
        assert f"`{image.name}`" in licences
        assert image.stat().st_size <= 170_000


def run_json(home: Path, *words: object) -> dict[str, Any]:
    done = studio(home, *words, "--json")
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def make_project(folder: Path) -> Path:
    """Make a project with the coffee and one region on it."""
    photo = folder / "coffee.jpg"
    photo.write_bytes(COFFEE.read_bytes())
    opened = open_target(photo)
    assert opened.image_id is not None
    try:
        mask = Mask.from_box(10, 20, 110, 90, height=400, width=600)
        opened.document.do(AddRegion(opened.image_id, mask, Provenance.by_person()))
        return opened.document.path
    finally:
        opened.document.close()
