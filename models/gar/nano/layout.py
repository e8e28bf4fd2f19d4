"""gar-nano's checkpoint folder without its weights: configs, tokenizer and chat template.

The layout is that of the released checkpoints (gar.md, Checkpoint layout), with token ids and
sizes of its own, the paper's replay scaling, and photos that keep their aspect.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tokenizers import Tokenizer

from models.gar.config import (
    CONFIG_FILE,
    MODEL_TYPE,
    PREPROCESSOR_FILE,
    PROCESSOR_FILE,
    ReplayScaling,
)
from models.gar.nano.wordings import all_texts
from models.gar.tokens import TEMPLATE_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE
from models.gar.vocabulary import SPECIAL_TOKENS, make_tokenizer

TILE, PATCH, POOLING = 192, 12, 2
VISION_WIDTH, VISION_DEPTH, VISION_HEADS = 160, 5, 10
WIDTH, DEPTH, HEADS, KEY_VALUE_HEADS, INNER = 192, 6, 6, 3, 512

_TEMPLATE = (
    "{{- bos_token }}{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>' }}"
    "{%- for part in message['content'] %}"
    "{%- if part['type'] == 'image' %}{{- '<|image|>' }}{%- endif %}{%- endfor %}"
    "{%- for part in message['content'] %}"
    "{%- if part['type'] == 'text' %}{{- part['text'] | trim }}{%- endif %}{%- endfor %}"
    "{{- '<|eot_id|>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}"
    "{{- '<|start_header_id|>assistant<|end_header_id|>' }}{%- endif %}"
)


def write_layout(
    folder: Path, *, replay_scaling: ReplayScaling = ReplayScaling.EXACT, layers: int | None = None
) -> None:
    """Write everything but the weights into an existing folder.

    Args:
        folder: where to.
        replay_scaling: how boxes are scaled for the feature replay.
        layers: layers of tower and decoder, fewer for tests; None for gar-nano's own.

    Raises:
        OSError: the folder cannot be written.
    """
    tokenizer = make_tokenizer(words(), bare=_first_words())
    (folder / TOKENIZER_FILE).write_text(tokenizer.to_str(), encoding="utf-8")
    (folder / TEMPLATE_FILE).write_text(_TEMPLATE, encoding="utf-8")
    files: dict[str, Mapping[str, object]] = {
        TOKENIZER_CONFIG_FILE: {
            "bos_token": "<|begin_of_text|>",
            "eos_token": "<|eot_id|>",
            "pad_token": "<|end_of_text|>",
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
        PREPROCESSOR_FILE: {
            "image_processor_type": "PerceptionLMImageProcessorFast",
            "tile_size": TILE,
            "max_num_tiles": 1,
            "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5],
            "letterbox": True,
        },
        PROCESSOR_FILE: {"patch_size": PATCH, "pooling_ratio": POOLING},
        CONFIG_FILE: _config(tokenizer, replay_scaling, layers),
    }
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def words() -> list[str]:
    """Return every word of gar-nano's questions and answers, in a fixed order."""
    return sorted({word for text in all_texts() for word in re.findall(r"[A-Za-z]+", text)})


def _first_words() -> list[str]:
    """Return the words that stand at the start of a line or of a message."""
    return [word for word in words() if word[0].isupper()] + ["user", "assistant"]


def _config(
    tokenizer: Tokenizer, replay_scaling: ReplayScaling, layers: int | None
) -> dict[str, object]:
    ids = {text: tokenizer.token_to_id(text) for text in SPECIAL_TOKENS}
    slots = [ids[f"<|reserved_special_token_{number}|>"] for number in range(2, 7)]
    side = TILE // PATCH
    vision = {
        "embed_dim": VISION_WIDTH,
        "depth": layers or VISION_DEPTH,
        "num_heads": VISION_HEADS,
        "img_size": [TILE, TILE],
        "patch_size": PATCH,
        "global_pool": "",
        "use_post_transformer_norm": True,
        "init_values": 1.0,
        "mlp_ratio": 4.0,
        "ref_feat_shape": [side, side],
    }
    text = {
        "model_type": "llama",
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": WIDTH,
        "intermediate_size": INNER,
        "num_hidden_layers": layers or DEPTH,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_VALUE_HEADS,
        "max_position_embeddings": 4096,
        "rope_theta": 10000.0,
        "rms_norm_eps": 1e-5,
        "tie_word_embeddings": False,
        "bos_token_id": ids["<|begin_of_text|>"],
        "eos_token_id": ids["<|eot_id|>"],
    }
    return {
        "model_type": MODEL_TYPE,
        "replay_scaling": replay_scaling,
        "prompt_numbers": len(slots),
        "crop_tokens_ids": slots,
        "kernel_size": [PATCH, PATCH],
        "mask_path_embedding_out_channels": VISION_WIDTH,
        "mllm_config": {
            "image_token_id": ids["<|image|>"],
            "video_token_id": ids["<|video|>"],
            "projector_pooling_ratio": POOLING,
            "vision_use_cls_token": True,
            "vision_config": {
                "model_type": "timm_wrapper",
                "architecture": "vit_pe_lang_large_patch14_448",
                "model_args": vision,
            },
            "text_config": text,
        },
    }
