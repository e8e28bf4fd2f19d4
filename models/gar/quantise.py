"""The decoder's matrices in 8 or 4 bits, through bitsandbytes (an extra: `gar-studio[quantised]`).

Only the linear layers inside the decoder's blocks are changed: they hold most of the weights.
The vision tower, the projector and the embeddings stay as they are, because regions are read out
of the vision features, and errors there cannot be made up for later.
"""

import importlib
from enum import StrEnum
from types import ModuleType
from typing import Any

import torch
from torch import nn

from gar_studio.errors import EngineError
from gar_studio.language import tr
from models.gar.model import GARModel


class Quantisation(StrEnum):
    """How the decoder's matrices are held."""

    INT8 = "int8"  # LLM.int8(): Dettmers et al., arXiv 2208.07339
    INT4 = "int4"  # NF4 of QLoRA: Dettmers et al., arXiv 2305.14314


_OUTLIERS = 6.0
"""Activations beyond this are multiplied in 16 bits (LLM.int8(), Section 3.2)."""


def quantisation_of(dtype: str) -> Quantisation | None:
    """Return the quantisation that the user's word for the numbers asks for, or None."""
    return Quantisation(dtype) if dtype in set(Quantisation) else None


def check_quantisation(device: torch.device) -> None:
    """Raise before anything is loaded if weights cannot be quantised here.

    Raises:
        EngineError: bitsandbytes is missing, or does not run on the device.
    """
    if device.type not in ("cuda", "cpu"):
        raise EngineError(
            tr("8 and 4 bits are not possible on {device}.", device=device),
            advice=tr("Use auto, float32, bfloat16 or float16."),
        )
    _library()


def quantise(model: GARModel, how: Quantisation, *, device: torch.device) -> None:
    """Replace the decoder's matrices and move the whole network to the device.

    Layer by layer, so that the device never holds the matrices at full width.

    Args:
        model: on the CPU, with its weights.
        how: 8 or 4 bits.
        device: where it is to run.

    Raises:
        EngineError: bitsandbytes is missing or fails, or the device's memory is full.
    """
    library = _library()
    try:
        for block in model.mllm.model.language_model.layers:
            for name, linear in list(block.named_modules()):
                if isinstance(linear, nn.Linear):
                    block.set_submodule(name, _quantised(library, linear, how).to(device))
        model.to(device)
    except (RuntimeError, MemoryError) as error:
        raise EngineError(
            tr(
                "The weights could not be brought to {value}: {error}.",
                value=how.value,
                error=str(error).splitlines()[0],
            ),
            kept=tr("Nothing was loaded."),
            advice=tr("Use another number format, a smaller model, or the CPU."),
        ) from error


def _quantised(library: ModuleType, linear: nn.Linear, how: Quantisation) -> nn.Module:
    wide, narrow, bias = linear.in_features, linear.out_features, linear.bias
    made: Any
    if how is Quantisation.INT8:
        made = library.nn.Linear8bitLt(
            wide, narrow, bias=bias is not None, has_fp16_weights=False, threshold=_OUTLIERS
        )
        made.weight = library.nn.Int8Params(
            linear.weight.data, requires_grad=False, has_fp16_weights=False
        )
    else:
        made = library.nn.Linear4bit(
            wide,
            narrow,
            bias=bias is not None,
            compute_dtype=linear.weight.dtype,
            quant_type="nf4",
        )
        made.weight = library.nn.Params4bit(
            linear.weight.data, requires_grad=False, quant_type="nf4"
        )
    if bias is not None:
        made.bias = nn.Parameter(bias.data, requires_grad=False)
    quantised: nn.Module = made
    return quantised


def _library() -> ModuleType:
    try:
        return importlib.import_module("bitsandbytes")
    except ImportError as error:
        raise EngineError(
            tr(
                "8 and 4 bits need the package bitsandbytes, which cannot be loaded: {error}.",
                error=error,
            ),
            advice=tr(
                "Install it with “pip install 'gar-studio[quantised]'”, or use "
                "another number format."
            ),
        ) from error
