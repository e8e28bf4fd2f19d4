"""The comparison of clicks and a mask prompt: both on the same objects, and a fair verdict."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import scribbles, segmentation
from benchmarks.photo_masks import PhotoObject, overlap, stroke
from benchmarks.scribbles import Contest, contest
from gar_studio.annotation.prompts import PromptSet
from gar_studio.engines.construction import EngineOptions, ScribblePrompt
from gar_studio.engines.segmentation import Segmenter
from gar_studio.settings import HOME_VARIABLE
from models.segment.factory import SAM
from models.segment.sam import SamSegmenter
from tests.models.segment.helpers import ask, picture, write_small_sam

CLICKS, MASK = ScribblePrompt.CLICKS, ScribblePrompt.MASK


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("sam") / "small.pth"
    write_small_sam(path)
    return path


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))


@pytest.fixture
def engine(checkpoint: Path) -> SamSegmenter:
    found: Segmenter = SAM.build(EngineOptions(model=str(checkpoint), device="cpu"))
    assert isinstance(found, SamSegmenter)
    return found


def objects() -> Iterator[PhotoObject]:
    for seed in range(3):
        truth = np.zeros((60, 90), dtype=np.bool_)
        truth[20:40, 10 + 10 * seed : 60] = True
        yield PhotoObject(picture(seed), truth, held_out=True)


def made(clicks: list[float], mask: list[float]) -> Contest:
    best = {CLICKS: tuple(clicks), MASK: tuple(mask)}
    return Contest(first=best, best=best)


def test_both_ways_are_asked_about_the_same_objects(engine: SamSegmenter) -> None:
    found = contest(engine, objects())
    for way in (CLICKS, MASK):
        asked = engine.with_scribbles_as(way)
        for one, first, best in zip(objects(), found.first[way], found.best[way], strict=True):
            result = ask(asked, one.image, PromptSet(scribbles=(stroke(one.truth),)))
            wanted = [overlap(c.mask.to_array(), one.truth) for c in result.candidates]
            assert (first, best) == (wanted[0], max(wanted))
    assert found.best[CLICKS] != found.best[MASK]


def test_the_rows_have_both_ways_and_their_difference() -> None:
    rows = {row.name: row.value for row in made([0.5, 0.7, 0.6], [0.6, 0.9, 0.5]).rows("SAM")}
    assert rows["SAM: scribble as clicks, best candidate"] == pytest.approx(0.6)
    assert rows["SAM: scribble as a mask prompt, best candidate"] == pytest.approx(2 / 3)
    assert rows["SAM: mask prompt minus clicks"] == pytest.approx(0.2 / 3)
    assert rows["SAM: its standard error"] == pytest.approx(
        np.std([0.1, 0.2, -0.1], ddof=1) / 3**0.5
    )
    assert rows["SAM: objects with the better mask prompt"] == pytest.approx(2 / 3)


def test_the_verdict_names_the_better_way_only_if_it_is_more_than_chance() -> None:
    low, high = [0.3, 0.4, 0.31, 0.42], [0.8, 0.82, 0.79, 0.9]
    assert "better as a mask prompt" in made(low, high).verdict("SAM")
    assert "better as clicks" in made(high, low).verdict("SAM")
    for same in (made(low, low), made([0.1, 0.9], [0.9, 0.2]), made([0.1], [0.9])):
        assert "cannot be told apart" in same.verdict("SAM")


def test_an_object_that_is_not_found_counts_as_no_overlap(engine: SamSegmenter) -> None:
    network = engine._network

    class Blind:
        def __getattr__(self, name: str) -> object:
            return getattr(network, name)

        def enlarge(self, *_: object, height: int, width: int) -> np.ndarray:
            return np.zeros((height, width), dtype=np.bool_)

    blind = SamSegmenter(Blind(), engine._store)  # type: ignore[arg-type]
    found = contest(blind, objects())
    assert found.best[CLICKS] == found.best[MASK] == (0.0, 0.0, 0.0)
    one = next(objects())
    overlaps, nothing = segmentation.Person(blind, one).ask(
        PromptSet(scribbles=(stroke(one.truth),))
    )
    assert overlaps == [0]
    assert nothing.mask.is_empty


def test_one_command_prints_both_rows_and_which_is_better(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(segmentation, "photo_objects", lambda _: objects())
    monkeypatch.setattr(segmentation, "seconds_on_large", lambda *_: 0.0)
    for slow in (segmentation.sam_click, segmentation.canvas_work):
        monkeypatch.setattr(slow, "rows", list)
    monkeypatch.setattr("sys.argv", ["", "folder", "--engine", "sam", "--model", str(checkpoint)])
    segmentation.main()
    printed = capsys.readouterr().out
    assert "SAM custom: scribble as clicks, best candidate" in printed
    assert "SAM custom: scribble as a mask prompt, best candidate" in printed
    verdict = printed.splitlines()[-1]
    assert verdict.startswith("SAM custom: scribbles")
    assert "3 objects" in verdict
    assert verdict == scribbles.contest(
        segmentation.build_segmenter("sam", EngineOptions(model=str(checkpoint))), objects()
    ).verdict("SAM custom")
