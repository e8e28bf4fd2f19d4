"""A stand-in for the hub on 127.0.0.1: what huggingface_hub asks for, and faults on demand."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPOSITORY = "someone/GAR-tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"

_LARGE = ".safetensors"
_RESOLVE = re.compile(r"/(.+)/resolve/([^/]+)/(.+)")


@dataclass(frozen=True)
class Asked:
    """A request that reached the server."""

    method: str
    path: str
    range: str = ""
    host: str = ""


@dataclass
class Hub:
    """A repository, and what goes wrong when it is asked for.

    Attributes:
        cut: for a file, after how many bytes of each answer the connection ends, once a number.
        broken: files whose first byte is another one on the way.
        no_ranges: answer Range requests with the whole file.
        gone: answer nothing but 503.
    """

    files: dict[str, bytes]
    commit: str = COMMIT
    cut: dict[str, list[int]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    no_ranges: bool = False
    gone: bool = False
    asked: list[Asked] = field(default_factory=list)
    endpoint: str = ""

    def got(self, name: str) -> list[Asked]:
        """The requests for the content of a file."""
        return [a for a in self.asked if a.method == "GET" and a.path.endswith(f"/{name}")]

    def etag(self, name: str) -> str:
        """As the hub has it: SHA-256 of a large file, the git blob's SHA-1 of a small one."""
        content = self.files[name]
        if name.endswith(_LARGE):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def describe(self) -> dict[str, Any]:
        """The answer of /api/models/…?blobs=true."""
        return {
            "id": REPOSITORY,
            "sha": self.commit,
            "siblings": [self._sibling(name) for name in sorted(self.files)],
        }

    def _sibling(self, name: str) -> dict[str, Any]:
        size = len(self.files[name])
        entry: dict[str, Any] = {"rfilename": name, "size": size}
        if name.endswith(_LARGE):
            entry["blobId"] = "f" * 40
            entry["lfs"] = {"sha256": self.etag(name), "size": size, "pointerSize": 130}
        else:
            entry["blobId"] = self.etag(name)
        return entry


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    """Run the server; `hub.endpoint` is its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _answer(self, *, with_body: bool) -> None:
            # A proxy is asked with the whole address, a server with the path alone.
            path = re.sub(r"^http://[^/]+", "", self.path).partition("?")[0]
            hub.asked.append(
                Asked(
                    self.command,
                    path,
                    self.headers.get("Range", ""),
                    self.headers.get("Host", ""),
                )
            )
            match = _RESOLVE.fullmatch(path)
            if hub.gone:
                self._plain(503, b"", {})
            elif path.startswith(f"/api/models/{REPOSITORY}"):
                self._plain(200, json.dumps(hub.describe()).encode(), {})
            elif match and match.group(1) == REPOSITORY and match.group(3) in hub.files:
                self._file(match.group(3), with_body=with_body)
            else:
                self._plain(404, b"{}", {"X-Error-Code": "RepoNotFound"})

        def _file(self, name: str, *, with_body: bool) -> None:
            content = hub.files[name]
            headers = {
                "X-Repo-Commit": hub.commit,
                "X-Linked-Size": str(len(content)),
                "X-Linked-ETag": f'"{hub.etag(name)}"',
                "ETag": f'"{hub.etag(name)}"',
            }
            start, status = 0, 200
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if asked and not hub.no_ranges:
                start, status = int(asked.group(1)), 206
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            if asked and start >= len(content):
                self._plain(416, b"", headers)
                return
            if name in hub.broken:
                content = bytes([content[0] ^ 1]) + content[1:]
            self._plain(status, content[start:] if with_body else content, headers, name)

        def _plain(self, status: int, body: bytes, headers: dict[str, str], name: str = "") -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "HEAD":
                return
            cuts = hub.cut.get(name, [])
            self.wfile.write(body[: cuts.pop(0)] if cuts else body)

    return Handler
