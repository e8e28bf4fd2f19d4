"""PNG masks: pictures that any program reads, within what pictures can hold."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.errors import ExportError, FormatError
from gar_studio.formats import png_masks, png_reader
from gar_studio.formats.png_masks import export_png
from gar_studio.formats.png_reader import open_png
from tests.helpers.images import blank_png, save, scene
from tests.helpers.labels import MemoryLabels, image_labels


def box(x: int, y: int, side: int) -> Mask:
    return Mask.from_box(x, y, x + side, y + side, height=12, width=16)


def test_pictures_have_numbers_of_classes_and_regions(tmp_path: Path) -> None:
    image = image_labels(1, "sub/a.jpg", [box(0, 0, 4), box(2, 2, 8)])
    second = replace(image.regions[1], category_id=3)
    labels = MemoryLabels((replace(image, regions=(image.regions[0], second)),))
    export_png(labels, tmp_path / "out")

    with Image.open(tmp_path / "out/instances/sub/a.png") as picture:
        assert picture.mode == "I;16"
        instances = np.asarray(picture)
    with Image.open(tmp_path / "out/classes/sub/a.png") as picture:
        assert picture.mode == "P"
        assert picture.getpalette()[:6] == [0, 0, 0, 1, 0x80, 0x40]
        classes = np.asarray(picture)
    assert instances[3, 3] == 1, "the smaller region lies above the larger one"
    assert (instances[5, 5], instances[11, 15]) == (2, 0)
    assert (classes[3, 3], classes[5, 5], classes[11, 15]) == (1, 3, 0)
    listed = json.loads((tmp_path / "out/instances/sub/a.json").read_text(encoding="utf-8"))
    assert listed["instances"][1] == {"number": 2, "region": 102, "class": 3, "category": "猫"}


def test_more_classes_than_numbers_are_refused(tmp_path: Path) -> None:
    labels = MemoryLabels(names=tuple(f"class {i}" for i in range(256)))
    with pytest.raises(ExportError, match=r"256 categories.*room for 255"):
        export_png(labels, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_more_regions_than_numbers_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert png_masks.MAX_INSTANCES == 2**16 - 1
    monkeypatch.setattr(png_masks, "MAX_INSTANCES", 1)
    labels = MemoryLabels((image_labels(1, "a.jpg", [box(0, 0, 2), box(5, 5, 2)]),))
    with pytest.raises(ExportError, match=r"2 regions.*room for 1"):
        export_png(labels, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_class_masks_of_others_are_read(tmp_path: Path) -> None:
    pixels = np.zeros((12, 16), np.uint8)
    pixels[:3], pixels[5:7], pixels[8] = 1, 4, 255
    save(tmp_path / "masks/a.png", pixels)
    save(tmp_path / "photos/a.jpg", scene(16, 12))
    opened = open_png(tmp_path / "masks", tmp_path / "photos")
    (image,) = opened.images()
    assert image.name == "a.jpg"
    assert [(r.category, r.mask.area) for r in image.regions] == [("class 1", 48), ("class 4", 32)]
    assert opened.problems.counts == {"parts to be ignored (255)": 1}


def test_a_small_file_that_claims_a_huge_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(blank_png(20_000, 20_000))
    with pytest.raises(FormatError, match="no photo of"):
        list(open_png(tmp_path, tmp_path / "photos").images())


def test_noise_is_no_picture_of_masks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png_reader, "MAX_RUNS", 191)
    pixels = np.arange(12 * 16, dtype=np.uint8).reshape(12, 16)
    save(tmp_path / "a.png", pixels)
    with pytest.raises(FormatError, match="change more than 191 times"):
        list(open_png(tmp_path, tmp_path).images())


def test_a_picture_with_colours_is_no_mask(tmp_path: Path) -> None:
    save(tmp_path / "a.png", scene(4, 4))
    with pytest.raises(FormatError, match="colours"):
        list(open_png(tmp_path, tmp_path).images())
