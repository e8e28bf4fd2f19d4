import json
import signal
from pathlib import Path

import pytest

from gar_studio.engines.description import DescribeRequest
from tests.gar_studio.cli.conftest import Engines, Studio
from tests.gar_studio.evaluation.benches import captions, dlc, photo, vqa, write
from tests.gar_studio.evaluation.test_bench import EXCERPT, EXCERPT_RIGHT


@pytest.fixture
def annotations(tmp_path: Path) -> Path:
    """Four letters on photos of their own, the third with too many regions."""
    items = [vqa(answer="A", image=f"{n}.png", regions=(1, 2, 6, 1)[n]) for n in range(4)]
    for number in range(4):
        photo(tmp_path / f"{number}.png")
    return write(tmp_path / "vqa.json", items)


def letters(request: DescribeRequest) -> list[str]:
    return ["a"] if len(request.regions) == 1 else [" B", "\n"]


def test_predictions_may_stand_for_the_annotations(studio: Studio, tmp_path: Path) -> None:
    plot = tmp_path / "plot.svg"
    result = studio("evaluate", "gar-bench", "--predictions", EXCERPT, "--plot", plot, "--json")
    assert result.status == 0
    assert (result.json["overall"]["right"], result.json["overall"]["total"]) == (EXCERPT_RIGHT, 43)
    assert plot.read_text().startswith("<svg")


def test_a_model_is_asked_scored_and_its_answers_written(
    studio: Studio, engines: Engines, annotations: Path, tmp_path: Path
) -> None:
    engines.describer.script = letters
    out = tmp_path / "out.json"
    words = ("evaluate", "gar-bench", "--annotations", annotations, "--model", "gar-nano")
    result = studio(*words, "--out", out)
    assert result.status == 0
    assert "1 items have more than 5 regions and were not asked." in result.out
    assert "With them as wrong: 2/4 = 50.0 %" in result.out
    asked = engines.describer.requests
    assert [len(request.regions) for request in asked] == [1, 2, 1]
    assert asked[0].question.endswith("Answer with the correct option's letter directly.")
    written = json.loads(out.read_text())
    assert [entry["model_output"] for entry in written] == ["a", "B", "a"]
    again = studio("evaluate", "gar-bench", "--annotations", annotations, "--predictions", out)
    assert again.status == 0


def test_an_interrupted_run_goes_on_and_asks_nothing_twice(
    studio: Studio, engines: Engines, annotations: Path, tmp_path: Path
) -> None:
    engines.describer.script = letters
    out = tmp_path / "out.json"
    words = ("evaluate", "gar-bench", "--annotations", annotations, "--model", "x/y", "--out", out)

    def interrupt(_: int) -> None:
        if len(engines.describer.requests) == 2:
            signal.raise_signal(signal.SIGINT)

    engines.describer.before_token = interrupt
    first = studio(*words, "--json")
    assert first.status == 130
    assert first.json["answered"] == 1
    engines.describer.before_token = lambda _: None
    second = studio(*words, "--json")
    assert second.status == 0
    assert second.json["answered"] == 3
    images = [len(request.regions) for request in engines.describer.requests]
    assert images == [1, 2, 2, 1]  # the second item was not finished, so it was asked again
    third = studio(*words)
    assert third.status == 0
    assert len(engines.describer.requests) == 4
    assert "3 items have an answer from before" in third.err


def test_leaked_boxes_are_asked_for_only_when_said(
    studio: Studio, engines: Engines, annotations: Path, tmp_path: Path
) -> None:
    words = ("evaluate", "gar-bench", "--annotations", annotations, "--model", "x/y")
    studio(*words, "--out", tmp_path / "own.json")
    leaked = studio(*words, "--leaked-boxes", "--out", tmp_path / "leaked.json", "--json")
    assert [o.variant for o in engines.factories["gar"].options] == ["", "leaked-boxes"]
    assert leaked.json["boxes"] == "leaked"
    mixed = studio(*words, "--leaked-boxes", "--out", tmp_path / "own.json")
    assert mixed.status == 1
    assert "own boxes" in mixed.err


def test_an_item_that_fails_is_told_and_the_others_go_on(
    studio: Studio, engines: Engines, annotations: Path, tmp_path: Path
) -> None:
    (tmp_path / "0.png").write_bytes(b"no image")
    out = tmp_path / "out.json"
    words = ("evaluate", "gar-bench", "--annotations", annotations, "--model", "x/y", "--out", out)
    result = studio(*words, "--json")
    assert result.status == 1
    assert result.json["answered"] == 2
    assert [failed["image"] for failed in result.json["failed"]] == ["0.png"]
    photo(tmp_path / "0.png")
    assert studio(*words).status == 0
    assert len(engines.describer.requests) == 3


def test_captions_are_written_for_their_judges(
    studio: Studio, engines: Engines, tmp_path: Path
) -> None:
    photo(tmp_path / "a.png")
    out = tmp_path / "out.json"
    source = write(tmp_path / "detailed.json", captions()[1:])
    words = ("evaluate", "gar-bench", "--annotations", source, "--model", "x/y", "--out", out)
    result = studio(*words)
    assert result.status == 0
    (entry,) = json.loads(out.read_text())
    assert (entry["subject_name"], entry["model_output"]) == ("person", "A thing.")
    assert "1 of 1 captions" in result.out


@pytest.mark.usefixtures("engines")
def test_dlc_bench_is_written_as_released(studio: Studio, tmp_path: Path) -> None:
    photo(tmp_path / "photos" / "a.png")
    source, out = write(tmp_path / "dlc.json", dlc()), tmp_path / "out.json"
    words = ("--annotations", source, "--images", tmp_path / "photos", "--out", out)
    assert studio("evaluate", "dlc-bench", *words, "--model", "x/y").status == 0
    assert json.loads(out.read_text()) == {"905": "A thing.", "77": "A thing."}


@pytest.mark.usefixtures("engines")
@pytest.mark.parametrize("words", [(), ("--model", "m"), ("--model", "m", "--predictions", "p")])
def test_what_is_missing_is_said(studio: Studio, words: tuple[str, ...]) -> None:
    assert studio("evaluate", "gar-bench", *words).status == 2
