"""Image files of every kind open upright as RGB, or give one clear sentence."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gar_studio import images
from gar_studio.errors import ImageError, MaskError
from gar_studio.images import find_images, read_facts, read_image, read_mask, read_thumbnail
from tests.helpers.images import (
    blank_png,
    encoded,
    exif,
    late_exif_png,
    save,
    scene,
    turned_away,
)


def thumbnail(path: Path) -> np.ndarray:
    """Read a thumbnail."""
    return read_thumbnail(path, 64)


READERS = (read_image, read_facts, read_mask, thumbnail)


def pixels_of(path: Path) -> np.ndarray:
    """Read an image and check what holds for every one."""
    image, facts = read_image(path), read_facts(path)
    assert image.pixels.dtype == np.uint8
    assert image.pixels.shape == (image.height, image.width, 3)
    assert not image.pixels.flags.writeable
    assert (facts.width, facts.height) == (image.width, image.height)
    assert facts.digest == image.key == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.file_size == path.stat().st_size
    return image.pixels


def assert_sentence(error: ImageError, path: Path) -> None:
    """Check that an error says what happened, what was kept and what to do."""
    assert path.name in error.what
    assert error.what.endswith(".")
    assert error.kept.endswith(".")
    assert error.advice.endswith(".")
    assert "Traceback" not in str(error)


# --- what opens ---------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp"])
def test_lossless_files_open_as_they_are(tmp_path: Path, suffix: str) -> None:
    picture = scene(23, 17)
    path = save(
        tmp_path / f"a.{suffix}", picture, **({"lossless": True} if suffix == "webp" else {})
    )
    assert np.array_equal(pixels_of(path), picture)


def test_jpeg_opens(tmp_path: Path) -> None:
    picture = scene(64, 48)
    path = save(tmp_path / "a.JPG", picture, quality=98, subsampling=0)
    assert np.abs(pixels_of(path).astype(int) - picture).max() <= 8


def test_one_pixel(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.array([[[1, 2, 3]]], np.uint8))
    assert pixels_of(path).tolist() == [[[1, 2, 3]]]


def test_a_very_large_image(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(blank_png(12_000, 9_000))
    image = read_image(path)
    assert (image.width, image.height) == (12_000, 9_000)
    assert image.pixels[0, 0].tolist() == image.pixels[-1, -1].tolist() == [255, 255, 255]


def test_facts_need_no_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of thousands of photos opens without decoding one of them."""

    def refuse(*_: object) -> None:
        raise AssertionError("pixels were decoded")

    paths = [
        save(tmp_path / "a.png", scene(9, 7)),
        save(tmp_path / "b.jpg", scene(9, 7), exif=exif(1)),
        save(tmp_path / "c.webp", scene(9, 7)),
        save(tmp_path / "d.tif", scene(9, 7)),
    ]
    for kind in (
        "ImageFile.ImageFile",
        "TiffImagePlugin.TiffImageFile",
        "PngImagePlugin.PngImageFile",
    ):
        monkeypatch.setattr(f"PIL.{kind}.load", refuse)
    for path in paths:
        facts = read_facts(path)
        assert (facts.width, facts.height) == (9, 7)


def test_too_large_is_refused_before_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(blank_png(100, 100).replace(b"\x00\x00\x00d" * 2, b"\x00\x01\x00\x00" * 2))
    monkeypatch.setattr(images, "MAX_PIXELS", 65536 * 65535)
    for reader in READERS:
        with pytest.raises(ImageError) as caught:
            reader(path)
        assert_sentence(caught.value, path)


@pytest.mark.parametrize(
    "name",
    ["weiß ähm.png", "图像 一.png", "صورة.png", "a b  c.png", "#1 100%.png", "💐.png", "é.png"],
)
def test_unicode_and_spaces_in_paths(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / "Ordner für Bilder 图" / name, scene(5, 4))
    assert np.array_equal(pixels_of(path), scene(5, 4))
    assert np.array_equal(pixels_of(Path(os.path.relpath(path))), scene(5, 4))


# --- colour -------------------------------------------------------------------------------------


def test_cmyk_jpeg(tmp_path: Path) -> None:
    ink = np.zeros((32, 32, 4), np.uint8)
    ink[:, 16:, 1:3] = 255  # magenta and yellow: red
    path = save(tmp_path / "a.jpg", Image.fromarray(ink, "CMYK"), quality=100, subsampling=0)
    pixels = pixels_of(path).astype(int)
    assert np.abs(pixels[4, 4] - [255, 255, 255]).max() <= 4
    assert np.abs(pixels[4, 28] - [255, 0, 0]).max() <= 4


def test_sixteen_bit_grey_png_keeps_its_range(tmp_path: Path) -> None:
    grey = np.array([[0, 257, 32768, 65535]], np.uint16)
    path = save(tmp_path / "a.png", grey)
    assert pixels_of(path)[0, :, 0].tolist() == [0, 1, 128, 255]


def test_sixteen_bit_png_with_a_transparent_grey(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.array([[257, 514, 0]], np.uint16), transparency=257)
    assert pixels_of(path)[0, :, 0].tolist() == [255, 2, 0]
    assert np.array_equal(read_mask(path).to_array(), [[True, True, False]])


def test_thirty_two_bit_and_float_tiff(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.tif", np.array([[0, 32768, 65535]], np.int32))
    assert pixels_of(whole)[0, :, 0].tolist() == [0, 128, 255]
    unit = save(tmp_path / "b.tif", np.array([[0.0, 0.5, 1.0]], np.float32))
    assert pixels_of(unit)[0, :, 0].tolist() == [0, 128, 255]


def test_float_tiff_with_holes(tmp_path: Path) -> None:
    path = save(tmp_path / "a.tif", np.array([[np.nan, 0.0, 1.0, -np.inf]], np.float32))
    assert pixels_of(path)[0, :, 0].tolist() == [0, 0, 255, 0]


def test_palette(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    image.putpalette([10, 20, 30, 200, 100, 50, 0, 255, 0])
    path = save(tmp_path / "a.png", image)
    assert pixels_of(path).tolist() == [[[10, 20, 30], [200, 100, 50], [0, 255, 0]]]


def test_transparent_palette_lies_on_white(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    image.putpalette([10, 20, 30, 200, 100, 50])
    for suffix in ("png", "gif"):
        path = save(tmp_path / f"a.{suffix}", image, transparency=0)
        assert pixels_of(path).tolist() == [[[255, 255, 255], [200, 100, 50]]]


def test_alpha_lies_on_white(tmp_path: Path) -> None:
    rgba = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [0, 0, 0, 51]]], np.uint8)
    pixels = pixels_of(save(tmp_path / "a.png", rgba))
    assert pixels.tolist() == [[[200, 0, 0], [255, 255, 255], [204, 204, 204]]]
    grey = Image.fromarray(np.array([[[100, 255], [100, 0]]], np.uint8), "LA")
    pixels = pixels_of(save(tmp_path / "b.png", grey))
    assert pixels.tolist() == [[[100, 100, 100], [255, 255, 255]]]


def test_one_transparent_colour(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.png", np.array([[[1, 2, 3], [9, 9, 9]]], np.uint8), transparency=(1, 2, 3)
    )
    assert pixels_of(path).tolist() == [[[255, 255, 255], [9, 9, 9]]]


def test_grey_and_one_bit(tmp_path: Path) -> None:
    grey = save(tmp_path / "a.png", np.array([[0, 77, 255]], np.uint8))
    assert pixels_of(grey).tolist() == [[[0] * 3, [77] * 3, [255] * 3]]
    bit = save(tmp_path / "b.png", np.array([[True, False]]))
    assert pixels_of(bit).tolist() == [[[255] * 3, [0] * 3]]


def test_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "blue")]
    path = save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert pixels_of(path)[0, 0].tolist() == [255, 0, 0]


# --- orientation --------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpg", "png", "late.png", "tif", "webp"])
def test_exif_orientation_is_applied_exactly_once(
    tmp_path: Path, kind: str, orientation: int
) -> None:
    upright = scene(40, 24)
    stored = turned_away(upright, orientation)
    path = tmp_path / f"a.{kind}"
    if kind == "late.png":
        path.write_bytes(late_exif_png(stored, orientation))
    else:
        options = {"jpg": {"quality": 98, "subsampling": 0}, "webp": {"lossless": True}}
        save(path, stored, exif=exif(orientation), **options.get(kind, {}))
    pixels = pixels_of(path).astype(int)
    assert pixels.shape == upright.shape
    assert np.abs(pixels - upright).max() <= (12 if kind == "jpg" else 0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_thumbnail_is_the_image_made_small(tmp_path: Path, kind: str, orientation: int) -> None:
    upright = scene(320, 200)
    stored = turned_away(upright, orientation)
    options = {"quality": 95} if kind == "jpeg" else {}
    path = save(tmp_path / f"a.{kind}", stored, exif=exif(orientation), **options)
    small = read_thumbnail(path, 80)
    assert small.shape == (50, 80, 3)
    expected = np.array(Image.fromarray(upright).resize((80, 50), Image.Resampling.BOX))
    assert np.abs(small.astype(int) - expected).mean() < 6


def test_small_images_are_not_made_larger(tmp_path: Path) -> None:
    assert read_thumbnail(save(tmp_path / "a.png", scene(20, 10)), 80).shape == (10, 20, 3)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_unknown_orientation_is_left_alone(tmp_path: Path, orientation: int) -> None:
    path = save(tmp_path / "a.png", scene(8, 4), exif=exif(orientation))
    assert np.array_equal(pixels_of(path), scene(8, 4))


def test_broken_exif_data_does_not_keep_an_image_from_opening(tmp_path: Path) -> None:
    picture = scene(8, 4)
    for suffix in ("jpg", "png", "webp"):
        path = save(tmp_path / f"a.{suffix}", picture, exif=b"Exif\x00\x00II*\x00\xff\xff")
        assert pixels_of(path).shape == picture.shape


# --- what does not open -------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["missing", "empty", "folder", "text", "head only", "no folder"])
def test_what_is_no_image_gives_one_sentence(tmp_path: Path, reader: object, kind: str) -> None:
    path = tmp_path / "a.png"
    if kind == "empty":
        path.touch()
    elif kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("no image", encoding="utf-8")
    elif kind == "head only":
        path.write_bytes(b"\x89PNG\r\n\x1a\n")
    elif kind == "no folder":
        path = tmp_path / "nowhere" / "a.png"
    with pytest.raises(ImageError) as caught:
        reader(path)  # type: ignore[operator]
    assert_sentence(caught.value, path)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF"])
def test_a_truncated_image_gives_one_sentence(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    whole = encoded(noise, kind)
    for share in (0.2, 0.6, 0.95):
        path = tmp_path / f"{share}.{kind.lower()}"
        path.write_bytes(whole[: int(len(whole) * share)])
        for reader in (read_image, read_mask):
            with pytest.raises(ImageError) as caught:
                reader(path)
            assert_sentence(caught.value, path)
        try:
            read_facts(path)  # may know the size already; the pixels are not asked for
        except ImageError as error:
            assert_sentence(error, path)


WHOLE = {
    kind: encoded(
        scene(12, 9), kind, **({"exif": exif(6)} if kind in {"JPEG", "PNG", "WEBP", "TIFF"} else {})
    )
    for kind in ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")
}


@pytest.mark.parametrize("kind", list(WHOLE))
@settings(max_examples=200)
@given(data=st.data())
def test_damaged_bytes_give_an_image_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    spoilt = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        # Most of what can be misread stands in the first 200 bytes, EXIF data among it.
        last = data.draw(st.sampled_from([len(spoilt) - 1, min(200, len(spoilt) - 1)]))
        spoilt[data.draw(st.integers(0, last))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / f"fuzz.{kind.lower()}"
    path.write_bytes(bytes(spoilt))
    for reader in READERS:
        with suppress(MaskError), patch.object(images, "MAX_PIXELS", 10_000):
            try:
                reader(path)
            except ImageError as error:
                assert_sentence(error, path)


# --- mask files ---------------------------------------------------------------------------------

SHAPE = np.array([[0, 0, 1], [0, 1, 1]], dtype=bool)


def mask_files() -> dict[str, Image.Image]:
    """Return one mask, drawn in every way that people draw masks."""
    white = np.where(SHAPE, 255, 0).astype(np.uint8)
    palette = Image.fromarray(SHAPE.astype(np.uint8), "P")
    palette.putpalette([90, 90, 90, 0, 0, 0])  # a class mask: index 0 is background in any colour
    see_through = Image.fromarray(SHAPE.astype(np.uint8), "P")
    see_through.putpalette([255, 255, 255, 0, 200, 0])
    see_through.info["transparency"] = 0
    return {
        "grey": Image.fromarray(white),
        "grey, class 1": Image.fromarray(SHAPE.astype(np.uint8)),
        "one bit": Image.fromarray(SHAPE),
        "colour": Image.fromarray(np.stack([white * 0, white, white * 0], axis=2)),
        "16 bit": Image.fromarray(SHAPE.astype(np.uint16) * 300),
        "palette": palette,
        "transparent palette": see_through,
        "alpha": Image.fromarray(np.dstack([np.full((2, 3, 3), 255, np.uint8), white])),
        "opaque": Image.fromarray(np.dstack([white] * 3 + [np.full((2, 3), 255, np.uint8)])),
        "grey with alpha": Image.fromarray(np.dstack([np.full((2, 3), 9, np.uint8), white]), "LA"),
    }


@pytest.mark.parametrize("kind", list(mask_files()))
def test_masks_are_read_however_they_are_drawn(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path / "m.png", mask_files()[kind])
    assert np.array_equal(read_mask(path).to_array(), SHAPE)


def test_a_mask_in_cmyk(tmp_path: Path) -> None:
    drawn = np.where(np.kron(SHAPE, np.ones((16, 16), bool)), 255, 0).astype(np.uint8)
    path = save(tmp_path / "m.tif", Image.fromarray(drawn).convert("RGB").convert("CMYK"))
    assert np.array_equal(read_mask(path).to_array(), drawn > 0)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "I;16"])
def test_an_empty_mask_is_refused(tmp_path: Path, mode: str) -> None:
    path = save(tmp_path / "m.png", Image.new(mode, (3, 2)))
    with pytest.raises(MaskError) as caught:
        read_mask(path)
    assert path.name in caught.value.what
    assert caught.value.advice


# --- folders ------------------------------------------------------------------------------------


def test_images_are_found_in_sub_folders_in_order(tmp_path: Path) -> None:
    for name in ("b.PNG", "a.jpeg", "sub/c.webp", "sub/deep er/d.tiff", "ü.bmp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("notes.txt", ".hidden.png", ".thumbs/e.png", "x.garproj"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in find_images(tmp_path)]
    assert found == sorted(["b.PNG", "a.jpeg", "sub/c.webp", "sub/deep er/d.tiff", "ü.bmp"])


def test_a_hidden_parent_hides_nothing(tmp_path: Path) -> None:
    save(tmp_path / ".cache" / "photos" / "a.png", scene(2, 2))
    assert len(find_images(tmp_path / ".cache" / "photos")) == 1
