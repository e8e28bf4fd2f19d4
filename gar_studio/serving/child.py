"""One engine in a process of its own: `python -m gar_studio.serving.child`, started by the studio.

The studio writes one line of JSON, what to build (`Order`), and reads one, where it is (`Ready`)
or why not (`Failure`).  The process ends when its standard input does, so that it never outlives
the studio.
"""

import os
import sys
from typing import Any, BinaryIO

import msgspec

from gar_studio.engines import registry
from gar_studio.engines.construction import EngineKind
from gar_studio.errors import GarStudioError
from gar_studio.remote.failures import pack
from gar_studio.serving.app import Hosts
from gar_studio.serving.host import EngineHost
from gar_studio.serving.limits import ServerLimits
from gar_studio.serving.order import Order, Ready
from gar_studio.serving.server import Place, RunningServer, stop_with_input

_MANY = 1_000_000
"""More than one window can ask in a second."""


def main() -> int:
    """Build the engine that standard input asks for, and serve it until that ends."""
    # What libraries print must not get between the studio and its line.
    lines = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    try:
        host, hosts = _hosts(order)
        host.start()
        limits = ServerLimits(rate=_MANY, burst=_MANY)
        server = RunningServer(Place(port=0, token=order.token), hosts, limits)
    except GarStudioError as error:
        _write(lines, pack(error))
        return 1
    _write(lines, Ready(server.url))
    stop_with_input(server.stop)
    server.run()
    return 0


def _hosts(order: Order) -> tuple[EngineHost[Any], Hosts]:
    if order.kind is EngineKind.SEGMENT:
        masks = EngineHost(
            lambda: registry.build_segmenter(order.name, order.options), name="segmenter"
        )
        return masks, Hosts(segmenter=masks)
    words = EngineHost(
        lambda: registry.build_describer(order.name, order.options), name="describer"
    )
    return words, Hosts(describer=words)


def _write(lines: BinaryIO, value: msgspec.Struct) -> None:
    lines.write(msgspec.json.encode(value) + b"\n")
    lines.flush()


if __name__ == "__main__":
    sys.exit(main())
