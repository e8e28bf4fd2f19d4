"""YOLO's folders: other readers see the same pixels, and we read what others write."""

from pathlib import Path

import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError
from gar_studio.formats.report import Loss
from gar_studio.formats.yolo import export_yolo
from gar_studio.formats.yolo_reader import open_yolo
from tests.helpers.images import save, scene
from tests.helpers.labels import MemoryLabels, image_labels
from tests.helpers.masks import ring_and_part

HEIGHT, WIDTH = 37, 53  # sides that no fraction hits


def donut() -> Mask:
    ys, xs = np.mgrid[:HEIGHT, :WIDTH]
    away = (ys - 18) ** 2 + (xs - 26) ** 2
    return Mask.from_array((away < 250) & ~((away > 30) & (away < 60)) & (away > 4))


def one_photo(tmp_path: Path, *masks: Mask, part: str = "") -> MemoryLabels:
    save(tmp_path / "photos/sub/a.png", scene(WIDTH, HEIGHT))
    image = image_labels(
        1, "sub/a.png", list(masks), folder=tmp_path / "photos", size=(HEIGHT, WIDTH), part=part
    )
    return MemoryLabels((image,))


def yolo_folder(tmp_path: Path, lines: str, names: str = "names: [dog, no]\n") -> Path:
    save(tmp_path / "images/a.png", scene(WIDTH, HEIGHT))
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/a.txt").write_text(lines, encoding="utf-8")
    (tmp_path / "data.yaml").write_text(names, encoding="utf-8")
    return tmp_path


def test_supervision_sees_the_same_pixels(tmp_path: Path) -> None:
    import supervision

    mask = Mask.from_array(donut().to_array())
    parts = 2  # the outer ring and the ring inside the gap
    report = export_yolo(one_photo(tmp_path, mask), tmp_path / "out")

    found = supervision.DetectionDataset.from_yolo(
        str(tmp_path / "out/images/sub"),
        str(tmp_path / "out/labels/sub"),
        str(tmp_path / "out/data.yaml"),
        force_masks=True,
    )

    ((_, _, detections),) = list(found)
    assert len(detections) == parts
    seen = np.logical_or.reduce(detections.mask)
    union = (seen | mask.to_array()).sum()
    assert (seen & mask.to_array()).sum() / union == 1.0
    assert found.classes[0] == "object"
    assert report.losses[Loss.PARTS] == 1


def test_holes_and_parts_are_counted(tmp_path: Path) -> None:
    mask = ring_and_part(HEIGHT, WIDTH)
    report = export_yolo(one_photo(tmp_path, mask), tmp_path / "out")
    assert report.losses[Loss.HOLES] == 1
    assert report.losses[Loss.PARTS] == 1
    assert report.examples[Loss.HOLES] == ("sub/a.png #1",)


def test_parts_of_a_split_are_folders(tmp_path: Path) -> None:
    export_yolo(one_photo(tmp_path, donut(), part="val"), tmp_path / "out")
    assert (tmp_path / "out/labels/val/sub/a.txt").is_file()
    assert (tmp_path / "out/images/val/sub/a.png").is_file()
    assert "val: images/val\n" in (tmp_path / "out/data.yaml").read_text()
    (image,) = open_yolo(tmp_path / "out", tmp_path / "photos").images()
    assert image.name == "sub/a.png"


def test_boxes_and_outlines_of_others_are_read(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, "0 0.5 0.5 1 1\n1 0 0 0.5 0 0.5 0.5 0 0.5\n\n7 0.5 0.5 1 1\n")
    opened = open_yolo(folder / "data.yaml", folder)
    (image,) = opened.images()
    assert [region.category for region in image.regions] == ["dog", "no", "class 7"]
    assert image.regions[0].mask.area == HEIGHT * WIDTH
    assert opened.problems.counts == {"classes without a name": 1}


@pytest.mark.parametrize(
    "names", ["names:\n- dog\n- no\n", "names:\n  0: dog\n  1: 'no'\n", "names: {1: no, 0: dog}"]
)
def test_names_in_every_spelling(tmp_path: Path, names: str) -> None:
    folder = yolo_folder(tmp_path, "", names)
    assert [c.name for c in open_yolo(folder, folder).categories()] == ["dog", "no"]


@pytest.mark.parametrize("lines", ["x 1 2 3 4", "0 nan 0 0 0", "-1 0 0 1 1", "0 1e400 0 1 1"])
def test_damaged_lines_say_where(tmp_path: Path, lines: str) -> None:
    folder = yolo_folder(tmp_path, f"0 0.5 0.5 1 1\n{lines}\n")
    with pytest.raises(FormatError, match="line 2"):
        list(open_yolo(folder, folder).images())


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    folder = yolo_folder(inside, "0 0.5 0.5 1 1\n")
    (tmp_path / "secret.txt").write_text("0 0.5 0.5 1 1\n")
    save(folder / "images/b.png", scene(WIDTH, HEIGHT))
    (folder / "labels/b.txt").symlink_to(tmp_path / "secret.txt")
    assert [image.name for image in open_yolo(folder, folder).images()] == ["images/a.png"]

    (folder / "data.yaml").unlink()
    (folder / "data.yaml").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(FormatError, match="no path inside"):
        open_yolo(folder, folder)


def test_yaml_makes_no_objects(tmp_path: Path) -> None:
    folder = yolo_folder(tmp_path, "", "names: !!python/object/apply:os.system ['true']\n")
    assert [c.name for c in open_yolo(folder, folder).categories()] == ["true"]
