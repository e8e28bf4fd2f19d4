"""`check`, `backup` and `relink` say what they found, and their status is 0 only if all is well."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gar_studio.workspace import open_project, open_target
from tests.gar_studio.cli.conftest import Studio
from tests.helpers.images import save, scene
from tests.helpers.projects import add_region


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two photos with a region each."""
    for number, name in enumerate(("a.png", "b.png")):
        save(tmp_path / "set" / name, scene(16, 12) + number)
    with closing(open_target(tmp_path / "set").document) as document:
        for image in document.images():
            add_region(document, image.id)
        return document.path


@contextmanager
def held_by_another_process(project: Path) -> Iterator[None]:
    """Let a second process have the project open for writing."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom gar_studio.workspace import open_project\n"
        "document = open_project(Path(sys.argv[1]))\n"
        "print(document.read_only, flush=True)\nsys.stdin.read()\ndocument.close()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(project)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "False\n"
        yield
        child.communicate()


def test_check_says_that_all_is_well(studio: Studio, project: Path) -> None:
    result = studio("check", project)
    assert result.status == 0
    assert "All is well (images: 2, regions: 2)." in result.out
    quick = studio("check", project, "--quick", "--json")
    assert quick.status == 0
    assert (quick.json["sound"], quick.json["quick"], quick.json["findings"]) == (True, True, [])


def test_check_says_what_is_not(studio: Studio, project: Path) -> None:
    (project.parent / "a.png").unlink()
    result = studio("check", project)
    assert result.status == 1
    assert "Missing photo: a.png" in result.out
    assert "relink" in result.out
    (finding,) = studio("check", project, "--json").json["findings"]
    assert finding.keys() == {"kind", "where", "meaning", "advice"}
    assert (finding["kind"], finding["where"]) == ("missing photo", "a.png")


def test_backup_writes_a_copy(studio: Studio, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.garproj"
    result = studio("backup", project, "--out", out)
    assert result.status == 0
    assert "images: 2, regions: 2" in result.out
    assert studio("backup", project, "--out", out, "--json").json["file_size"] > 0
    with closing(open_project(out)) as document:
        assert len(document.regions(2)) == 1
    refused = studio("backup", project, "--out", project)
    assert refused.status == 1
    assert "the project itself" in refused.err


def test_relink_finds_photos_and_says_which_are_missing(
    studio: Studio, project: Path, tmp_path: Path
) -> None:
    (project.parent / "a.png").rename(project.parent / "x.png")
    (project.parent / "b.png").rename(tmp_path / "b.png")
    result = studio("relink", project)
    assert result.status == 1
    assert "a.png → x.png" in result.out
    assert "b.png: missing" in result.out
    result = studio("relink", project, "--search", tmp_path, "--json")
    assert result.status == 0
    assert result.json["found"] == [{"id": 2, "old": "b.png", "new": "../b.png"}]
    assert studio("check", project).status == 0
    assert "no folder" in studio("relink", project, "--search", tmp_path / "b.png").err


def test_relink_tells_of_changed_files_and_leaves_them(studio: Studio, project: Path) -> None:
    photo = project.parent / "a.png"
    photo.write_bytes(photo.read_bytes() + b"\0")
    result = studio("relink", project, "--json")
    assert result.status == 1
    assert (result.json["changed"], result.json["missing"]) == (["a.png"], [])


def test_while_a_second_process_writes_the_project_is_only_read(
    studio: Studio, project: Path, tmp_path: Path
) -> None:
    with held_by_another_process(project):
        refused = studio("relink", project)
        assert refused.status == 1
        assert "open for reading only" in refused.err
        assert "Another window is working on this project" in refused.err
        assert studio("check", project).status == 0
        assert studio("backup", project, "--out", tmp_path / "copy.garproj").status == 0
        assert studio("export", project, "--out", tmp_path / "labels.json").status == 0
    assert studio("relink", project).status == 0, "its lock went with it"
