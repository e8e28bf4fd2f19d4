from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Box, Click
from gar_studio.engines.construction import EngineOptions
from tests.gar_studio.cli.conftest import Engines, Studio

MaskFile = Callable[..., Path]


def test_the_best_mask_is_written_as_a_png_of_the_photos_size(
    studio: Studio, photo: Path, engines: Engines, tmp_path: Path
) -> None:
    out = tmp_path / "m.png"
    result = studio("segment", photo, "--box", "10,5,20,15", "--out", out)
    assert result.status == 0
    written = np.asarray(Image.open(out))
    assert written.shape == (30, 40)
    assert set(np.unique(written)) == {0, 255}
    assert (written == 255).sum() == 100
    assert written[5, 10] == written[14, 19] == 255
    assert "0.900" in result.out
    assert str(out) in result.out
    assert engines.segmenter.closed == 1


def test_all_points_and_the_box_reach_the_engine(
    studio: Studio, photo: Path, engines: Engines
) -> None:
    words = ["--point", "3,4", "--not-point", "9,9", "--point", "5,6", "--box", "1,1,12,12"]
    assert studio("segment", photo, *words).status == 0
    (request,) = engines.segmenter.requests
    assert request.prompts.box == Box(1, 1, 12, 12)
    assert request.prompts.clicks == (Click(3, 4), Click(5, 6), Click(9, 9, positive=False))


@pytest.mark.usefixtures("engines")
def test_json_is_one_object_with_every_candidate(
    studio: Studio, photo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "m.png"
    words = ["--point", "8,9", "--candidate", "2", "--out", out, "--json"]
    value = studio("segment", photo, *words).json
    assert value["command"] == "segment"
    assert value["image"]["width"] == 40
    assert value["engine"]["name"] == "Scripted"
    assert [c["score"] for c in value["candidates"]] == [0.9, 0.25, 0.1]
    assert value["candidates"][0]["box"] == [6, 7, 5, 5]
    rle = value["candidates"][0]["segmentation"]
    assert Mask.from_coco(tuple(rle["size"]), rle["counts"]).area == 25
    assert value["chosen"] == 2
    assert np.asarray(Image.open(out)).sum() == 255


@pytest.mark.usefixtures("engines")
def test_an_empty_candidate_is_not_written(studio: Studio, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.png"
    result = studio("segment", photo, "--point", "8,9", "--candidate", "3", "--out", out)
    assert result.status == 1
    assert "Nothing was found" in result.err
    assert not out.exists()


def test_sam_is_named_by_its_file_alone(studio: Studio, photo: Path, engines: Engines) -> None:
    assert (
        studio("segment", photo, "--point", "8,9", "--sam", "b.pth", "--device", "cpu").status == 0
    )
    assert engines.factories["sam"].options == [EngineOptions(model="b.pth", device="cpu")]
    assert not engines.factories["grabcut"].options
    other = studio("segment", photo, "--point", "8,9", "--sam", "b.pth", "--engine", "grabcut")
    assert other.status == 2


@pytest.mark.parametrize("model", ["facebook/sam2.1-hiera-tiny", "folders/sam-hq"])
def test_a_folder_or_hub_id_names_the_engine_for_those(
    studio: Studio, photo: Path, engines: Engines, model: str
) -> None:
    studio("segment", photo, "--point", "8,9", "--sam", model, "--device", "cpu")
    assert engines.factories["sam-hub"].options == [EngineOptions(model=model, device="cpu")]
    other = studio("segment", photo, "--point", "8,9", "--sam", model, "--engine", "sam")
    assert other.status == 2


def test_the_hub_is_reached_only_when_it_is_said(
    studio: Studio, photo: Path, engines: Engines
) -> None:
    words = ("segment", photo, "--point", "8,9", "--sam", "facebook/sam2.1-hiera-tiny")
    assert studio(*words, "--download").status == 0
    assert studio(*words).status == 0
    assert [o.allow_download for o in engines.factories["sam-hub"].options] == [True, False]


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ([], 2, "--box or --point"),
        (["--not-point", "3,3"], 1, "what the object is not"),
        (["--point", "40,3"], 1, "outside"),
        (["--box", "50,50,60,60"], 1, "covers no pixel"),
        (["--point", "3,3", "--out", "mask.jpg"], 2, ".png"),
        (["--point", "3,3", "--candidate", "4"], 2, "--candidate"),
        (["--point", "3,3", "--engine", "nosuch"], 1, "nosuch"),
        (["--point", "3,3", "--engine", "gar"], 1, "cannot segment"),
        (["--point", "3,3", "--out", "no/such/folder/m.png"], 1, "could not be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    studio: Studio, photo: Path, words: list[str], status: int, says: str
) -> None:
    result = studio("segment", photo, *words)
    assert result.status == status
    assert says in result.err
    assert "Traceback" not in result.err
    assert result.out == ""


@pytest.mark.usefixtures("engines")
def test_the_photo_is_never_overwritten(studio: Studio, photo: Path) -> None:
    before = photo.read_bytes()
    alias = photo.with_name("alias.png")
    alias.symlink_to(photo)
    for out in (photo, photo.parent / ".." / photo.parent.name / photo.name, alias):
        assert studio("segment", photo, "--point", "3,3", "--out", out).status == 2
    assert photo.read_bytes() == before


@pytest.mark.usefixtures("engines")
def test_a_failed_write_leaves_the_older_mask(
    studio: Studio, photo: Path, mask_file: MaskFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = mask_file("m.png", (0, 0, 3, 3))
    before = out.read_bytes()

    def full(_self: Image.Image, file: BinaryIO, **_: object) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    result = studio("segment", photo, "--point", "3,3", "--out", out)
    assert result.status == 1
    assert "No space left" in result.err
    assert out.read_bytes() == before
    assert sorted(p.name for p in out.parent.glob("*m.png*")) == ["m.png"]
