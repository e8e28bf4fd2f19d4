"""What a model needs is known before it is loaded, and what will not fit is told with advice."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from gar_studio import system_memory
from gar_studio.errors import CheckpointError, EngineError
from models import memory
from models.catalogue import KNOWN
from models.gar.config import read_config
from models.gar.model import build_empty
from models.memory import check_fits, count_weights, free_main_memory, need, read_shape

GOLDEN = Path(__file__).parents[1] / "golden"
CPU = torch.device("cpu")
WEIGHTS = "model.safetensors"
GB = 10**9


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the golden checkpoint, to be damaged."""
    for name in ("config.json", WEIGHTS):
        shutil.copy(GOLDEN / "class_token" / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["class_token", "no_class_token"])
def test_weights_are_counted_from_the_headers(name: str) -> None:
    weights = load_file(GOLDEN / name / WEIGHTS)
    assert count_weights(GOLDEN / name) == sum(value.numel() for value in weights.values())


def test_the_weights_of_shards_are_added(copy: Path) -> None:
    weights = load_file(copy / WEIGHTS)
    whole = count_weights(copy)
    keys = sorted(weights)
    parts = {"a.safetensors": keys[::2], "b.safetensors": keys[1::2]}
    for name, part in parts.items():
        save_file({key: weights[key] for key in part}, copy / name)
    index = {"weight_map": {key: name for name, part in parts.items() for key in part}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    (copy / WEIGHTS).unlink()
    assert count_weights(copy) == whole


def test_the_need_is_the_weights_and_more() -> None:
    shape = read_shape(GOLDEN / "class_token")
    for dtype, item in (("float32", 4), ("bfloat16", 2), ("float16", 2)):
        wanted = need(shape, dtype)
        assert wanted.weights_bytes == shape.weights * item
        # The keys and values of the largest request: 2 layers of 2 heads with 16 numbers.
        assert wanted.bytes > wanted.weights_bytes + 2 * 2 * 2 * 16 * shape.tokens * item


def test_the_largest_request_has_all_tiles_and_five_regions() -> None:
    shape = read_shape(GOLDEN / "class_token")
    assert shape.tokens > (16 + 1 + 5) * 256 + 1024


def test_the_released_networks_have_the_weights_that_the_catalogue_says(tmp_path: Path) -> None:
    """Laid out with the sizes of their parts: PE-Lang L and G, Llama 3.2 1B and Llama 3.1 8B."""
    large = {"embed_dim": 1024, "depth": 23, "num_heads": 16}
    giant = {"embed_dim": 1536, "depth": 47, "num_heads": 16, "mlp_ratio": 8960 / 1536}
    built = [
        _layout(tmp_path / "1B", vision=large, tower="large", class_token=True, tied=True, head=64),
        _layout(
            tmp_path / "8B", vision=giant, tower="gigantic", class_token=False, tied=False, head=128
        ),
    ]
    for known, counted in zip(KNOWN, built, strict=True):
        assert known.shape.weights == counted


def _layout(
    folder: Path, *, vision: dict[str, object], tower: str, class_token: bool, tied: bool, head: int
) -> int:
    """Return how many numbers a network of these sizes has; nothing is allocated."""
    known = KNOWN[0 if tied else 1].shape
    golden = "class_token" if class_token else "no_class_token"
    config = json.loads((GOLDEN / golden / "config.json").read_text(encoding="utf-8"))
    config["mask_path_embedding_out_channels"] = vision["embed_dim"]
    mllm = config["mllm_config"]
    mllm["vision_config"]["architecture"] = f"vit_pe_lang_{tower}_patch14_448"
    mllm["vision_config"]["model_args"] |= vision
    mllm["text_config"] |= {
        "hidden_size": known.hidden,
        "intermediate_size": known.intermediate,
        "num_hidden_layers": known.layers,
        "num_attention_heads": known.heads,
        "num_key_value_heads": known.key_value // head,
        "head_dim": head,
        "vocab_size": known.vocabulary,
        "tie_word_embeddings": tied,
    }
    mllm["tie_word_embeddings"] = tied
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    state = build_empty(read_config(folder)).state_dict()
    if tied:
        del state["mllm.lm_head.weight"]
    return sum(value.numel() for value in state.values())


def test_what_fits_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = need(read_shape(GOLDEN / "class_token"), "float32")
    monkeypatch.setattr(memory, "free_main_memory", lambda: wanted.bytes)
    check_fits(GOLDEN / "class_token", device=CPU, dtype=torch.float32)
    monkeypatch.setattr(memory, "free_main_memory", lambda: wanted.bytes - 1)
    with pytest.raises(EngineError, match=r"needs about 0\.3 GB in float32"):
        check_fits(GOLDEN / "class_token", device=CPU, dtype=torch.float32)


def test_where_the_system_says_nothing_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_main_memory", lambda: None)
    check_fits(GOLDEN / "class_token", device=CPU, dtype=torch.float32)


@pytest.mark.parametrize(
    ("free", "offered", "withheld"),
    [
        (25, ["bfloat16 (about 21.4 GB)", "GAR-1B in bfloat16"], ["CPU", "GAR-8B in"]),
        (5, ["GAR-1B in bfloat16 (about 4.1 GB)"], ["type bfloat16", "CPU"]),
        (1, ["Close other programs"], ["What would fit"]),
    ],
)
def test_the_advice_names_what_fits_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, free: int, offered: list[str], withheld: list[str]
) -> None:
    monkeypatch.setattr(memory, "read_shape", lambda _: KNOWN[1].shape)
    monkeypatch.setattr(memory, "free_main_memory", lambda: free * GB)
    with pytest.raises(EngineError, match=r"needs about 42\.2 GB in float32") as caught:
        check_fits(GOLDEN, device=CPU, dtype=torch.float32)
    assert all(words in caught.value.advice for words in offered)
    assert not any(words in caught.value.advice for words in withheld)
    assert caught.value.kept == "Nothing was loaded."


def test_a_full_graphics_card_is_told_of_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "read_shape", lambda _: KNOWN[0].shape)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (1 * GB, 8 * GB))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda _: 3 * GB)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda _: 1 * GB)
    monkeypatch.setattr(memory, "free_main_memory", lambda: 5 * GB)
    with pytest.raises(EngineError, match=r"3\.0 GB are free on cuda:0") as caught:
        check_fits(GOLDEN, device=torch.device("cuda:0"), dtype=torch.bfloat16)
    assert "the CPU in bfloat16" in caught.value.advice


def test_a_model_that_does_not_fit_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from gar_studio.engines.construction import EngineOptions
    from models.gar import checkpoint
    from models.gar.factory import GAR

    monkeypatch.setattr(memory, "free_main_memory", lambda: 0)
    monkeypatch.setattr(checkpoint, "load_model", lambda *_, **__: pytest.fail("it was loaded"))
    with pytest.raises(EngineError, match="are free on cpu"):
        GAR.build(EngineOptions(model=str(GOLDEN / "class_token"), device="cpu"))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / WEIGHTS).unlink(), r"has no model\.safetensors"),
        (lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:-9]), "cut off"),
        (lambda f: (f / "config.json").unlink(), r"has no config\.json"),
        (
            lambda f: (f / "model.safetensors.index.json").write_text(
                '{"weight_map": {"a": "../b.safetensors"}}'
            ),
            "no safetensors file of its folder",
        ),
    ],
)
def test_a_checkpoint_that_is_not_whole_is_told(copy: Path, damage: object, said: str) -> None:
    damage(copy)
    with pytest.raises(CheckpointError, match=said):
        check_fits(copy, device=CPU, dtype=torch.float32)


# --- main memory --------------------------------------------------------------------------


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 8 GB available and no control groups, in files."""
    monkeypatch.setattr(system_memory, "_PROC", tmp_path / "proc")
    monkeypatch.setattr(system_memory, "_CGROUPS", tmp_path / "cgroup")
    write(tmp_path / "proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 8000000 kB\n")
    write(tmp_path / "proc/self/cgroup", "0::/box/inner\n")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def test_without_limits_the_system_s_word_counts(system: Path) -> None:
    assert free_main_memory() == 8_000_000 * 1024


def test_a_limit_of_a_group_above_counts(system: Path) -> None:
    write(system / "cgroup/box/memory.max", "4000000000\n")
    write(system / "cgroup/box/memory.current", "3000000000\n")
    write(system / "cgroup/box/memory.stat", "anon 5\ninactive_file 500000000\n")
    write(system / "cgroup/box/inner/memory.max", "max\n")
    write(system / "cgroup/box/inner/memory.current", "3000000000\n")
    assert free_main_memory() == 1_500_000_000


def test_a_container_s_own_limit_is_at_the_root(system: Path) -> None:
    write(system / "proc/self/cgroup", "0::/../../host/path\n")
    write(system / "cgroup/memory.max", "2000000000\n")
    write(system / "cgroup/memory.current", "500000000\n")
    assert free_main_memory() == 1_500_000_000


def test_the_limits_of_version_1(system: Path) -> None:
    write(system / "proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/a\n")
    write(system / "cgroup/memory/a/memory.limit_in_bytes", "3000000000\n")
    write(system / "cgroup/memory/a/memory.usage_in_bytes", "1000000000\n")
    write(system / "cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
    write(system / "cgroup/memory/memory.usage_in_bytes", "1\n")
    assert free_main_memory() == 2_000_000_000


def test_this_machine_says_something_sensible() -> None:
    free = free_main_memory()
    assert free is None or free > 0
