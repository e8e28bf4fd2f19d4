"""gar-nano, the engine of a new user: what it says of a drawn scene is right."""

import json
from pathlib import Path

import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import stored_mention
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import Describer, DescribeRequest, Finished, RegionInput, Task
from gar_studio.engines.protocol import CancelToken, ImageData, RGBArray
from gar_studio.errors import EngineError
from gar_studio.images import read_image
from models.gar.factory import GAR_NANO
from models.gar.nano.photos import sample_photos
from models.gar.nano.scenes import Scene, make_scene

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "resources" / "gar_nano"
SEED = 120


@pytest.fixture(scope="module")
def engine() -> Describer:
    return GAR_NANO.build(EngineOptions(device="cpu"))


@pytest.fixture(scope="module")
def scene() -> Scene:
    """The sample scene “shapes”, with its masks."""
    return make_scene(SEED, sample_photos(), long_side=768)


def answer(engine: Describer, scene: Scene, numbers: list[int], task: Task, question: str) -> str:
    pixels: RGBArray = scene.pixels
    regions = tuple(RegionInput(number, Mask.from_array(scene.mask(number))) for number in numbers)
    request = DescribeRequest(1, "scene", task, regions, question)
    events = engine.describe(ImageData("scene", pixels), request, CancelToken())
    return next(event.text for event in events if isinstance(event, Finished))


def test_the_sample_scene_is_the_drawn_one(scene: Scene) -> None:
    stored = read_image(ROOT / "resources" / "scenes" / "shapes.jpg").pixels
    difference = stored.astype(int) - scene.pixels
    assert abs(difference).mean() < 3


@pytest.mark.parametrize(
    ("number", "words"),
    [(8, ["pink", "plain", "ellipse", "lower right"]), (6, ["green", "ring", "lower left"])],
)
def test_a_description_names_what_is_there(
    engine: Describer, scene: Scene, number: int, words: list[str]
) -> None:
    text = answer(engine, scene, [number], Task.DESCRIBE, "")
    for word in words:
        assert word in text


def test_a_relation_is_told_from_both_sides(engine: Describer, scene: Scene) -> None:
    first, second = stored_mention(8), stored_mention(6)
    there = answer(engine, scene, [8, 6], Task.RELATE, "")
    assert there == f"{first} is right of {second}."
    back = answer(engine, scene, [6, 8], Task.RELATE, "")
    assert back == f"{second} is left of {first}."


def test_a_question_about_one_of_several_is_answered_for_that_one(
    engine: Describer, scene: Scene
) -> None:
    for number, colour in ((8, "pink"), (6, "green"), (4, "yellow")):
        mention = stored_mention(number)
        text = answer(engine, scene, [6, 8, 4], Task.ASK, f"What colour is {mention}?")
        assert text == f"{mention} is {colour}."


def test_it_says_what_it_cannot_know(engine: Describer, scene: Scene) -> None:
    text = answer(engine, scene, [8], Task.ASK, f"What is {stored_mention(8)} made of?")
    assert "only see colour" in text
    assert "does not know what things are called" in engine.info.notice


def test_it_takes_no_model() -> None:
    with pytest.raises(EngineError, match="takes no model"):
        GAR_NANO.build(EngineOptions(model="elsewhere"))


def test_what_comes_with_the_program_is_small_and_replays_as_the_paper_does() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 25_000_000
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    assert config["replay_scaling"] == "exact"
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for chapter in ("Data", "Training", "Figures", "Limits", "Licence"):
        assert f"## {chapter}" in card
