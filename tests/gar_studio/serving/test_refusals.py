"""What a server does not take: a status and a sentence for each, and it goes on serving."""

import json
import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.images import image_from_array
from gar_studio.serving.limits import ServerLimits
from gar_studio.serving.server import Place, RunningServer
from tests.helpers.engines import ScriptedDescriber, ScriptedSegmenter
from tests.helpers.hosts import serving

IMAGE = image_from_array(np.full((24, 32, 3), 7, dtype=np.uint8))
LIMITS = ServerLimits(
    pixels=10_000, json_bytes=20_000, rate=10_000, burst=10_000, idle_seconds=0.3, slowest=1e9
)
WHOLE = Mask.from_box(0, 0, 32, 24, height=24, width=32)
MASK = {"size": [24, 32], "counts": WHOLE.counts.decode()}


@pytest.fixture(autouse=True)
def no_leaked_threads() -> None:
    """The helper threads of the module's server end with it, and not with one test."""


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    engines = {"describer": ScriptedDescriber(), "segmenter": ScriptedSegmenter()}
    with serving(**engines, limits=LIMITS) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=10) as made:
        yield made


def send_photo(client: httpx.Client) -> str:
    answer = client.post(
        "/v1/images",
        params={"width": 32, "height": 24},
        content=IMAGE.pixels.tobytes(),
        headers={"Content-Type": "application/x-rgb"},
    )
    assert answer.status_code == HTTPStatus.CREATED
    found = answer.json()["image"]
    assert isinstance(found, str)
    return found


def question(**changes: object) -> dict[str, Any]:
    one = {"task": "describe", "regions": [{"id": 1, "mask": MASK}], **changes}
    return {"image": IMAGE.key, "questions": [one]}


def refused(answer: httpx.Response, status: HTTPStatus) -> str:
    """Check that an answer is a refusal; return its sentence."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["what"].endswith("."), error
    return str(error["what"])


def test_a_photo_is_known_by_its_pixels(client: httpx.Client) -> None:
    assert send_photo(client) == IMAGE.key == send_photo(client)


def test_a_call_is_answered_with_events(client: httpx.Client) -> None:
    send_photo(client)
    answer = client.post("/v1/describe", json=question())
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in answer.text.split("\n\n") if line.startswith("data: ")]
    events = [json.loads(line.removeprefix("data: ")) for line in lines]
    kinds = [event["event"] for event in events]
    assert kinds == ["opened", "progress", *["delta"] * 4, "finished", "done"]
    assert events[-2]["text"] == "A small box."


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (b"", HTTPStatus.BAD_REQUEST),
        (b"{", HTTPStatus.BAD_REQUEST),
        (b"\xff\xfe", HTTPStatus.BAD_REQUEST),
        (b"[" * 15_000, HTTPStatus.UNPROCESSABLE_ENTITY),
        (b'{"image": "x", "questions": ' + b"[" * 15_000, HTTPStatus.UNPROCESSABLE_ENTITY),
        (b"null", HTTPStatus.UNPROCESSABLE_ENTITY),
        (b"{}", HTTPStatus.UNPROCESSABLE_ENTITY),
        (b'{"image": 3, "questions": []}', HTTPStatus.UNPROCESSABLE_ENTITY),
        (b'{"image": "x", "questions": [], "more": 1}', HTTPStatus.UNPROCESSABLE_ENTITY),
        (b" " * 20_001, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (json.dumps(question(task="sing")).encode(), HTTPStatus.UNPROCESSABLE_ENTITY),
        (json.dumps(question(regions=[])).encode(), HTTPStatus.UNPROCESSABLE_ENTITY),
        (json.dumps(question(max_new_tokens=0)).encode(), HTTPStatus.UNPROCESSABLE_ENTITY),
        (
            json.dumps(question(regions=[{"id": n, "mask": MASK} for n in range(6)])).encode(),
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
        (
            json.dumps(
                question(regions=[{"id": 1, "mask": {"size": [9, 9], "counts": "a2"}}])
            ).encode(),
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
        (
            json.dumps(
                question(regions=[{"id": 1, "mask": {"size": [24, 32], "counts": "zz\x7f"}}])
            ).encode(),
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(
    client: httpx.Client, call: bytes, status: HTTPStatus
) -> None:
    send_photo(client)
    refused(client.post("/v1/describe", content=call), status)
    assert client.get("/v1/info").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/v1/segment", {"prompts": {}}),
        ("/v1/segment", {"prompts": {"clicks": [{"x": 99, "y": 0}]}}),
        ("/v1/segment", {"prompts": {"clicks": [{"x": 1, "y": 1}]}, "most": 99}),
        (
            "/v1/segment",
            {
                "prompts": {"clicks": [{"x": 1, "y": 1}]},
                "previous": {"mask": MASK, "score": 1, "low_res": {"size": [9, 9], "data": "AAAA"}},
            },
        ),
        ("/v1/everything", {"points_per_side": 100_000}),
        ("/v1/prepare", {"image": None}),
    ],
)
def test_so_is_one_to_the_segmenter(
    client: httpx.Client, path: str, call: dict[str, object]
) -> None:
    send_photo(client)
    refused(client.post(path, json={"image": IMAGE.key, **call}), HTTPStatus.UNPROCESSABLE_ENTITY)


def test_a_photo_that_is_not_there_is_asked_for(client: httpx.Client) -> None:
    call = {**question(), "image": "0" * 64}
    sentence = refused(client.post("/v1/describe", json=call), HTTPStatus.NOT_FOUND)
    assert "photo" in sentence


@pytest.mark.parametrize(
    ("kind", "size", "data", "status"),
    [
        ("image/jpeg", (32, 24), b"x", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        ("application/x-rgb", (32, 24), b"short", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("application/x-rgb", (0, 0), b"", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("application/x-rgb", (1000, 1000), b"x", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("image/png", (32, 24), b"\x89PNG\r\n\x1a\n and no more", HTTPStatus.UNPROCESSABLE_ENTITY),
        ("image/png", (32, 24), b"x" * 1_040_000, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ],
)
def test_a_photo_that_is_none_is_refused(
    client: httpx.Client, kind: str, size: tuple[int, int], data: bytes, status: HTTPStatus
) -> None:
    answer = client.post(
        "/v1/images",
        params={"width": size[0], "height": size[1]},
        content=data,
        headers={"Content-Type": kind},
    )
    refused(answer, status)


def test_other_paths_and_methods_are_refused(client: httpx.Client) -> None:
    refused(client.get("/"), HTTPStatus.NOT_FOUND)
    refused(client.get("/docs"), HTTPStatus.NOT_FOUND)
    refused(client.get("/v1/describe"), HTTPStatus.METHOD_NOT_ALLOWED)
    refused(client.delete("/v1/streams/nope/0"), HTTPStatus.NOT_FOUND)
    refused(client.delete("/v1/streams/nope/99999999999999999999"), HTTPStatus.NOT_FOUND)


def test_a_page_in_a_browser_is_kept_out(client: httpx.Client) -> None:
    refused(client.get("/v1/info", headers={"Origin": "http://evil"}), HTTPStatus.FORBIDDEN)
    named = client.get("/v1/info", headers={"Host": "evil.example:8765"})
    refused(named, HTTPStatus.MISDIRECTED_REQUEST)


def talk(server: RunningServer, sent: bytes) -> bytes:
    """Send bytes as they are, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
        raw.sendall(sent)
        found = b""
        while piece := raw.recv(65_536):
            found += piece
    return found


def test_a_body_that_does_not_come_is_not_waited_for(server: RunningServer) -> None:
    head = b"POST /v1/describe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    answer = talk(server, head)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"came too slowly: 1 of 100 bytes." in answer


def test_a_body_without_a_length_is_refused(server: RunningServer) -> None:
    head = b"POST /v1/describe HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    answer = talk(server, head + b"Connection: close\r\n\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 411")


def test_what_is_no_http_is_refused(server: RunningServer) -> None:
    assert talk(server, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert talk(server, b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000).startswith(b"HTTP/1.1 400")


def test_only_who_knows_the_token_gets_in() -> None:
    place = Place(port=0, token="a long secret for this test".replace(" ", "-"))
    with (
        serving(describer=ScriptedDescriber(), place=place) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        assert refused(client.get("/v1/info"), HTTPStatus.UNAUTHORIZED)
        for wrong in ("Bearer nope", f"Basic {place.token}", "Bearer", "Bearer é"):
            answer = client.get("/v1/info", headers={b"Authorization": wrong.encode()})
            refused(answer, HTTPStatus.UNAUTHORIZED)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        right = {"Authorization": f"Bearer {place.token}", "Host": "another.name"}
        assert client.get("/v1/info", headers=right).status_code == HTTPStatus.OK


def test_who_calls_too_often_is_told_to_wait() -> None:
    limits = ServerLimits(rate=0.5, burst=3)
    with (
        serving(describer=ScriptedDescriber(), limits=limits) as server,
        httpx.Client(base_url=server.url) as client,
    ):
        answers = [client.get("/v1/info") for _ in range(4)]
    assert [one.status_code for one in answers[:3]] == [200] * 3
    refused(answers[3], HTTPStatus.TOO_MANY_REQUESTS)
    assert answers[3].headers["Retry-After"] == "2"


def test_a_part_that_a_server_does_not_have_is_said(server: RunningServer) -> None:
    with (
        serving(describer=ScriptedDescriber(), limits=LIMITS) as only,
        httpx.Client(base_url=only.url) as client,
    ):
        send_photo(client)
        answer = client.post("/v1/prepare", json={"image": IMAGE.key})
        refused(answer, HTTPStatus.NOT_IMPLEMENTED)


def test_a_queue_that_is_full_is_said() -> None:
    engine = ScriptedSegmenter()
    engine.gate.clear()
    with serving(segmenter=engine, limits=LIMITS) as server:
        with httpx.Client(base_url=server.url) as client:
            send_photo(client)
            call = {"image": IMAGE.key, "prompts": {"clicks": [{"x": 1, "y": 1}]}}
            busy: httpx.Response | None = None
            streams = []
            for _ in range(70):
                request = client.build_request("POST", "/v1/segment", json=call)
                answer = client.send(request, stream=True)
                streams.append(answer)
                if answer.status_code != HTTPStatus.OK:
                    answer.read()
                    busy = answer
                    break
            assert busy is not None
            refused(busy, HTTPStatus.SERVICE_UNAVAILABLE)
            assert busy.headers["Retry-After"] == "1"
            for answer in streams:
                answer.close()
        engine.gate.set()
