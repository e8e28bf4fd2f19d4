"""Chooses where a network runs and with which numbers."""

import re

import torch

from gar_studio.errors import EngineError
from gar_studio.language import tr

_DTYPES = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
_QUANTISED = frozenset({"int8", "int4"})
_DEVICE = re.compile(r"cpu|cuda(?::(\d{1,3}))?|mps")


def resolve_device(name: str) -> torch.device:
    """Turn the user's word into a device that is there.

    Args:
        name: "auto" (CUDA, else Apple's MPS, else the CPU), "cpu", "cuda", "cuda:1" or "mps".

    Raises:
        EngineError: the word is not known or the machine has no such device.
    """
    if name == "auto":
        return _best_device()
    match = _DEVICE.fullmatch(name)
    if match is None:
        raise EngineError(
            tr("“{name}” is not a device.", name=name),
            advice=tr("Use auto, cpu, cuda, cuda:1 (and so on) or mps."),
        )
    if name == "mps" and not torch.backends.mps.is_available():
        raise EngineError(tr("This machine has no Apple GPU (mps)."), advice=tr("Use auto or cpu."))
    if name.startswith("cuda"):
        _check_cuda(int(match.group(1) or 0))
    return torch.device(name)


def resolve_dtype(name: str, device: torch.device) -> torch.dtype:
    """Turn the user's word into the type of the network's numbers.

    "auto" is float32 on the CPU and on MPS, where half precision is slow or incomplete, and on
    CUDA bfloat16, the type that GAR's weights are released in (gar.md, What it is), or float16
    where the card has no bfloat16.  "int8" and "int4" name how the decoder's matrices are held
    (`models.gar.quantise`); everything else is computed as with "auto".

    Raises:
        EngineError: the word is not known, or the device cannot compute with it.
    """
    if name == "auto" or name in _QUANTISED:
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if name not in _DTYPES:
        raise EngineError(
            tr("“{name}” is not a number type.", name=name),
            advice=tr("Use auto, float32, bfloat16, float16, int8 or int4."),
        )
    if name == "bfloat16" and device.type == "cuda" and not torch.cuda.is_bf16_supported():
        raise EngineError(
            tr("This graphics card cannot compute in bfloat16."), advice=tr("Use auto or float16.")
        )
    return _DTYPES[name]


def _best_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def _check_cuda(index: int) -> None:
    if not torch.cuda.is_available():
        raise EngineError(
            tr("This machine has no CUDA device, or torch was installed without CUDA."),
            advice=tr("Use auto or cpu, or install a build of torch for your graphics card."),
        )
    count = torch.cuda.device_count()
    if index >= count:
        raise EngineError(
            tr(
                "There is no device cuda:{index}; this machine has {count}.",
                index=index,
                count=count,
            ),
            advice=tr("Use cuda:0 to cuda:{count}.", count=count - 1)
            if count > 1
            else tr("Use cuda:0."),
        )
