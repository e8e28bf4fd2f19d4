"""Images decoded ahead: there at once, never outdated, never too much."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytestqt.qtbot import QtBot

from gar_studio.engines.protocol import ImageData
from tests.ui.conftest import make_photo, open_photo
from ui import workers
from ui.decoded import Decoded, DecodedImages, stamp_of
from ui.studio import Studio


def image(pixels: int) -> Decoded:
    return Decoded.of(ImageData("key", np.zeros((pixels, 1, 3), np.uint8)), ahead=False)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=40))
def test_the_bound_holds_whatever_comes(puts: list[tuple[int, int]]) -> None:
    kept = DecodedImages(most_bytes=100)
    for name, pixels in puts:
        kept.put(Path(str(name)), (0, 0), image(pixels))
        assert kept.bytes <= 100
        assert (Path(str(name)) in kept) or 4 * pixels > 50


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    kept = DecodedImages()
    kept.put(path, stamp_of(path), image(3))
    assert kept.get(path) is not None
    path.write_bytes(b"newer")
    assert kept.get(path) is None
    path.unlink()
    assert kept.get(path) is None


def test_the_next_image_is_decoded_before_it_is_wanted_and_only_once(
    qtbot: QtBot, studio: Studio, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = workers.read_image

    def counted(path: Path) -> ImageData:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(workers, "read_image", counted)
    names = [photo.name]
    for seed in range(2, 5):
        names.append(make_photo(photo.with_name(f"photo {seed}.png"), seed=seed).name)
    open_photo(qtbot, studio, photo.parent)
    qtbot.waitUntil(lambda: read == names[:3])
    studio.desk.step_image(1)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    qtbot.waitUntil(lambda: read == names, timeout=2000)
    studio.desk.step_image(-1)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    assert sorted(read) == sorted(names)


def test_a_neighbour_that_is_broken_says_nothing_until_it_is_opened(
    qtbot: QtBot, studio: Studio, photo: Path
) -> None:
    other = make_photo(photo.with_name("other.png"), seed=2)
    open_photo(qtbot, studio, photo.parent)
    other.write_bytes(other.read_bytes()[:100])
    studio.desk.show_image(None)
    studio.desk.show_image(1)
    qtbot.waitUntil(lambda: studio.desk.image is not None)
    qtbot.wait(50)
    assert not studio.notices.failure
    studio.desk.step_image(1)
    qtbot.waitUntil(lambda: studio.desk.image_error is not None)


def test_a_neighbour_is_sharp_at_once(qtbot: QtBot, studio: Studio, photo: Path) -> None:
    """Its smaller copies are made where it is decoded, however large it is."""
    Image.new("RGB", (4000, 1000), "teal").save(photo.with_name("wide.png"))
    open_photo(qtbot, studio, photo.parent)
    kept = studio._loader._decoded
    qtbot.waitUntil(lambda: photo.with_name("wide.png") in kept)
    studio.desk.step_image(1)
    qtbot.waitUntil(lambda: studio.desk.pyramid is not None)
    assert studio.desk.pyramid is not None
    assert studio.desk.pyramid.is_complete
