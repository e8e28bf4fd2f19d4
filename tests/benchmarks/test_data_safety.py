"""Kills, full disks and spoilt files: short runs in every test run, long ones in `make soak`."""

import os
import random
from pathlib import Path

import pytest

from benchmarks import disk_runs, edit_storm, kill_runs
from benchmarks.disk_runs import NEEDS_MOUNT, TROUBLES, can_mount
from benchmarks.project_fuzz import fuzz
from gar_studio.document.document import Document

unix = pytest.mark.skipif(os.name == "nt", reason="there are neither such signals nor such limits")


def check_kills(folder: Path, *, runs: int, seed: int) -> None:
    report = kill_runs.kill_runs(folder, runs=runs, seed=seed)
    assert (report.runs, report.lost, report.unsound) == (runs, 0, 0)
    assert report.accepted > runs


@unix
def test_no_accepted_edit_is_lost_when_a_storm_of_edits_is_killed(tmp_path: Path) -> None:
    check_kills(tmp_path, runs=8, seed=1)


@unix
def test_an_edit_that_is_told_before_it_is_written_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storm tells of edits that it never makes: what a store would do that loses them."""

    def storm(_project: Path, _seed: int, first: int, _dice: random.Random) -> int:
        return first + 3

    monkeypatch.setattr(kill_runs, "_storm", storm)
    report = kill_runs.kill_runs(tmp_path, runs=2, seed=1)
    assert report.lost == 3


@unix
@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_accepted_edit_is_lost_when_the_disk_makes_trouble(tmp_path: Path, trouble: str) -> None:
    if trouble in NEEDS_MOUNT and not can_mount():
        pytest.skip("nothing can be mounted here")
    report = TROUBLES[trouble](tmp_path)
    assert report.unclear == []
    assert report.lost == 0
    assert report.accepted > 0
    assert report.refused


@unix
def test_a_loss_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store goes on writing to a file that was deleted, as SQLite itself does."""
    monkeypatch.setattr("gar_studio.store.project.ProjectStore._check_place", lambda _: None)
    assert TROUBLES["folder deleted"](tmp_path).unclear


@unix
def test_spoilt_projects_open_or_are_refused_in_a_sentence(tmp_path: Path) -> None:
    report = fuzz(tmp_path, seed=3, first=0, count=150)
    assert report.failures == []
    assert 0 < report.refused < report.cases == 150, "some open, and some do not"


def test_a_storm_is_the_same_each_time(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.garproj"
        edit_storm.make_project(path)
        document = Document(edit_storm.open_store(path))
        for number in range(150):
            edit_storm.step(document, 5, number)
        found.append(edit_storm.picture(document))
        document.close()
        found.append(edit_storm.content(path))
    assert found[:2] == found[2:]


@unix
@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_no_accepted_edit_is_lost_in_three_hundred_kills(tmp_path: Path) -> None:
    check_kills(tmp_path, runs=300, seed=random.randrange(1_000_000))


@unix
@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_spoilt_projects_for_long(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    assert fuzz(tmp_path, seed=seed, first=0, count=20_000).failures == [], f"seed {seed}"


@unix
@pytest.mark.soak
@pytest.mark.parametrize("trouble", TROUBLES)
def test_disks_make_trouble_at_other_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble in NEEDS_MOUNT and not can_mount():
        pytest.skip("nothing can be mounted here")
    for run in range(20):
        seed, folder = random.randrange(1_000_000), tmp_path / str(run)
        folder.mkdir()
        monkeypatch.setattr(disk_runs, "_SEED", seed)
        monkeypatch.setattr(disk_runs, "_BEFORE", 30 + seed % 100)
        report = TROUBLES[trouble](folder)
        assert (report.unclear, report.lost) == ([], 0), f"seed {seed}"
