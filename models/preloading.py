"""Loads torch's libraries without holding Python's lock.

`import torch` maps some hundred megabytes of shared libraries and relocates them while it holds the
lock, and for that long no window draws.  Loaded through a foreign call beforehand, the lock is free
meanwhile, and the import finds them there.
"""

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

_LIBRARY = "libtorch_python.so"


def preload_torch() -> None:
    """Load torch's libraries if they are not loaded yet; does nothing but on Linux."""
    if "torch" in sys.modules or not sys.platform.startswith("linux"):
        return
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.submodule_search_locations:
        return
    library = Path(spec.submodule_search_locations[0]) / "lib" / _LIBRARY
    if not library.exists():
        return
    # As a call into the C library, `dlopen` runs with the lock released; `ctypes.CDLL(path)` does
    # not.  If it fails, the import says why.
    load = ctypes.CDLL(None).dlopen
    load.restype = ctypes.c_void_p
    load.argtypes = [ctypes.c_char_p, ctypes.c_int]
    load(os.fsencode(library), os.RTLD_LAZY | os.RTLD_GLOBAL)
