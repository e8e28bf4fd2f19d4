"""Makes torchvision importable beside any build of torch.

timm and segment-anything import torchvision, whose compiled operators are built for one build of
torch.  Beside another one (the usual case: torch for the CPU with a torchvision for CUDA) the
operators do not load, and `import torchvision` fails because it registers shape rules for two
operators that nobody declared.  Declaring them is enough: nothing of ours calls them.
"""

import importlib.util
import sys

import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_declared: list[torch.library.Library] = []


def import_torchvision() -> None:
    """Import torchvision, declaring its operators first where its own library cannot load."""
    if "torchvision" in sys.modules or importlib.util.find_spec("torchvision") is None:
        return
    try:
        import torchvision  # noqa: PLC0415
    except RuntimeError as error:
        if "does not exist" not in str(error):
            raise
    else:
        return
    for name in [n for n in sys.modules if n.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _declared.append(library)  # the declarations live as long as their library object
    import torchvision  # noqa: F401, PLC0415
