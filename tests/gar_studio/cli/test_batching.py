import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gar_studio.annotation.region import Caption
from gar_studio.document.commands import SetCaption
from gar_studio.workspace import add_images, open_project
from tests.gar_studio.batch.conftest import add
from tests.gar_studio.cli.conftest import Engines, Result, Studio
from tests.helpers.images import save, scene
from tests.helpers.projects import PERSON, labels_in_file

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Three photos with two regions each; the first one has a caption."""
    folder = tmp_path / "photos"
    path = folder / "photos.garproj"
    paths = [save(folder / f"{name}.png", scene(40, 30)) for name in ("a cat", "dog", "fish")]
    document = open_project(path, create=True)
    for image_id in add_images(document, paths).image_ids:
        for number in range(2):
            add(document, image_id, number)
    document.do(SetCaption(1, 1, Caption("A red cat.", PERSON)))
    document.close()
    return path


def test_a_project_is_described_and_the_report_says_so(
    studio: Studio, engines: Engines, project: Path
) -> None:
    result = studio("batch", project, "--model", "gar-nano")
    assert result.status == 0
    assert "5 new answers" in result.out
    assert "1 regions have a caption" in result.out
    assert engines.describer.closed == 1
    again = studio("batch", project, "--json").json
    assert (again["answered"], again["done_before"], again["captioned"]) == (0, 5, 1)


def test_only_the_images_that_are_filtered_for(
    studio: Studio, engines: Engines, project: Path
) -> None:
    result = studio("batch", project, "--where", "dog", "--json")
    assert result.json["answered"] == 2
    assert studio("batch", project, "--where", "state:done", "--json").json["answered"] == 0
    wrong = studio("batch", project, "--where", "state:blue")
    assert wrong.status == 2
    assert "state:blue" in wrong.err
    assert studio("batch", project, "--where", "fish", "--limit", 1, "--json").json["left"] == 1


def test_a_dry_run_changes_nothing(studio: Studio, engines: Engines, project: Path) -> None:
    before = labels_in_file(project)
    save(project.parent / "new.png", scene(40, 30))
    for target in (project, project.parent):
        result = studio("batch", target, "--dry-run", "--json")
        assert result.status == 0
        assert (result.json["to_ask"], result.json["captioned"]) == (5, 1)
    assert labels_in_file(project) == before
    assert engines.factories["gar-nano"].options == []


def test_a_folder_gets_a_project_where_it_is_wanted(
    studio: Studio, engines: Engines, tmp_path: Path
) -> None:
    save(tmp_path / "in" / "x" / "a.png", scene(40, 30))
    (tmp_path / "in" / "bad.jpg").write_bytes(b"no image")
    out = tmp_path / "out.garproj"
    dry = studio("batch", tmp_path / "in", "--out", out, "--dry-run", "--json")
    assert dry.json["photos"] == 2
    assert not out.exists()
    result = studio("batch", tmp_path / "in", "--out", out, "--json")
    assert result.status == 1
    assert "bad.jpg" in result.json["problems"][0]["why"]
    document = open_project(out, read_only=True)
    assert [image.path for image in document.images()] == ["in/x/a.png"]
    document.close()


def test_a_coco_file_gets_a_project_and_goes_on_in_it(
    studio: Studio, engines: Engines, tmp_path: Path
) -> None:
    save(tmp_path / "photos" / "a.png", scene(40, 30))
    rows = {
        "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
        "annotations": [
            {"id": n, "image_id": 1, "category_id": 1, "bbox": [5 * n, 2, 4, 9]} for n in (1, 2)
        ],
        "categories": [{"id": 1, "name": "cat"}],
    }
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    words = ("batch", file, "--images", tmp_path / "photos", "--json")
    dry = studio(*words, "--dry-run").json
    assert (dry["images"], dry["to_ask"]) == (1, 2)
    assert not (tmp_path / "instances.garproj").exists()
    result = studio(*words, "--limit", 1)
    assert result.status == 0, result.err
    assert "2 regions came from" in result.err
    assert result.json["project"] == str(tmp_path / "instances.garproj")
    assert (result.json["answered"], result.json["left"]) == (1, 1)
    assert studio(*words, "--dry-run").json["to_ask"] == 1
    assert studio(*words).json["answered"] == 1
    assert len(labels_in_file(tmp_path / "instances.garproj")["region"]) == 2
    assert studio("batch", tmp_path, "--images", tmp_path).status == 2


def test_ctrl_c_keeps_what_was_answered(studio: Studio, engines: Engines, project: Path) -> None:
    def interrupt(_: int) -> None:
        if len(engines.describer.requests) == 3:
            signal.raise_signal(signal.SIGINT)

    engines.describer.before_token = interrupt
    result = studio("batch", project, "--json")
    assert result.status == 130
    assert (result.json["answered"], result.json["left"]) == (2, 3)
    engines.describer.before_token = lambda _: None
    assert studio("batch", project, "--json").json["answered"] == 3
    assert len(labels_in_file(project)["exchange"]) == 5


def test_a_project_that_a_window_works_on_is_left_alone(
    studio: Studio, engines: Engines, project: Path
) -> None:
    document = open_project(project)
    try:
        result = studio("batch", project)
    finally:
        document.close()
    assert result.status == 1
    assert "Another window" in result.err
    assert engines.describer.requests == []


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize("words", [("--task", "ask"), ("Why?",), ("--limit", "0")])
def test_what_makes_no_sense_is_a_usage_error(
    studio: Studio, project: Path, words: tuple[str, ...]
) -> None:
    assert studio("batch", project, *words).status == 2


@pytest.mark.usefixtures("engines")
def test_targets_that_are_none_are_named(studio: Studio, project: Path, photo: Path) -> None:
    for words in ((photo,), (project, "--out", "other.garproj"), (project.parent, "--out", "x")):
        result = studio("batch", *words)
        assert result.status == 1, words
        assert result.err.count("gar-studio: ") == 1


def test_a_question_is_asked_of_every_region(
    studio: Studio, engines: Engines, project: Path
) -> None:
    words = ("batch", project, "--task", "ask", "What is #n?", "--json")
    assert studio(*words).json["answered"] == 6
    assert studio(*words).json["answered"] == 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is a POSIX signal")
def test_the_real_batch_survives_sigkill(project: Path, tmp_path: Path) -> None:
    words = [sys.executable, "main.py", "batch", str(project), "--model", "gar-nano"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL) as child:
        end = time.monotonic() + 120
        while not labels_in_file(project)["exchange"] and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)
    first = labels_in_file(project)["exchange"]
    assert first
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    last = labels_in_file(project)["exchange"]
    assert last[: len(first)] == first
    assert len(last) == 5
    assert len({row[3] for row in last}) == 5  # each region once


def test_the_real_batch_on_a_ray_of_its_own(studio: Studio, project: Path) -> None:
    """Standard output has the one object, standard error a few lines, whatever Ray has to say."""
    pytest.importorskip("ray", reason="the extra “cluster” is not installed")
    words = [sys.executable, "main.py", "batch", str(project), "--model", "gar-nano"]
    words += ["--cluster", "local", "--workers", "1", "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = Result(0, done.stdout, done.stderr).json
    assert (result["answered"], result["captioned"], result["problems"]) == (5, 1, [])
    assert result["engine"]["name"] == "gar-nano"
    assert len(done.stderr.splitlines()) < 6, done.stderr
    again = studio("batch", project, "--model", "gar-nano", "--each-model", "--json").json
    assert (again["answered"], again["done_before"]) == (0, 5)


@pytest.mark.usefixtures("engines")
def test_workers_without_a_cluster_are_a_usage_error(studio: Studio, project: Path) -> None:
    assert studio("batch", project, "--workers", 2).status == 2
