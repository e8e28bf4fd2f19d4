"""What is said of a SAM checkpoint that is not loaded."""

import pickle  # nothing is read with it: it names the error
from pathlib import Path

from gar_studio.errors import CheckpointError
from gar_studio.language import mark, tr

ADVICE = mark(
    "Use a file released by Meta, such as sam_vit_b_01ec64.pth, or one "
    "finetuned from it; if this is one, copy or download it again."
)
_NAMED = 3


def unreadable(path: Path, error: Exception) -> CheckpointError:
    """Say why a file cannot be read as weights alone."""
    text = str(error)
    if isinstance(error, pickle.UnpicklingError) and ("GLOBAL" in text or "Unsupported c" in text):
        what = tr(
            "“{name}” holds more than weights: loading all of it could run code.", name=path.name
        )
    else:
        what = tr(
            "“{name}” is no checkpoint of plain weights: it is cut off or of another kind.",
            name=path.name,
        )
    return CheckpointError(
        what, kept=tr("It was not loaded, and no code was run."), advice=tr(ADVICE)
    )


def not_sam(path: Path, reason: str) -> CheckpointError:
    """Say why weights are not SAM's."""
    return CheckpointError(
        tr("“{name}” is not a SAM checkpoint: {reason}.", name=path.name, reason=reason),
        advice=tr(ADVICE),
    )


def first(names: list[str]) -> str:
    """Name up to three weights."""
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
