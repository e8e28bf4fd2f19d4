"""Says in one sentence what torch's errors mean."""

import torch

from gar_studio.errors import EngineError
from gar_studio.language import tr


def is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """Return whether the memory ran out.

    torch has an error of its own for full graphics cards only; for full main memory it raises
    a plain RuntimeError of its CPU allocator.
    """
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return "DefaultCPUAllocator" in str(error)


def engine_error(error: RuntimeError | MemoryError) -> EngineError:
    """Say in one sentence what torch's error means."""
    if is_out_of_memory(error):
        return EngineError(
            tr("There is not enough memory for this request."),
            kept=tr("All regions and texts were kept."),
            advice=tr("Close other programs, use fewer tiles, or run a smaller model."),
        )
    return EngineError(
        tr(
            "The model failed: {error}.",
            error=str(error).splitlines()[0] if str(error) else tr("no reason given"),
        ),
        kept=tr("All regions and texts were kept."),
        advice=tr("Try again; run “gar-studio doctor” if it fails again."),
    )
