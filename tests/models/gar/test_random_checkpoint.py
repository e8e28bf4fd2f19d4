from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file

from gar_studio.engines.description import DescribeRequest, Finished, Task
from gar_studio.engines.protocol import CancelToken, ImageData
from models.gar.config import GARConfig, ReplayScaling
from models.gar.engine import GARDescriber
from models.gar.random_checkpoint import write_random_checkpoint
from models.gar.tokens import GARTokenizer


def test_it_is_complete_in_the_released_layout(random_folder: Path) -> None:
    assert {path.name for path in random_folder.iterdir()} == {
        "chat_template.jinja",
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "processor_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    keys = load_file(random_folder / "model.safetensors").keys()
    assert "mask_patch_embedding.weight" in keys
    assert all(key.startswith("mllm.") for key in keys if key != "mask_patch_embedding.weight")


def test_it_is_small_and_looks_at_few_tiles(random_folder: Path, config: GARConfig) -> None:
    weights = load_file(random_folder / "model.safetensors")
    assert sum(weight.numel() for weight in weights.values()) < 4_000_000
    assert config.max_tiles == 4
    assert config.tile_size == 448
    assert config.replay_scaling is ReplayScaling.RELEASED


def test_it_is_the_same_every_time(random_folder: Path, tmp_path: Path) -> None:
    write_random_checkpoint(tmp_path)
    for path in sorted(random_folder.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_another_seed_is_another_model(random_folder: Path, tmp_path: Path) -> None:
    write_random_checkpoint(tmp_path, seed=1)
    key = "mask_patch_embedding.weight"
    ours = load_file(random_folder / "model.safetensors")[key]
    assert not torch.equal(load_file(tmp_path / "model.safetensors")[key], ours)


def test_any_text_can_be_written_to_it(tokenizer: GARTokenizer) -> None:
    text = "Löwe #1, 狗 and\n\t“quotes” the horse"
    ids = tokenizer._tokenizer.encode(text, add_special_tokens=False)
    assert tokenizer.decode(ids) == text
    assert len(tokenizer._tokenizer.encode(" the horse", add_special_tokens=False)) == 2


def test_its_answers_are_words_and_depend_on_the_region(
    describer: GARDescriber, image: ImageData, request_for: Callable[..., DescribeRequest]
) -> None:
    texts = []
    for box in ((5, 5, 50, 40), (70, 50, 110, 80)):
        request = request_for([box], task=Task.RELATE, max_new_tokens=24)
        *_, end = describer.describe(image, request, CancelToken())
        assert isinstance(end, Finished)
        texts.append(end.text)
    for text in texts:
        words = text.replace(",", "").replace(".", "").split()
        assert all(word.isascii() and word.isalpha() for word in words)
        assert len(set(words)) > 4
    assert texts[0] != texts[1]
