"""Small SAMs with random weights in the hub's layout; their masks mean nothing."""

from pathlib import Path
from typing import Any

import torch

from models.torch_setup import import_torchvision

import_torchvision()

import transformers  # noqa: E402 - needs torchvision first

SIDE = 128
WIDTH = 32

FAMILIES = ("sam", "sam_hq", "sam2")


def write_hub_sam(folder: Path, family: str) -> None:
    """Write a checkpoint of a family: config.json, model.safetensors, preprocessor_config.json."""
    torch.manual_seed(5)
    model, processor = {"sam": _sam, "sam_hq": _sam_hq, "sam2": _sam2}[family]()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim > 1 and "embed" not in name:
                weight.copy_(torch.randn_like(weight) * 0.3)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def _decoder() -> dict[str, Any]:
    return {
        "hidden_size": WIDTH,
        "mlp_dim": 48,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "iou_head_depth": 2,
        "iou_head_hidden_dim": 24,
    }


def _prompts() -> dict[str, Any]:
    return {"hidden_size": WIDTH, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 8}


def _vision() -> dict[str, Any]:
    return {
        "hidden_size": 48,
        "output_channels": WIDTH,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "image_size": SIDE,
        "patch_size": 16,
        "window_size": 3,
        "global_attn_indexes": [1],
        "num_pos_feats": WIDTH // 2,
        "mlp_dim": 64,
        "initializer_range": 0.02,
    }


def _processor() -> Any:
    return transformers.SamImageProcessor(
        size={"longest_edge": SIDE},
        pad_size={"height": SIDE, "width": SIDE},
        mask_size={"longest_edge": SIDE // 4},
        mask_pad_size={"height": SIDE // 4, "width": SIDE // 4},
    )


def _sam() -> tuple[Any, Any]:
    config = transformers.SamConfig(
        vision_config=_vision(), prompt_encoder_config=_prompts(), mask_decoder_config=_decoder()
    )
    return transformers.SamModel(config), _processor()


def _sam_hq() -> tuple[Any, Any]:
    config = transformers.SamHQConfig(
        vision_config=_vision(),
        prompt_encoder_config=_prompts(),
        mask_decoder_config={**_decoder(), "vit_dim": 48},
    )
    return transformers.SamHQModel(config), _processor()


def _sam2() -> tuple[Any, Any]:
    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "image_size": [SIDE, SIDE],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 1, 2, 4],
        "window_size_per_stage": [4, 4, 4, 4],
        "global_attention_blocks": [3],
    }
    vision = {
        "backbone_config": backbone,
        "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[SIDE // 4] * 2, [SIDE // 8] * 2, [SIDE // 16] * 2],
        "fpn_hidden_size": WIDTH,
    }
    config = transformers.Sam2Config(
        vision_config=vision, prompt_encoder_config=_prompts(), mask_decoder_config=_decoder()
    )
    processor = transformers.Sam2ImageProcessor(
        size={"height": SIDE, "width": SIDE}, mask_size={"height": SIDE // 4, "width": SIDE // 4}
    )
    return transformers.Sam2Model(config), processor
