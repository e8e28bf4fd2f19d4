"""Where an engine of a test runs: on the worker's own thread, or behind a real local server."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from gar_studio.engines.description import Describer
from gar_studio.engines.protocol import ImageData
from gar_studio.engines.segmentation import Segmenter
from gar_studio.images import image_from_array
from gar_studio.remote.client import Connection
from gar_studio.remote.describer import RemoteDescriber
from gar_studio.remote.segmenter import RemoteSegmenter
from gar_studio.serving.app import Hosts
from gar_studio.serving.host import EngineHost
from gar_studio.serving.limits import ServerLimits
from gar_studio.serving.server import Place, RunningServer

LIMITS = ServerLimits(rate=10_000, burst=10_000)


@contextmanager
def serving(
    *,
    describer: Describer | None = None,
    segmenter: Segmenter | None = None,
    limits: ServerLimits = LIMITS,
    place: Place | None = None,
) -> Iterator[RunningServer]:
    """Serve engines on this computer until the block ends."""
    with ExitStack() as stack:
        words = masks = None
        if describer is not None:
            words = EngineHost(lambda: describer, name="describer")
            words.start()
        if segmenter is not None:
            masks = EngineHost(lambda: segmenter, name="segmenter")
            masks.start()
        hosts = Hosts(words, masks)
        stack.callback(hosts.close)
        server = RunningServer(place or Place(port=0), hosts, limits)
        thread = threading.Thread(target=server.run, name="server")
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.stop)
        yield server


@dataclass
class OwnThread:
    """The engine itself."""

    def segmenter(self, engine: Segmenter) -> Callable[[], Segmenter]:
        """Return what builds it."""
        return lambda: engine

    def describer(self, engine: Describer) -> Callable[[], Describer]:
        """Return what builds it."""
        return lambda: engine

    def key(self, image: ImageData) -> str:
        """Return the key under which the engine gets an image."""
        return image.key

    def close(self) -> None:
        """Nothing to end."""


@dataclass
class OnServer:
    """A client of a server that has the engine."""

    stack: ExitStack = field(default_factory=ExitStack)

    def segmenter(self, engine: Segmenter) -> Callable[[], Segmenter]:
        """Start a server; return what connects to it."""
        server = self.stack.enter_context(serving(segmenter=engine))
        return lambda: RemoteSegmenter(Connection(server.url))

    def describer(self, engine: Describer) -> Callable[[], Describer]:
        """Start a server; return what connects to it."""
        server = self.stack.enter_context(serving(describer=engine))
        return lambda: RemoteDescriber(Connection(server.url))

    def key(self, image: ImageData) -> str:
        """Return the key under which the engine gets an image: a digest of its pixels."""
        return image_from_array(image.pixels).key

    def close(self) -> None:
        """End the servers."""
        self.stack.close()


HOSTS = {"thread": OwnThread, "server": OnServer}
