"""The real engine on a complete small checkpoint: what it released, it says again."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.mentions import map_mentions, stored_mention
from gar_studio.cli import Rooms, run
from gar_studio.engines import registry
from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import Describer, DescribeRequest, Finished, RegionInput, Task
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.settings import HOME_VARIABLE
from models.gar.random_checkpoint import write_random_checkpoint
from tests.gar_studio.verification import checkouts
from tests.gar_studio.verification.checkouts import Asked, change, write_checkout

TOKENS = 6
PARTS = ("readme", "vqa", "simple", "detailed", "dlc")
FIRST_ID = 40
Verify = Callable[[], tuple[int, dict[str, Any]]]
WORDS = [word for part in PARTS for word in ("--part", part)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with random weights and a tokenizer: the golden ones have no tokenizer."""
    folder = tmp_path_factory.mktemp("models") / "GAR-8B"
    folder.mkdir()
    write_random_checkpoint(folder)
    return folder


@pytest.fixture(scope="module")
def released(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose answers that checkpoint gave to requests that are written out here."""
    options = EngineOptions(model=str(model), device="cpu", dtype="float32", variant="leaked-boxes")
    describer = registry.build_describer("gar", options)
    try:
        folder = tmp_path_factory.mktemp("released")
        return write_checkout(folder, lambda asked: say(describer, asked))
    finally:
        describer.close()


@pytest.fixture
def folder(released: Path) -> Iterator[Path]:
    """The checkout, whose JSON files a test may change."""
    files = {path: path.read_bytes() for path in released.rglob("*.json")}
    yield released
    for path, content in files.items():
        path.write_bytes(content)


def say(describer: Describer, asked: Asked) -> str:
    """Return the answer in the released form: `<PromptN>` for regions."""
    with Image.open(asked.photo) as photo:
        image = ImageData(key=os.fspath(asked.photo), pixels=np.array(photo.convert("RGB")))
    regions = [
        RegionInput(FIRST_ID + number, Mask.from_array(mask))
        for number, mask in enumerate(asked.masks)
    ]
    question = asked.question
    for number in range(len(regions)):
        question = question.replace(f"<Prompt{number}>", stored_mention(FIRST_ID + number))
    request = DescribeRequest(
        request_id=1,
        image_key=image.key,
        task=Task.ASK if question else Task.DESCRIBE,
        regions=tuple(regions),
        question=question,
        max_new_tokens=TOKENS,
    )
    *_, finished = describer.describe(image, request, CancelToken())
    assert isinstance(finished, Finished)
    return map_mentions(finished.text, lambda number: f"<Prompt{number - FIRST_ID}>").strip()


@pytest.fixture
def verify(
    model: Path,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Verify:
    """Return a function that runs the command; it returns the exit status and the parts."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    nothing = Rooms(open_window=lambda *_: 1, run_demo=lambda *_: 1)
    options = ["--device", "cpu", "--dtype", "float32", "--max-new-tokens", str(TOKENS)]

    def call() -> tuple[int, dict[str, Any]]:
        status = run(
            ["verify", str(model), "--released", str(folder), *WORDS, *options, "--json"], nothing
        )
        value = json.loads(capsys.readouterr().out)
        assert value["passed"] is (status == 0)
        return status, {part["part"]: part for part in value["parts"]}

    return call


def test_what_a_checkpoint_released_it_says_again(verify: Verify) -> None:
    status, parts = verify()
    assert [part["differing"] for part in parts.values()] == [[]] * len(PARTS)
    assert [(part["items"], part["equal"]) for part in parts.values()] == [
        (2, 2),
        (3, 3),
        (1, 1),
        (1, 1),
        (3, 3),
    ]
    assert status == 0


def test_one_changed_word_is_found(verify: Verify, folder: Path) -> None:
    def one_word(items: list[dict[str, str]]) -> None:
        items[0]["model_output"] = items[0]["model_output"].rsplit(" ", 1)[0] + " elsewhere"

    change(folder / checkouts.DETAILED, one_word)
    status, parts = verify()
    assert status == 1
    assert [name for name, part in parts.items() if part["differing"]] == ["detailed"]
    (differing,) = parts["detailed"]["differing"]
    assert differing["released"].endswith(" elsewhere")
    assert differing["released"].split()[:-1] == differing["here"].split()[:-1]


def test_other_pixels_give_other_answers(verify: Verify, folder: Path) -> None:
    """The comparison must be able to fail: the answers depend on the photo."""
    photo = folder / checkouts.GAR_PHOTOS / "caption_simple_0.png"
    before = photo.read_bytes()
    try:
        noise = np.random.default_rng(9).integers(0, 256, (48, 64, 3), dtype=np.uint8)
        Image.fromarray(noise).save(photo)
        status, parts = verify()
    finally:
        photo.write_bytes(before)
    assert status == 1
    assert [name for name, part in parts.items() if part["differing"]] == ["simple"]
