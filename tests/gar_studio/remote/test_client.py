"""A client and what may be at the other end: another program, another model, another protocol."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from gar_studio.annotation.mask import Mask
from gar_studio.annotation.prompts import Click, PromptSet
from gar_studio.engines.description import DescribeRequest, Finished, RegionInput, Task
from gar_studio.engines.protocol import CancelToken, ImageData
from gar_studio.engines.segmentation import SegmentRequest
from gar_studio.errors import EngineError, EngineGoneError, MaskError, PromptError, RequestError
from gar_studio.images import image_from_array
from gar_studio.remote import client
from gar_studio.remote.client import Connection
from gar_studio.remote.describer import RemoteDescriber
from gar_studio.remote.segmenter import RemoteSegmenter
from gar_studio.serving.limits import ServerLimits
from gar_studio.serving.photos import Photos
from tests.helpers.engines import INFO, ScriptedDescriber, ScriptedSegmenter
from tests.helpers.hosts import serving

PIXELS = np.random.default_rng(1).integers(0, 255, (24, 32, 3), dtype=np.uint8)
IMAGE = ImageData("a name of the client's own", PIXELS)
BOX = Mask.from_box(2, 2, 9, 9, height=24, width=32)


def asking(mask: Mask = BOX) -> DescribeRequest:
    return DescribeRequest(1, IMAGE.key, Task.DESCRIBE, (RegionInput(4, mask),))


def answer(describer: RemoteDescriber, request: DescribeRequest | None = None) -> str:
    events = list(describer.describe(IMAGE, request or asking(), CancelToken()))
    assert isinstance(events[-1], Finished)
    return events[-1].text


@contextmanager
def another_program(body: bytes, status: int = 200) -> Iterator[str]:
    """Something that speaks HTTP and is no GAR Studio."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="other program")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_photo_is_sent_once_and_again_where_it_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []
    keep = Photos.put
    monkeypatch.setattr(
        Photos, "put", lambda self, image: (sent.append(image.width), keep(self, image))[1]
    )
    limits = ServerLimits(kept_bytes=1)
    with serving(describer=ScriptedDescriber(), limits=limits) as server:
        describer = RemoteDescriber(Connection(server.url))
        for _ in range(3):
            assert answer(describer) == "A small box."
        assert sent == [32]
        other = ImageData("another", PIXELS[:, :20])
        small = Mask.from_box(0, 0, 5, 5, height=24, width=20)
        request = DescribeRequest(2, "another", Task.DESCRIBE, (RegionInput(4, small),))
        list(describer.describe(other, request, CancelToken()))
        answer(describer)
        assert sent == [32, 20, 32]
        describer.close()


def test_pixels_arrive_as_they_are_over_a_network_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "is_local", lambda _: False)  # then they travel as a PNG
    engine = ScriptedDescriber()
    seen: list[ImageData] = []
    plain = engine.describe
    engine.describe = lambda image, *rest: (seen.append(image), plain(image, *rest))[1]  # type: ignore[method-assign]
    with serving(describer=engine) as server:
        describer = RemoteDescriber(Connection(server.url))
        answer(describer)
        describer.close()
    assert np.array_equal(seen[0].pixels, PIXELS)
    assert seen[0].key == image_from_array(PIXELS).key


def test_times_are_those_of_who_waits() -> None:
    engine = ScriptedDescriber()  # it says that it took 0.1 and 0.2 seconds
    engine.before_word = lambda _: time.sleep(0.15)
    with serving(describer=engine) as server:
        describer = RemoteDescriber(Connection(server.url))
        *_, end = describer.describe(IMAGE, asking(), CancelToken())
        describer.close()
    assert isinstance(end, Finished)
    assert end.first_token_seconds is not None
    assert 0.15 <= end.first_token_seconds <= end.seconds - 0.4


def test_a_server_with_another_model_is_not_taken_for_the_old_one() -> None:
    engine = ScriptedDescriber()
    with serving(describer=engine) as server:
        describer = RemoteDescriber(Connection(server.url))
        describer._theirs = replace(INFO, revision="an older one")
        with pytest.raises(EngineGoneError, match="runs Scripted now"):
            answer(describer)
        describer.close()


def test_what_is_wrong_is_said_before_anything_is_sent() -> None:
    with serving(describer=ScriptedDescriber(), segmenter=ScriptedSegmenter()) as server:
        describer = RemoteDescriber(Connection(server.url))
        segmenter = RemoteSegmenter(Connection(server.url))
        with pytest.raises(MaskError):
            answer(describer, asking(Mask.empty(height=24, width=32)))
        with pytest.raises(RequestError):
            answer(describer, replace(asking(), image_key="another image"))
        outside = SegmentRequest(1, IMAGE.key, PromptSet(clicks=(Click(99, 1),)))
        with pytest.raises(PromptError):
            segmenter.segment(IMAGE, outside, CancelToken())
        describer.close()
        segmenter.close()


def test_a_mask_that_is_refined_goes_there_and_back_bit_for_bit() -> None:
    engine = ScriptedSegmenter()
    with serving(segmenter=engine) as server:
        segmenter = RemoteSegmenter(Connection(server.url))
        clicks = PromptSet(clicks=(Click(12, 12),))
        found = segmenter.segment(IMAGE, SegmentRequest(7, IMAGE.key, clicks), CancelToken())
        assert (found.request_id, found.image_key) == (7, IMAGE.key)
        logits = np.random.default_rng(2).normal(size=(5, 4)).astype(np.float32)
        earlier = replace(found.candidates[0], low_res=logits)
        again = SegmentRequest(8, IMAGE.key, clicks, previous=earlier, most=1)
        assert len(segmenter.segment(IMAGE, again, CancelToken()).candidates) == 1
        arrived = engine.requests[-1].previous
        assert arrived is not None
        assert arrived.mask == earlier.mask
        assert arrived.low_res is not None
        assert np.array_equal(arrived.low_res, logits)
        segmenter.close()


def test_a_part_that_the_server_does_not_have_is_said() -> None:
    with (
        serving(segmenter=ScriptedSegmenter()) as server,
        pytest.raises(EngineError, match="only cuts out"),
    ):
        RemoteDescriber(Connection(server.url))


def test_nothing_at_an_address_is_said() -> None:
    with serving(segmenter=ScriptedSegmenter()) as server:
        gone = server.url
    with pytest.raises(EngineGoneError, match="nothing can be reached there"):
        RemoteSegmenter(Connection(gone))


@pytest.mark.parametrize("status", [200, 404, 500])
def test_another_program_is_told_from_a_server(status: int) -> None:
    with (
        another_program(b"<html>Hello</html>", status) as address,
        pytest.raises(EngineError, match="no GAR Studio server"),
    ):
        RemoteDescriber(Connection(address))


def test_another_protocol_is_told() -> None:
    body = (
        b'{"protocol":99,"version":"7.0","describer":null,"segmenter":null,'
        b'"limits":{"pixels":1,"json_bytes":1}}'
    )
    with (
        another_program(body) as address,
        pytest.raises(EngineError, match=r"GAR Studio 7\.0, which speaks another protocol"),
    ):
        RemoteDescriber(Connection(address))
