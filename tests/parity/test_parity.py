"""Our GAR against the released code's own numbers."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models.gar import replay
from models.gar.config import ReplayScaling
from models.gar.session import GARSession
from tests.parity.__main__ import main
from tests.parity.compare import CaseReport, GoldenFolder, compare

ROOT = Path(__file__).parents[2]
COPIES = ROOT / "tests" / "golden"
SHARED = ROOT.parent / "shared"


@pytest.mark.parametrize(
    ("name", "case"),
    [("class_token", "whole_image"), ("no_class_token", "two_regions_no_class_token")],
)
def test_the_copied_cases_agree(name: str, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(COPIES / name)]) == 0
    grids, line, kept, batch = capsys.readouterr().out.splitlines()
    assert grids == "tile grids: 80 of 80 equal"
    assert line.startswith(case)
    assert kept.startswith(f"kept: {case}")
    assert batch.startswith(f"batch: {case}")
    for word in ("pixels", "features", "replays", "logits", "tokens equal", "ok"):
        assert word in line


@pytest.mark.parametrize("name", ["golden", "golden_large"])
def test_all_cases_agree_where_they_are_at_hand(name: str) -> None:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip("the full set of golden tensors is not beside this clone")
    assert main([str(folder)]) == 0


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COPIES / "class_token", tmp_path / "copy"))


CASE = "whole_image.safetensors"


@pytest.fixture(scope="module")
def case_and_ours() -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    folder = GoldenFolder(COPIES / "class_token")
    golden = folder.load("whole_image")
    return golden, folder.run(golden)


@pytest.mark.parametrize(
    ("key", "by"),
    [
        ("pixel_mean", 2e-6),
        ("pixel_std", 2e-6),
        ("image_features", 4e-3),
        ("replayed", 4e-3),
        ("last_logits", 2e-4),
        ("generated", 1),
        ("tiles", 1),
        ("mask_fraction", 1e-4),
        ("boxes", 1e-6),
        ("last_logits", float("nan")),
    ],
)
def test_any_difference_beyond_its_bound_fails(
    case_and_ours: tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]], key: str, by: float
) -> None:
    golden, ours = case_and_ours
    assert compare("case", ours, golden).agrees
    value = golden[key].clone()
    value.view(-1)[-1] += by
    report = compare("case", ours, golden | {key: value})
    assert not report.agrees
    assert str(report).endswith("FAILED")


def test_the_other_replay_scaling_does_not_agree(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(replay.SPATIAL_SCALE, ReplayScaling.RELEASED, 1.0)
    assert main([str(COPIES / "class_token")]) == 1
    assert "FAILED" in capsys.readouterr().out


def test_it_runs_the_windows_session(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []
    for name in ("prepare", "begin", "decode", "new_batch"):
        original = getattr(GARSession, name)

        def counted(
            *args: object, _name: str = name, _original: object = original, **kwargs: object
        ) -> object:
            used.append(_name)
            return _original(*args, **kwargs)

        monkeypatch.setattr(GARSession, name, counted)
    assert main([str(COPIES / "class_token")]) == 0
    alone = ["prepare", "begin", "decode"]
    assert used == alone + 2 * alone + ["prepare", "new_batch", "begin"]


def test_a_wrong_tile_grid_fails(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = json.loads((copy / "index.json").read_text(encoding="utf-8"))
    index["tile_grid"]["640x480"]["16"] = [3, 4]
    (copy / "index.json").write_text(json.dumps(index), encoding="utf-8")
    assert main([str(copy)]) == 1
    out = capsys.readouterr().out
    assert "79 of 80" in out
    assert "640x480 at 16 tiles: (4, 3), not (3, 4)" in out


def damage(folder: Path, kind: str) -> None:
    if kind == "no folder":
        shutil.rmtree(folder)
    elif kind == "no index":
        (folder / "index.json").unlink()
    elif kind == "index is no JSON":
        (folder / "index.json").write_text("{")
    elif kind == "no cases":
        (folder / "index.json").write_text('{"cases": {}}')
    elif kind == "no case file":
        (folder / CASE).unlink()
    elif kind == "case cut off":
        (folder / CASE).write_bytes((folder / CASE).read_bytes()[:500])
    elif kind == "case lacks tensors":
        (folder / CASE).unlink()
        save_file({"image": torch.zeros(2, 2, 3)}, folder / CASE)
    elif kind == "no weights":
        (folder / "model.safetensors").unlink()
    elif kind == "odd size":
        text = (folder / "index.json").read_text(encoding="utf-8")
        (folder / "index.json").write_text(text.replace('"640x480"', '"640by480"'))


@pytest.mark.parametrize(
    "kind",
    [
        "no folder",
        "no index",
        "index is no JSON",
        "no cases",
        "no case file",
        "case cut off",
        "case lacks tensors",
        "no weights",
        "odd size",
    ],
)
def test_a_damaged_folder_is_one_sentence_and_status_2(
    copy: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(copy, kind)
    assert main([str(copy)]) == 2
    message = capsys.readouterr().err.strip()
    assert message.endswith(".")
    assert "\n" not in message


def test_a_report_with_nan_does_not_agree() -> None:
    report = CaseReport("x", float("nan"), 0.0, 0.0, 0.0, tokens_equal=True, layout_equal=True)
    assert not report.agrees
