import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gar_studio.engines.description import DescribeRequest
from gar_studio.errors import RequestError
from tests.gar_studio.cli.conftest import NOTICE, Engines, Result, Studio, say
from tests.gar_studio.verification import checkouts
from tests.gar_studio.verification.checkouts import Asked, change, write_checkout

Verify = Callable[..., Result]

LETTER = "Answer with the correct option's letter directly."
WITHOUT_SAM = [
    word for part in ("readme", "vqa", "simple", "detailed", "dlc") for word in ("--part", part)
]


def released(asked: Asked) -> str:
    """Return what the tests' released model says."""
    if not asked.question:
        return "A red cup."
    return "A" if LETTER in asked.question else "<Prompt1> is beside <Prompt0>."


def script(request: DescribeRequest) -> list[str]:
    """Return the same answers, as an engine gives them."""
    if not request.question:
        return [" A red", " cup. "]
    return ["A"] if LETTER in request.question else say(1, " is beside ", 0, ".")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "released").mkdir()
    return write_checkout(tmp_path / "released", released)


@pytest.fixture
def verify(studio: Studio, engines: Engines, folder: Path) -> Verify:
    engines.describer.script = script

    def call(*words: object, model: str = "models/GAR-8B") -> Result:
        return studio("verify", model, "--released", folder, *words)

    return call


def parts(result: Result) -> dict[str, dict[str, Any]]:
    return {part["part"]: part for part in result.json["parts"]}


def test_equal_answers_pass(verify: Verify, engines: Engines) -> None:
    result = verify("--sam", "sam.pth", "--json")
    assert result.status == 0
    value = result.json
    assert value["passed"] is True
    assert value["predictions"] == "gar_8b"
    assert value["engine"]["name"] == "Scripted"
    found = parts(result)
    assert {name: (part["items"], part["equal"]) for name, part in found.items()} == {
        "readme": (2, 2),
        "readme-sam": (1, 1),
        "vqa": (3, 3),
        "simple": (1, 1),
        "detailed": (1, 1),
        "dlc": (3, 3),
    }
    assert found["vqa"]["letter_equal"] == 3
    assert found["vqa"]["several_regions"] == {"items": 1, "equal": 1}
    assert (found["vqa"]["available"], found["vqa"]["left_out"]) == (4, 1)
    assert found["simple"]["letter_equal"] is None
    assert all(part["passed"] and part["differing"] == [] for part in found.values())
    assert engines.describer.closed == 1
    assert engines.segmenter.closed == 1
    assert NOTICE in result.err


def test_one_other_word_is_found_and_shown_with_both_texts(verify: Verify, folder: Path) -> None:
    change(folder / checkouts.DLC, lambda answers: answers.update({"905": "A blue cup."}))
    result = verify(*WITHOUT_SAM, "--json")
    assert result.status == 1
    assert result.json["passed"] is False
    found = parts(result)
    assert found["dlc"]["differing"] == [
        {
            "item": "905",
            "regions": 1,
            "released": "A blue cup.",
            "here": "A red cup.",
            "cut_off": False,
            "problem": None,
            "retried": None,
        }
    ]
    assert [name for name, part in found.items() if not part["passed"]] == ["dlc"]
    shown = verify(*WITHOUT_SAM)
    assert shown.status == 1
    assert "dlc 905: released “A blue cup.”; here “A red cup.”" in shown.out
    assert "9 of 10 answers equal the released ones, word for word. Not passed." in shown.out


def test_a_letter_of_another_case_is_the_same_letter_but_not_the_same_word(
    verify: Verify, folder: Path
) -> None:
    change(folder / checkouts.VQA, lambda items: items[0].update(model_output="a"))
    part = parts(verify("--part", "vqa", "--json"))["vqa"]
    assert (part["items"], part["equal"], part["letter_equal"]) == (3, 2, 3)
    assert part["passed"] is False


def test_the_released_leak_is_asked_for_unless_told_otherwise(
    verify: Verify, engines: Engines
) -> None:
    leaked, own = (verify("--part", "vqa", *words, "--json") for words in ([], ["--own-boxes"]))
    built = engines.factories["gar"].options
    assert [options.variant for options in built] == ["leaked-boxes", ""]
    assert [options.model for options in built] == ["models/GAR-8B"] * 2
    assert [result.json["boxes"] for result in (leaked, own)] == ["leaked", "own"]


def test_options_reach_engine_and_requests(verify: Verify, engines: Engines) -> None:
    words = ["--device", "cpu", "--dtype", "float32", "--max-tiles", "2", "--items", "1"]
    assert verify("--part", "vqa", *words, "--max-new-tokens", "9").status == 0
    (options,) = engines.factories["gar"].options
    assert (options.device, options.dtype) == ("cpu", "float32")
    (request,) = engines.describer.requests
    assert (request.max_tiles, request.max_new_tokens) == (2, 9)


def test_the_released_length_is_the_default(verify: Verify, engines: Engines) -> None:
    verify("--part", "simple")
    assert {request.max_new_tokens for request in engines.describer.requests} == {1024}
    assert {request.max_tiles for request in engines.describer.requests} == {None}


def test_what_cannot_be_run_is_said_and_does_not_pass(
    verify: Verify, engines: Engines, folder: Path
) -> None:
    shutil.rmtree(folder / checkouts.DLC_PHOTOS)
    result = verify("--json")
    assert result.status == 1
    assert result.json["passed"] is False
    found = parts(result)
    for name, said in (("dlc", "--dlc"), ("readme-sam", "--sam")):
        assert found[name]["passed"] is None
        assert said in found[name]["not_run"]
        assert f"{name} is not run" in result.err
    assert all(found[name]["passed"] for name in ("readme", "vqa", "simple", "detailed"))
    shown = verify()
    assert "Not run: readme-sam, dlc. Not passed." in shown.out


def test_photos_of_dlc_bench_are_taken_from_the_folder_that_is_named(
    verify: Verify, folder: Path, tmp_path: Path
) -> None:
    shutil.move(folder / checkouts.DLC_PHOTOS, tmp_path / "photos")
    assert verify("--part", "dlc", "--dlc", tmp_path / "photos").status == 0
    (tmp_path / "photos" / "objects_77.jpg").unlink()
    result = verify("--part", "dlc", "--dlc", tmp_path / "photos", "--json")
    assert result.status == 1
    assert "objects_77.jpg" in parts(result)["dlc"]["not_run"]
    assert verify("--dlc", tmp_path / "none").status == 1


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda path: path.write_text("[{", encoding="utf-8"), "gar_8b_vqa.json"),
        (lambda path: path.unlink(), "gar_8b_vqa.json"),
        (
            lambda path: change(path, lambda items: items[1].update(image="../../../../x.png")),
            "leads out of the folder",
        ),
        (
            lambda path: change(path, lambda items: items[1].update(image="images/none.png")),
            "images/none.png",
        ),
    ],
)
def test_a_damaged_part_is_one_sentence_and_the_others_are_run(
    verify: Verify, folder: Path, edit: Callable[[Path], Any], said: str
) -> None:
    edit(folder / checkouts.VQA)
    result = verify(*WITHOUT_SAM, "--json")
    assert result.status == 1
    found = parts(result)
    assert found["vqa"]["passed"] is None
    assert said in found["vqa"]["not_run"]
    assert "\n" not in found["vqa"]["not_run"]
    assert "Traceback" not in result.err
    assert all(part["passed"] for name, part in found.items() if name != "vqa")


def test_no_model_is_loaded_where_nothing_can_be_asked(
    verify: Verify, engines: Engines, folder: Path
) -> None:
    (folder / checkouts.VQA).unlink()
    assert verify("--part", "vqa").status == 1
    assert engines.factories["gar"].options == []
    shutil.rmtree(folder)
    result = verify()
    assert result.status == 1
    assert "There is no folder" in result.err


def test_ctrl_c_keeps_what_was_counted(verify: Verify, engines: Engines) -> None:
    asked = 0

    def interrupt(index: int) -> None:
        nonlocal asked
        asked += index == 0
        if asked == 4:
            signal.raise_signal(signal.SIGINT)

    engines.describer.before_token = interrupt
    result = verify("--part", "readme", "--part", "vqa", "--part", "simple", "--json")
    assert result.status == 130
    assert result.json["stopped"] is True
    assert result.json["passed"] is False
    found = parts(result)
    assert [(part["items"], part["passed"]) for part in found.values()] == [
        (2, True),
        (1, False),
        (0, False),
    ]
    assert len(engines.describer.requests) == 4
    assert engines.describer.closed == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_refused_question_is_an_item_with_its_reason(verify: Verify, engines: Engines) -> None:
    def refuse(request: DescribeRequest) -> list[str]:
        if len(request.regions) > 1:
            raise RequestError("Two are too many.")
        return script(request)

    engines.describer.script = refuse
    result = verify("--part", "vqa", "--json")
    part = parts(result)["vqa"]
    assert (part["items"], part["equal"]) == (3, 2)
    (differing,) = part["differing"]
    assert differing["item"] == "vqa_1"
    assert differing["here"] is None
    assert "Two are too many." in differing["problem"]


def test_the_model_s_name_chooses_the_released_answers(
    verify: Verify, engines: Engines, folder: Path
) -> None:
    assert verify(model="models/mine").status == 2
    assert verify("--part", "vqa", "--predictions", "gar_8b", model="models/mine").status == 0
    result = verify("--part", "vqa", "--json", model="X/GAR-1B")
    assert "gar_1b_vqa.json" in parts(result)["vqa"]["not_run"]


def test_the_readme_s_answers_are_those_of_gar_8b_only(verify: Verify, folder: Path) -> None:
    for name in (checkouts.VQA, checkouts.SIMPLE, checkouts.DETAILED, checkouts.DLC):
        shutil.copy(folder / name, folder / name.replace("gar_8b", "gar_1b"))
    readme = folder / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace(" cup.", " mug."), "utf-8")
    result = verify("--json", model="GAR-1B")
    assert result.status == 0
    found = parts(result)
    assert found["readme"]["equal"] == 1
    assert found["readme"]["passed"] is False
    assert {name for name, part in found.items() if not part["decides"]} == {
        "readme",
        "readme-sam",
    }
    assert "these do not count" in verify(model="GAR-1B").out
    assert verify("--part", "readme", model="GAR-1B").status == 1


def test_a_released_text_does_not_steer_the_terminal(verify: Verify, folder: Path) -> None:
    change(folder / checkouts.DLC, lambda answers: answers.update({"77": "\x1b[2Jgone"}))
    assert "\x1b" not in verify("--part", "dlc").out
    assert json.loads(verify("--part", "dlc", "--json").out)["parts"][0]["items"] == 3
