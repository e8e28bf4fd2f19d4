import json
import shutil
from pathlib import Path

import pytest

from gar_studio.errors import CheckpointError
from models.gar.config import ReplayScaling, read_config
from models.gar.model import perception_lm_config
from tests.models.gar.conftest import GOLDEN

Json = dict[str, object]


def config_with(folder: Path, *, path: str = "", value: object = None) -> Path:
    """Write the golden config with the value at a dotted path changed."""
    whole = json.loads((GOLDEN / "class_token" / "config.json").read_text(encoding="utf-8"))
    *parents, last = path.split(".")
    part = whole
    for name in parents:
        part = part[name]
    if path:
        part[last] = value
    (folder / "config.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def test_defaults_where_only_config_json_is_there(tmp_path: Path) -> None:
    config = read_config(config_with(tmp_path))
    assert (config.tile_size, config.max_tiles, config.patch_size, config.pooling) == (
        448,
        16,
        14,
        2,
    )
    assert config.tokens_per_tile == 256
    assert config.slot_ids == (4, 5, 8, 10, 11)
    assert config.stop_ids == {9}


def test_preprocessor_and_generation_files_are_read(tmp_path: Path) -> None:
    config_with(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text('{"max_num_tiles": 4, "tile_size": 448}')
    (tmp_path / "generation_config.json").write_text('{"eos_token_id": [1, 9]}')
    config = read_config(tmp_path)
    assert config.max_tiles == 4
    assert config.stop_ids == {1, 9}


def test_replay_scaling_is_released_unless_the_config_says_exact(tmp_path: Path) -> None:
    assert read_config(config_with(tmp_path)).replay_scaling is ReplayScaling.RELEASED
    exact = config_with(tmp_path, path="replay_scaling", value="exact")
    assert read_config(exact).replay_scaling is ReplayScaling.EXACT
    with pytest.raises(CheckpointError, match=r"replay_scaling"):
        read_config(config_with(tmp_path, path="replay_scaling", value="both"))


def test_another_model_type_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="of type “llava”, not “GAR”"):
        read_config(config_with(tmp_path, path="model_type", value="llava"))


def test_a_folder_without_config(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"has no config\.json"):
        read_config(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'"GAR"', b"\x80\x04K\x01."])
def test_a_config_that_is_no_json_object(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("prompt_numbers", 4, "prompt_numbers is 4"),
        ("crop_tokens_ids", [4, 4, 8, 10, 11], "crop_tokens_ids has 5"),
        ("crop_tokens_ids", [4, 5, 8, 10, 512], "outside the vocabulary"),
        ("crop_tokens_ids", [2, 5, 8, 10, 11], "also a slot"),
        ("kernel_size", [7, 7], "kernel_size"),
        ("mask_path_embedding_out_channels", 64, "vision tower is 32 wide"),
        ("mllm_config.vision_config.model_args.img_size", [336, 336], "tile_size"),
        ("mllm_config.projector_pooling_ratio", 4, "pooling_ratio"),
        ("mllm_config.text_config.model_type", "mamba", "mamba"),
        ("mllm_config.text_config.num_attention_heads", 5, "attention heads"),
        ("mllm_config", None, "mllm_config|Expected `object`"),
        ("mllm_config.text_config.hidden_size", -64, "hidden_size"),
        ("mllm_config.text_config.vocab_size", "512", "vocab_size"),
    ],
)
def test_settings_that_do_not_fit(tmp_path: Path, path: str, value: object, said: str) -> None:
    with pytest.raises(CheckpointError, match=said):
        read_config(config_with(tmp_path, path=path, value=value))


@pytest.mark.parametrize("name", ["hf-hub:someone/vit", "local-dir:/tmp/x", "resnet50"])
def test_the_vision_tower_can_only_be_a_perception_encoder(tmp_path: Path, name: str) -> None:
    folder = config_with(tmp_path, path="mllm_config.vision_config.architecture", value=name)
    with pytest.raises(CheckpointError, match="architecture"):
        read_config(folder)


def test_nothing_unread_reaches_timm_or_transformers(tmp_path: Path) -> None:
    args = "mllm_config.vision_config.model_args"
    config_with(tmp_path, path=f"{args}.checkpoint_path", value="/tmp/evil.pth")
    whole = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    whole["auto_map"] = {"AutoModel": "evil.Model"}
    whole["mllm_config"]["text_config"]["_attn_implementation"] = "someone/kernel"
    (tmp_path / "config.json").write_text(json.dumps(whole), encoding="utf-8")
    built = perception_lm_config(read_config(tmp_path))
    assert "checkpoint_path" not in built.vision_config.model_args
    assert built.text_config._attn_implementation == "sdpa"
    assert "auto_map" not in built.to_dict()


def test_the_released_layout_is_read_unchanged(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "no_class_token" / "config.json", tmp_path)
    built = perception_lm_config(read_config(tmp_path))
    assert built.tie_word_embeddings is False
    assert built.vision_use_cls_token is False
    assert built.text_config.rope_parameters["rope_type"] == "llama3"
    assert built.text_config.rope_parameters["factor"] == 32.0
