from collections.abc import Callable
from pathlib import Path

import pytest

from gar_studio.annotation.prompts import Box, Click
from gar_studio.cli.options import DType, choose, parse_box, parse_point
from gar_studio.engines.construction import EngineOptions
from gar_studio.settings import EngineChoice
from tests.gar_studio.cli.conftest import Engines, Studio

MaskFile = Callable[..., Path]


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize(
    ("order", "corners"),
    [
        ("mbp", [(1, 1), (10, 10), (28, 18)]),
        ("pbm", [(28, 18), (10, 10), (1, 1)]),
        ("bmbp", [(10, 10), (1, 1), (20, 5), (28, 18)]),
        ("pmpbm", [(28, 18), (1, 1), (13, 23), (10, 10), (2, 3)]),
    ],
)
def test_regions_are_numbered_in_the_order_of_their_options(
    studio: Studio,
    photo: Path,
    mask_file: MaskFile,
    order: str,
    corners: list[tuple[int, int]],
) -> None:
    given = {
        "m": [
            ("--mask", mask_file("a.png", (1, 1, 4, 4))),
            ("--mask", mask_file("b.png", (2, 3, 9, 9))),
        ],
        "b": [("--box", "10,10,20,20"), ("--box", "20,5,30,9")],
        "p": [("--point", "30,20"), ("--point", "15,25")],
    }
    words = [word for letter in order for word in given[letter].pop(0)]
    result = studio("ask", photo, *words, "What is #1?", "--json")
    assert result.status == 0
    regions = result.json["regions"]
    assert [region["number"] for region in regions] == list(range(1, len(order) + 1))
    assert [tuple(region["box"][:2]) for region in regions] == corners


def test_options_may_stand_before_and_after_the_words(
    studio: Studio, photo: Path, engines: Engines
) -> None:
    result = studio("ask", "--box=1,1,5,5", photo, "Is #2 left of #1?", "--box", "9,9,12,12")
    assert result.status == 0
    (request,) = engines.describer.requests
    assert request.question == "Is ⟨region:2⟩ left of ⟨region:1⟩?"


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,nan", "1,1,1,9", ""])
def test_a_malformed_box_is_a_usage_error_that_shows_the_form(
    studio: Studio, photo: Path, text: str
) -> None:
    result = studio("segment", photo, "--box", text)
    assert result.status == 2
    assert "--box" in result.err
    assert result.out == ""


@pytest.mark.parametrize("text", ["1", "1,2,3", "x,y", "inf,1", "1;2"])
def test_a_malformed_point_is_a_usage_error(studio: Studio, photo: Path, text: str) -> None:
    assert studio("segment", photo, "--point", text).status == 2


def test_corners_of_a_box_come_in_any_order() -> None:
    assert parse_box("20,5,10,9.5") == Box(10, 5, 20, 9.5)
    assert parse_point("3,-4") == Click(3, -4)


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "cpu0", "tpu"])
def test_an_unknown_device_is_a_usage_error(studio: Studio, photo: Path, device: str) -> None:
    result = studio("segment", photo, "--point", "3,3", "--device", device)
    assert result.status == 2
    assert device in result.err


def test_the_settings_engine_keeps_its_options_and_another_one_starts_plain() -> None:
    setting = EngineChoice("gar", EngineOptions(model="/models/gar", device="cuda"))
    assert choose(setting, dtype=DType.BFLOAT16) == EngineChoice(
        "gar", EngineOptions(model="/models/gar", device="cuda", dtype="bfloat16")
    )
    assert choose(setting, name="gar-random") == EngineChoice("gar-random", EngineOptions())
