"""Brings one file over HTTP to the disk: resumed where it was cut off, and checked.

huggingface_hub's own transfer (2.4) writes to a file with a new name each time and removes it
when it fails, so that after a cut everything is fetched again.  Here the bytes that came stay in
`NAME.incomplete`, and the next try asks for the rest with a Range header (RFC 9110, section 14).
Its session is used for every request, which brings the user's proxies, certificates, endpoint
and offline mode along.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from huggingface_hub import constants, get_session, hf_raise_for_status
from huggingface_hub.errors import HfHubHTTPError

from gar_studio.engines.protocol import CancelToken
from gar_studio.errors import Cancelled, CheckpointError
from gar_studio.language import mark, tr

INCOMPLETE = ".incomplete"
RETRY_SECONDS = 1.0
"""Wait after a cut, before the rest is asked for."""
TRIES = 5
"""Cuts in a row without a new byte before giving up."""

_CHUNK = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_WAY = frozenset({"ConnectError", "ConnectTimeout", "ProxyError"})
"""Names of httpx's and httpx2's errors before any answer."""

_BUSY = frozenset({408, 429, 500, 502, 503, 504})
_PARTIAL_CONTENT = 206
_RANGE_NOT_SATISFIABLE = 416

# The hub's client is httpx in huggingface_hub 1 and httpx2 in 2; both have one base for
# everything that can go wrong between here and the server, and the hub's own error is one of it.
HTTP_ERROR: type[Exception] = next(
    base for base in HfHubHTTPError.__mro__ if base.__name__ == "HTTPError"
)


class Algorithm(StrEnum):
    """How a checksum is made."""

    SHA256 = "sha256"
    GIT = "git"
    """SHA-1 of a git blob, which the hub gives for small files (gitformat-objects)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file on a server, and what is known about it.

    Attributes:
        name: what people call it.
        url: where it is; the content behind it never changes.
        size: its bytes.
        algorithm: how `checksum` is made.
        checksum: hexadecimal, or "" where the server gives none.
        headers: sent with each request.
    """

    name: str
    url: str
    size: int
    algorithm: Algorithm
    checksum: str
    headers: Mapping[str, str]


KEPT = mark("What was downloaded so far is kept.")


def check_room(name: str, needed: int, folder: Path, *, advice: str) -> None:
    """Raise if a disk has not so many bytes free; `folder` need not be there yet.

    Raises:
        CheckpointError: the disk is too full.
    """
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise CheckpointError(
            tr(
                "“{name}” needs {needed:.1f} GB more on the disk of “{folder}”, "
                "and {free:.1f} GB are free.",
                name=name,
                needed=needed / 1000000000.0,
                folder=folder,
                free=free / 1000000000.0,
            ),
            kept=tr(KEPT),
            advice=advice,
        )


def failure(name: str, error: Exception) -> CheckpointError:
    """Say what stopped a download: the disk, the way to the server, or the server's answer."""
    again = tr("Download again: it goes on where it stopped.")
    if isinstance(error, OSError) and error.errno in _FULL:
        return CheckpointError(
            tr("The disk is full: “{name}” was not downloaded to the end.", name=name),
            kept=tr(KEPT),
            advice=tr("Make room on the disk. {again}", again=again),
        )
    if isinstance(error, HTTP_ERROR) and type(error).__name__ in _NO_WAY:
        return CheckpointError(
            tr(
                "“{name}” could not be downloaded: its server cannot be reached ({error}).",
                name=name,
                error=_first_line(error),
            ),
            kept=tr(KEPT),
            advice=tr("Check the network and the proxy. {again}", again=again),
        )
    return CheckpointError(
        tr("“{name}” could not be downloaded: {error}.", name=name, error=_first_line(error)),
        kept=tr(KEPT),
        advice=tr("Check network, proxy and disk. {again}", again=again),
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def fetch(
    source: Source, target: Path, *, cancel: CancelToken, on_bytes: Callable[[int], None]
) -> None:
    """Bring `source` to `target`; `target` is there only when it is whole and checked.

    Args:
        source: what to fetch.
        target: where to; its folder exists.
        cancel: checked at every piece.
        on_bytes: called with the number of the file's bytes that are here.

    Raises:
        Cancelled: the token was cancelled; what came is kept for the next try.
        CheckpointError: the file is not what it is said to be; nothing of it is left.
        OSError, HTTP_ERROR: the disk or the network failed; what came is kept for the next try.
    """
    partial = target.with_name(target.name + INCOMPLETE)
    try:
        with partial.open("a+b") as file:
            arriving = _Arriving(file, source, cancel=cancel, on_bytes=on_bytes)
            arriving.take_up()
            _fill(arriving)
        arriving.check()
        os.replace(partial, target)  # noqa: PTH105 - says what it does
    except CheckpointError:
        partial.unlink(missing_ok=True)
        raise
    except (Cancelled, KeyboardInterrupt, OSError, HTTP_ERROR):
        if partial.is_file() and partial.stat().st_size == 0:
            partial.unlink()
        raise


class _Arriving:
    """A file that is on its way, and the checksum of what is here of it."""

    def __init__(
        self,
        file: BinaryIO,
        source: Source,
        *,
        cancel: CancelToken,
        on_bytes: Callable[[int], None],
    ) -> None:
        self.source = source
        self.cancel = cancel
        self.count = 0
        self._file = file
        self._on_bytes = on_bytes
        self._digest = _new_digest(source)

    def take_up(self) -> None:
        """Count and digest what an earlier try has left."""
        self._file.seek(0)
        while piece := self._file.read(_CHUNK):
            self._account(piece)
        if self.count > self.source.size:
            self.restart()

    def add(self, piece: bytes) -> None:
        """Write the next piece."""
        self._file.write(piece)
        self._account(piece)

    def restart(self) -> None:
        """Forget what is here."""
        self._file.truncate(0)
        self.count = 0
        self._digest = _new_digest(self.source)

    def check(self) -> None:
        """Raise `CheckpointError` if this is another file than the hub has."""
        source = self.source
        if self.count != source.size:
            why = tr(
                "it has {count:,} bytes instead of {size:,}", count=self.count, size=source.size
            )
        elif source.checksum and self._digest.hexdigest() != source.checksum:
            why = tr("its checksum is another one")
        else:
            return
        raise CheckpointError(
            tr("“{name}” did not arrive as it was published: {why}.", name=source.name, why=why),
            kept=tr("The file was removed; the files that were complete are kept."),
            advice=tr("Download again; if that does not help, the network changes the data."),
        )

    def _account(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.count += len(piece)
        self._on_bytes(self.count)
        self.cancel.check()


def _new_digest(source: Source) -> Any:  # noqa: ANN401 - hashlib has no public type for it
    if source.algorithm is Algorithm.GIT:
        return hashlib.sha1(f"blob {source.size}\0".encode(), usedforsecurity=False)
    return hashlib.sha256()


def _fill(arriving: _Arriving) -> None:
    """Ask for the rest until all is here, or nothing new has come several times."""
    tries = TRIES
    while arriving.count < arriving.source.size:
        arriving.cancel.check()
        before = arriving.count
        problem: Exception | None = None
        try:
            _read_on(arriving)
        except HfHubHTTPError as error:
            if error.response.status_code not in _BUSY:
                raise
            problem = error
        except HTTP_ERROR as error:
            problem = error
        if arriving.count >= arriving.source.size:
            return
        tries = TRIES if arriving.count > before else tries - 1
        if tries == 0:
            raise problem or ConnectionError(tr("the server ends the connection too early"))
        _wait(arriving.cancel)


def _read_on(arriving: _Arriving) -> None:
    with _ask(arriving.source, start=arriving.count) as response:
        if response.status_code == _RANGE_NOT_SATISFIABLE and arriving.count:
            arriving.restart()
            return
        hf_raise_for_status(response)
        if arriving.count and not _continues(response, arriving.count):
            arriving.restart()
        # No chunk size: what waits to fill a chunk would be lost where the connection ends.
        for piece in response.iter_bytes():
            arriving.add(piece)
            if arriving.count > arriving.source.size:
                return


@contextlib.contextmanager
def _ask(source: Source, *, start: int) -> Iterator[Any]:
    """Open the response to a request for the bytes from `start` on."""
    # What is compressed on the way has other offsets than the file.
    headers = {**source.headers, "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
    with get_session().stream("GET", source.url, headers=headers, timeout=timeout) as response:
        if response.is_error:
            response.read()
        yield response


def _continues(response: Any, start: int) -> bool:  # noqa: ANN401 - httpx's or httpx2's
    """Whether the server sends the bytes from `start` on, not the whole file again."""
    if response.status_code != _PARTIAL_CONTENT:
        return False
    return str(response.headers.get("Content-Range", "")).startswith(f"bytes {start}-")


def _wait(cancel: CancelToken) -> None:
    end = time.monotonic() + RETRY_SECONDS
    while time.monotonic() < end:
        cancel.check()
        time.sleep(min(0.1, RETRY_SECONDS))
