"""Files that others wrote: shapes are as pycocotools draws them, and nothing leaves its folder."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from gar_studio.annotation.mask import Mask
from gar_studio.errors import FormatError, MaskError
from gar_studio.formats.reading import (
    box_to_mask,
    check_image_size,
    decode_json,
    photo_in,
    polygons_to_mask,
    read_file,
    read_text,
    rle_to_mask,
    safe_path,
    unknown_keys,
)

HEIGHT, WIDTH = 24, 32

coordinates = st.floats(-20, 60, width=32) | st.integers(-3, 40).map(float)
rings = st.lists(
    st.integers(3, 12).flatmap(lambda n: st.lists(coordinates, min_size=2 * n, max_size=2 * n)),
    min_size=1,
    max_size=4,
)


@given(rings)
def test_outlines_are_filled_as_pycocotools_fills_them(drawn: list[list[float]]) -> None:
    theirs = coco_mask.merge(coco_mask.frPyObjects(drawn, HEIGHT, WIDTH))
    mask = polygons_to_mask(drawn, height=HEIGHT, width=WIDTH)
    array = coco_mask.decode(theirs).astype(bool)
    assert np.array_equal(mask.to_array(), array)
    assert mask == Mask.from_array(array), "in the one form that each mask has"
    assert mask.area == int(array.sum())


@pytest.mark.parametrize(
    "bad",
    [
        [],
        [[1, 1, 2, 2]],
        [[1, 1, 2, 2, 3]],
        [[1, 1, 2, 2, 3, 3, 4]],
        [[0, 0, 1e9, 0, 5, 5]],
        [[0, 0, float("nan"), 0, 5, 5]],
        [[0, 0, float("inf"), 0, 5, 5]],
        [[0, 0, 1000, 1000, 0, 1000] * 1000],
        [[0.0] * 2_000_002],
    ],
    ids=lambda bad: str(bad)[:30],
)
def test_outlines_that_cannot_be_drawn_are_refused(bad: list[list[float]]) -> None:
    with pytest.raises(MaskError):
        polygons_to_mask(bad, height=HEIGHT, width=WIDTH)


def test_run_lengths_have_to_fill_their_image_exactly() -> None:
    mask = rle_to_mask([12, 16], [10, 6, 176], height=12, width=16)
    assert mask == rle_to_mask([12, 16], mask.counts.decode(), height=12, width=16)
    for size, counts in (
        ([16, 12], [10, 6, 176]),
        ([12, 16], [10, 6, 175]),
        ([12, 16], [-1, 17, 176]),
        ([12, 16], [2**62, 2**62, 2**63 - 192]),
        ([12, 16], "oooooooooooooooo"),
        ([12, 16], "0"),
        ([12, 16], ""),
    ):
        with pytest.raises(MaskError):
            rle_to_mask(size, counts, height=12, width=16)


def test_boxes() -> None:
    assert box_to_mask(1, 2, 3, 4, height=12, width=16).box == (1, 2, 3, 4)
    assert box_to_mask(-5, -5, 8, 8, height=12, width=16).box == (0, 0, 3, 3)
    for bad in ((100, 0, 5, 5), (0, 0, 0, 5), (0, 0, float("nan"), 5), (0, 0, 1e300, 5)):
        with pytest.raises(MaskError):
            box_to_mask(*bad, height=12, width=16)


@pytest.mark.parametrize(
    "name",
    ["../a.jpg", "a/../../b.jpg", "/etc/passwd", "C:\\a.jpg", "c:/a.jpg", "\\\\server\\a", "",
     "a\\..\\..\\b.jpg", "a\0b", "out/a.jpg", "out", "loop/a.jpg", "x" * 5000],
)  # fmt: skip
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "b.jpg").write_bytes(b"x")
    (folder / "out").symlink_to(tmp_path, target_is_directory=True)
    (folder / "loop").symlink_to(folder / "loop")
    with pytest.raises(FormatError):
        safe_path(folder, name)


def test_names_inside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "ä 图").mkdir()
    photo = tmp_path / "ä 图" / "b.JPG"
    photo.write_bytes(b"x")
    (tmp_path / "link.jpg").symlink_to(photo)
    assert photo_in(tmp_path, "ä 图/b.JPG") == photo.resolve()
    assert photo_in(tmp_path, "ä 图\\b.JPG") == photo.resolve()
    assert photo_in(tmp_path, "./link.jpg") == photo.resolve()
    assert photo_in(tmp_path, "ä 图") is None
    assert photo_in(tmp_path, "none.jpg") is None
    assert photo_in(tmp_path, "x" * 300 + ".jpg") is None


def test_files_are_read_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfab")
    assert read_file(path) == b"ab"
    assert read_text(path) == "ab"
    with pytest.raises(FormatError, match="limit"):
        read_file(path, limit=4)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match="UTF-8"):
        read_text(path)
    with pytest.raises(FormatError, match="folder"):
        read_file(tmp_path)
    with pytest.raises(FormatError):
        read_file(tmp_path / "none")


@pytest.mark.parametrize("data", [b"[" * 100_000, b"{", b'{"a": "\xff"}', b"[1, 2", b"nope", b""])
def test_json_that_is_not_as_expected(data: bytes) -> None:
    with pytest.raises(FormatError, match="is not as expected"):
        decode_json(data, list[msgspec.Raw], place="a.json")


def test_unknown_keys_are_kept_as_they_stand() -> None:
    raw = '{"a": 1, "b": [1.50, "é"], "c": 12345678901234567890123}'.encode()
    kept = unknown_keys(raw, frozenset({"a"}))
    assert msgspec.json.decode(kept) == {"b": [1.5, "é"], "c": 12345678901234567890123}
    assert unknown_keys(b'{"a": 1}', frozenset({"a"})) == b""


@pytest.mark.parametrize(("width", "height"), [(0, 5), (-1, -5), (10**6, 10**6), (2**40, 1)])
def test_sizes_of_images(width: int, height: int) -> None:
    with pytest.raises(FormatError):
        check_image_size(width=width, height=height, place="a.jpg")
