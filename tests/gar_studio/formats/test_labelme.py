"""labelme's files: its own program opens ours, and ours reads all that it writes."""

import base64
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.document.document import Document
from gar_studio.errors import FormatError
from gar_studio.formats.importing import apply_import, plan_import
from gar_studio.formats.incoming import ReadImage
from gar_studio.formats.labelme import export_labelme
from gar_studio.formats.labelme_reader import open_labelme
from gar_studio.formats.snapshot import project_labels
from gar_studio.store.opening import open_store
from tests.helpers.images import encoded, save, scene
from tests.helpers.labels import MemoryLabels, image_labels
from tests.helpers.masks import ring_and_part


def shape(kind: str, points: list[list[float]], **more: Any) -> dict[str, Any]:
    return {"label": "dog", "points": points, "shape_type": kind, "flags": {}, **more}


def write(folder: Path, *shapes: dict[str, Any], **more: Any) -> Path:
    content = {
        "version": "5.5.0",
        "flags": {},
        "shapes": list(shapes),
        "imagePath": "a.png",
        "imageData": None,
        "imageHeight": 12,
        "imageWidth": 16,
    }
    path = folder / "a.json"
    path.write_text(json.dumps(content | more), encoding="utf-8")
    return path


def read(path: Path) -> ReadImage:
    (image,) = open_labelme(path, path.parent).images()
    return image


def test_labelme_itself_opens_what_we_write(tmp_path: Path) -> None:
    pytest.importorskip("labelme", reason="labelme is not installed; it needs a Qt of its own")
    label_file = importlib.import_module("labelme._label_file")
    mask = ring_and_part(12, 16)
    save(tmp_path / "photos/sub/a.png", scene(16, 12))
    labels = MemoryLabels(
        (image_labels(1, "sub/a.png", [mask], folder=tmp_path / "photos"),),
    )
    export_labelme(labels, tmp_path / "out")

    found = label_file.LabelFile(str(tmp_path / "out/sub/a.json"))

    (opened,) = found.shapes
    (x0, y0), (x1, y1) = opened["points"]
    pixels = np.zeros((12, 16), dtype=np.bool_)
    pixels[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] = opened["mask"]
    assert Mask.from_array(pixels) == mask
    assert opened["label"] == "object"


def test_keys_that_nobody_knows_come_back_from_a_project(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(16, 12))
    write(
        tmp_path,
        shape("rectangle", [[1, 2], [5, 6]], group_id=7, score=0.5, description="a dog"),
        flags={"checked": True},
        attributes={"von": ["x", 1]},
    )
    project = tmp_path / "p.garproj"
    document = Document(open_store(project, create=True))
    plan = plan_import(document, open_labelme(tmp_path, tmp_path), tmp_path)
    apply_import(document, plan)
    document.close()

    with project_labels(project) as labels:
        export_labelme(labels, tmp_path / "out")

    again = json.loads((tmp_path / "out/a.json").read_text(encoding="utf-8"))
    (kept,) = again["shapes"]
    assert (kept["group_id"], kept["score"], kept["description"]) == (7, 0.5, "a dog")
    assert again["flags"] == {"checked": True}
    assert again["attributes"] == {"von": ["x", 1]}
    assert (tmp_path / "out" / again["imagePath"]).resolve() == (tmp_path / "a.png").resolve()


def test_polygons_rectangles_and_circles_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        shape("polygon", [[2, 2], [6, 2], [6, 5], [2, 5]]),
        shape("rectangle", [[6, 5], [2, 2]]),
        shape("circle", [[8, 6], [8, 3]]),
        shape("line", [[0, 0], [3, 3]]),
    )
    opened = open_labelme(path, tmp_path)
    (image,) = opened.images()

    polygon, rectangle, circle = (region.mask for region in image.regions)
    assert polygon == rectangle == Mask.from_box(2, 2, 6, 5, height=12, width=16)
    ys, xs = np.mgrid[:12, :16] + 0.5
    assert circle == Mask.from_array((xs - 8) ** 2 + (ys - 6) ** 2 <= 9)
    assert opened.problems.counts == {"shapes of the kind “line”": 1}


def test_outlines_of_one_group_are_parts_of_one_object(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        shape("polygon", [[0, 0], [2, 0], [2, 2], [0, 2]], group_id=1),
        shape("polygon", [[8, 8], [10, 8], [10, 10], [8, 10]], group_id=1),
        shape("polygon", [[4, 4], [6, 4], [6, 6], [4, 6]], group_id=2),
    )
    joined, other = read(path).regions
    assert joined.mask.area == 8
    assert other.mask.area == 4


def test_the_size_may_come_from_an_embedded_picture(tmp_path: Path) -> None:
    data = base64.b64encode(encoded(scene(16, 12), "PNG")).decode()
    sized = {"imageHeight": None, "imageWidth": None}
    box = shape("rectangle", [[0, 0], [4, 4]])
    image = read(write(tmp_path, box, imageData=data, imagePath="..\\..\\a.png", **sized))
    assert (image.width, image.height, image.path) == (16, 12, None)

    with pytest.raises(FormatError, match="how large"):
        read(write(tmp_path, box, **sized))


def test_a_part_of_a_split_is_not_taken_for_a_folder_of_photos(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    images = []
    for number, path in enumerate(("a.png", "val/a.png"), 1):
        save(photos / path, scene(16, 12))
        images.append(image_labels(number, path, [], folder=photos, part="val"))
    export_labelme(MemoryLabels(tuple(images)), tmp_path / "out")
    names = {image.name for image in open_labelme(tmp_path / "out", photos).images()}
    assert names == {"a.png", "val/a.png"}


@pytest.mark.parametrize("path", ["../../secret.png", "/etc/secret.png", "C:\\secret.png"])
def test_no_photo_outside_the_folder_is_taken(tmp_path: Path, path: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    save(tmp_path / "secret.png", scene(16, 12))
    assert read(write(inside, imagePath=path)).path is None


def test_a_mask_that_is_another_size_than_its_box_is_left_out(tmp_path: Path) -> None:
    picture = base64.b64encode(encoded(np.ones((3, 3), np.uint8), "PNG")).decode()
    path = write(tmp_path, shape("mask", [[0, 0], [3, 2]], mask=picture))
    opened = open_labelme(path, tmp_path)
    (image,) = opened.images()
    assert not image.regions
    assert sum(opened.problems.counts.values()) == 1
