"""A server under clients of all kinds: some ask, some send nonsense, too much, or too slowly.

`gar-studio serve` runs as a process of its own with gar-nano and GrabCut.  Its memory is what the
system says is resident.  What the engine keeps between requests has a limit, and is full before
the clock starts: growth after that is growth for good.
"""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.report import Row
from gar_studio.annotation.mask import Mask

CLIENTS = 32
SECONDS = 600
GROWTH = 5.0
"""Most per cent by which the memory may grow once every client has been at work for a while."""

_WARM_SHARE = 0.1
"""Part of the time after which the memory is first looked at."""

_WARM_CALLS = 300
"""Questions that fill what the engine keeps."""

_SIDE = 192
_PHOTOS = 24


@dataclass
class Load:
    """What came of all calls.

    Attributes:
        statuses: how often each status came; 0 stands for a connection that broke.
        bad: refusals without a sentence, and answers that were no answers.
        memory: (seconds, resident bytes).
    """

    statuses: Counter[int] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def took(self, status: int, *, problem: str = "") -> None:
        """Count a call."""
        with self.lock:
            self.statuses[status] += 1
            if problem:
                self.bad.append(problem)

    @property
    def growth(self) -> float:
        """Per cent by which the memory has grown since the clients were warm."""
        end = self.memory[-1][0]
        warm = [size for at, size in self.memory if _WARM_SHARE * end <= at <= 0.3 * end]
        late = [size for at, size in self.memory if at >= 0.8 * end]
        return 100 * (float(np.median(late)) / float(np.median(warm)) - 1)


def server_rows(seconds: float = SECONDS, clients: int = CLIENTS) -> list[Row]:
    """Let clients loose on a server; return what came of it."""
    load = Load()
    with _server() as (process, url):
        _warm_up(url)
        _run(load, process, url, seconds=seconds, clients=clients)
        alive = process.poll() is None
    answered = load.statuses[HTTPStatus.OK] + load.statuses[HTTPStatus.CREATED]
    refused = sum(n for status, n in load.statuses.items() if status >= HTTPStatus.BAD_REQUEST)
    for problem in load.bad[:10]:
        print(problem, file=sys.stderr)
    print(f"statuses: {dict(sorted(load.statuses.items()))}", file=sys.stderr)
    name = f"server, {clients} clients, {seconds:.0f} s"
    return [
        Row(f"{name}: calls answered", answered, "calls", 1),
        Row("  calls refused", refused, "calls", 1),
        Row(
            "  refusals without a sentence, broken answers",
            len(load.bad),
            "calls",
            0,
            at_least=False,
        ),
        Row("  crashes", int(not alive), "", 0, at_least=False),
        Row(
            "  memory after a tenth of the time", load.memory[len(load.memory) // 10][1] / 1e6, "MB"
        ),
        Row("  growth of memory since", load.growth, "%", GROWTH, at_least=False),
    ]


@contextmanager
def _server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    words = ["-m", "main", "serve", "--port", "0", "--model", "gar-nano", "--segmenter", "grabcut"]
    words += ["--device", "cpu", "--rate", "40", "--max-pixels", "1000000", "--json"]
    environment = {key: value for key, value in os.environ.items() if key != "GAR_STUDIO_TOKEN"}
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def _run(
    load: Load, process: subprocess.Popen[bytes], url: str, *, seconds: float, clients: int
) -> None:
    started = time.monotonic()
    until = started + seconds
    threads = [
        threading.Thread(target=_client, args=(load, url, number, until))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    while time.monotonic() < until and process.poll() is None:
        load.memory.append((time.monotonic() - started, _resident(process.pid)))
        time.sleep(min(1.0, seconds / 50))
    for thread in threads:
        thread.join()


def _warm_up(url: str) -> None:
    with httpx.Client(base_url=url, timeout=120) as client:
        caller = _Caller(Load(), client, url, random.Random(-1))
        for _ in range(_WARM_CALLS):
            caller.ask()


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _client(load: Load, url: str, number: int, until: float) -> None:
    chance = random.Random(number)
    kinds: list[Callable[[_Caller], None]] = [_Caller.ask] * 4 + [_Caller.cut] * 4
    kinds += [_Caller.leave, _Caller.nonsense, _Caller.nonsense, _Caller.oversize, _Caller.dawdle]
    with httpx.Client(base_url=url, timeout=120) as client:
        caller = _Caller(load, client, url, chance)
        while time.monotonic() < until:
            try:
                chance.choice(kinds)(caller)
            except httpx.HTTPError as error:
                load.took(0, problem=f"client {number}: {error!r}")
            time.sleep(chance.random() * 0.2)


class _Caller:
    """One client."""

    def __init__(self, load: Load, client: httpx.Client, url: str, chance: random.Random) -> None:
        self._load = load
        self._client = client
        self._url = url
        self._chance = chance

    def ask(self) -> None:
        """Describe a box, in a few words."""
        task = {"task": "describe", "regions": [{"id": 1, "mask": self._box()}]}
        question = {**task, "max_new_tokens": self._chance.randint(2, 12), "max_tiles": 1}
        self._events("/v1/describe", {"questions": [question]}, last="done")

    def cut(self) -> None:
        """Cut something out."""
        x, y = self._chance.randrange(_SIDE), self._chance.randrange(_SIDE)
        call = {"prompts": {"clicks": [{"x": x, "y": y}]}, "most": 1}
        self._events("/v1/segment", call, last="done")

    def leave(self) -> None:
        """Ask, and go away before the answer is there."""
        image = self._send()
        task = {"task": "describe", "regions": [{"id": 1, "mask": self._box()}]}
        call = {"image": image, "questions": [task]}
        with self._client.stream("POST", "/v1/describe", json=call) as answer:
            self._load.took(answer.status_code)
            for _ in answer.iter_lines():
                return

    def nonsense(self) -> None:
        """Send what is no call."""
        random_bytes = self._chance.randbytes(self._chance.randrange(1, 2000))
        body = self._chance.choice([random_bytes, b"[" * 5000, b"{}", b"null", b'{"image": 1}'])
        path = self._chance.choice(["/v1/describe", "/v1/segment", "/v1/everything", "/v1/nope"])
        self._refused(self._client.post(path, content=body))

    def oversize(self) -> None:
        """Send too much, of a call or a photo."""
        if self._chance.random() < 0.5:
            self._refused(self._client.post("/v1/describe", content=b" " * 17_000_000))
            return
        size = {"width": 5000, "height": 5000}
        kind = {"Content-Type": "application/x-rgb"}
        self._refused(self._client.post("/v1/images", params=size, content=b"x", headers=kind))

    def dawdle(self) -> None:
        """Begin a call and do not go on for a while."""
        host, port = self._url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as raw:
            head = f"POST /v1/describe HTTP/1.1\r\nHost: {host}\r\nContent-Length: 50\r\n\r\n{{"
            raw.sendall(head.encode())
            if self._chance.random() < 0.5:
                return  # it goes away
            found = b""
            while piece := raw.recv(65_536):
                found += piece
        status = int(found.split(b" ", 2)[1]) if found.startswith(b"HTTP/1.1 ") else 0
        said = (
            status
            in {
                HTTPStatus.REQUEST_TIMEOUT,
                HTTPStatus.TOO_MANY_REQUESTS,
                HTTPStatus.SERVICE_UNAVAILABLE,
            }
            and b'"what":"' in found
        )
        self._load.took(status, problem="" if said else f"a slow call ended with {found[:200]!r}")

    def _send(self) -> str:
        pixels = np.random.default_rng(self._chance.randrange(_PHOTOS)).integers(
            0, 255, (_SIDE, _SIDE, 3), dtype=np.uint8
        )
        answer = self._client.post(
            "/v1/images",
            params={"width": _SIDE, "height": _SIDE},
            content=pixels.tobytes(),
            headers={"Content-Type": "application/x-rgb"},
        )
        if answer.status_code != HTTPStatus.CREATED:
            self._refused(answer)
            return "0" * 64
        self._load.took(answer.status_code)
        return str(answer.json()["image"])

    def _events(self, path: str, call: dict[str, Any], *, last: str) -> None:
        answer = self._client.post(path, json={"image": self._send(), **call})
        if answer.status_code != HTTPStatus.OK:
            self._refused(answer)
            return
        lines = [line for line in answer.text.split("\n\n") if line.startswith("data: ")]
        end = json.loads(lines[-1].removeprefix("data: "))
        good = end["event"] == last or (end["event"] == "error" and end["what"].endswith("."))
        self._load.took(answer.status_code, problem="" if good else f"{path} ended with {end}")

    def _refused(self, answer: httpx.Response) -> None:
        status = answer.status_code
        try:
            said = answer.json()["error"]["what"].endswith(".")
        except (ValueError, KeyError, TypeError):
            said = False
        good = status >= HTTPStatus.BAD_REQUEST and status != 500 and said
        self._load.took(status, problem="" if good else f"{status}: {answer.text[:200]}")

    def _box(self) -> dict[str, object]:
        x, y = self._chance.randrange(_SIDE - 40), self._chance.randrange(_SIDE - 40)
        mask = Mask.from_box(x, y, x + 40, y + 40, height=_SIDE, width=_SIDE)
        return {"size": [_SIDE, _SIDE], "counts": mask.counts.decode()}
