"""Exports appear whole or not at all, and replace nothing that is not theirs."""

import gc
import os
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.region import Caption
from gar_studio.annotation.review import ImageState, Review, Verdict
from gar_studio.errors import Cancelled, ExportError
from gar_studio.formats.catalogue import FORMATS
from gar_studio.formats.labels import ImageLabels
from gar_studio.formats.report import Loss
from gar_studio.formats.table import Format
from gar_studio.formats.writing import MARKER, inside
from tests.helpers.labels import PERSON, MemoryLabels, ask, image_labels, relation

LEAVING = [form for form in FORMATS.values() if form.export]
FOLDERS = [form for form in LEAVING if not form.suffix]


def named(form: Format) -> str:
    return form.name


def box(x: int) -> Mask:
    return Mask.from_box(x, 0, x + 2, 3, height=12, width=16)


def full_image(number: int = 1, path: str = "sub/a.jpg") -> ImageLabels:
    """Return an image of which a format loses something, whatever it is."""
    image = image_labels(number, path, [box(0), box(1), box(8)])
    review = Review(Verdict.ACCEPTED)
    regions = tuple(
        replace(region, caption=Caption("a dog", PERSON), review=review) for region in image.regions
    )
    image = replace(image, regions=regions, state=ImageState(number, done=True), drafts=2)
    return replace(
        image,
        relations=(relation(1, image, 0, "beside", 1, 2),),
        exchanges=(ask(1, image, [0], "What is it?", "A dog."),),
    )


def export(form: Format, labels: MemoryLabels, path: Path) -> dict[Loss, int]:
    assert form.export is not None
    return dict(form.export(labels, path, lambda _done, _all: None).losses)


@pytest.mark.parametrize("form", LEAVING, ids=named)
def test_nothing_is_left_behind_when_an_export_is_stopped(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.suffix}"
    labels = MemoryLabels((full_image(1), full_image(2, "b.jpg")))

    def stop(done: int, _all: int) -> None:
        if done:
            raise Cancelled

    assert form.export is not None
    with pytest.raises(Cancelled):
        form.export(labels, path, stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", LEAVING, ids=named)
def test_an_export_replaces_an_earlier_one(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"x{form.suffix}"
    export(form, MemoryLabels((full_image(), full_image(2, "gone.jpg"))), path)
    export(form, MemoryLabels((full_image(),)), path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert not any("gone" in p.name for p in path.rglob("*"))


@pytest.mark.parametrize("form", FOLDERS, ids=named)
def test_folders_of_others_are_not_replaced(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.mkdir()
    (path / "mine.txt").write_text("work")
    with pytest.raises(ExportError, match="no earlier export"):
        export(form, MemoryLabels(), path)
    (path / "mine.txt").rename(tmp_path / "file")
    export(form, MemoryLabels(), path)  # an empty folder may be used
    with pytest.raises(ExportError, match="is a file"):
        export(form, MemoryLabels(), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "work"


@pytest.mark.parametrize("form", FOLDERS, ids=named)
def test_what_was_changed_or_added_since_is_not_replaced(form: Format, tmp_path: Path) -> None:
    path = tmp_path / "x"
    export(form, MemoryLabels((full_image(),)), path)
    added = path / "best.pt"
    added.touch()
    os.utime(added, (0, 0))
    with pytest.raises(ExportError, match="files where the export wrote"):
        export(form, MemoryLabels(), path)
    added.unlink()
    changed = next(p for p in path.rglob("*") if p.is_file() and p.name != MARKER)
    later = time.time() + 60
    os.utime(changed, (later, later))
    with pytest.raises(ExportError, match="was changed since"):
        export(form, MemoryLabels(), path)
    assert changed.exists()


@pytest.mark.parametrize("form", FOLDERS, ids=named)
def test_another_formats_folder_is_not_replaced(form: Format, tmp_path: Path) -> None:
    other = next(one for one in FOLDERS if one is not form)
    export(other, MemoryLabels(), tmp_path / "x")
    with pytest.raises(ExportError, match="no earlier export"):
        export(form, MemoryLabels(), tmp_path / "x")


def test_an_older_export_stays_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, form = tmp_path / "x", FORMATS["labelme"]
    export(form, MemoryLabels((full_image(),)), path)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "content":
            raise OSError(5, "the disk is gone")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(ExportError, match="the disk is gone"):
        export(form, MemoryLabels(), path)
    assert (path / "sub/a.json").is_file()
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("form", LEAVING, ids=named)
def test_the_project_is_not_written_over(form: Format, tmp_path: Path) -> None:
    project = tmp_path / "p.garproj"
    project.write_bytes(b"the project")
    with pytest.raises(ExportError, match="the project itself"):
        export(form, MemoryLabels(project=project), project)
    assert project.read_bytes() == b"the project"


@pytest.mark.parametrize("form", LEAVING, ids=named)
def test_a_folder_that_is_missing_is_one_clear_error(form: Format, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="could not be written"):
        export(form, MemoryLabels((full_image(),)), tmp_path / "none" / f"x{form.suffix}")


@pytest.mark.parametrize("form", LEAVING, ids=named)
def test_what_a_format_cannot_hold_is_counted(form: Format, tmp_path: Path) -> None:
    lost = export(form, MemoryLabels((full_image(),)), tmp_path / f"x{form.suffix}")
    assert lost[Loss.DRAFTS] == 2
    holds = {
        "coco": {Loss.CAPTIONS, Loss.RELATIONS, Loss.QUESTIONS, Loss.REVIEWS, Loss.STATES},
        "coco-captions": {Loss.CAPTIONS},
        "labelme": {Loss.CAPTIONS},
        "yolo": set(),
        "png": set(),
        "gar-training": {Loss.CAPTIONS, Loss.RELATIONS, Loss.QUESTIONS},
        "conversations": {Loss.CAPTIONS, Loss.RELATIONS, Loss.QUESTIONS},
        "gar-bench": {Loss.RELATIONS, Loss.QUESTIONS},
        "visual-genome": {Loss.CAPTIONS, Loss.RELATIONS},
        "csv": {Loss.CAPTIONS},
    }[form.name]
    all_of_them = {Loss.CAPTIONS, Loss.RELATIONS, Loss.QUESTIONS, Loss.REVIEWS, Loss.STATES}
    assert lost.keys() & all_of_them == all_of_them - holds
    assert (lost.get(Loss.OVERLAPS) == 1) == (form.name == "png")


class ManyLabels(MemoryLabels):
    """Labels that are made while they are read, so that only an exporter can hold them."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def images(self) -> Iterator[ImageLabels]:
        for number in range(1, self.count + 1):
            if number % 20 == 0:
                gc.collect()  # what only waits for it is not held by the exporter
            image = full_image(number, f"folder {number % 7}/{number}.jpg")
            regions = tuple(
                replace(region, caption=Caption(f"{region.id}, a dog " * 1500, PERSON))
                for region in image.regions
            )
            yield replace(image, regions=regions)


@pytest.mark.parametrize("form", LEAVING, ids=named)
def test_memory_does_not_grow_with_the_images(form: Format, tmp_path: Path) -> None:
    def peak(count: int, turn: int) -> int:
        tracemalloc.start()
        export(form, ManyLabels(count), tmp_path / f"{count} {turn}{form.suffix}")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # Waiting parts are copied a mebibyte at a time; 100 images would be seven.
    most = peak(10, 0) + (3 << 20)
    # Twice if need be, because the interpreter makes its own tables larger now and then.
    assert any(peak(100, turn) < most for turn in range(2))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("sub/a.jpg", "sub/a.jpg"),
        ("../photos/a.jpg", "photos/a.jpg"),
        ("/data/a.jpg", "data/a.jpg"),
        ("C:/data/a.jpg", "data/a.jpg"),
        ("C:\\data\\a.jpg", "data/a.jpg"),
    ],
)
def test_photos_outside_the_project_get_names_inside(path: str, name: str) -> None:
    assert str(inside(path)) == name


@pytest.mark.parametrize("form", ["labelme", "yolo", "png"])
def test_names_that_clash_are_kept_apart(form: str, tmp_path: Path) -> None:
    mask = Mask.from_array(np.ones((4, 4), np.bool_))
    paths = ["a.jpg", "a.png", "../a.jpg", "sub/a.jpg"]
    labels = MemoryLabels(tuple(image_labels(n, path, [mask]) for n, path in enumerate(paths, 1)))
    lost = export(FORMATS[form], labels, tmp_path / "x")
    suffix = {"labelme": ".json", "yolo": ".txt", "png": ".png"}[form]
    files = [p for p in (tmp_path / "x").rglob(f"*{suffix}") if p.name != MARKER]
    assert len(files) == {"labelme": 4, "yolo": 4, "png": 8}[form]
    assert lost[Loss.RENAMED] == 2
