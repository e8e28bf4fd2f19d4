"""A segmenter that is elsewhere."""

from collections.abc import Callable, Iterator

from gar_studio.engines.protocol import CancelToken, EngineInfo, ImageData, Progress
from gar_studio.engines.segmentation import EverythingRequest, SegmentRequest, SegmentResult
from gar_studio.errors import EngineError
from gar_studio.language import tr
from gar_studio.remote.client import Call, Connection
from gar_studio.remote.identity import engine_of, placed, same_engine
from gar_studio.remote.wire import (
    Done,
    Event,
    EverythingCall,
    Found,
    PrepareCall,
    SegmentCall,
    Told,
)


class RemoteSegmenter:
    """Cuts out by asking a server; see `gar_studio.engines.segmentation.Segmenter`.

    While it waits it checks its token several times a second, so that a more urgent call may go
    out in between, on a connection of its own.

    Attributes:
        connection: to the server.
    """

    def __init__(self, connection: Connection) -> None:
        """Get to know the server.

        Raises:
            EngineError: it cannot be reached or used, or has no segmenter.
        """
        self.connection = connection
        self._theirs = engine_of(
            connection,
            lambda server: server.segmenter,
            EngineError(
                tr("The server at {address} does not cut out.", address=connection.address),
                advice=tr("Start it with a segmenter, or choose another one."),
            ),
        )

    @property
    def info(self) -> EngineInfo:
        """Who cuts out, and where."""
        return placed(self._theirs, self.connection.address)

    def prepare(self, image: ImageData, cancel: CancelToken) -> None:
        """Let the server look at an image ahead."""
        if not self._theirs.encodes:
            return
        for _ in self._events("/v1/prepare", image, PrepareCall, cancel):
            pass

    def segment(
        self,
        image: ImageData,
        request: SegmentRequest,
        cancel: CancelToken,
        first: Callable[[SegmentResult], None] | None = None,
    ) -> SegmentResult:
        """Return the server's candidates; see `Segmenter.segment`."""
        request.prompts.check(height=image.height, width=image.width)

        def call(name: str) -> SegmentCall:
            return SegmentCall.of(request, name)

        for event in self._events("/v1/segment", image, call, cancel):
            if isinstance(event, Found):
                result = event.result(request_id=request.request_id, image_key=image.key)
                if event.whole:
                    return result
                if first is not None:
                    first(result)
        raise self._no_end()

    def everything(
        self,
        image: ImageData,
        request: EverythingRequest,
        cancel: CancelToken,
        progress: Callable[[Progress], None],
    ) -> SegmentResult:
        """Return the masks that the server finds; see `Segmenter.everything`."""
        box = request.box
        corners = None if box is None else (box.x0, box.y0, box.x1, box.y1)

        def call(name: str) -> EverythingCall:
            return EverythingCall(name, corners, request.points_per_side)

        for event in self._events("/v1/everything", image, call, cancel):
            if isinstance(event, Told):
                progress(Progress(event.stage, event.done, event.total))
            elif isinstance(event, Found):
                return event.result(request_id=request.request_id, image_key=image.key)
        raise self._no_end()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _events(
        self, path: str, image: ImageData, call: Callable[[str], Call], cancel: CancelToken
    ) -> Iterator[Event]:
        """Yield the events of a call up to its end; leaving early stops it on the server."""
        cancel.check()
        with self.connection.stream(path, image, call) as (opened, events):
            same_engine(self._theirs, opened.engine, self.connection.address)
            for event in events:
                cancel.check()
                if isinstance(event, Done):
                    return
                if event is not None:
                    yield event
        raise self._no_end()

    def _no_end(self) -> EngineError:
        return EngineError(tr("The server stopped without an end."))
