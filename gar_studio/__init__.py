"""GAR Studio's core: what an annotation is and what can be done to it.  No Qt, no torch.

From Python it is used through the names in `__all__`; `gar_studio.api` documents them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gar_studio.api import Describer, Segmenter, load_model, open_project, run_batch

__version__ = "0.1.0"

__all__ = ["Describer", "Segmenter", "load_model", "open_project", "run_batch"]


def __getattr__(name: str) -> object:
    """Import the documented names when they are first asked for: `import gar_studio` is light."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("gar_studio.api"), name)
