"""Talks to a `gar-studio serve`: sends photos once, asks, and reads the events as they come."""

import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import httpx
import msgspec
import numpy as np
from PIL import Image

from gar_studio import __version__
from gar_studio.engines.protocol import ImageData
from gar_studio.errors import EngineError, EngineGoneError
from gar_studio.language import tr
from gar_studio.remote import failures
from gar_studio.remote.address import is_local
from gar_studio.remote.wire import (
    PROTOCOL,
    DescribeCall,
    Event,
    EverythingCall,
    Failure,
    Opened,
    PrepareCall,
    SegmentCall,
    ServerInfo,
)

_CONNECT_SECONDS: Final = 5.0
_SILENCE_SECONDS: Final = 8.0
"""A stream says four times a second that it lives; after so long without a word it does not."""

_PHOTO_SECONDS: Final = 60.0
"""So long a server may look at a photo that it was sent."""

_DIGESTS: Final = 64
"""Photos whose digest is remembered."""

_DATA: Final = "data: "

Call = DescribeCall | PrepareCall | SegmentCall | EverythingCall


class _Refusal(msgspec.Struct):
    error: Failure


class Connection:
    """A server, as one client sees it.  Used by one thread, which may read several streams."""

    def __init__(self, address: str, *, token: str = "", why_gone: Callable[[], str] = str) -> None:
        """Say where it is; nothing is sent yet.

        Args:
            address: `http://host:port`.
            token: what it asks for, or "".
            why_gone: says why the server may be gone, if that is known, or "".
        """
        self.address = address
        self._why_gone = why_gone
        self._raw = is_local(address)
        self._digests: OrderedDict[str, str] = OrderedDict()
        headers = {"User-Agent": f"gar-studio/{__version__}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            base_url=address,
            headers=headers,
            timeout=httpx.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS),
            # Proxies are for the way out of a network; a plain server is inside of it.
            trust_env=address.startswith("https://"),
        )

    def info(self) -> ServerInfo:
        """Ask who the server is.

        Raises:
            EngineGoneError: it does not answer.
            EngineError: it does not let us in, or is another program.
        """
        with self._reaching():
            answer = self._http.get("/v1/info")
        if answer.status_code != HTTPStatus.OK:
            raise self._refused(answer)
        try:
            found = msgspec.json.decode(answer.content, type=ServerInfo)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._stranger() from error
        if found.protocol != PROTOCOL:
            raise EngineError(
                tr(
                    "The server at {address} is GAR Studio {version}, which speaks another "
                    "protocol than this one ({own}).",
                    address=self.address,
                    version=found.version,
                    own=__version__,
                ),
                advice=tr("Bring both to the same version."),
            )
        return found

    @contextmanager
    def stream(
        self, path: str, image: ImageData, call: Callable[[str], Call]
    ) -> Iterator[tuple[Opened, Iterator[Event | None]]]:
        """Send a call about a photo, and the photo first where the server does not have it.

        Args:
            path: such as "/v1/describe".
            image: the photo.
            call: makes the call for the name that the server knows the photo by.

        Yields:
            The first event, and the others as they come; None now and then in between.

        Raises:
            EngineGoneError: the server does not answer, or not any more.
            GarStudioError: what the server says.
        """
        data = msgspec.json.encode(call(self._digest(image)))
        with self._reaching():
            answer = self._open(path, data)
            if answer.status_code == HTTPStatus.NOT_FOUND:
                answer.close()
                self._send_photo(image)
                answer = self._open(path, data)
            try:
                if answer.status_code != HTTPStatus.OK:
                    answer.read()
                    raise self._refused(answer)
                events = self._events(answer)
                first = next(events, None)
                if not isinstance(first, Opened):
                    raise self._stranger()
                yield first, events
            finally:
                answer.close()

    def stop(self, stream: str, index: int) -> None:
        """Stop one request of a stream; its answer ends with the words so far."""
        with self._reaching():
            self._http.delete(f"/v1/streams/{stream}/{index}")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _open(self, path: str, data: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        request = self._http.build_request("POST", path, content=data, headers=headers)
        return self._http.send(request, stream=True)

    def _events(self, answer: httpx.Response) -> Iterator[Event | None]:
        for line in answer.iter_lines():
            if not line.startswith(_DATA):
                yield None
                continue
            try:
                event = msgspec.json.decode(line[len(_DATA) :], type=Event)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise self._stranger() from error
            if isinstance(event, Failure):
                raise failures.unpack(event)
            yield event

    def _digest(self, image: ImageData) -> str:
        """Return the name that the server gives to a photo (`images.image_from_array`)."""
        known = self._digests.get(image.key)
        if known is None:
            digest = hashlib.sha256(f"{image.pixels.shape}".encode())
            digest.update(np.ascontiguousarray(image.pixels).data)
            known = self._digests[image.key] = digest.hexdigest()
            if len(self._digests) > _DIGESTS:
                self._digests.popitem(last=False)
        return known

    def _send_photo(self, image: ImageData) -> None:
        pixels = np.ascontiguousarray(image.pixels)
        if self._raw:
            kind, data = "application/x-rgb", pixels.tobytes()
        else:
            kind = "image/png"
            packed = io.BytesIO()
            Image.fromarray(pixels).save(packed, "PNG", compress_level=1)
            data = packed.getvalue()
        answer = self._http.post(
            "/v1/images",
            params={"width": image.width, "height": image.height},
            content=data,
            headers={"Content-Type": kind},
            timeout=httpx.Timeout(_PHOTO_SECONDS, connect=_CONNECT_SECONDS),
        )
        if answer.status_code != HTTPStatus.CREATED:
            raise self._refused(answer)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Say what it means that the network fails."""
        try:
            yield
        except httpx.HTTPError as error:
            why = self._why_gone()
            raise EngineGoneError(
                why
                or tr(
                    "The server at {address} does not answer: {why}.",
                    address=self.address,
                    why=_reason(error),
                ),
                kept=tr("The words so far were kept, and all regions."),
                advice=tr("Ask again: the studio connects anew, or choose another model."),
            ) from error

    def _refused(self, answer: httpx.Response) -> Exception:
        try:
            return failures.unpack(msgspec.json.decode(answer.content, type=_Refusal).error)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._stranger()

    def _stranger(self) -> EngineError:
        return EngineError(
            tr("What answers at {address} is no GAR Studio server.", address=self.address),
            advice=tr("Check the address."),
        )


def _reason(error: httpx.HTTPError) -> str:
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return tr("nothing can be reached there")
        case httpx.TimeoutException():
            return tr("it has been silent for too long")
        case _:
            return tr("the connection broke off")
