import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from gar_studio.errors import CheckpointError, EngineError
from models import download
from models.gar import checkpoint
from models.gar.checkpoint import find_folder, load_model
from models.gar.model import GARModel
from models.hub import revision
from tests.models.gar.conftest import GOLDEN

EMBEDDING = "mllm.model.language_model.embed_tokens.weight"
HEAD = "mllm.lm_head.weight"
MASK = "mask_patch_embedding.weight"
CPU = torch.device("cpu")
Weights = dict[str, torch.Tensor]


def load(folder: Path) -> GARModel:
    return load_model(folder, device=CPU, dtype=torch.float32)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the golden checkpoint with the tied head, to be damaged."""
    for name in ("config.json", "model.safetensors"):
        shutil.copy(GOLDEN / "class_token" / name, tmp_path)
    return tmp_path


def rewrite(folder: Path, change: Callable[[Weights], object]) -> None:
    weights = load_file(folder / "model.safetensors")
    change(weights)
    (folder / "model.safetensors").unlink()
    save_file(weights, folder / "model.safetensors")


def shard(folder: Path) -> Weights:
    """Split the weights into two files with an index, as large checkpoints are."""
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    keys = sorted(weights)
    parts = {
        "model-00001-of-00002.safetensors": keys[::2],
        "model-00002-of-00002.safetensors": keys[1::2],
    }
    for name, part in parts.items():
        save_file({key: weights[key] for key in part}, folder / name)
    weight_map = {key: name for name, part in parts.items() for key in part}
    index = {"metadata": {"total_size": 1}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    return weights


def test_every_weight_is_the_files(copy: Path) -> None:
    state = load(copy).state_dict()
    for key, value in load_file(copy / "model.safetensors").items():
        assert torch.equal(state[key], value), key
    assert torch.equal(state[HEAD], state[EMBEDDING])


def test_a_tied_head_is_the_embedding_itself(copy: Path) -> None:
    model = load(copy)
    assert model.mllm.lm_head.weight is model.mllm.get_input_embeddings().weight


def test_an_untied_head_is_its_own() -> None:
    state = load(GOLDEN / "no_class_token").state_dict()
    assert not torch.equal(state[HEAD], state[EMBEDDING])


def test_weights_take_the_type_that_is_asked_for(copy: Path) -> None:
    model = load_model(copy, device=CPU, dtype=torch.bfloat16)
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert not any(p.requires_grad or p.is_meta for p in model.parameters())


def test_shards_are_put_together(copy: Path) -> None:
    weights = shard(copy)
    state = load(copy).state_dict()
    assert all(torch.equal(state[key], value) for key, value in weights.items())


@pytest.mark.parametrize(
    "name",
    [
        "../model.safetensors",
        "/etc/model.safetensors",
        "sub/model.safetensors",
        "..\\m.safetensors",
        "pytorch_model.bin",
        "..safetensors",
    ],
)
def test_a_shard_cannot_lie_outside_the_folder_or_be_a_pickle(copy: Path, name: str) -> None:
    shard(copy)
    index = {"weight_map": {MASK: name}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(CheckpointError, match="no safetensors file of its folder"):
        load(copy)


def test_a_missing_shard_is_named(copy: Path) -> None:
    shard(copy)
    (copy / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"lacks model-00002-of-00002\.safetensors"):
        load(copy)


def test_a_weight_in_two_shards(copy: Path) -> None:
    weights = shard(copy)
    extra = copy / "model-00003.safetensors"
    save_file({MASK: weights[MASK]}, extra)
    path = copy / "model.safetensors.index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    index["weight_map"]["again"] = extra.name
    path.write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(CheckpointError, match=f"in two files: {MASK}"):
        load(copy)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda w: w.pop(MASK), f"missing: {MASK}"),
        (lambda w: w.update({"mllm.extra": torch.zeros(1)}), r"unknown: mllm\.extra"),
        (lambda w: w.update({MASK: torch.zeros(32, 3, 7, 7)}), r"is \[32, 3, 7, 7\] instead"),
        (lambda w: w.update({MASK: w[MASK].to(torch.int32)}), f"of type I32: {MASK}"),
        (lambda w: w.update({HEAD: w[EMBEDDING].clone()}), f"unknown: {HEAD}"),
    ],
)
def test_weights_that_do_not_fit_are_named(
    copy: Path, change: Callable[[Weights], object], said: str
) -> None:
    rewrite(copy, change)
    with pytest.raises(CheckpointError, match=said):
        load(copy)


def test_everything_wrong_is_said_at_once_and_in_one_sentence(copy: Path) -> None:
    def change(weights: Weights) -> None:
        del weights[MASK]
        weights["surplus"] = torch.zeros(1)
        for number in range(9):
            weights[f"more.{number}"] = torch.zeros(1)

    rewrite(copy, change)
    with pytest.raises(CheckpointError, match=f"missing: {MASK}; unknown: .* and 5 more") as caught:
        load(copy)
    assert "\n" not in str(caught.value)


def test_a_head_that_is_missing_from_an_untied_checkpoint(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOLDEN / "no_class_token", tmp_path / "untied"))
    rewrite(folder, lambda w: w.pop(HEAD))
    with pytest.raises(CheckpointError, match=f"missing: {HEAD}"):
        load(folder)


@pytest.mark.parametrize("length", [0, 4, 1000, 843_000])
def test_a_file_that_is_cut_off(copy: Path, length: int) -> None:
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(CheckpointError, match="damaged or cut off"):
        load(copy)


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.victim,))


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pkl", "weights.pth"])
def test_a_pickle_is_refused_and_never_opened(copy: Path, name: str) -> None:
    victim = copy / "executed"
    (copy / "model.safetensors").unlink()
    (copy / name).write_bytes(pickle.dumps(Trap(victim)))
    with pytest.raises(CheckpointError, match=f"“{name}” is a pickle"):
        load(copy)
    with pytest.raises(CheckpointError, match="is a pickle"):
        find_folder(str(copy / name), allow_download=False)
    assert not victim.exists()


def test_a_pickle_that_is_called_safetensors_is_not_opened(copy: Path) -> None:
    victim = copy / "executed"
    (copy / "model.safetensors").write_bytes(pickle.dumps(Trap(victim)))
    with pytest.raises(CheckpointError, match="damaged or cut off"):
        load(copy)
    assert not victim.exists()


def test_a_folder_without_weights(copy: Path) -> None:
    (copy / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"has no model\.safetensors"):
        load(copy)


def test_memory_that_does_not_suffice(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(checkpoint, "_read_weights", full)
    with pytest.raises(EngineError, match="not enough memory on cpu"):
        load(copy)


def test_finding_a_folder(tmp_path: Path) -> None:
    assert find_folder(str(tmp_path), allow_download=False) == tmp_path
    with pytest.raises(CheckpointError, match="There is no folder"):
        find_folder(str(tmp_path / "none"), allow_download=True)
    (tmp_path / "a.txt").touch()
    with pytest.raises(CheckpointError, match="is a file; a GAR is a folder"):
        find_folder(str(tmp_path / "a.txt"), allow_download=False)


def test_a_hub_id_is_looked_up_in_the_cache_and_fetched_only_if_it_may_be(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    asked: list[dict[str, object]] = []

    def snapshot(repository: str, **how: object) -> str:
        asked.append({"repository": repository, **how})
        return str(copy)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    monkeypatch.setattr(download, "download", lambda _: tmp_path / "fetched")
    assert find_folder("someone/GAR-1B", allow_download=False) == copy
    assert find_folder("someone/GAR-1B", allow_download=True) == copy, "it is there already"
    assert [how["local_files_only"] for how in asked] == [True, True]
    assert set(asked[0]["allow_patterns"]) == {"*.safetensors", "*.json", "*.jinja"}

    (copy / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="only in part"):
        find_folder("someone/GAR-1B", allow_download=False)
    assert find_folder("someone/GAR-1B", allow_download=True) == tmp_path / "fetched"


def test_a_hub_id_that_is_not_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(CheckpointError, match="is not on this computer") as caught:
        find_folder("someone/no-such-model", allow_download=False)
    assert "Allow the download" in caught.value.advice


def test_the_revision_tells_checkpoints_apart(copy: Path) -> None:
    before = revision(copy)
    assert before == revision(GOLDEN / "class_token")
    rewrite(copy, lambda w: w[MASK].mul_(2))
    assert revision(copy) != before


def test_the_revision_of_a_hub_snapshot_is_its_commit(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert revision(tmp_path / "snapshots" / commit) == commit[:12]
