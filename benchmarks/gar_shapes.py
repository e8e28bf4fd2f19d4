"""Randomly initialised GARs of fixed shapes: what they compute depends on no download.

The files around the network (tokenizer, template, settings) are those of
`models.gar.random_checkpoint` with other numbers; the weights are drawn straight into memory.
"""

import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path
from string import ascii_lowercase

import torch
from tokenizers import AddedToken, Tokenizer
from torch import Tensor

from models.gar.config import CONFIG_FILE, PREPROCESSOR_FILE, GARConfig, read_config
from models.gar.model import GARModel, build_empty
from models.gar.random_checkpoint import write_random_checkpoint
from models.gar.tokens import TOKENIZER_FILE, GARTokenizer

SEED = 20260301

_EMBEDDING_SCALE = 0.3
_GAIN = 1.5
_ATTENTION_GAIN = 2.5
"""As in `models.gar.random_checkpoint`: the answer depends on the picture and on all words."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A network's numbers, and how much work it is given.

    Attributes:
        tower_width: channels of the vision tower.
        tower_depth: its layers.
        tower_heads: its attention heads.
        width: channels of the decoder.
        intermediate: width of its feed-forward layers.
        layers: its layers.
        heads: its attention heads.
        key_value_heads: its heads of keys and values.
        vocabulary: its tokens.
        tied: whether its head is its table of embeddings.
        max_tiles: most tiles of 448 pixels beside the thumbnail.
        side: side of the photos in pixels.
        new_tokens: tokens of an answer.
        regions: regions that are described together.
    """

    tower_width: int
    tower_depth: int
    tower_heads: int
    width: int
    intermediate: int
    layers: int
    heads: int
    key_value_heads: int
    vocabulary: int
    tied: bool
    max_tiles: int
    side: int
    new_tokens: int
    regions: int


_TWELVE_MEGAPIXELS = 3464
"""Side of a square: only squares of this size fill a grid of 16 tiles (4 × 4)."""

SHAPES: Mapping[str, Shape] = {
    "test": Shape(
        tower_width=96,
        tower_depth=2,
        tower_heads=4,
        width=192,
        intermediate=384,
        layers=3,
        heads=6,
        key_value_heads=2,
        vocabulary=3000,
        tied=False,
        max_tiles=4,
        side=900,
        new_tokens=4,
        regions=3,
    ),
    "tiny": Shape(
        tower_width=256,
        tower_depth=6,
        tower_heads=4,
        width=512,
        intermediate=2048,
        layers=6,
        heads=8,
        key_value_heads=2,
        vocabulary=32768,
        tied=False,
        max_tiles=16,
        side=_TWELVE_MEGAPIXELS,
        new_tokens=48,
        regions=8,
    ),
    # GAR-1B: Perception-LM-1B's tower (PE-Lang L/14) and decoder (Llama 3.2 1B), with the
    # vocabulary of gar.md, Tokens.
    "1b": Shape(
        tower_width=1024,
        tower_depth=23,
        tower_heads=16,
        width=2048,
        intermediate=8192,
        layers=16,
        heads=32,
        key_value_heads=8,
        vocabulary=128262,
        tied=True,
        max_tiles=16,
        side=_TWELVE_MEGAPIXELS,
        new_tokens=48,
        regions=8,
    ),
}


def build(shape: Shape, dtype: torch.dtype) -> tuple[GARModel, GARTokenizer]:
    """Make a network on the CPU and its tokenizer, the same ones every time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_random_checkpoint(folder)
        tokenizer = _widen_vocabulary(folder / TOKENIZER_FILE, shape.vocabulary)
        _write_numbers(folder, shape, tokenizer)
        config = read_config(folder)
        gar_tokenizer = GARTokenizer(folder, config)
    # No token ends an answer, so that all answers are equally long.
    gar_tokenizer.stop_ids = frozenset()
    return _with_weights(config, shape, dtype), gar_tokenizer


def _widen_vocabulary(path: Path, size: int) -> Tokenizer:
    """Add words of letters until there are `size` tokens, so that each token has a text.

    A new word is one that is there already and a letter more, as the others are: a text that
    was made of these tokens is turned into the same tokens again.
    """
    raw = json.loads(path.read_text(encoding="utf-8"))
    special = [token["content"] for token in raw["added_tokens"]]
    vocabulary: dict[str, int] = {
        text: number for text, number in raw["model"]["vocab"].items() if text not in special
    }
    words = _words()
    while len(vocabulary) < size - len(special):
        word = next(words)
        if word not in vocabulary:
            vocabulary[word] = len(vocabulary)
            raw["model"]["merges"].append([word[:-1], word[-1]])
    raw["model"]["vocab"] = vocabulary
    raw["added_tokens"] = []
    tokenizer = Tokenizer.from_str(json.dumps(raw))
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in special])
    path.write_text(tokenizer.to_str(), encoding="utf-8")
    return tokenizer


def _words() -> Iterator[str]:
    """Yield all words of one letter, then all of two, and so on, each after a space."""
    for length in count(1):
        yield from ("Ġ" + "".join(letters) for letters in product(ascii_lowercase, repeat=length))


def _write_numbers(folder: Path, shape: Shape, tokenizer: Tokenizer) -> None:
    """Put a shape's numbers into the settings of a random checkpoint."""
    path = folder / CONFIG_FILE
    config = json.loads(path.read_text(encoding="utf-8"))
    numbers = range(2, 7)
    slots = [tokenizer.token_to_id(f"<|reserved_special_token_{number}|>") for number in numbers]
    config |= {
        "crop_tokens_ids": slots,
        "mask_path_embedding_out_channels": shape.tower_width,
    }
    mllm = config["mllm_config"]
    mllm |= {
        "image_token_id": tokenizer.token_to_id("<|image|>"),
        "video_token_id": tokenizer.token_to_id("<|video|>"),
    }
    mllm["vision_config"]["model_args"] |= {
        "embed_dim": shape.tower_width,
        "depth": shape.tower_depth,
        "num_heads": shape.tower_heads,
    }
    mllm["text_config"] |= {
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.intermediate,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.key_value_heads,
        "tie_word_embeddings": shape.tied,
        "bos_token_id": tokenizer.token_to_id("<|begin_of_text|>"),
        "eos_token_id": None,
    }
    path.write_text(json.dumps(config), encoding="utf-8")
    path = folder / PREPROCESSOR_FILE
    preprocessor = json.loads(path.read_text(encoding="utf-8"))
    preprocessor["max_num_tiles"] = shape.max_tiles
    path.write_text(json.dumps(preprocessor), encoding="utf-8")


def _with_weights(config: GARConfig, shape: Shape, dtype: torch.dtype) -> GARModel:
    generator = torch.Generator().manual_seed(SEED)
    model = build_empty(config)
    embedding, head = "mllm.model.language_model.embed_tokens.weight", "mllm.lm_head.weight"
    weights = {
        key: _draw(key, tuple(value.shape), dtype, generator)
        for key, value in sorted(model.state_dict().items())
        if not (shape.tied and key == head)
    }
    if shape.tied:
        weights[head] = weights[embedding]
    model.load_state_dict(weights, assign=True)
    return model.requires_grad_(requires_grad=False)


def _draw(
    key: str, shape: tuple[int, ...], dtype: torch.dtype, generator: torch.Generator
) -> Tensor:
    """Draw a weight so that each layer keeps the size of what goes through it."""
    weight = torch.empty(shape, dtype=dtype)
    if key.endswith(".bias"):
        return weight.zero_()
    if "norm" in key:
        return weight.fill_(1.0)
    if ".gamma_" in key:
        return weight.fill_(0.1)
    scale = (
        _EMBEDDING_SCALE
        if key.endswith(("embed_tokens.weight", "pos_embed", "cls_token"))
        else (_ATTENTION_GAIN if key.endswith(("q_proj.weight", "k_proj.weight")) else _GAIN)
        / math.sqrt(math.prod(shape[1:]))
    )
    return weight.normal_(std=scale, generator=generator)
