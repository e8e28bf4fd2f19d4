from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gar_studio.cli import evaluating
from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import CancelToken
from gar_studio.evaluation.registry import Step
from gar_studio.evaluation.score import Report, Row, Score
from tests.gar_studio.cli.conftest import Engines, Studio


@dataclass
class Scripted:
    """An evaluation with a report that was written beforehand."""

    report: Report
    calls: list[tuple[int, int, Path | None]] = field(default_factory=list)

    def run(
        self,
        describer: Describer,
        *,
        seed: int,
        count: int,
        photos: Path | None,
        progress: Step,
        cancel: CancelToken,
    ) -> Report:
        assert describer.info.name
        self.calls.append((seed, count, photos))
        progress(count, count)
        return self.report


GOOD = Row("colour of a region", Score(19, 20), Score(2, 20), 0.9)
MISSED = Row("shape of a region", Score(3, 20), Score(2, 20), 0.9)
SLICE = Row("background: photo", Score(5, 10))


def use(monkeypatch: pytest.MonkeyPatch, *rows: Row) -> Scripted:
    scripted = Scripted(Report(rows, (SLICE,), 0.25))
    monkeypatch.setattr(evaluating, "evaluation", lambda name: {"scenes": scripted}[name])
    return scripted


@pytest.mark.usefixtures("engines")
def test_a_table_shows_every_row_with_its_interval_and_what_is_guessed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted = use(monkeypatch, GOOD)
    result = studio("evaluate", "scenes", "--seed", 7, "--count", 40)
    assert result.status == 0
    assert scripted.calls == [(7, 40, None)]
    for words in ("colour of a region", "95.0", "76.4–99.1", "10.0", "met", "background: photo"):
        assert words in result.out
    assert "0.25 s" in result.out


@pytest.mark.usefixtures("engines")
def test_a_missed_bound_is_not_a_success(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, GOOD, MISSED)
    result = studio("evaluate", "scenes")
    assert result.status == 1
    last = result.out.strip().splitlines()[-1]
    assert last == "1 of 2 bounds are missed: shape of a region."


@pytest.mark.usefixtures("engines")
def test_the_last_line_says_whether_the_model_is_good_enough(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, GOOD)
    last = studio("evaluate", "scenes").out.strip().splitlines()[-1]
    assert last == "All 1 bounds are met."


@pytest.mark.usefixtures("engines")
def test_json_holds_rows_with_value_bound_and_unit(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripted = use(monkeypatch, GOOD, MISSED)
    result = studio("evaluate", "scenes", "--photos", tmp_path, "--json")
    assert scripted.calls[0][2] == tmp_path
    value = result.json
    assert value["passed"] is False
    row = value["rows"][0]
    assert (row["value"], row["bound"], row["unit"], row["passed"]) == (0.95, 0.9, "share", True)
    assert row["blind"]["value"] == 0.1
    assert value["slices"][0]["blind"] is None


def test_the_engine_that_is_named_is_asked(
    studio: Studio, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, GOOD)
    studio("evaluate", "scenes", "--model", "some/folder")
    assert [options.model for options in engines.factories["gar"].options] == ["some/folder"]
