"""A COCO file as what a batch is about."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption
from gar_studio.batch.cutting import SegmentMode
from gar_studio.batch.plan import BatchTask, Job
from gar_studio.batch.run import run_batch
from gar_studio.batch.target import BatchProject, Target, open_batch, project_for, rehearsal
from gar_studio.document.commands import DeleteRegions, SetCaption, SetMask
from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, FormatError
from gar_studio.workspace import add_images, open_project
from tests.gar_studio.batch.conftest import add
from tests.gar_studio.cli.conftest import ScriptedDescriber, ScriptedSegmenter
from tests.helpers.images import save, scene
from tests.helpers.projects import PERSON

DESCRIBE = Job(BatchTask.DESCRIBE)
SIZE = {"height": 30, "width": 40}
NAMES = ("a.png", "deep/b.png", "gone.png")


def annotation(number: int, image: int, **more: Any) -> dict[str, Any]:
    mask = Mask.from_box(3 * number, 2, 3 * number + 3, 9, **SIZE)
    row = {"id": number, "image_id": image, "category_id": 1, "iscrowd": 0}
    return row | {"segmentation": mask.to_coco(), "bbox": list(mask.box)} | more


@pytest.fixture
def content() -> dict[str, Any]:
    """Three images, of which one is not there; an annotation that is a box, and two bad ones."""
    return {
        "images": [{"id": n, "file_name": name, **SIZE} for n, name in enumerate(NAMES, 1)],
        "annotations": [
            annotation(1, 1),
            annotation(2, 1, segmentation=[]),
            annotation(3, 2),
            annotation(4, 3),
            annotation(5, 2, category_id=9),
            annotation(6, 2, segmentation={"size": [30, 40], "counts": [1, 2]}),
        ],
        "categories": [{"id": 1, "name": "cat"}],
    }


@pytest.fixture
def file(tmp_path: Path, content: dict[str, Any]) -> Path:
    for place, name in enumerate(NAMES[:2]):
        save(tmp_path / "photos" / name, scene(40, 30) + place)
    return write(tmp_path / "instances.json", content)


def write(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@contextmanager
def opened(file: Path, **more: Any) -> Iterator[BatchProject]:
    target = Target(file, photos=file.parent / "photos", **more)
    found = open_batch(target, cancel=CancelToken(), tell=lambda _done, _all: None)
    try:
        yield found
    finally:
        found.document.close()


def test_its_regions_are_described_and_what_is_left_out_is_said(file: Path) -> None:
    with opened(file) as found:
        document = found.document
        assert document.path == file.with_suffix(".garproj")
        assert [image.path for image in document.images()] == ["photos/a.png", "photos/deep/b.png"]
        assert [document.region_count(image.id) for image in document.images()] == [2, 2]
        assert found.notes[0] == "2 images and 4 regions came from “instances.json”."
        assert any("1 annotations are boxes" in line for line in found.notes)
        told = " ".join(problem.what for problem in found.problems)
        assert "gone.png" in told
        assert "unknown categories" in told
        assert "broken mask" in told
        assert "box" not in told
        report = run_batch(document, ScriptedDescriber(), DESCRIBE)
        assert (report.answered, report.problems) == (4, [])


def test_a_second_call_goes_on_and_leaves_a_persons_work_alone(file: Path) -> None:
    with opened(file) as found:
        run_batch(found.document, ScriptedDescriber(), DESCRIBE, limit=3)
        first, second = found.document.regions(1)
        smaller = Mask.from_box(3, 2, 5, 9, **SIZE)
        found.document.do(SetMask(1, first.id, smaller, PERSON))
        found.document.do(DeleteRegions(1, (second.id,)))
        found.document.do(SetCaption(2, 3, Caption("A person's.", PERSON)))
    with opened(file) as found:
        assert found.notes == ()
        assert [problem.what[:10] for problem in found.problems] == ["“gone.png”"]
        (left,) = found.document.regions(1)
        assert left.mask == smaller
        report = run_batch(found.document, ScriptedDescriber(), DESCRIBE)
        assert (report.answered, report.captioned, report.done_before) == (2, 1, 0)


def test_images_that_the_file_gets_later_come_in(file: Path, content: dict[str, Any]) -> None:
    with opened(file):
        pass
    save(file.parent / "photos" / "gone.png", scene(40, 30) + 7)
    content["annotations"].append(annotation(8, 1))
    write(file, content)
    with opened(file) as found:
        assert [found.document.region_count(n) for n in (1, 2, 3)] == [2, 2, 1]
        assert found.notes[0].startswith("1 images and 1 regions")


def test_a_project_that_has_the_photos_gets_their_regions_once(file: Path) -> None:
    out = file.parent / "mine.garproj"
    mine = open_project(out, create=True)
    (image_id,) = add_images(mine, [file.parent / "photos" / "a.png"]).image_ids
    region = add(mine, image_id, 5)
    mine.close()
    for _ in range(2):
        with opened(file, out=out) as found:
            assert found.document.region(image_id, region.id) == region
            assert found.document.region_count(image_id) == 3


def test_boxes_are_cut_out(file: Path) -> None:
    segmenter = ScriptedSegmenter()
    run = {"segmenter": segmenter, "mode": SegmentMode.BOXES}
    for cut in (4, 0):
        with opened(file) as found:
            assert run_batch(found.document, ScriptedDescriber(), DESCRIBE, **run).found == cut


@pytest.mark.parametrize("spoil", ["no JSON", "{}", None])
def test_a_file_that_leads_to_nothing_makes_no_project(file: Path, spoil: str | None) -> None:
    if spoil is None:
        (file.parent / "photos").rename(file.parent / "elsewhere")
    else:
        file.write_text(spoil, encoding="utf-8")
    with pytest.raises(FormatError), opened(file):
        pass
    assert list(file.parent.glob("*.garproj*")) == []


def test_it_is_all_or_nothing_when_it_is_stopped(file: Path) -> None:
    token = CancelToken()
    target = Target(file, photos=file.parent / "photos")
    with pytest.raises(Cancelled):
        open_batch(target, cancel=token, tell=lambda _done, _all: token.cancel())
    assert list(file.parent.glob("*.garproj*")) == []


def test_a_rehearsal_leaves_nothing_behind(file: Path) -> None:
    target = Target(file, photos=file.parent / "photos")
    before = sorted(file.parent.rglob("*"))
    with rehearsal(target, cancel=CancelToken(), tell=lambda _done, _all: None) as found:
        assert len(found.document.images()) == 2
        path = found.document.path
    assert not path.exists()
    assert sorted(file.parent.rglob("*")) == before


def test_a_file_that_is_not_there_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"neither a project nor a folder .* nor a COCO file"):
        project_for(Target(tmp_path / "none.json"))
