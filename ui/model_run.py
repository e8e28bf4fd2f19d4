"""How a model that is chosen is run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """How a model is run; see `EngineOptions`."""

    device: str = "auto"
    dtype: str = "auto"
    own_process: bool = False
