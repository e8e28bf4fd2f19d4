"""`export` and `import` on the command line: what is chosen, what is shown, what is written."""

import json
from pathlib import Path

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Provenance
from gar_studio.annotation.review import Review, Verdict
from gar_studio.document.commands import AddRegion, AssignNewCategory
from gar_studio.document.document import Document
from gar_studio.document.review_commands import ReviewRegions
from gar_studio.store.opening import open_store
from gar_studio.workspace import add_images, open_project, project_of
from tests.gar_studio.cli.conftest import Studio
from tests.helpers.images import save, scene

PERSON = Provenance("person")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    document = Document(open_store(save_photos(folder) / "work.garproj", create=True))
    add_images(document, sorted(folder.glob("*.png")))
    for number, image in enumerate(document.images()):
        mask = Mask.from_box(1, 1, 9, 6 + number, height=20, width=30)
        document.do(AddRegion(image.id, mask, PERSON))
    document.do(AssignNewCategory(1, (1,), "animal/dog"))
    document.do(ReviewRegions(2, (2,), Review(Verdict.ACCEPTED)))
    document.close()
    return project_of(folder)


def save_photos(folder: Path) -> Path:
    for number in range(3):
        save(folder / f"{number}.png", scene(30, 20) // (number + 1))
    return folder


def annotations(path: Path) -> list[int]:
    return [row["id"] for row in json.loads(path.read_text(encoding="utf-8"))["annotations"]]


def test_filters(studio: Studio, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    for options, wanted in (
        (("--category", "animal"), [1]),
        (("--category", "animal", "--category", "object"), [1, 2, 3]),
        (("--review", "accepted"), [2]),
        (("--image", "2.png"), [3]),
        (("--state", "in work"), [1, 2, 3]),
        (("--state", "done"), []),
    ):
        assert studio("export", project, "--out", out, *options).status == 0
        assert annotations(out) == wanted, options
    for options in (
        ("--category", "cat"),
        ("--image", "9.png"),
        ("--split", "80/30"),
        ("--part", "train"),
        ("--split", "80/20", "--part", "rest"),
    ):
        result = studio("export", project, "--out", out, *options)
        assert result.status == 2, options
        assert options[-1] in result.err


def test_split(studio: Studio, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    value = studio("export", project, "--out", out, "--split", "50/50", "--seed", 3, "--json").json
    files = sorted(path.name for path in tmp_path.glob("out*.json"))
    assert value["files"] == len(files)
    assert set(files) <= {"out.train.json", "out.val.json"}
    assert sorted(i for name in files for i in annotations(tmp_path / name)) == [1, 2, 3]


def test_import_shows_a_plan_and_writes_only_when_told(
    studio: Studio, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    studio("export", project, "--out", out)
    other = tmp_path / "new.garproj"
    words = ("import", other, "--from", out, "--images", project.parent)
    shown = studio(*words, "--dry-run")
    assert shown.status == 0
    assert "3  regions: new" in shown.out
    assert not other.exists()
    assert studio(*words).status == 1, "nobody is there to be asked"
    assert not other.exists()
    result = studio(*words, "--yes", "--json")
    assert result.status == 0
    assert result.json["imported"]["regions"] == 3
    assert result.json["categories"]["new"] == ["animal/dog"]
    document = open_project(other, read_only=True)
    assert [image.path for image in document.images()] == ["work/0.png", "work/1.png", "work/2.png"]
    assert [len(document.regions(image.id)) for image in document.images()] == [1, 1, 1]
    document.close()
    again = studio(*words, "--yes", "--json").json
    assert again["regions"] == {"new": 0, "present": 3, "left out": 0}
    assert again["imported"]["regions"] == 0


def test_import_without_photos_says_what_is_missing(
    studio: Studio, project: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "empty" / "out.json"
    studio("export", project, "--out", out)
    other = tmp_path / "empty" / "new.garproj"
    result = studio("import", other, "--from", out, "--yes")
    assert result.status == 1
    assert "--images" in result.err
    assert not other.exists()
    out.write_text("[]", encoding="utf-8")
    assert studio("import", project, "--from", out, "--yes").status == 1
    assert studio("import", tmp_path / "a.txt", "--from", out, "--yes").status == 2
