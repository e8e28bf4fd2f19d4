"""Writes a small GAR with random weights, complete in the released layout.

It stands in where no trained weights are at hand, so that everything around the network can be
seen and tested.  Its words mean nothing; whoever shows them has to say so.  The layout is that of
gar.md, Checkpoint layout and Tokens, with token ids of its own.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from models.gar.config import (
    CONFIG_FILE,
    MODEL_TYPE,
    PREPROCESSOR_FILE,
    PROCESSOR_FILE,
    ReplayScaling,
    read_config,
)
from models.gar.model import build_empty
from models.gar.tokens import SYSTEM_TEXT, TEMPLATE_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE
from models.gar.vocabulary import SPECIAL_TOKENS, make_tokenizer

SEED = 20251018
MAX_TILES = 4
ANSWER_TOKENS = 32
"""An answer's length: random weights have no reason to end one."""

_WORDS = """
a about above across after again against all along also an and another around as at away back
background bag ball be beach bear because bed behind below bench beneath beside between bicycle
big bird black blue boat body book both bottle bottom bowl box boy branch bread bridge bright
brown building bus but by cake camera car carries cat ceiling chair child circle city clean clear
clock cloth cloud coat cold color colour computer corner cow cup curtain curved dark desk dog door
down dress dry each edge elephant eye face far fence few field fire flat floor flower food foot
for fork from front fruit full garden girl glass gold grass gray green grey ground hair hand hangs
has hat he head her here high his hold holding holds horse house in inside into is it its jacket
keyboard kitchen knife lamp large leaf left leg lies light line little long looking looks low man
many map metal middle mirror mountain mouse mouth near new next night no nose object of old on one
open or orange other out outside over painted paper park part pattern people person phone photo
picture pillow pink plain plant plastic plate playing pole purple red rests right river road rock
roof room round sand sea seat seen shadow shape sheep she shelf shirt shiny shoe short side sign
silver sits sitting sky small smooth snow soft some standing stands stone stop street striped sun
surface table tall team textured that the their there these they thick thin this three through to
top towel tower toward train tree truck two umbrella under up very view visible walking wall water
wave wearing wet wheel white wide window with wood wooden woman yellow young zebra
""".split()

_TEMPLATE = (
    "{{- bos_token }}"
    "{%- if messages[0]['role'] == 'system' %}"
    "{%- set system = messages[0]['content'] | trim %}{%- set messages = messages[1:] %}"
    "{%- else %}{%- set system = '" + SYSTEM_TEXT + "' %}{%- endif %}"
    "{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' + system + '<|eot_id|>' }}"
    "{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}"
    "{%- for part in message['content'] %}"
    "{%- if part['type'] == 'image' %}{{- '<|image|>' }}{%- endif %}{%- endfor %}"
    "{%- for part in message['content'] %}"
    "{%- if part['type'] == 'text' %}{{- part['text'] | trim }}{%- endif %}{%- endfor %}"
    "{{- '<|eot_id|>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}"
    "{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"
)

_WIDTH, _CHANNELS = 96, 192

# Found by trial: small embeddings and sharp attention make the answer depend on the picture and on
# all words so far, where a tame network would repeat one word.
_EMBEDDING_SCALE = 0.3
_GAIN = 1.5
ATTENTION_GAIN = 2.5


def recipe() -> str:
    """Return a digest of this file: checkpoints of equal recipes are equal."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


def write_random_checkpoint(folder: Path, *, seed: int = SEED) -> None:
    """Write the checkpoint's files into an existing folder; the same bytes every time.

    Raises:
        OSError: the folder cannot be written.
    """
    tokenizer = make_tokenizer(_WORDS)
    _write_tokenizer(folder, tokenizer)
    _write_configs(folder, tokenizer)
    weights = _random_weights(folder, tokenizer, torch.Generator().manual_seed(seed))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _write_tokenizer(folder: Path, tokenizer: Tokenizer) -> None:
    (folder / TOKENIZER_FILE).write_text(tokenizer.to_str(), encoding="utf-8")
    (folder / TEMPLATE_FILE).write_text(_TEMPLATE, encoding="utf-8")
    _write_json(
        folder / TOKENIZER_CONFIG_FILE,
        {
            "bos_token": "<|begin_of_text|>",
            "eos_token": "<|eot_id|>",
            "pad_token": "<|end_of_text|>",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )


def _write_configs(folder: Path, tokenizer: Tokenizer) -> None:
    ids = {text: tokenizer.token_to_id(text) for text in SPECIAL_TOKENS}
    slots = [ids[f"<|reserved_special_token_{number}|>"] for number in range(2, 7)]
    _write_json(
        folder / PREPROCESSOR_FILE,
        {
            "image_processor_type": "PerceptionLMImageProcessorFast",
            "tile_size": 448,
            "max_num_tiles": MAX_TILES,
            "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5],
        },
    )
    _write_json(folder / PROCESSOR_FILE, {"patch_size": 14, "pooling_ratio": 2})
    vision_args = {
        "embed_dim": _WIDTH,
        "depth": 2,
        "num_heads": 4,
        "img_size": [448, 448],
        "global_pool": "",
        "use_post_transformer_norm": False,
        "init_values": 0.1,
        "ref_feat_shape": [32, 32],
    }
    text = {
        "model_type": "llama",
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": _CHANNELS,
        "intermediate_size": 2 * _CHANNELS,
        "num_hidden_layers": 3,
        "num_attention_heads": 6,
        "num_key_value_heads": 2,
        "max_position_embeddings": 16384,
        "rope_theta": 500000.0,
        "rms_norm_eps": 1e-5,
        "tie_word_embeddings": False,
        "bos_token_id": ids["<|begin_of_text|>"],
        "eos_token_id": ids["<|eot_id|>"],
    }
    config = {
        "model_type": MODEL_TYPE,
        "replay_scaling": ReplayScaling.RELEASED,
        "prompt_numbers": len(slots),
        "crop_tokens_ids": slots,
        "kernel_size": [14, 14],
        "mask_path_embedding_out_channels": _WIDTH,
        "mllm_config": {
            "image_token_id": ids["<|image|>"],
            "video_token_id": ids["<|video|>"],
            "projector_pooling_ratio": 2,
            "vision_use_cls_token": True,
            "vision_config": {
                "model_type": "timm_wrapper",
                "architecture": "vit_pe_core_large_patch14_336",
                "model_args": vision_args,
            },
            "text_config": text,
        },
    }
    _write_json(folder / CONFIG_FILE, config)


def _random_weights(
    folder: Path, tokenizer: Tokenizer, generator: torch.Generator
) -> dict[str, Tensor]:
    layout = build_empty(read_config(folder)).state_dict()
    weights = {
        key: _draw(key, tuple(value.shape), generator) for key, value in sorted(layout.items())
    }
    sayable = torch.zeros(tokenizer.get_vocab_size(), 1)
    for text in (*(f"Ġ{word}" for word in _WORDS), ",", "."):
        sayable[tokenizer.token_to_id(text)] = 1
    # The other tokens' logits are exactly zero, below the best of hundreds of random ones: so
    # the answer is made of words, and holds no bytes, half words or special tokens.
    weights["mllm.lm_head.weight"] *= sayable
    return weights


def _draw(key: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Draw a weight so that each layer keeps the size of what goes through it."""
    if key.endswith(".bias"):
        return torch.zeros(shape)
    if "norm" in key or ".gamma_" in key:
        return torch.ones(shape)
    if key.endswith(("embed_tokens.weight", "pos_embed", "cls_token")):
        return torch.randn(shape, generator=generator) * _EMBEDDING_SCALE
    gain = ATTENTION_GAIN if key.endswith(("q_proj.weight", "k_proj.weight")) else _GAIN
    scale = gain / math.sqrt(math.prod(shape[1:]))
    return torch.randn(shape, generator=generator) * scale


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
