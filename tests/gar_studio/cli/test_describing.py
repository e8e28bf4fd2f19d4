import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from gar_studio.engines.construction import EngineOptions
from gar_studio.engines.description import DescribeRequest, Task
from gar_studio.errors import EngineError
from tests.gar_studio.cli.conftest import NOTICE, Engines, Studio, say

MaskFile = Callable[..., Path]


@pytest.fixture
def masks(mask_file: MaskFile) -> list[object]:
    """Options for two regions."""
    first, second = mask_file("a.png", (1, 1, 9, 9)), mask_file("b.png", (20, 10, 30, 20))
    return ["--mask", first, "--mask", second]


def test_an_answer_is_the_output_with_numbers_for_mentions(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    engines.describer.script = lambda _: say(" ", 1, " stands ", "on ", 2, ".")
    result = studio("ask", photo, *masks, "What is #1 doing to #2?")
    assert result.status == 0
    assert result.out == f"Notice: {NOTICE}\n#1 stands on #2.\n"
    (request,) = engines.describer.requests
    assert request.task is Task.ASK
    assert request.question == "What is ⟨region:1⟩ doing to ⟨region:2⟩?"
    assert [r.mask.box for r in request.regions] == [(1, 1, 8, 8), (20, 10, 10, 10)]
    assert engines.describer.closed == 1


def test_each_region_is_described_by_itself(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    engines.describer.script = lambda request: [
        f"A {request.regions[0].mask.box[2]}-pixel",
        " box.",
    ]
    result = studio("describe", photo, *masks)
    assert result.status == 0
    assert result.out == f"Notice: {NOTICE}\n#1: A 8-pixel box.\n#2: A 10-pixel box.\n"
    assert [len(request.regions) for request in engines.describer.requests] == [1, 1]
    assert {request.question for request in engines.describer.requests} == {""}


def test_one_region_needs_no_number(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    result = studio("describe", photo, *masks[:2], "--brief")
    assert result.out == f"Notice: {NOTICE}\nA thing.\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert "one sentence" in engines.describer.requests[0].question


def test_text_is_written_before_the_next_token_is_made(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    seen: list[str] = []
    engines.describer.script = lambda _: ["one ", "two ", "three"]
    engines.describer.before_token = lambda _: seen.append(sys.stdout.getvalue())
    studio("describe", photo, *masks[:2])
    lines = [text.partition("\n")[2] for text in seen]
    assert lines == ["", "one ", "one two "]


@pytest.mark.usefixtures("engines")
def test_progress_and_measurements_stay_out_of_the_output(
    studio: Studio, photo: Path, masks: list[object]
) -> None:
    result = studio("describe", photo, *masks[:2])
    assert "Looking" in result.err
    assert result.err.count("Looking") == 1
    assert "0.5 tokens/s" in result.err
    assert "first after 0.50 s" in result.err
    assert NOTICE in result.err


def test_json_is_one_object_with_text_regions_and_measurements(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    engines.describer.script = lambda _: say("It is ", 2, ", ", "not ", 1)
    result = studio("ask", photo, *masks, "Which is bigger, #1 or #2?", "--json")
    value = result.json
    assert value["command"] == "ask"
    assert value["engine"] == {
        "name": "Scripted",
        "revision": "1",
        "device": "cpu",
        "licence": "no weights",
        "notice": NOTICE,
    }
    assert value["segmenter"] is None
    assert [region["box"] for region in value["regions"]] == [[1, 1, 8, 8], [20, 10, 10, 10]]
    assert value["regions"][0]["segmentation"]["size"] == [30, 40]
    (answer,) = value["answers"]
    assert answer == {
        "regions": [1, 2],
        "task": "ask",
        "question": "Which is bigger, #1 or #2?",
        "text": "It is #2, not #1",
        "stop_reason": "end",
        "new_tokens": 5,
        "first_token_seconds": 0.5,
        "seconds": 2.5,
        "tokens_per_second": 2.0,
    }
    assert NOTICE in result.err


def test_what_a_library_prints_does_not_get_into_the_json(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    engines.describer.before_token = lambda _: print("noise")  # noqa: T201
    result = studio("describe", photo, *masks[:2], "--json")
    assert result.json["command"] == "describe"
    assert "noise" in result.err


def test_boxes_and_points_are_cut_out_first(
    studio: Studio, photo: Path, engines: Engines, mask_file: MaskFile
) -> None:
    mask = mask_file("a.png", (1, 1, 9, 9))
    words = ["--point", "20,20", "--mask", mask, "--box", "5,5,8,9"]
    value = studio("ask", photo, *words, "What are they?", "--json").json
    assert [region["box"] for region in value["regions"]] == [
        [18, 18, 5, 5],
        [1, 1, 8, 8],
        [5, 5, 3, 4],
    ]
    assert [region["source"] for region in value["regions"]] == [
        {"point": [20, 20]},
        {"mask": str(mask)},
        {"box": [5, 5, 8, 9]},
    ]
    assert value["segmenter"]["name"] == "Scripted"
    assert engines.segmenter.closed == 1


def test_no_segmenter_is_built_for_masks_alone(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    assert studio("describe", photo, *masks).status == 0
    assert not engines.factories["grabcut"].options


def test_ctrl_c_keeps_the_text_so_far(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    def interrupt(index: int) -> None:
        if index == 2:
            signal.raise_signal(signal.SIGINT)

    engines.describer.script = lambda _: ["one ", "two", " three", " four"]
    engines.describer.before_token = interrupt
    result = studio("describe", photo, *masks)
    assert result.status == 130
    assert result.out.endswith("#1: one two\n")
    assert "stopped" in result.err
    assert len(engines.describer.requests) == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    value = studio("describe", photo, *masks, "--json")
    assert value.status == 130
    assert value.json["stopped"] is True
    assert value.json["answers"][0]["text"] == "one two"
    assert value.json["answers"][0]["stop_reason"] == "cancelled"


def test_a_second_ctrl_c_ends_the_program(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    def interrupt_twice(_: int) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    engines.describer.before_token = interrupt_twice
    result = studio("describe", photo, *masks, "--json")
    assert result.status == 130
    assert result.json["error"]["kind"] == "Cancelled"
    assert engines.describer.closed == 1


def test_model_device_and_limits_reach_the_engine(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    words = ["--model", "HaochenWang/GAR-1B", "--device", "cpu", "--dtype", "bfloat16"]
    limits = ["--max-tiles", "4", "--max-new-tokens", "7"]
    assert studio("describe", photo, *masks[:2], *words, *limits).status == 0
    assert engines.factories["gar"].options == [
        EngineOptions(model="HaochenWang/GAR-1B", device="cpu", dtype="bfloat16")
    ]
    (request,) = engines.describer.requests
    assert (request.max_tiles, request.max_new_tokens) == (4, 7)


def test_without_a_model_the_embedded_engine_answers(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    assert studio("describe", photo, *masks[:2]).status == 0
    assert engines.factories["gar-nano"].options == [EngineOptions()]


def test_the_hub_is_reached_only_when_it_is_said(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    studio("describe", photo, *masks[:2], "--model", "a/b", "--download")
    studio("describe", photo, *masks[:2], "--model", "a/b")
    assert [o.allow_download for o in engines.factories["gar"].options] == [True, False]


def test_the_hub_is_reached_for_sam_only_when_it_is_said(
    studio: Studio, photo: Path, engines: Engines
) -> None:
    words = ("describe", photo, "--point", "8,9", "--sam", "facebook/sam2.1-hiera-tiny")
    studio(*words, "--download")
    studio(*words)
    assert [o.allow_download for o in engines.factories["sam-hub"].options] == [True, False]


def test_escape_codes_of_a_model_do_not_reach_the_terminal(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    engines.describer.script = lambda _: ["red \x1b[31m", "\x07bell\x9b"]
    result = studio("describe", photo, *masks[:2])
    assert result.out.endswith("red [31mbell\n")


def test_a_number_without_a_region_is_text_and_said(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    result = studio("ask", photo, *masks, "Does #1 wear the number #7?")
    assert result.status == 0
    assert "no region #7" in result.err
    assert engines.describer.requests[0].question == "Does ⟨region:1⟩ wear the number #7?"


def test_six_regions_are_too_many_for_a_question(
    studio: Studio, photo: Path, engines: Engines
) -> None:
    points = [word for x in range(6) for word in ("--point", f"{5 * x + 3},9")]
    result = studio("ask", photo, *points, "What are they?")
    assert result.status == 1
    assert "6 regions" in result.err
    assert not engines.factories["grabcut"].options
    assert not engines.factories["gar-nano"].options
    assert studio("describe", photo, *points).status == 0
    assert len(engines.describer.requests) == 6


@pytest.mark.parametrize("command", ["describe", "ask"])
def test_bad_regions_are_named_before_any_engine_is_built(
    studio: Studio, photo: Path, engines: Engines, mask_file: MaskFile, command: str
) -> None:
    good = mask_file("good.png", (1, 1, 5, 5))
    no_image = photo.with_name("text.png")
    no_image.write_text("not an image", encoding="utf-8")
    empty_file = photo.with_name("zero.png")
    empty_file.write_bytes(b"")
    cut_off = photo.with_name("cut.png")
    cut_off.write_bytes(good.read_bytes()[:60])
    cases = {
        mask_file("other.png", (1, 1, 5, 5), (41, 30)): "41×30",
        mask_file("black.png", (0, 0, 0, 0)): "empty",
        no_image: "not an image",
        empty_file: "0 bytes",
        cut_off: "cut.png",
        photo.with_name("none.png"): "no file",
    }
    for path, says in cases.items():
        words = [photo, "--mask", good, "--mask", path, *(["What?"] if command == "ask" else [])]
        result = studio(command, *words)
        assert (result.status, result.out) == (1, "")
        assert "Region #2" in result.err
        assert says in result.err
        error = studio(command, *words, "--json").json["error"]
        assert error["what"].startswith("Region #2")
        assert error["kept"]
    outside = studio(command, photo, "--point", "99,3", *(["What?"] if command == "ask" else []))
    assert "Region #1" in outside.err
    assert not any(factory.options for factory in engines.factories.values())


@pytest.mark.usefixtures("engines")
def test_a_bad_photo_is_one_sentence(studio: Studio, tmp_path: Path) -> None:
    truncated = tmp_path / "truncated.jpg"
    Image.effect_noise((200, 200), 60).save(truncated)
    truncated.write_bytes(truncated.read_bytes()[:3000])
    text = tmp_path / "text.jpg"
    text.write_text("hello", encoding="utf-8")
    zero = tmp_path / "zero.jpg"
    zero.write_bytes(b"")
    cases = {
        truncated: "cut off",
        text: "not an image",
        zero: "0 bytes",
        tmp_path: "cannot be read",
        tmp_path / "[none].jpg": "[none].jpg",
    }
    for path, says in cases.items():
        for command in ("segment", "describe"):
            result = studio(command, path, "--point", "3,3")
            assert (result.status, result.out) == (1, "")
            assert says in result.err
            assert result.err.count("\n") == 1
            assert studio(command, path, "--point", "3,3", "--json").json["error"]["what"]


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["describe"], "PHOTO"),
        (["ask", "PHOTO", "--point", "3,3"], "QUESTION"),
        (["ask", "PHOTO", "--point", "3,3", " "], "question is empty"),
        (["describe", "PHOTO"], "--mask, --box or --point"),
        (["describe", "PHOTO", "--point", "3,3", "--max-tiles", "0"], "--max-tiles"),
        (["describe", "PHOTO", "--point", "3,3", "--max-new-tokens", "2000"], "--max-new-tokens"),
        (["describe", "PHOTO", "--point", "3,3", "--dtype", "int3"], "--dtype"),
        (["describe", "PHOTO", "--pont", "3,3"], "--pont"),
    ],
)
def test_a_wrong_command_line_has_status_2(
    studio: Studio, photo: Path, words: list[str], says: str
) -> None:
    words = [str(photo) if word == "PHOTO" else word for word in words]
    result = studio(*words)
    assert result.status == 2
    assert says in result.err
    with_json = studio(*words, "--json")
    assert with_json.status == 2
    assert with_json.json["error"]["kind"] == "UsageError"


def test_an_engine_that_fails_in_mid_answer_is_one_sentence(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    def fail(_: DescribeRequest) -> list[str]:
        raise EngineError("The GPU is out of memory.", advice="Use fewer tiles.")

    engines.describer.script = fail
    result = studio("describe", photo, *masks[:2], "--json")
    assert result.status == 1
    assert result.json["error"]["kind"] == "EngineError"
    assert result.json["error"]["advice"] == "Use fewer tiles."
    assert engines.describer.closed == 1


def test_answers_that_grow_together_are_written_one_after_the_other(
    studio: Studio, photo: Path, engines: Engines, masks: list[object]
) -> None:
    class Together(type(engines.describer)):  # type: ignore[misc]
        def describe_many(self, image, requests, cancels, *, grouped=False):
            streams = [self.describe(image, r, c) for r, c in zip(requests, cancels, strict=True)]
            first, second = ([*stream] for stream in streams)
            for one, two in zip(first, second, strict=True):
                yield 1, two
                yield 0, one

    engines.describer.script = lambda _: ["one ", "two"]
    engines.describer.__class__ = Together
    result = studio("describe", photo, *masks)
    assert result.status == 0
    assert result.out.endswith("#1: one two\n#2: one two\n")
