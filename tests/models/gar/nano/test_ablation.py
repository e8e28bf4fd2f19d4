"""The comparison of ways to fill a region's slots."""

from dataclasses import replace
from pathlib import Path

from gar_studio.evaluation.score import Score
from models.gar.nano.ablation import RESULTS_FILE, load_results, measure, table
from models.gar.nano.plan import Replay
from models.gar.nano.shards import load_shard
from models.gar.nano.training import batches_of, prepare
from tests.models.gar.nano.conftest import SMALL


def test_a_table_has_a_row_for_each_question_that_all_were_asked() -> None:
    results = {
        Replay.EXACT: {"relation_2": Score(9, 10), "which": Score(1, 4), "absent": Score(1, 1)},
        Replay.CROP: {"relation_2": Score(3, 10), "which": Score(2, 4)},
    }
    assert table(results).splitlines() == [
        "| Question | asked | replay, exact | crop alone |",
        "|-|-|-|-|",
        "| relation of two regions | 10 | 90.0 % | 30.0 % |",
        "| which region | 4 | 25.0 % | 50.0 % |",
    ]


def test_what_was_measured_is_found_again(shards: Path, tmp_path: Path) -> None:
    for way in (Replay.CROP, Replay.NONE):
        folder = tmp_path / way
        training = prepare(folder, shards, replace(SMALL, replay=way))
        list(training.run())
        unseen = batches_of(folder, [load_shard(shards, 0)], size=3, seed=(1, 3))
        measure(folder, training, unseen, scenes=6)
        assert (folder / RESULTS_FILE).is_file()
    results = load_results(tmp_path)
    assert list(results) == [Replay.NONE, Replay.CROP]
    asked = [{task: score.total for task, score in found.items()} for found in results.values()]
    assert asked[0] == asked[1], "all are asked the same"
    assert sum(asked[0].values()) > 20
