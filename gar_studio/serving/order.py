"""What the studio and a process that it starts for an engine say to each other at first."""

import msgspec

from gar_studio.engines.construction import EngineKind, EngineOptions


class Order(msgspec.Struct, frozen=True):
    """What the studio wants of the process.

    Attributes:
        kind: what the engine gives.
        name: the engine.
        options: how it is built.
        token: what the process has to ask of its clients.
    """

    kind: EngineKind
    name: str
    options: EngineOptions
    token: str


class Ready(msgspec.Struct, frozen=True, tag_field="event", tag="ready"):
    """Where the engine is."""

    url: str
