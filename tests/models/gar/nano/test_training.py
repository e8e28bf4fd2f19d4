"""Training: what was interrupted goes on as if it had not been."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from models.gar.checkpoint import load_model
from models.gar.nano.plan import Plan, Replay, Stage
from models.gar.nano.training import STATE_FILE, WEIGHTS_FILE, prepare
from tests.models.gar.nano.conftest import SMALL

PLAN = replace(SMALL, plain_steps=2, tower_steps=2, answer_steps=3)


def losses(
    folder: Path, shards: Path, plan: Plan = PLAN, *, until: int | None = None
) -> list[dict]:
    training = prepare(folder, shards, plan)
    found = list(training.run(until))
    training.save()
    training.export()
    return found


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_a_resumed_training_has_the_same_loss_curve(
    shards: Path, tmp_path: Path, stop: int
) -> None:
    whole = losses(tmp_path / "whole", shards)
    assert len(whole) == PLAN.steps
    assert "answers" not in whole[0]
    assert "answers" in whole[-1]
    first = losses(tmp_path / "halves", shards, until=stop)
    assert len(first) == stop
    second = losses(tmp_path / "halves", shards)
    assert first + second == whole
    ours = load_file(tmp_path / "halves" / WEIGHTS_FILE)
    theirs = load_file(tmp_path / "whole" / WEIGHTS_FILE)
    assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


def test_what_is_exported_is_a_checkpoint_in_the_released_layout(
    shards: Path, tmp_path: Path
) -> None:
    losses(tmp_path, shards, until=1)
    model = load_model(tmp_path, device=torch.device("cpu"), dtype=torch.float32)
    assert model.config.letterbox
    assert (tmp_path / STATE_FILE).is_file()


@pytest.mark.parametrize("replay", [Replay.RELEASED, Replay.NONE, Replay.CROP])
def test_the_replay_can_be_another_or_left_out(
    shards: Path, tmp_path: Path, replay: Replay
) -> None:
    plan = replace(SMALL, replay=replay)
    changed = losses(tmp_path / "changed", shards, plan)
    assert changed[0]["answers"] != losses(tmp_path / "usual", shards, SMALL)[0]["answers"]


def test_training_can_begin_with_the_weights_of_a_checkpoint(shards: Path, tmp_path: Path) -> None:
    losses(tmp_path / "first", shards)
    second = prepare(tmp_path / "second", shards, PLAN)
    second.begin_with(tmp_path / "first" / WEIGHTS_FILE)
    second.export()
    ours = load_file(tmp_path / "second" / WEIGHTS_FILE)
    theirs = load_file(tmp_path / "first" / WEIGHTS_FILE)
    assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


def test_a_tower_can_be_taken_over_alone(shards: Path, tmp_path: Path) -> None:
    losses(tmp_path / "first", shards)
    fresh = prepare(tmp_path / "fresh", shards, PLAN)
    fresh.export()
    second = prepare(tmp_path / "second", shards, PLAN)
    second.begin_with(tmp_path / "first" / WEIGHTS_FILE, tower_only=True)
    second.export()
    first, before, ours = (
        load_file(tmp_path / name / WEIGHTS_FILE) for name in ("first", "fresh", "second")
    )
    for key, weight in ours.items():
        tower = "vision_tower" in key or "mask_patch" in key
        assert torch.equal(weight, (first if tower else before)[key])


def test_a_frozen_tower_stays_as_it_was(shards: Path, tmp_path: Path) -> None:
    plan = replace(SMALL, tower_rate=0.0, answer_steps=2)
    training = prepare(tmp_path, shards, plan)
    before = {name: weight.clone() for name, weight in training.model.state_dict().items()}
    parts = list(training.run())
    assert "answers" in parts[0]
    after = training.model.state_dict()
    changed = {name for name in after if not torch.equal(after[name], before[name])}
    assert changed
    assert not any("vision_tower" in name or "mask_patch" in name for name in changed)


def test_the_learning_rate_rises_holds_and_falls() -> None:
    plan = Plan(plain_steps=500, tower_steps=1000, answer_steps=1000, falling=0.5)
    assert plan.part_of_rate(0) < 0.02
    assert plan.part_of_rate(200) == 1.0
    assert plan.part_of_rate(500) < 0.02, "the second stage begins slowly too"
    assert plan.part_of_rate(900) == 1.0
    assert 0.1 < plan.part_of_rate(1400) < 0.3


def test_each_step_belongs_to_a_stage() -> None:
    assert PLAN.steps == 7
    assert [PLAN.place(step) for step in range(PLAN.steps)] == [
        (Stage.PLAIN, 0),
        (Stage.PLAIN, 1),
        (Stage.TOWER, 0),
        (Stage.TOWER, 1),
        (Stage.ANSWERS, 0),
        (Stage.ANSWERS, 1),
        (Stage.ANSWERS, 2),
    ]
