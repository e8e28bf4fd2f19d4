"""Refuses a SAM whose weights do not fit into the memory that is free, before they are loaded."""

import logging
from pathlib import Path

import torch

from gar_studio.errors import MemoryShortageError
from gar_studio.language import tr
from models.memory import ITEM_BYTES, count_weights, free_memory

_LOG = logging.getLogger(__name__)

_HALF = "bfloat16"
_CPU = torch.device("cpu")


def check_free(folder: Path, *, device: torch.device, dtype: torch.dtype) -> None:
    """Raise if the weights of a folder take more memory than is free.

    They are read into main memory first, and moved to the device from there.  Where the system
    does not say how much is free, nothing is checked.  What an image takes is not counted.

    Raises:
        MemoryShortageError: they will not fit; the advice says what would.
        CheckpointError: its files are missing, damaged or cut off.
    """
    count = count_weights(folder)
    name = str(dtype).removeprefix("torch.")
    wanted = count * ITEM_BYTES[name]
    for place in dict.fromkeys((device, _CPU)):
        free = free_memory(place)
        if free is None:
            _LOG.info("%s does not say how much memory is free", place)
        elif wanted > free:
            fits = name != _HALF and count * ITEM_BYTES[_HALF] <= free
            raise MemoryShortageError(
                tr(
                    "The weights in “{folder}” take {wanted} in {name}, and "
                    "{free} are free on {place}.",
                    folder=folder,
                    wanted=_gb(wanted),
                    name=name,
                    free=_gb(free),
                    place=place,
                ),
                kept=tr("Nothing was loaded."),
                advice=tr(
                    "Use the number type {half}, close other programs, or choose a smaller SAM.",
                    half=_HALF,
                )
                if fits
                else tr(
                    "Close other programs, or choose a smaller SAM such as "
                    "facebook/sam2.1-hiera-tiny."
                ),
            )


def _gb(count: int) -> str:
    return f"{count / 1e9:.2f} GB"
